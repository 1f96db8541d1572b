"""The store in SQL: SQLite now, through SQLAlchemy Core; its schema is kept by Alembic migrations.

Trust: whoever can read the database file reads every item in it, and whoever can write it can change what the
node believes; only signatures of agreements and events hold against that. See SECURITY.md.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event, text
from sqlalchemy.exc import OperationalError

from opsroom.errors import Unavailable
from opsroom.storage.sql.agreements import SqlAgreements
from opsroom.storage.sql.decisions import SqlDecisions
from opsroom.storage.sql.feeds import SqlFeeds
from opsroom.storage.sql.items import SqlItems
from opsroom.storage.sql.migrations import migrate
from opsroom.storage.sql.narrowings import SqlNarrowings
from opsroom.storage.sql.offers import SqlOffers
from opsroom.storage.sql.people import SqlPeople
from opsroom.storage.sql.terms import SqlTerms
from opsroom.storage.sql.work import SqlWork

BUSY_SECONDS = 30
"""How long a unit of work waits for another one."""


class SqlUnit:
    """The shelves over one connection in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.people = SqlPeople(connection)
        self.agreements = SqlAgreements(connection)
        self.items = SqlItems(connection)
        self.offers = SqlOffers(connection)
        self.decisions = SqlDecisions(connection)
        self.feeds = SqlFeeds(connection)
        self.narrowings = SqlNarrowings(connection)
        self.terms = SqlTerms(connection)
        self.work = SqlWork(connection)
        self.discarded = False

    def discard(self) -> None:
        """Nothing of this unit is kept."""
        self.discarded = True


class SqlStore:
    """A database; a connection for each snapshot and each unit of work, from a pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[SqlUnit]:
        """A snapshot, taken at once and not at the first question."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM setting LIMIT 1"))
            yield SqlUnit(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """One unit of work; it waits until no other one is under way. Unavailable where that takes too long."""
        with self._engine.connect().execution_options(writing=True) as connection, _turn(connection) as work:
            unit = SqlUnit(connection)
            yield unit
            if unit.discarded:
                work.rollback()

    def close(self) -> None:
        """Lets all connections go."""
        self._engine.dispose()


def open_sqlite(path: Path) -> SqlStore:
    """The store in a SQLite file, made or brought up to date first; readable by its owner alone.

    Raises `Unavailable` where the file was written by a newer version of opsroom.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=16, max_overflow=64)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)


def _turn(connection: Connection) -> RootTransaction:
    try:
        return connection.begin()
    except OperationalError as error:
        raise Unavailable(
            f"the store was busy with another unit of work for {BUSY_SECONDS} seconds; try again"
        ) from error


def _prepare(connection: Any, _: object) -> None:
    """Durable at every commit; readers never wait for the writer."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Units of work exclude one another from their first instant; snapshots exclude nobody."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
