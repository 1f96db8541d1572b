"""Random histories: what a member reads from its feed is what the rule says now, after every step.

The feeds are kept by small steps; `Ruling` works the same out from nothing kept. What-if is checked on the
way: what it foresaw is the difference that recording the event made.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from opsroom.core.offer import OfferState
from opsroom.core.search import parse_query
from opsroom.errors import NotFound
from opsroom.operations.disclose import find
from tests.builders import StillClock, World
from tests.upkeep.history import MEMBERS, History
from tests.upkeep.ruling import Ruling

LENGTH = 25
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def read(world: World, member: str) -> set[tuple[str, str]]:
    """(id, version) of all that the member's own feed shows."""
    try:
        bodies = world.read(member, "room", page_size=100)
    except NotFound:
        return set()
    return {(one["id"], one["modified"]) for one in map(json.loads, bodies)}


def found(world: World, member: str) -> set[tuple[str, str]]:
    """(id, version) of all that the member finds by a word that every object has."""
    hits = find(world.node, world.principal(member), "room", parse_query("report"), limit=1000).hits
    return {(one.object.id, one.object.version or "") for one in hits}


def ruled(world: World, member: str) -> set[tuple[str, str]]:
    """(id, version) of all that the rule releases to the member."""
    with world.node.store.reading() as snapshot:
        return Ruling(snapshot, world.node.upkeep(snapshot), member).released()


@contextmanager
def standing_still(world: World) -> Iterator[World]:
    """While the clock stands: what is asked for twice is asked for at one instant."""
    node, clock = world.node, world.node.clock
    node.clock = StillClock(clock.now())
    yield world
    node.clock = clock


def told(world: World, member: str) -> set[tuple[int, str]]:
    """(offer, member) of all of whom the member's desk is told that an offer is held back from them."""
    desk = world.principal(member).desk.id
    for _ in ("what is due", "what that left to do"):
        world.node.advance()
    with world.node.store.reading() as snapshot:
        listed = snapshot.narrowings.page("room", desk, standing=True, after=0, limit=1000)
    found = [(one.offer, one.reader) for one in listed]
    assert len(found) == len(set(found))
    return set(found)


def held_back(world: World, member: str) -> set[tuple[int, str]]:
    """The same by the rule: of every offer of the member's own that stands."""
    found: set[tuple[int, str]] = set()
    with world.node.store.reading() as snapshot:
        upkeep = world.node.upkeep(snapshot)
        for reader in MEMBERS:
            ruling = Ruling(snapshot, upkeep, reader)
            for number in ruling.held_back():
                offer = ruling.offers[number]
                parties = {one.member for one in upkeep.sights().readers("room", offer)}
                mine = offer.holder is None and offer.originator == member
                if mine and reader in parties and offer.state is OfferState.OFFERED:
                    found.add((number, reader))
    return found


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=2000 if SOAK else 60, deadline=None, suppress_health_check=list(HealthCheck))
def test_feeds_say_what_the_rule_says(seed: int) -> None:
    history = History(Random(seed))
    for _ in range(LENGTH):
        done = history.step()
        for member in MEMBERS:
            shown = read(history.world, member)
            assert shown == ruled(history.world, member), f"{member} after {done}"
            with standing_still(history.world) as world:
                assert told(world, member) == held_back(world, member), f"{member} after {done}"
            hits = found(history.world, member)
            assert hits <= shown, f"{member} after {done}"
            assert {id for id, _ in hits} == {id for id, _ in shown}, f"{member} after {done}"
            event(f"{done}: {'something' if shown else 'nothing'} is shown")
