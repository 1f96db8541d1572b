"""A writer is killed between any two of its steps: what was acknowledged is there, all else is whole or absent."""

import multiprocessing
import random
import signal
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from opsroom.storage.sql import SqlStore, open_sqlite
from tests.storage import writers
from tests.storage.everything import whole
from tests.storage.records import ROOM
from tests.storage.writers import EACH

ROUNDS = 8
STRIDE = 3
"""A file is made in one unit of work of many like steps: every third is tried."""
SECONDS = 60
"""How long to wait for a process that ought to be dead."""

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["__main__", "opsroom.storage.sql", "tests.storage.writers"])


def killed(target: Callable[..., None], path: Path, step: int | None) -> bool:
    """Whether the process was killed on its way; if not, it came to its end."""
    process = processes.Process(target=target, args=(path, step))
    process.start()
    process.join(SECONDS)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def content(store: SqlStore) -> dict[str, object]:
    with store.reading() as snapshot:
        return whole(snapshot)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "opsroom.db"


def test_a_unit_killed_before_any_of_its_steps_leaves_nothing(path: Path) -> None:
    store = open_sqlite(path)
    empty, step = content(store), 0
    while killed(writers.write_until, path, step):
        assert content(store) == empty, f"killed before step {step}"
        step += 1
    done = content(store)
    store.close()
    assert done != empty
    assert step > 30


def test_a_unit_killed_right_after_is_whole(path: Path, tmp_path: Path) -> None:
    assert killed(writers.write_until, path, None)
    assert not killed(writers.write_until, tmp_path / "undisturbed.db", 10**9)
    store, undisturbed = open_sqlite(path), open_sqlite(tmp_path / "undisturbed.db")
    assert content(store) == content(undisturbed)
    assert content(store)["people.members"] != []
    store.close()
    undisturbed.close()


def test_a_file_whose_making_was_killed_is_made_by_the_next(tmp_path: Path) -> None:
    step = 0
    while killed(writers.migrate_until, tmp_path / f"{step}.db", step):
        store = open_sqlite(tmp_path / f"{step}.db")
        with store.writing() as unit:
            assert writers.write_next(unit) == 1
        store.close()
        step += STRIDE
    assert step > 30


def test_killed_at_any_moment_every_acknowledged_unit_is_there(path: Path) -> None:
    lives, known = random.Random(7), 0
    for _ in range(ROUNDS):
        hear, tell = processes.Pipe(duplex=False)
        process = processes.Process(target=writers.write_on, args=(path, tell))
        process.start()
        tell.close()
        assert hear.poll(SECONDS)
        sleep(lives.random() / 20)
        process.kill()
        process.join(SECONDS)
        known = max(known, *heard(hear))
        store = open_sqlite(path)
        units = written(store)
        store.close()
        assert units in (known, known + 1)
        known = units
    assert known > ROUNDS


def heard(hear: "multiprocessing.connection.Connection[object, int]") -> list[int]:
    """All that was acknowledged before the end."""
    found = []
    try:
        while True:
            found.append(hear.recv())
    except EOFError:
        return found


def written(store: SqlStore) -> int:
    """How many units there are; each is whole."""
    with store.reading() as of:
        last = of.feeds.head(ROOM, "d")
        numbers = list(range(1, last + 1))
        more = [*numbers, *range(last + 1, last + 9)]
        assert sorted(of.items.by_number(ROOM, more)) == sorted(of.items.bodies(ROOM, more)) == numbers
        assert sorted(of.offers.by_number(ROOM, more)) == numbers
        rows = of.feeds.page(ROOM, "d", collection=None, after=0, limit=2 * last + 9)
        assert [row.added for row in rows] == numbers
        assert [one.due_at for one in of.work.due_tasks(10**18, last + 9)] == numbers[::EACH]
    with store.writing() as unit:
        assert unit.items.reserve(ROOM, 1) == last + 1
        unit.discard()
    assert last % EACH == 0
    return last // EACH
