"""A world with a hidden part, and the same without it."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tests.confidentiality.worlds import Told, both_of, hidden_items, hidden_members, nothing, told_of


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def full(runner: asyncio.Runner) -> Told:
    """A world with its hidden part."""
    return told_of(runner, hidden_members, hidden_items)


@pytest.fixture
def bare(runner: asyncio.Runner) -> Told:
    """The same without it."""
    return told_of(runner, nothing, nothing)


@pytest.fixture
def apart(runner: asyncio.Runner) -> Callable[..., bool]:
    """Whether an observer is told two worlds apart by any of these targets (GET)."""

    def told_apart(who: str, *targets: str, worlds: tuple[Told, Told] | None = None) -> bool:
        full, bare = worlds or both_of(runner)
        answers = [[told.ask(who, "GET", target) for target in targets] for told in (full, bare)]
        return answers[0] != answers[1]

    return told_apart
