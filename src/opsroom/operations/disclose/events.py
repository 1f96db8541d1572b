"""What came into a reader's feed and what left it, in one order, from any position on.

1. A position is a tick of the desk: what comes and what leaves takes one, and none is used twice.
2. An item is in the feed for as long as one row of it is. `Added` tells where such a time begins, if it is shown
   now; `Withdrawn` where it ends, if it had begun by the position that is asked from.
3. So whoever goes on from the position of the last event that it took misses nothing and is told nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.operations.disclose.shelves import Shelf, shelf
from opsroom.principals import Principal

BATCH = 500
"""Moves of a feed that are read at once."""


@dataclass(frozen=True, slots=True)
class Added:
    """An item that came into the feed."""

    position: Tick
    item: Disclosed


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An item version that left the feed: it is shown no more."""

    position: Tick
    id: str
    kind: str
    version: str | None


Event = Added | Withdrawn


def head(node: Node, principal: Principal, room: str) -> Tick:
    """The position after everything that there is now."""
    with node.answering(principal.desk.id) as (snapshot, _):
        return snapshot.feeds.head(room, principal.desk.id)


def events(
    node: Node, principal: Principal, room: str, collection: str, *, after: Tick, limit: int
) -> tuple[list[Event], Tick]:
    """Up to `limit` events later than `after`, in order, and the position up to which these are all.

    Refused where the principal may not read.
    """
    found = shelf(node, principal, room, collection)
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, _):
        reading = Reading(snapshot, room, principal)
        moved: list[tuple[Tick, FeedRow, bool]] = []
        reached = after
        while len(moved) < limit:
            moves = snapshot.feeds.moves(
                room, reading.desk, collection=_named(found), after=reached, limit=BATCH
            )
            if not moves:
                return _told(reading, moved), reached
            moved += _turns(reading, found, dict(moves), after)
            reached = moves[-1][0]
        told = _told(reading, moved[:limit])
        return told, told[-1].position if len(moved) > limit else reached


@dataclass(slots=True)
class _Stay:
    """A time during which an item is in the feed without a break; `until` None: it still is, by rows that stand."""

    first: FeedRow
    until: Tick | None
    standing: list[FeedRow] = field(default_factory=list)


def _turns(
    reading: Reading, shelf: Shelf, moves: dict[Tick, int], after: Tick
) -> list[tuple[Tick, FeedRow, bool]]:
    """Of these moves, those at which an item comes (True) or leaves: (tick, the row to tell of, comes)."""
    stays = _stays(reading, shelf, set(moves.values()))
    standing = [row for listed in stays.values() for one in listed for row in one.standing]
    counting = {row.added for row in reading.counting(standing)}
    found: list[tuple[Tick, FeedRow, bool]] = []
    for tick, item in moves.items():
        for one in stays[item]:
            shown = next((row for row in one.standing if row.added in counting), None)
            if one.first.added == tick and shown is not None:
                found.append((tick, shown, True))
            elif one.until == tick and one.first.added <= after:
                found.append((tick, one.first, False))
    return found


def _stays(reading: Reading, shelf: Shelf, items: Iterable[int]) -> dict[int, list[_Stay]]:
    """When each item was in the feed, from the rows of it that stand and those that left."""
    found: dict[int, list[_Stay]] = {item: [] for item in items}
    for row, gone in reading.snapshot.feeds.lives(reading.room, reading.desk, found):
        if _named(shelf) not in (None, row.collection):
            continue
        stays = found[row.item]
        if not stays or (stays[-1].until is not None and stays[-1].until < row.added):
            stays.append(_Stay(row, row.added))
        last = stays[-1]
        last.until = None if gone is None or last.until is None else max(gone, last.until)
        if gone is None:
            last.standing.append(row)
    return found


def _named(shelf: Shelf) -> str | None:
    """The one collection that a shelf shows; None where it shows all."""
    return shelf.id if shelf.agreement is not None else None


def _told(reading: Reading, moved: list[tuple[Tick, FeedRow, bool]]) -> list[Event]:
    bodies = reading.disclosed([row for _, row, comes in moved if comes])
    items = reading.snapshot.items.by_number(reading.room, {row.item for _, row, _ in moved})
    added = {one.added: one for one in bodies}
    return [
        Added(tick, added[row.added]) if comes else Withdrawn(tick, row.id, row.kind, items[row.item].version)
        for tick, row, comes in moved
    ]
