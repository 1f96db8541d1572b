"""What came into a reader's feed and what left it, and what it is told of its own, in one order, from any position.

1. A position is a tick of the desk: whatever is told takes one, and none is used twice.
2. An item is in the feed for as long as one row of it is. `Added` tells where such a time begins, if it is shown
   now; `Withdrawn` where it ends, if it had begun by the position that is asked from.
3. The same of an own item that is held back from a member by what it rests on: `Narrowed` where such a time begins,
   if it lasts; `Restored` where it ends, if it had begun by the position that is asked from.
4. So whoever goes on from the position of the last event that it took misses nothing and is told nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.notices import Notice, described
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.operations.disclose.shelves import Shelf, shelf
from opsroom.principals import Principal
from opsroom.upkeep import Facts

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


@dataclass(frozen=True, slots=True)
class Narrowed:
    """An own item that is held back from a member."""

    position: Tick
    item: Notice


@dataclass(frozen=True, slots=True)
class Restored:
    """An own item that was held back from a member, and is so no more."""

    position: Tick
    item: Notice


Event = Added | Withdrawn | Narrowed | Restored


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
    with node.answering(principal.desk.id) as (snapshot, facts):
        reading = Reading(snapshot, room, principal)
        rows = _rows(reading, found, after, limit)
        notes = _notes(node, reading, facts, found, after, limit)
    reached = min((one.upto for one in (rows, notes) if not one.whole), default=max(rows.upto, notes.upto))
    told = sorted((*rows.told, *notes.told), key=lambda one: one.position)
    within = [one for one in told if one.position <= reached]
    return within[:limit], within[limit - 1].position if len(within) > limit else reached


@dataclass(frozen=True, slots=True)
class _Part:
    """Events of one kind up to a position, and whether that is all there are."""

    told: list[Event]
    upto: Tick
    whole: bool


def _rows(reading: Reading, shelf: Shelf, after: Tick, limit: int) -> _Part:
    """What came into the feed and what left it."""
    moved: list[tuple[Tick, FeedRow, bool]] = []
    reached = after
    while len(moved) < limit:
        moves = reading.snapshot.feeds.moves(
            reading.room, reading.desk, collection=_named(shelf), after=reached, limit=BATCH
        )
        if not moves:
            return _Part(_told(reading, moved), reached, whole=True)
        moved += _turns(reading, shelf, dict(moves), after)
        reached = moves[-1][0]
    if len(moved) > limit:
        moved, reached = moved[:limit], moved[limit - 1][0]
    return _Part(_told(reading, moved), reached, whole=False)


def _notes(node: Node, reading: Reading, facts: Facts, shelf: Shelf, after: Tick, limit: int) -> _Part:
    """What the desk is told of its own."""
    moves = reading.snapshot.narrowings.moves(
        reading.room, reading.desk, collection=_named(shelf), after=after, limit=limit
    )
    told: list[Event] = []
    listed = described(node, reading.snapshot, facts, reading.room, [one for _, one in moves])
    for (tick, one), item in zip(moves, listed, strict=True):
        if tick == one.since and one.until is None:
            told.append(Narrowed(tick, item))
        elif tick == one.until and one.since <= after:
            told.append(Restored(tick, item))
    return _Part(told, moves[-1][0] if moves else after, whole=len(moves) < limit)


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
