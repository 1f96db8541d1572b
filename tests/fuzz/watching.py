"""Whether anything in a store has changed, asked cheaply after every request."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from opsroom.ports import Store
from opsroom.storage.memory import MemoryStore, open_memory
from opsroom.storage.sql import open_sqlite


class Watch(Protocol):
    """Watches one store."""

    def moved(self) -> bool:
        """Whether it has changed since this was last asked."""

    def close(self) -> None:
        """Ends the watch, and lets the store go."""


class MemoryWatch:
    """A unit of work replaces the state; what is replaced by its equal has not changed."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._seen = store._state

    def moved(self) -> bool:
        before, self._seen = self._seen, self._store._state
        return before is not self._seen and before != self._seen

    def close(self) -> None:
        self._store.close()


class SqliteWatch:
    """SQLite counts the commits of all other connections that wrote anything."""

    def __init__(self, path: Path, store: Store) -> None:
        self._store = store
        self._observer = sqlite3.connect(path)
        self._seen = self._version()

    def _version(self) -> int:
        [found] = self._observer.execute("PRAGMA data_version").fetchone()
        return int(found)

    def moved(self) -> bool:
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def close(self) -> None:
        self._observer.close()
        self._store.close()


Opening: TypeAlias = Callable[[Path], tuple[Store, Watch]]


def in_memory(_: Path) -> tuple[Store, Watch]:
    """An empty store in memory, watched."""
    store = open_memory()
    return store, MemoryWatch(store)


def in_sqlite(directory: Path) -> tuple[Store, Watch]:
    """An empty store in a file, watched."""
    path = directory / "opsroom.db"
    store = open_sqlite(path)
    return store, SqliteWatch(path, store)


OPENINGS: tuple[Opening, ...] = (in_memory, in_sqlite)
