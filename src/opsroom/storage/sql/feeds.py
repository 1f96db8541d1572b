"""Feeds in SQL (`opsroom.ports.Feeds`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, TextClause, delete, select, text

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.offer import StoredItem
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import CHUNK, Shelf, reader

_PAGE = """
SELECT f.*, o.footing
FROM feed AS f JOIN offer AS o ON o.room = f.room AND o.number = f.offer
WHERE f.room = :room AND f.desk = :desk {narrowed} AND f.added > :after
ORDER BY f.added LIMIT :limit
"""
PAGES: dict[tuple[str, ...], TextClause] = {
    names: text(_PAGE.format(narrowed=" ".join(f"AND f.{name} = :{name}" for name in names)))
    for names in ((), ("collection",), ("kind",), ("collection", "kind"))
}
"""Prepared texts: an index gives the order of each, so that a page reads no more rows than it shows."""


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
                "originator": one.originator,
                "id": one.id,
                "kind": one.kind,
                "version_key": one.version_key,
                "own": one.footing is None,
            }
            for one in rows
        ]
        self._insert(schema.feed, kept, "a tick of this feed is taken")

    def remove(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        table, wanted = schema.feed, list(ticks)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            mine = (table.c.room == room) & (table.c.desk == desk) & table.c.added.in_(chunk)
            rows = self._rows(select(table).where(mine))
            moved = [{**row._mapping, "gone": ticks[row.added]} for row in rows]
            self._insert(schema.removed, moved, "a row of this feed has left already")
            self._connection.execute(delete(table).where(mine))

    def put_footings(self, room: str, desk: str, footings: Iterable[int]) -> None:
        self._put(
            schema.shown_on, [{"room": room, "desk": desk, "footing": one} for one in sorted(set(footings))]
        )

    def footings(self, room: str, desk: str) -> list[int]:
        table = schema.shown_on
        mine = select(table.c.footing).where(table.c.room == room, table.c.desk == desk)
        return [row.footing for row in self._rows(mine.order_by(table.c.footing))]

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, int]]:
        found: list[tuple[Tick, int]] = []
        for tick in (schema.feed.c.added, schema.removed.c.added, schema.removed.c.gone):
            of = tick.table.c
            mine = select(tick.label("tick"), of.item).where(of.room == room, of.desk == desk, tick > after)
            if collection is not None:
                mine = mine.where(of.collection == collection)
            found += [(row.tick, row.item) for row in self._rows(mine.order_by(tick).limit(limit))]
        return sorted(found)[:limit]

    def lives(self, room: str, desk: str, items: Iterable[int]) -> list[tuple[FeedRow, Tick | None]]:
        wanted = list(items)
        found: list[tuple[FeedRow, Tick | None]] = []
        for table in (schema.feed, schema.removed):
            mine = _resting(table).where(table.c.room == room, table.c.desk == desk)
            rows = self._among(mine, table.c.item, wanted)
            found += [(_row(row), row._mapping.get("gone")) for row in rows]
        return sorted(found, key=lambda one: one[0].added)

    def page(
        self,
        room: str,
        desk: str,
        *,
        collection: str | None,
        kind: str | None = None,
        after: Tick,
        limit: int,
    ) -> list[FeedRow]:
        given = {"collection": collection, "kind": kind}
        narrowed = {name: value for name, value in given.items() if value is not None}
        values: dict[str, object] = {"room": room, "desk": desk, "after": after, "limit": limit}
        return [_row(row) for row in self._connection.execute(PAGES[tuple(narrowed)], values | narrowed)]

    def of_ids(self, room: str, desk: str, ids: Iterable[str]) -> list[FeedRow]:
        table = schema.feed
        mine = _resting(table).where(table.c.room == room, table.c.desk == desk)
        return [row for _, row in _by_desk(self._among(mine, table.c.id, ids))]

    def of_items(self, room: str, desks: Iterable[str], items: Iterable[int]) -> list[tuple[str, FeedRow]]:
        table, readers = schema.feed, list(desks)
        mine = _resting(table).where(table.c.room == room, table.c.desk.in_(readers))
        return _by_desk(self._among(mine, table.c.item, items))

    def of_offers(self, room: str, offers: Iterable[int]) -> list[tuple[str, FeedRow]]:
        table = schema.feed
        return _by_desk(self._among(_resting(table).where(table.c.room == room), table.c.offer, offers))

    def received(
        self, rooms: Iterable[str], desks: Iterable[str], ids: Iterable[str]
    ) -> list[tuple[str, FeedRow, StoredItem]]:
        readers, wanted = list(desks), list(ids)
        found: list[tuple[str, FeedRow, StoredItem]] = []
        for room in sorted(set(rooms)):
            shown = self._shown(room, readers, wanted)
            here = select(schema.item).where(schema.item.c.room == room)
            rows = self._among(here, schema.item.c.number, {row.item for _, row in shown})
            items = {row.number: _item(row) for row in rows}
            found += [(desk, row, items[row.item]) for desk, row in shown]
        return found

    def _shown(self, room: str, desks: list[str], ids: list[str]) -> list[tuple[str, FeedRow]]:
        """What of others the desks have, or had, under these ids."""
        found: list[Row[Any]] = []
        for table in (schema.feed, schema.removed):
            mine = _resting(table).where(
                table.c.room == room, table.c.desk.in_(desks), table.c.own.is_(False)
            )
            found += self._among(mine, table.c.id, ids)
        return _by_desk(found)


_item = reader(StoredItem)


def _resting(table: Table) -> Any:
    offer = schema.offer
    joined = table.join(offer, (offer.c.room == table.c.room) & (offer.c.number == table.c.offer))
    return select(table, offer.c.footing).select_from(joined)


def _row(row: "Row[Any]") -> FeedRow:
    return FeedRow(
        added=row.added,
        collection=row.collection,
        offer=row.offer,
        item=row.item,
        originator=row.originator,
        id=row.id,
        kind=row.kind,
        version_key=row.version_key,
        footing=None if row.own else row.footing,
    )


def _by_desk(rows: "Iterable[Row[Any]]") -> list[tuple[str, FeedRow]]:
    return sorted(((row.desk, _row(row)) for row in rows), key=lambda one: (one[0], one[1].added))
