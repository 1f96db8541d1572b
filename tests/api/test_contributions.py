"""Contributions over HTTP: a stream in, a line for each object out."""

import asyncio
import io
from collections.abc import Iterator
from typing import Any

import pytest

from opsroom.client import AsyncClient, Client
from opsroom.core.roster import Role
from opsroom.errors import Malformed, NotFound, Refused
from opsroom.wire.contributions import Outcome
from tests import objects
from tests.api.conftest import Asking
from tests.taxii.conftest import UPLOAD, Served

RAWS = [objects.identity(1), objects.identity(2)]
FILE = b"\n".join(RAWS)


def test_a_line_for_each_object(door: Served, asking: Asking) -> None:
    found = list(sent(asking("alfa"), door, FILE + b'\n{"type": "identity"}'))
    assert [one.state for one in found].count("accepted") == 2
    [refused] = [one for one in found if one.state == "refused"]
    assert "id" in refused.message
    assert len(door.world.read("bravo", "room")) == 2


def test_the_other_client_streams_too(door: Served) -> None:
    async def states() -> list[str]:
        async with AsyncClient(door.url, door.tokens["alfa"]) as client:
            agreement = door.world.agreements["all"]
            told = client.contribute(io.BytesIO(FILE), room="room", agreement=agreement, field="incidents")
            return [one.state async for one in told]

    assert asyncio.run(states()) == ["accepted", "accepted"]


def test_a_dry_run_keeps_nothing(door: Served, asking: Asking) -> None:
    found = list(sent(asking("alfa"), door, FILE, dry_run=True))
    for one in found:
        assert isinstance(one.sights, tuple)
        assert {sight.member: sight.released for sight in one.sights} == {"bravo": True, "carol": True}
    assert door.world.read("alfa", "room") == []


def test_every_fault_of_the_options_is_named(door: Served, asking: Asking) -> None:
    with pytest.raises(Malformed) as wrong:
        list(sent(asking("alfa"), door, FILE, rel_to=("zulu",), not_to=("delta",)))
    assert [one.path for one in wrong.value.faults] == ["rel_to", "not_to"]
    with pytest.raises(Malformed) as wrong:
        list(sent(asking("alfa"), door, FILE, policy="ALF", to_nobody=True, rel_to=("bravo",)))
    assert {one.path for one in wrong.value.faults} == {"policy", "to_nobody"}


def test_a_name_outside_is_told_like_a_name_that_nobody_bears(door: Served, asking: Asking) -> None:
    """Delta is enrolled, Zulu is not: nothing tells them apart."""
    said = []
    for name in ("delta", "zulus"):
        with pytest.raises(Malformed) as wrong:
            list(sent(asking("alfa"), door, FILE, rel_to=(name,)))
        said.append(str(wrong.value).replace(name, "NAME"))
    assert said[0] == said[1]


def test_places_that_are_hidden_look_absent(door: Served, asking: Asking) -> None:
    for member, changed in (
        ("delta", {}),
        ("alfa", {"room": "nowhere"}),
        ("carol", {"agreement": door.world.agreements["two"]}),
    ):
        with pytest.raises(NotFound) as hidden:
            list(sent(asking(member), door, FILE, **changed))
        assert str(hidden.value) == "There is nothing here that you may know of."


def test_it_takes_a_contributor(door: Served, asking: Asking) -> None:
    with pytest.raises(Refused):
        list(sent(asking("alfa", Role.READER), door, FILE))


def test_a_file_that_breaks_off_is_told_with_its_place_and_lets_nothing_out(
    door: Served, asking: Asking
) -> None:
    raws = b",".join(objects.identity(number) for number in range(1, 1_200))
    with pytest.raises(Malformed) as broken:
        list(sent(asking("alfa"), door, b"[" + raws + b", {"))
    assert broken.value.faults[0].path.startswith("byte ")
    assert door.world.read("bravo", "room") == []


def test_a_file_that_is_too_large_is_refused(door: Served, asking: Asking) -> None:
    with pytest.raises(Malformed, match="2000000"):
        list(sent(asking("alfa"), door, b" " * (UPLOAD + 1)))


def sent(client: Client, door: Served, content: bytes, **more: Any) -> Iterator[Outcome]:
    """A file contributed to the collection of all three."""
    place: dict[str, Any] = {"room": "room", "agreement": door.world.agreements["all"], "field": "incidents"}
    return client.contribute(io.BytesIO(content), **(place | more))
