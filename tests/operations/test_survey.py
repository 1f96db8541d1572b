"""The survey: item by item and member by member what the feeds say, and nothing for who knows of no room."""

import json

import pytest

from opsroom.errors import NotFound
from opsroom.operations import survey as module
from opsroom.operations.enrol import set_posting
from opsroom.operations.survey import survey
from tests import objects
from tests.builders import World
from tests.operations.test_contribute import given, posted
from tests.operations.test_passing import consented


def read(room: World, member: str) -> set[str]:
    try:
        return {json.loads(body)["id"] for body in room.read(member, "room")}
    except NotFound:
        return set()


def test_it_says_of_every_member_what_its_feed_says(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    posted(room, "bravo", [objects.identity(2)], "two", "logistics")
    given(room, "carol", [objects.identity(3)], not_to=frozenset({"bravo"}))
    lines = list(survey(room.node))
    for member in ("alfa", "bravo", "carol", "delta"):
        seen = {one.item.id for one in lines if (sight := one.sights[member]) and sight.released}
        assert seen == read(room, member)


def test_a_member_that_knows_of_no_room_has_no_ground(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    [line] = survey(room.node)
    assert line.sights["delta"] is None
    assert (line.name, line.agreement, line.field) == ("identity 1", room.agreements["all"], "incidents")


def test_items_come_in_the_order_of_their_offers_whoever_contributed_them(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for number, member in enumerate(("carol", "alfa", "bravo", "alfa", "carol"), 1):
        posted(room, member, [objects.identity(number)])
    assert [one.item.id for one in survey(room.node)] == [
        objects.numbered("identity", number) for number in range(1, 6)
    ]


def test_what_waits_is_shown_and_released_to_its_originator_alone(room: World) -> None:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", release_by="releaser")
    posted(room, "alfa", [objects.identity(1)])
    [line] = survey(room.node)
    grounds = {member: sight.ground for member, sight in line.sights.items() if sight}
    assert grounds == {"alfa": "own", "bravo": "not-released", "carol": "not-released"}


def test_who_passes_on_is_said_to(room: World) -> None:
    raw = objects.identity(1)
    given(room, "alfa", [raw], "two", "logistics", tlp="clear")
    room.agree("bc", "room", ["bravo", "carol"], ["logistics"])
    consented(room)
    assert [one.state for one in posted(room, "bravo", [raw], "bc", "logistics")] == ["success"]
    [_, line] = survey(room.node)
    assert (line.item.originator, line.offer.holder) == ("alfa", "bravo")
    sights = {member: sight and (sight.released, sight.ground) for member, sight in line.sights.items()}
    assert (sights["bravo"], sights["carol"]) == ((True, "passes-on"), (True, "provision"))
