"""What came into a reader's feed and what left it, in one order, from any position on.

1. A position is a tick of the desk: what comes and what leaves takes one, and none is used twice.
2. `Added`: an item of which nothing was shown before; `Withdrawn`: one that was shown up to the position, and of
   which nothing is shown any more.
3. So whoever goes on from the position of the last event that it took misses nothing and is told nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.pages import scanned
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.operations.disclose.shelves import Shelf, shelf
from opsroom.principals import Principal


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
) -> list[Event]:
    """Up to `limit` events later than `after`, in order. Refused where the principal may not read."""
    found = shelf(node, principal, room, collection)
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, _):
        reading = Reading(snapshot, room, principal)
        came = scanned(reading, found, after=after, enough=limit)
        left = _left(reading, found, after, limit)
        ordered = sorted([*((row.added, row) for row in came), *left], key=lambda one: one[0])[:limit]
        return _told(reading, ordered, {row.added for row in came})


def _left(reading: Reading, found: Shelf, after: Tick, limit: int) -> list[tuple[Tick, FeedRow]]:
    """Rows that left and of whose items nothing is shown, each item once: when it left for good."""
    collection = found.id if found.agreement is not None else None
    departed = reading.snapshot.feeds.departed(
        reading.room, reading.desk, collection=collection, after=after, limit=limit
    )
    rows = reading.snapshot.feeds.of_items(reading.room, [reading.desk], {row.item for _, row in departed})
    shown = {
        row.item for row in reading.counting([row for _, row in rows]) if collection in (None, row.collection)
    }
    last = {row.item: (gone, row) for gone, row in departed if row.item not in shown}
    return list(last.values())


def _told(reading: Reading, ordered: Sequence[tuple[Tick, FeedRow]], came: set[Tick]) -> list[Event]:
    bodies = reading.disclosed([row for tick, row in ordered if tick in came])
    items = reading.snapshot.items.by_number(reading.room, {row.item for _, row in ordered})
    added = {one.added: one for one in bodies}
    return [
        Added(tick, added[tick])
        if tick in came
        else Withdrawn(tick, row.id, row.kind, items[row.item].version)
        for tick, row in ordered
    ]
