"""Processes that write to a SQLite file and are killed: before a step that they know, or at any moment."""

import os
import signal
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from opsroom.ports import Unit
from opsroom.storage.sql import open_sqlite
from tests.storage import records
from tests.storage.everything import fill, fill_node
from tests.storage.records import ROOM

EACH = 3
READING = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA")
"""Statements that change nothing."""


def die() -> None:
    """As `kill -9` does it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before(step: int) -> None:
    """Dies before the write, or commit, of that number, counted from now."""
    steps = count()

    def tick() -> None:
        if next(steps) == step:
            die()

    def executed(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if not statement.lstrip().startswith(READING):
            tick()

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", lambda _: tick())


def migrate_until(path: Path, step: int) -> None:
    """Opens the file and dies on the way, if the way is that long."""
    die_before(step)
    open_sqlite(path).close()


def write_until(path: Path, step: int | None) -> None:
    """One unit of work with one of everything; dies before a step, or (None) right after the unit."""
    store = open_sqlite(path)
    if step is not None:
        die_before(step)
    with store.writing() as unit:
        fill(unit, ROOM, count=2)
        fill_node(unit)
    if step is None:
        die()


def write_on(path: Path, told: Connection) -> None:
    """Unit after unit, each acknowledged once it is done, until killed."""
    store = open_sqlite(path)
    while True:
        with store.writing() as unit:
            number = write_next(unit)
        told.send(number)


def write_next(unit: Unit) -> int:
    """`EACH` items with offers and rows, in as many shelves as take them; the number of the unit, from 1."""
    first = unit.items.reserve(ROOM, EACH)
    numbers = range(first, first + EACH)
    unit.items.add([(records.item(number), b"") for number in numbers])
    unit.offers.add([records.offer(number) for number in numbers])
    unit.feeds.add(ROOM, "d", [records.row(number, number) for number in numbers])
    unit.feeds.put_head(ROOM, "d", numbers[-1])
    unit.work.add_task(records.task(str(first), first))
    return numbers[-1] // EACH
