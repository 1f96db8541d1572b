"""Narrowings in SQL (`opsroom.ports.Narrowings`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from opsroom.core.feed import Narrowing, Tick
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row

_TABLE = schema.narrowing
_END = (
    update(_TABLE)
    .where(
        _TABLE.c.room == bindparam("of_room"),
        _TABLE.c.desk == bindparam("of_desk"),
        _TABLE.c.since == bindparam("began"),
    )
    .values(until=bindparam("ended"))
)


class SqlNarrowings(Shelf):
    """What each desk is told of offers of its own member that are held back."""

    def add(self, room: str, desk: str, narrowings: Sequence[Narrowing]) -> None:
        rows = [{"room": room, "desk": desk, **as_row(one)} for one in narrowings]
        self._insert(_TABLE, rows, "a narrowing begins at this tick already")

    def end(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        if ticks:
            ended = [
                {"of_room": room, "of_desk": desk, "began": since, "ended": until}
                for since, until in ticks.items()
            ]
            self._connection.execute(_END, ended)

    def standing(self, room: str, offers: Iterable[int]) -> list[tuple[str, Narrowing]]:
        mine = select(_TABLE).where(_TABLE.c.room == room, _TABLE.c.until.is_(None))
        found = [(row.desk, _narrowing(row)) for row in self._among(mine, _TABLE.c.offer, offers)]
        return sorted(found, key=lambda one: (one[0], one[1].since))

    def page(self, room: str, desk: str, *, standing: bool, after: Tick, limit: int) -> list[Narrowing]:
        mine = _of(room, desk).where(_TABLE.c.since > after)
        if standing:
            mine = mine.where(_TABLE.c.until.is_(None))
        return [_narrowing(row) for row in self._rows(mine.order_by(_TABLE.c.since).limit(limit))]

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, Narrowing]]:
        found: list[tuple[Tick, Narrowing]] = []
        for name in ("since", "until"):
            tick = _TABLE.c[name]
            mine = _of(room, desk).where(tick > after)
            if collection is not None:
                mine = mine.where(_TABLE.c.collection == collection)
            rows = self._rows(mine.order_by(tick).limit(limit))
            found += [(row._mapping[name], _narrowing(row)) for row in rows]
        return sorted(found, key=lambda one: one[0])[:limit]


def _of(room: str, desk: str) -> Any:
    return select(_TABLE).where(_TABLE.c.room == room, _TABLE.c.desk == desk)


def _narrowing(row: "Row[Any]") -> Narrowing:
    return Narrowing(row.since, row.until, row.offer, row.item, row.collection, row.reader)
