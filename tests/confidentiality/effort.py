"""What an answer takes where no statement and no row tells: steps of the database, and turns of the program."""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

import opsroom

SOURCES = opsroom.__path__[0]


@dataclass(slots=True)
class Steps:
    """Counts the steps of the database, scans of what no row comes of included."""

    taken: int = 0

    def stepped(self) -> int:
        self.taken += 1
        return 0

    def executing(self, connection: Connection, *_: Any) -> None:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(self.stepped, 1)


@dataclass(slots=True)
class Turns:
    """Counts the lines of the program that run: loops over what is kept in memory too."""

    taken: int = 0

    def __call__(self, frame: FrameType, *_: object) -> Any:
        if not frame.f_code.co_filename.startswith(SOURCES):
            return None
        self.taken += 1
        return self


@contextmanager
def steps() -> Iterator[Steps]:
    """From now on, in whatever database."""
    found = Steps()
    event.listen(Engine, "before_cursor_execute", found.executing)
    yield found
    event.remove(Engine, "before_cursor_execute", found.executing)


@contextmanager
def turns() -> Iterator[Turns]:
    """From now on, in this thread and in those that begin."""
    found, before, of_threads = Turns(), sys.gettrace(), threading.gettrace()
    sys.settrace(found)
    threading.settrace(found)
    yield found
    sys.settrace(before)
    threading.settrace(of_threads)
