"""What the tests of planted leaks share: how a leak is planted and seen, and which channel each is about.

A leak is seen by the two worlds, or by what holds in one; and it is gone without the plant.
"""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from opsroom.core.feed import shelf_of_footing
from opsroom.operations.disclose import reading
from opsroom.principals import Principal
from tests.confidentiality.worlds import Answer, Told, nothing, told_of

FIND = import_module("opsroom.operations.disclose.find")
ROOM = "/api/rooms/room"
LISTED = f"{ROOM}/items?versions=all&limit=100"

CHANNELS: dict[str, tuple[str, str]] = {}
"""By test: the channel, and the rule that keeps it shut; the threat model shows them."""

Plant = pytest.MonkeyPatch
Apart = Callable[..., bool]


def guards(channel: str, rule: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says what a planted leak is about."""

    def note(test: Callable[..., None]) -> Callable[..., None]:
        CHANNELS[test.__name__] = (channel, rule)
        return test

    return note


def worlds_of(
    runner: asyncio.Runner, full: Callable[[Told], object], bare: Callable[[Told], object] = nothing
) -> tuple[Told, Told]:
    """Two worlds without the hidden part of all, each with a part of its own."""
    found = told_of(runner, nothing, nothing), told_of(runner, nothing, nothing)
    for told, part in zip(found, (full, bare), strict=True):
        part(told)
        told.step = 500
    return found


def seen(plant: Plant, leak: Callable[[], None], found: Callable[[], bool]) -> None:
    """Not there without the leak; there with it."""
    assert not found()
    with plant.context():
        leak()
        assert found()


def _everywhere(search: Any) -> Any:
    """A search that looks on all shelves of the room."""
    decisions, room = search.reading.snapshot.decisions, search.reading.room
    search._shelves = [shelf_of_footing(one) for one in decisions.footings_on(room, decisions.classes(room))]
    return search


def search_everywhere(snapshot: Any, room: str, principal: Principal) -> Any:
    return _everywhere(FIND.Search(reading.Reading(snapshot, room, principal), None))


def posted(told: Told, raw: bytes, **more: str) -> Answer:
    """Bravo's post to the agreement of all."""
    pact = told.world.agreements["all"]
    told.step = 600
    query = "&".join(f"{key}={value}" for key, value in more.items())
    target = f"{ROOM}/contributions?agreement={pact}&field=incidents&{query}"
    return told.ask("bravo", "POST", target, raw)
