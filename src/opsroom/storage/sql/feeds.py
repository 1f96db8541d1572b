"""Feeds in SQL (`opsroom.ports.Feeds`)."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, select, text

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
        readers, wanted = list(desks), list(ids)
        rooms = [row.name for row in self._rows(select(schema.room.c.name).order_by(schema.room.c.name))]
        found: list[tuple[str, FeedRow, StoredItem]] = []
        for room in rooms:
            items = {
                row.number: _item(row)
                for row in self._among(
                    select(schema.item).where(schema.item.c.room == room), schema.item.c.id, wanted
                )
            }
            shown: list[tuple[str, FeedRow]] = []
            for table in (schema.feed, schema.removed):
                mine = _resting(table).where(
                    table.c.room == room, table.c.desk.in_(readers), table.c.own.is_(False)
                )
                shown += _by_desk(self._among(mine, table.c.item, items))
            shown.sort(key=lambda one: (one[0], one[1].added))
            found += [(desk, row, items[row.item]) for desk, row in shown]
        return found


_item = reader(StoredItem)


def _resting(table: Table) -> Any:
    offer = schema.offer
    joined = table.join(offer, (offer.c.room == table.c.room) & (offer.c.number == table.c.offer))
    return select(table, offer.c.footing).select_from(joined)


def _row(row: "Row[Any]") -> FeedRow:
    return FeedRow(row.added, row.collection, row.offer, row.item, None if row.own else row.footing)


def _by_desk(rows: "Iterable[Row[Any]]") -> list[tuple[str, FeedRow]]:
    return sorted(((row.desk, _row(row)) for row in rows), key=lambda one: (one[0], one[1].added))
