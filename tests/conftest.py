"""Stores for every test that needs one: the in-memory model and real SQLite."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from opsroom.ports import Store
from opsroom.storage.memory import open_memory
from tests.builders import World, world

SAID = "said"
"""The property of a test whose value is said at the end of the run."""
STORES = ["memory", *(["sqlite"] if find_spec("opsroom.storage.sql") else [])]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have to say beside that they passed."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == SAID and report.when == "call":
                    terminalreporter.write_line(str(value))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened: Store
    if request.param == "sqlite":
        from opsroom.storage.sql import open_sqlite

        opened = open_sqlite(tmp_path / "opsroom.db")
    else:
        opened = open_memory()
    yield opened
    opened.close()


@pytest.fixture
def room(store: Store) -> World:
    """Alfa, Bravo and Carol share incidents without levels; Alfa and Bravo also logistics; Delta is outside."""
    found = world(store)
    found.member("alfa", "bravo", "carol", "delta")
    found.room("room", "alfa")
    found.agree("all", "room", ["alfa", "bravo", "carol"], ["incidents"])
    found.agree("two", "room", ["alfa", "bravo"], ["logistics"])
    return found
