"""A world with a hidden part, and the same without it."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.confidentiality.worlds import Told, hidden_items, hidden_members, nothing, told_of


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
