"""Passing on: what a member received from another originator stays that originator's.

1. Posting it offers the original, under the original's label, with the member as holder; where no party of the
   agreement may have it so, it is refused (the third-party rule). But where the desk is shown exactly it in that
   collection already, that is no error, and nothing is offered.
2. A desk that was not shown it does not learn that another desk of its member was: what it posts is taken as
   new, and rests on the original, so that it reaches nobody whom that may not reach.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.jsontext import decode
from opsroom.core.offer import LET_OUT, Offer, StoredItem
from opsroom.core.release import Desk, Release, decide
from opsroom.core.served import Insertion, bears_handling
from opsroom.core.stix.objects import StixObject, examine
from opsroom.ports import Snapshot
from opsroom.upkeep import Upkeep

REFUSAL = (
    "passing on is refused: it was received from another member, and its terms let no party of this"
    " agreement have it from you; ask its originator: opsroom consent ask"
)

CHANGED = (
    "under this version you received something else from another member: pass it on as you received it, or"
    " contribute what you changed under an id of its own, with --source"
)


@dataclass(frozen=True, slots=True)
class Received:
    """A received item with the offer through which one of the member's desks has, or had, it."""

    item: StoredItem
    offer: Offer
    desk: str


def received(
    unit: Snapshot, member: str, ids: Iterable[str], *, rooms: Iterable[str]
) -> dict[str, list[Received]]:
    """What the member was ever shown of these ids by others, by id. `rooms`: all in which it is, or was, listed."""
    desks = [desk.id for desk in unit.people.desks([member])]
    found: dict[str, list[Received]] = {}
    rows = unit.feeds.received(rooms, desks, ids)
    by_room: dict[str, set[int]] = {}
    for _, row, item in rows:
        by_room.setdefault(item.room, set()).add(row.offer)
    offers = {room: unit.offers.by_number(room, numbers) for room, numbers in by_room.items()}
    for desk, row, item in rows:
        if item.originator != member:
            found.setdefault(item.id, []).append(Received(item, offers[item.room][row.offer], desk))
    return found


def passable(upkeep: Upkeep, original: Received, *, holder: str, parties: Iterable[str]) -> bool:
    """Whether any of the parties may have the original from the holder."""
    offer = original.offer
    if offer.state not in LET_OUT:
        return False
    item = upkeep.classes.item(original.item.room, offer.release_class)
    facts, at = upkeep.context.facts, upkeep.context.at
    return any(
        isinstance(
            decide(
                item,
                to=Desk(member),
                at=at,
                by=facts.edges,
                holder=holder,
                consents=upkeep.classes.consents(item),
                held=facts.held(at),
            ),
            Release,
        )
        for member in parties
        if member not in (holder, item.originator)
    )


def originals(
    unit: Snapshot, candidates: Iterable[Received], found: StixObject, version_key: str, *, desk: str
) -> list[Received]:
    """The items that the desk was shown and that a posted object is: of its version; without versions, its content."""
    shown = [one for one in candidates if one.desk == desk]
    if found.version is not None:
        return [one for one in shown if one.item.version_key == version_key]
    return [one for one in shown if content(unit, one, found) is not None]


def content(unit: Snapshot, original: Received, found: StixObject) -> StixObject | None:
    """The original as its originator contributed it; None where the posted object says something else.

    It may be posted as received or as served, and spaced otherwise. Of a handling its recipient has no more
    than a view, so its version alone tells what it is.
    """
    room, number, offer = original.item.room, original.item.number, original.offer
    raw = unit.items.bodies(room, [number])[number]
    served = Insertion(offer.insert_at, offer.insert).apply(raw)
    if not bears_handling(raw) and found.properties not in (decode(raw), decode(served)):
        return None
    return examine(raw).object


def seen_now(
    upkeep: Upkeep, found: Mapping[str, list[Received]], room: str, member: str
) -> dict[str, tuple[str, ...]]:
    """By id, the other originators of whose copies in a room the member sees one now."""
    here = {one.item.number: one.item for listed in found.values() for one in listed if one.item.room == room}
    desks = [desk.id for desk in upkeep.context.desks(member)]
    seen: dict[str, set[str]] = {}
    for number in upkeep.rows.visible(room, desks, here):
        seen.setdefault(here[number].id, set()).add(here[number].originator)
    return {id: tuple(sorted(originators)) for id, originators in seen.items()}
