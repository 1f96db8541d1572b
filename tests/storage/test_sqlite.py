"""A SQLite file: how it is opened, by whom, and what happens to one that is older or newer than the program."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from opsroom.errors import Unavailable
from opsroom.storage import sql
from opsroom.storage.sql import SqlStore, open_sqlite
from tests.storage import records

OPENERS = 6
ROUNDS = 20


@contextmanager
def connections() -> Iterator[list[sqlite3.Connection]]:
    """Every connection that is opened meanwhile, as its opener prepared it."""
    found: list[sqlite3.Connection] = []

    def note(connection: Any, _: object) -> None:
        found.append(connection)

    event.listen(Engine, "connect", note)
    try:
        yield found
    finally:
        event.remove(Engine, "connect", note)


def rows(path: Path, question: str) -> list[Any]:
    """What the file says to somebody else."""
    with sqlite3.connect(path) as connection:
        return connection.execute(question).fetchall()


def test_every_connection_is_durable(tmp_path: Path) -> None:
    with connections() as found:
        store = open_sqlite(tmp_path / "opsroom.db")
        with store.reading(), store.writing(), store.reading():
            kept = [
                tuple(one.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
                for one in found
            ]
        store.close()
    assert len(kept) >= 3
    assert set(kept) == {("wal", 2)}


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "opsroom.db"
    store = open_sqlite(path)
    with store.writing() as unit:
        unit.people.put_setting("k", b"v")
        modes = {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
        names = {one.name for one in tmp_path.iterdir()}
    store.close()
    assert {"opsroom.db", "opsroom.db-wal"} <= names
    assert modes == {0o600}


@pytest.mark.parametrize("name", ["a b.db", "what?x=1.db", "50%41.db", "#1.db", "žluť.db", ":memory:"])
def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    store = open_sqlite(tmp_path / name)
    with store.writing() as unit:
        unit.people.put_setting("k", b"v")
    store.close()
    assert {one.name for one in tmp_path.iterdir()} == {name}
    assert rows(tmp_path / name, "SELECT value FROM setting") == [(b"v",)]


def test_what_was_closed_is_there_when_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "opsroom.db"
    for number in range(3):
        store = open_sqlite(path)
        with store.writing() as unit:
            assert unit.items.reserve("room", 2) == 1 + 2 * number
        store.close()


def test_two_openers_see_and_await_each_other(tmp_path: Path) -> None:
    stores = [open_sqlite(tmp_path / "opsroom.db") for _ in range(2)]

    def count(store: SqlStore) -> None:
        for _ in range(ROUNDS):
            with store.writing() as unit:
                unit.items.reserve("room", 1)

    threads = [threading.Thread(target=count, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[0].writing() as unit:
        assert unit.items.reserve("room", 1) == 1 + 2 * ROUNDS
        unit.people.add_room(records.room())
    with stores[1].reading() as snapshot:
        assert snapshot.people.rooms() == [records.room()]
    for store in stores:
        store.close()


def test_those_who_open_a_new_file_at_once_take_turns(tmp_path: Path) -> None:
    together = threading.Barrier(OPENERS)

    def opened(_: int) -> SqlStore:
        together.wait()
        return open_sqlite(tmp_path / "opsroom.db")

    with ThreadPoolExecutor(OPENERS) as pool:
        for number, store in enumerate(pool.map(opened, range(OPENERS)), start=1):
            with store.writing() as unit:
                assert unit.items.reserve("room", 1) == number
            store.close()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "opsroom.db"
    open_sqlite(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("DROP INDEX offer_footing")
    before = rows(path, "SELECT * FROM sqlite_schema ORDER BY name")
    with pytest.raises(
        Unavailable, match=r"schema 9999, which this version of opsroom does not know; open it with"
    ):
        open_sqlite(path)
    assert rows(path, "SELECT * FROM sqlite_schema ORDER BY name") == before
    assert rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_unit_that_never_gets_its_turn_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "BUSY_SECONDS", 0)
    with closing(open_sqlite(tmp_path / "opsroom.db")) as store, store.writing():
        with pytest.raises(Unavailable, match="busy with another unit"), store.writing():
            raise AssertionError("two units of work at once")
        with store.reading() as snapshot:
            assert snapshot.people.rooms() == []
