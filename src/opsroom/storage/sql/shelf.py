"""What all shelves of the SQL store share: reading many by keys, inserting with conflicts named, records as rows."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Insert, Row, Select, Table, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from opsroom.errors import Conflict
from opsroom.storage.sql import schema

T = TypeVar("T")
EPOCH = "epoch"
"""The setting that counts what facts are made of."""
CHUNK = 900
"""Keys in one statement: below every database's limit of bound values."""


class Shelf:
    """A group of tables, reached through one connection in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(self, statement: "Select[Any]") -> Sequence["Row[Any]"]:
        return self._connection.execute(statement).all()

    def _one(self, statement: "Select[Any]") -> "Row[Any] | None":
        return self._connection.execute(statement).first()

    def _among(
        self, statement: "Select[Any]", column: "ColumnElement[Any]", keys: Iterable[object]
    ) -> Iterator["Row[Any]"]:
        """The rows of a statement whose column is among the keys, chunk by chunk."""
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), CHUNK):
            yield from self._rows(statement.where(column.in_(wanted[start : start + CHUNK])))

    def _epoch(self) -> int:
        """How often what facts are made of was added to (`opsroom.ports.Agreements`)."""
        row = self._one(select(schema.setting.c.value).where(schema.setting.c.key == EPOCH))
        return 0 if row is None else int(row.value)

    def _move_on(self) -> None:
        """Something was added to what facts are made of."""
        self._put(schema.setting, [{"key": EPOCH, "value": str(self._epoch() + 1).encode()}])

    def _insert(self, table: Table, rows: Collection[dict[str, Any]], taken: str) -> None:
        """All rows or none; Conflict says `taken`."""
        if not rows:
            return
        statement: Insert = table.insert()
        try:
            with self._connection.begin_nested():
                self._connection.execute(statement, list(rows))
        except IntegrityError as error:
            raise Conflict(taken) from error

    def _put(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Replaces the rows of these primary keys."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        excluded = {name: _proposed(name) for name in rows[0] if name not in keys}
        self._connection.execute(upsert(self._connection, table, keys, excluded), list(rows))

    def _put_many(self, table: Table, names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        """The same for very many rows, given as tuples in the order of `names`: the driver takes them as they are."""
        if not rows:
            return
        connection = self._connection
        keys = [column.name for column in table.primary_key]
        changed = {name: _proposed(name) for name in names if name not in keys}
        compiled = upsert(connection, table, keys, changed).compile(
            dialect=connection.dialect, column_keys=list(names)
        )
        if list(compiled.positiontup or ()) == list(names):
            connection.exec_driver_sql(compiled.string, list(rows))
        else:
            named = [dict(zip(names, row, strict=True)) for row in rows]
            connection.exec_driver_sql(compiled.string, named)


def upsert(connection: Connection, table: Table, keys: list[str], changed: Mapping[str, Any]) -> Any:
    """INSERT … ON CONFLICT: DO NOTHING where nothing is changed, else DO UPDATE; one spelling for both databases."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: Any = dialect.insert(table)
    if changed:
        return statement.on_conflict_do_update(index_elements=keys, set_=dict(changed))
    return statement.on_conflict_do_nothing(index_elements=keys)


def _proposed(name: str) -> "ColumnElement[Any]":
    """The value that the row would have had."""
    return literal_column(f'excluded."{name}"')


def as_row(record: object) -> dict[str, Any]:
    """A flat record as a row of a table with the same names."""
    return {one.name: getattr(record, one.name) for one in fields(record)}  # type: ignore[arg-type]


def reader(record: Callable[..., T]) -> "Callable[[Row[Any]], T]":
    """Makes a flat record of a row with the same names."""
    return lambda row: record(**row._mapping)
