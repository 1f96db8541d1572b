"""Decisions in SQL (`opsroom.ports.Decisions`)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, Table, func, select

from opsroom.core.feed import Footing, ReleaseClass, Verdict
from opsroom.core.release import Ground
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row


class SqlDecisions(Shelf):
    """Release classes, footings and verdicts."""

    def intern_class(self, room: str, found: ReleaseClass) -> tuple[int, bool]:
        number = self._numbered(schema.release_class, room, found.key)
        if number is not None:
            return number, False
        number = self._next(schema.release_class, room)
        row = {**as_row(found), "sources": msgspec.json.encode(found.sources).decode()}
        row |= {"room": room, "number": number, "key": found.key}
        self._insert(schema.release_class, [row], "this class is there already")
        return number, True

    def classes(self, room: str, numbers: Iterable[int] | None = None) -> dict[int, ReleaseClass]:
        table = schema.release_class
        mine = select(table).where(table.c.room == room)
        rows = self._rows(mine) if numbers is None else self._among(mine, table.c.number, numbers)
        return {row.number: _class(row) for row in rows}

    def intern_footing(self, room: str, footing: Footing) -> int:
        number = self._numbered(schema.footing, room, footing.key)
        if number is not None:
            return number
        number = self._next(schema.footing, room)
        row = {"room": room, "number": number, "key": footing.key}
        row["classes"] = msgspec.json.encode(footing.classes).decode()
        row["alternatives"] = msgspec.json.encode(footing.alternatives).decode()
        self._insert(schema.footing, [row], "this footing is there already")
        below = self.footings(room, {one for options in footing.alternatives for one in options})
        classes = {one for found in (footing, *below.values()) for one in found.classes}
        rows = [{"room": room, "release_class": one, "footing": number} for one in sorted(classes)]
        self._insert(schema.resting, rows, "this footing is there already")
        return number

    def footings(self, room: str, numbers: Iterable[int]) -> dict[int, Footing]:
        table = schema.footing
        mine = select(table).where(table.c.room == room)
        found: dict[int, Footing] = {}
        wave = set(numbers)
        while wave:
            fresh = {row.number: _footing(row) for row in self._among(mine, table.c.number, wave)}
            found |= fresh
            named = {one for footing in fresh.values() for options in footing.alternatives for one in options}
            wave = named - found.keys()
        return found

    def footings_on(self, room: str, classes: Iterable[int]) -> list[int]:
        table = schema.resting
        mine = select(table.c.footing).where(table.c.room == room)
        return sorted({row.footing for row in self._among(mine, table.c.release_class, classes)})

    def verdicts(self, room: str, desk: str, classes: Iterable[int] | None = None) -> dict[int, Verdict]:
        table = schema.verdict
        mine = select(table).where(table.c.room == room, table.c.desk == desk)
        rows = self._rows(mine) if classes is None else self._among(mine, table.c.release_class, classes)
        return {row.release_class: _verdict(row) for row in rows}

    def put_verdicts(self, room: str, desk: str, verdicts: Mapping[int, Verdict]) -> None:
        rows = []
        for number, one in verdicts.items():
            row = {"room": room, "desk": desk, "release_class": number, **as_row(one)}
            rows.append(row | {"clauses": msgspec.json.encode(one.clauses).decode()})
        self._put(schema.verdict, rows)

    def desks_open(self, room: str, release_class: int) -> list[str]:
        table = schema.verdict
        mine = select(table.c.desk).where(table.c.room == room, table.c.release_class == release_class)
        return sorted(row.desk for row in self._rows(mine.where(table.c.open_since.is_not(None))))

    def due(self, at: Instant, desks: Iterable[str] | None = None) -> list[tuple[str, str, int]]:
        table = schema.verdict
        due = select(table.c.room, table.c.desk, table.c.release_class).where(table.c.valid_until <= at)
        rows = self._rows(due) if desks is None else self._among(due, table.c.desk, desks)
        return sorted((row.room, row.desk, row.release_class) for row in rows)

    def next_due(self) -> Instant | None:
        table = schema.verdict
        row = self._one(select(func.min(table.c.valid_until).label("first")))
        return None if row is None or row.first is None or row.first >= FOREVER else row.first

    def _numbered(self, table: Table, room: str, key: str) -> int | None:
        row = self._one(select(table.c.number).where(table.c.room == room, table.c.key == key))
        return None if row is None else row.number

    def _next(self, table: Table, room: str) -> int:
        row = self._one(select(func.max(table.c.number).label("last")).where(table.c.room == room))
        return 1 + (0 if row is None or row.last is None else int(row.last))


def _class(row: "Row[Any]") -> ReleaseClass:
    sources = msgspec.json.decode(row.sources, type=tuple[tuple[int, bool], ...])
    return ReleaseClass(
        row.originator, row.kind, row.offered, row.handling, row.holder, row.item, row.recalled_at, sources
    )


def _footing(row: "Row[Any]") -> Footing:
    return Footing(
        msgspec.json.decode(row.classes, type=tuple[int, ...]),
        msgspec.json.decode(row.alternatives, type=tuple[tuple[int, ...], ...]),
    )


def _verdict(row: "Row[Any]") -> Verdict:
    clauses = msgspec.json.decode(row.clauses, type=tuple[str, ...])
    return Verdict(row.open_since, Ground(row.ground), row.authority, row.version, clauses, row.valid_until)
