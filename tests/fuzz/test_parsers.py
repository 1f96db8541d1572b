"""Every parser under its corpus: as it stands, and broken in ways that are the same every time.

`make fuzz` searches for more, guided by coverage (`tests.fuzz.guided`); what it finds stays in the corpus.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.guided import CORPUS
from tests.fuzz.lives import REQUESTS, SEED
from tests.fuzz.mutations import broken, spoiled
from tests.fuzz.parsers import PARSERS

INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file())
EACH = REQUESTS // 100
LONG = 30_000
UNITS = (
    "(", "[", "{", "a", " ", "'", "\\", "\\'", "/*", "/* ", "//", '"', "a.", "a,", "- ", "a*", "NOT ", "a?", "[^",
    "0", "1.", "[.]", "hxxp", "@", "::", "1:", "%", "*a ", "{a: ", "\n", "{}\n", '{"":', "[1,", '"\\u', "ﷺ",
    "[a:b=1]OR", "'a',", "(a*)*", "!!int ",
)  # fmt: skip


def variations(raw: bytes, name: str) -> Iterator[bytes]:
    """The input, and what becomes of it."""
    yield raw
    chance = random.Random(f"{SEED} {name}")
    for _ in range(EACH):
        yield broken(chance, broken(chance, raw))
        try:
            yield spoiled(chance, json.loads(raw))
        except ValueError:
            continue


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_input_breaks_its_parser(path: Path) -> None:
    for one in variations(path.read_bytes(), path.name):
        try:
            PARSERS[path.parent.name](one)
        except Exception as error:
            raise AssertionError(f"{path.parent.name} breaks on {one!r}") from error


@pytest.mark.parametrize("name", PARSERS)
def test_nothing_repeated_makes_a_parser_slow(name: str) -> None:
    """Each of these, repeated, took minutes somewhere, or the whole stack."""
    for unit in UNITS:
        PARSERS[name]((unit * (LONG // len(unit))).encode())


def test_every_parser_has_a_corpus() -> None:
    assert PARSERS.keys() == {path.name for path in CORPUS.iterdir()}
