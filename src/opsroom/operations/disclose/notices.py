"""What a member is told of its own offers: from whom what they rest on holds them back, and without which ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from opsroom.core.feed import Narrowing, Tick
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.shelves import room as known_room
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts


@dataclass(frozen=True, slots=True)
class Notice:
    """An own item version that `reader` is not shown, from `since` on, until `until` where there is one.

    `ground` and `because` say why, as it is now; empty where it holds no more.
    """

    since: Tick
    until: Tick | None
    id: str
    kind: str
    version: str | None
    collection: str
    reader: str
    ground: str = ""
    because: tuple[str, ...] = ()


def notices(
    node: Node, principal: Principal, room: str, *, standing: bool, after: Tick, limit: int
) -> tuple[list[Notice], bool]:
    """Up to `limit` that began later than `after`, in order, and whether there are more; those that stand, or all.

    Refused where the principal may not read; NotFound for a room that it may not know of.
    """
    known_room(node, principal, room)
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, facts):
        listed = snapshot.narrowings.page(
            room, principal.desk.id, standing=standing, after=after, limit=limit + 1
        )
        return described(node, snapshot, facts, room, listed[:limit]), len(listed) > limit


def described(
    node: Node, snapshot: Snapshot, facts: Facts, room: str, listed: Sequence[Narrowing]
) -> list[Notice]:
    """What is told of these, in the same order."""
    items = snapshot.items.by_number(room, {one.item for one in listed})
    offers = snapshot.offers.by_number(room, {one.offer for one in listed})
    sights = node.upkeep(snapshot, facts=facts).sights()
    found: list[Notice] = []
    for one in listed:
        item = items[one.item]
        told = Notice(one.since, one.until, item.id, item.kind, item.version, one.collection, one.reader)
        if one.until is None:
            sight = sights.of(room, offers[one.offer], Desk(one.reader))
            told = replace(told, ground=sight.ground, because=sight.because)
        found.append(told)
    return found
