"""Items in SQL (`opsroom.ports.Items`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, FromClause, Row, bindparam, func, select, tuple_, update

from opsroom.core.offer import Reference, SourceLink, StoredItem
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row, reader, upsert


class SqlItems(Shelf):
    """Item versions with their bytes, references and sources."""

    def reserve(self, room: str, count: int) -> int:
        table = schema.number
        statement = upsert(self._connection, table, ["room"], {"last": table.c.last + count})
        moved = statement.returning(table.c.last)
        last: int = self._connection.execute(moved, {"room": room, "last": count}).scalar_one()
        return last - count + 1

    def add(self, items: Sequence[tuple[StoredItem, bytes]]) -> None:
        taken = "an item of this originator, id and version is there already"
        self._insert(schema.item, [as_row(one) for one, _ in items], taken)
        bodies = [{"room": one.room, "number": one.number, "raw": raw} for one, raw in items]
        self._insert(schema.body, bodies, taken)

    def find(
        self, room: str, originator: str, versions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StoredItem]:
        table = schema.item
        mine = select(table).where(table.c.room == room, table.c.originator == originator)
        rows = self._among(mine, tuple_(table.c.id, table.c.version_key), versions)
        return {(row.id, row.version_key): _item(row) for row in rows}

    def versions(self, room: str, originator: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        table = schema.item
        mine = select(table).where(table.c.room == room, table.c.originator == originator)
        found: dict[str, list[StoredItem]] = {}
        for one in map(_item, self._among(mine, table.c.id, ids)):
            found.setdefault(one.id, []).append(one)
        for listed in found.values():
            listed.sort(key=lambda one: one.version_key)
        return found

    def copies(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        table = schema.item
        found: dict[str, list[StoredItem]] = {}
        for one in map(_item, self._among(select(table).where(table.c.room == room), table.c.id, ids)):
            found.setdefault(one.id, []).append(one)
        for listed in found.values():
            listed.sort(key=lambda one: (one.originator, one.version_key))
        return found

    def leading(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        table = schema.item
        ahead = select(table).where(table.c.room == room, table.c.leads.is_(True))
        found: dict[str, list[StoredItem]] = {}
        for one in map(_item, self._among(ahead, table.c.id, ids)):
            found.setdefault(one.id, []).append(one)
        for listed in found.values():
            listed.sort(key=lambda one: one.originator)
        return found

    def preceding(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        newer, older, between = schema.item.alias(), schema.item.alias(), schema.item.alias()

        def version_of(one: FromClause) -> ColumnElement[bool]:
            return (
                (one.c.room == newer.c.room)
                & (one.c.id == newer.c.id)
                & (one.c.originator == newer.c.originator)
            )

        last = (
            select(func.max(between.c.version_key))
            .where(version_of(between), between.c.version_key < newer.c.version_key)
            .scalar_subquery()
        )
        joined = newer.join(older, version_of(older) & (older.c.version_key == last))
        pairs = select(newer.c.number.label("of"), older).select_from(joined).where(newer.c.room == room)
        rows = (dict(row._mapping) for row in self._among(pairs, newer.c.number, numbers))
        return {row.pop("of"): StoredItem(**row) for row in rows}

    def lead(self, room: str, numbers: Mapping[int, bool]) -> None:
        table = schema.item
        one = (table.c.room == room) & (table.c.number == bindparam("of"))
        rows = [{"of": number, "to": leads} for number, leads in numbers.items()]
        if rows:
            self._connection.execute(update(table).where(one).values(leads=bindparam("to")), rows)

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        table = schema.item
        rows = self._among(select(table).where(table.c.room == room), table.c.number, numbers)
        return {row.number: _item(row) for row in rows}

    def bodies(self, room: str, numbers: Iterable[int]) -> dict[int, bytes]:
        table = schema.body
        rows = self._among(
            select(table.c.number, table.c.raw).where(table.c.room == room), table.c.number, numbers
        )
        return {row.number: row.raw for row in rows}

    def add_references(self, room: str, references: Iterable[Reference]) -> None:
        rows = [
            {**as_row(one), "room": room, "seen": msgspec.json.encode(one.seen).decode()}
            for one in references
        ]
        if rows:
            table = schema.reference
            statement = upsert(self._connection, table, ["room", "item", "target"], {})
            self._connection.execute(statement, rows)

    def references(self, room: str, items: Iterable[int]) -> dict[int, list[Reference]]:
        table = schema.reference
        found: dict[int, list[Reference]] = {}
        for row in self._among(select(table).where(table.c.room == room), table.c.item, items):
            seen = tuple(msgspec.json.decode(row.seen, type=list[str]))
            found.setdefault(row.item, []).append(Reference(row.item, row.target, row.marking, seen))
        for listed in found.values():
            listed.sort(key=lambda one: one.target)
        return found

    def referrers(self, room: str, targets: Iterable[str]) -> list[int]:
        table = schema.reference
        rows = self._among(select(table.c.item).where(table.c.room == room), table.c.target, targets)
        return sorted({row.item for row in rows})

    def add_sources(self, links: Iterable[SourceLink]) -> None:
        self._put(schema.source, [as_row(one) for one in links])

    def sources(self, room: str, products: Iterable[int]) -> list[SourceLink]:
        table = schema.source
        rows = self._among(select(table).where(table.c.room == room), table.c.product, products)
        return _ordered(rows)

    def products(self, source_room: str, sources: Iterable[int]) -> list[SourceLink]:
        table = schema.source
        rows = self._among(select(table).where(table.c.source_room == source_room), table.c.source, sources)
        return _ordered(rows)


_item = reader(StoredItem)
_link = reader(SourceLink)


def _ordered(rows: "Iterable[Row[Any]]") -> list[SourceLink]:
    return sorted(
        (_link(row) for row in rows), key=lambda one: (one.room, one.product, one.source_room, one.source)
    )
