"""Feeds in SQL (`opsroom.ports.Feeds`)."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, exists, or_, select, text

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.offer import StoredItem
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import CHUNK, Shelf, reader

_PAGE = """
SELECT f.added, f.collection, f.offer, f.item, f.own, o.footing
FROM feed AS f JOIN offer AS o ON o.room = f.room AND o.number = f.offer
WHERE f.room = :room AND f.desk = :desk {narrowed} AND f.added > :after
ORDER BY f.added LIMIT :limit
"""
PAGE = text(_PAGE.format(narrowed=""))
PAGE_OF_COLLECTION = text(_PAGE.format(narrowed="AND f.collection = :collection"))
"""Prepared text: the index gives the order, so that a page reads no more rows than it shows."""


class SqlFeeds(Shelf):
    """The rows of each desk's feed, and its head."""

    def head(self, room: str, desk: str) -> Tick:
        table = schema.head
        row = self._one(select(table.c.last).where(table.c.room == room, table.c.desk == desk))
        return 0 if row is None else row.last

    def put_head(self, room: str, desk: str, last: Tick) -> None:
        self._put(schema.head, [{"room": room, "desk": desk, "last": last}])

    def add(self, room: str, desk: str, rows: Sequence[FeedRow]) -> None:
        kept = [
            {
                "room": room,
                "desk": desk,
                "added": one.added,
                "collection": one.collection,
                "offer": one.offer,
                "item": one.item,
                "own": one.footing is None,
            }
            for one in rows
        ]
        self._insert(schema.feed, kept, "a tick of this feed is taken")

    def remove(self, room: str, desk: str, ticks: Iterable[Tick]) -> None:
        table, wanted = schema.feed, list(ticks)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            mine = (table.c.room == room) & (table.c.desk == desk) & table.c.added.in_(chunk)
            names = [column.name for column in schema.removed.columns]
            moved = schema.removed.insert().from_select(names, select(table).where(mine))
            self._connection.execute(moved)
            self._connection.execute(delete(table).where(mine))

    def page(self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int) -> list[FeedRow]:
        values: dict[str, object] = {"room": room, "desk": desk, "after": after, "limit": limit}
        if collection is None:
            return [_row(row) for row in self._connection.execute(PAGE, values)]
        values["collection"] = collection
        return [_row(row) for row in self._connection.execute(PAGE_OF_COLLECTION, values)]

    def of_items(self, room: str, desks: Iterable[str], items: Iterable[int]) -> list[tuple[str, FeedRow]]:
        table, readers = schema.feed, list(desks)
        mine = _resting(table).where(table.c.room == room, table.c.desk.in_(readers))
        return _by_desk(self._among(mine, table.c.item, items))

    def of_offers(self, room: str, offers: Iterable[int]) -> list[tuple[str, FeedRow]]:
        table = schema.feed
        return _by_desk(self._among(_resting(table).where(table.c.room == room), table.c.offer, offers))

    def received(self, desks: Iterable[str], ids: Iterable[str]) -> list[tuple[str, FeedRow, StoredItem]]:
        readers = list(desks)
        items: dict[str, dict[int, StoredItem]] = {}
        here = select(schema.item).where(schema.item.c.room.in_(self._rooms_of(readers)))
        for item in map(_item, self._among(here, schema.item.c.id, ids)):
            items.setdefault(item.room, {})[item.number] = item
        return [
            (desk, row, items[room][row.item])
            for room in sorted(items)
            for desk, row in self._shown(room, readers, items[room])
        ]

    def _rooms_of(self, desks: list[str]) -> list[str]:
        """The rooms in which one of the desks has, or had, a row."""
        name = schema.room.c.name
        rows = (
            exists().where(table.c.room == name, table.c.desk.in_(desks))
            for table in (schema.feed, schema.removed)
        )
        return [row.name for row in self._rows(select(name).where(or_(*rows)))]

    def _shown(self, room: str, desks: list[str], items: Iterable[int]) -> list[tuple[str, FeedRow]]:
        """What of others the desks have, or had, of these items."""
        numbers = list(items)
        found: list[Row[Any]] = []
        for table in (schema.feed, schema.removed):
            mine = _resting(table).where(
                table.c.room == room, table.c.desk.in_(desks), table.c.own.is_(False)
            )
            found += self._among(mine, table.c.item, numbers)
        return _by_desk(found)


_item = reader(StoredItem)


def _resting(table: Table) -> Any:
    offer = schema.offer
    joined = table.join(offer, (offer.c.room == table.c.room) & (offer.c.number == table.c.offer))
    return select(table, offer.c.footing).select_from(joined)


def _row(row: "Row[Any]") -> FeedRow:
    return FeedRow(row.added, row.collection, row.offer, row.item, None if row.own else row.footing)


def _by_desk(rows: "Iterable[Row[Any]]") -> list[tuple[str, FeedRow]]:
    return sorted(((row.desk, _row(row)) for row in rows), key=lambda one: (one[0], one[1].added))
