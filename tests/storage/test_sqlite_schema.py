"""The schema of a SQLite file: migrations make what the program expects of every earlier version, and lose no row."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    inspect,
    select,
)

from opsroom.storage.sql import migrations, open_sqlite, schema

SCRIPT = ScriptDirectory(str(Path(migrations.__file__).parent))
STEPS = [one.revision for one in SCRIPT.walk_revisions()][::-1]
OF_THE_NODE = {
    "setting", "room", "member", "member_key", "component", "desk", "credential", "holding", "posting", "consent",
    "agreement_version", "agreement_entry", "collection", "task",
}  # fmt: skip
"""Tables that stay small: a cluster keeps a copy of each everywhere. All others are spread by room."""
SPREAD = {name: table for name, table in schema.metadata.tables.items() if name not in OF_THE_NODE}

Keys = dict[str, set[tuple[str, ...]]]


def uniques(table: Table) -> set[tuple[str, ...]]:
    """The columns of each unique key, the primary one among them."""
    found: list[Any] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    found += [one for one in table.indexes if one.unique]
    return {tuple(column.name for column in one.columns) for one in (table.primary_key, *found)}


def indexes(table: Table) -> set[tuple[str, ...]]:
    return {tuple(column.name for column in one.columns) for one in table.indexes if isinstance(one, Index)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "opsroom.db"


def test_the_migrations_make_the_schema(path: Path) -> None:
    open_sqlite(path).close()
    engine = create_engine(f"sqlite:///{path}")
    made = MetaData()
    with engine.connect() as connection:
        made.reflect(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert inspect(connection).get_table_names() == sorted([*schema.metadata.tables, "alembic_version"])
    engine.dispose()
    for name, table in schema.metadata.tables.items():
        assert uniques(made.tables[name]) == uniques(table), name
        assert indexes(made.tables[name]) == indexes(table), name


def test_there_are_tables_and_indexes_alone(path: Path) -> None:
    open_sqlite(path).close()
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT type, sql FROM sqlite_schema").fetchall()
    assert {kind for kind, _ in found} == {"table", "index"}
    assert [text for kind, text in found if kind == "index" and text and " WHERE " in text] == []
    assert [text for kind, text in found if kind == "table" and "AUTOINCREMENT" in text] == []


def test_every_key_of_what_grows_has_the_room() -> None:
    lacking = [(name, key) for name, table in SPREAD.items() for key in uniques(table) if "room" not in key]
    assert lacking == []
    assert schema.metadata.tables.keys() > OF_THE_NODE


def test_every_primary_key_of_what_grows_begins_with_the_room() -> None:
    assert [name for name, table in SPREAD.items() if next(iter(table.primary_key)).name != "room"] == []


INDEXED_ANEW = "0009"
"""From this revision on the index of words is as it is made now; before, tasks make it anew."""


def older(path: Path, revision: str) -> dict[str, list[Any]]:
    """A file as an earlier version left it, with a row in every table; the rows."""
    engine, made = create_engine(f"sqlite:///{path}"), MetaData()
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for step in STEPS[: STEPS.index(revision) + 1]:
                SCRIPT.get_revision(step).module.upgrade()
        context.stamp(SCRIPT, revision)
        made.reflect(connection)
        for table in made.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert(), {one.name: _value(one.type) for one in table.columns})
        kept = {table.name: list(connection.execute(select(table))) for table in made.sorted_tables}
    engine.dispose()
    del kept["alembic_version"]
    return kept


def _value(kind: object) -> object:
    return "text" if isinstance(kind, Text) else b"bytes" if isinstance(kind, LargeBinary) else 1


@pytest.mark.parametrize("revision", STEPS)
def test_an_older_file_is_brought_up_to_date_with_its_rows(path: Path, revision: str) -> None:
    kept = older(path, revision)
    assert all(kept.values())
    store = open_sqlite(path)
    with store.reading() as snapshot:
        assert snapshot.people.member("text") is not None
    store.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == SCRIPT.get_current_head()
        assert compare_metadata(context, schema.metadata) == []
        for name, rows in kept.items():
            columns = [schema.metadata.tables[name].c[column] for column in rows[0]._fields]
            found = list(connection.execute(select(*columns)))
            added = [row for row in found if name == "task" and row.kind == "index"]
            made_anew = name == "term" and revision < INDEXED_ANEW
            assert [row for row in found if row not in added] == ([] if made_anew else rows), name
    engine.dispose()
