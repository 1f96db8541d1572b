"""Random worlds: whatever happens that an observer cannot know of, it is told the same."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from opsroom.ports import Store
from opsroom.storage.memory import open_memory
from opsroom.storage.sql import open_sqlite
from tests.confidentiality.machine import TwoWorlds
from tests.conftest import SAID

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
RUNS, LENGTH = (2000, 50) if SOAK else (25, 25)
FEWER = 10
"""One run on files for so many in memory."""


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory() as found:
        yield Path(found)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_nothing_is_told_apart(
    kind: str, place: Path, record_property: Callable[[str, object], None]
) -> None:
    def open_store() -> Store:
        return open_memory() if kind == "memory" else open_sqlite(place / f"{len(list(place.iterdir()))}.db")

    class Worlds(TwoWorlds):
        stores = staticmethod(open_store)

    Worlds.permitted.clear()
    run_state_machine_as_test(
        Worlds,
        settings=settings(
            max_examples=RUNS if kind == "memory" else max(RUNS // FEWER, 5),
            stateful_step_count=LENGTH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    permitted, steps = Worlds.permitted[True], Worlds.permitted.total()
    record_property(SAID, f"two worlds on {kind}: {permitted} of {steps} random steps were permitted")
    assert permitted > steps / 2
