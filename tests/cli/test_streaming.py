"""A file of any size goes through in bounded memory: what is allocated does not grow with the file."""

import tracemalloc

import pytest

from opsroom.operations.contribute import posting
from tests import objects
from tests.cli.conftest import Shell

LARGE = "x" * 40_000
FEW, MANY = 150, 600
HELD = (MANY - FEW) * len(LARGE)
"""How many bytes more a run would allocate that held the objects of its file."""


def peak(room: Shell, count: int, *words: str) -> int:
    """The most that was allocated at once while a file of large objects was contributed."""
    raws = (objects.identity(number, description=LARGE) for number in range(count))
    path = room.file("large.ndjson", b"\n".join(raws))
    tracemalloc.start()
    result = room.run(*room.contributing(path, *words))
    allocated = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.exit_code == 0, result.output
    return allocated


@pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["contribute", "dry run"])
def test_memory_does_not_grow_with_the_file(
    room: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(posting, "BATCH", 50)
    few = peak(room, FEW, *words)
    many = peak(room, MANY, *words)
    assert many - few < HELD / 6
