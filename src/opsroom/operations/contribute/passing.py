"""Passing on: what a member received from another originator stays that originator's.

Posting it offers the original, under the original's label, with the member as holder; where no party of the
agreement may have it so, it is refused (the third-party rule).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.offer import LET_OUT, Offer, StoredItem
from opsroom.core.release import Desk, Release, decide
from opsroom.ports import Snapshot
from opsroom.upkeep import Upkeep

REFUSAL = (
    "passing on is refused: it was received from another member, and its terms let no party of this"
    " agreement have it from you; ask its originator: opsroom consent ask"
)


@dataclass(frozen=True, slots=True)
class Received:
    """A received item with the offer through which the member has, or had, it."""

    item: StoredItem
    offer: Offer


def received(unit: Snapshot, member: str, ids: Iterable[str]) -> dict[str, list[Received]]:
    """What the member was ever shown of these ids by others, in any room, by id."""
    desks = [desk.id for desk in unit.people.desks([member])]
    found: dict[str, list[Received]] = {}
    rows = unit.feeds.received(desks, ids)
    by_room: dict[str, set[int]] = {}
    for _, row, item in rows:
        by_room.setdefault(item.room, set()).add(row.offer)
    offers = {room: unit.offers.by_number(room, numbers) for room, numbers in by_room.items()}
    for _, row, item in rows:
        if item.originator != member:
            found.setdefault(item.id, []).append(Received(item, offers[item.room][row.offer]))
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


def same_version(candidates: Iterable[Received], version_key: str | None, digest: str) -> Received | None:
    """The received item of that version; of an unversioned object, the one with the same bytes."""
    for one in candidates:
        if (
            one.item.version is not None and one.item.version_key == version_key
        ) or one.item.digest == digest:
            return one
    return None


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
