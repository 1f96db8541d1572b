"""`opsroom release`: what waits, who would see it, and the act that lets it out or not."""

import pytest

from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE, TWO = (objects.numbered("identity", number) for number in (1, 2))
PLACE = ("--room", "room", "--as", "alfa")


def waits(room: Shell, release_by: str) -> None:
    """Two objects of Alfa that wait for a release act."""
    words = ("--room", "room", "--agreement", SHARING, "--field", "incidents", "--release-by", release_by)
    room.run("member", "posting", "alfa", *words)
    said = room.contribute([objects.identity(1), objects.identity(2)], "--by", "ana")
    assert (said["accepted"], said["pending"]) == (0, 2)
    assert "release" in said["objects"][0]["message"]


def test_what_waits_is_listed_for_its_originator_and_seen_by_nobody_else(room: Shell) -> None:
    waits(room, "releaser")
    listed = room.json("release", "list", *PLACE)
    assert [(one["id"], one["state"], one["posted_by"], one["takes"]) for one in listed] == [
        *((ONE, "pending", "ana", 1), (TWO, "pending", "ana", 1)),
    ]
    assert ONE in room.run("release", "list", *PLACE).stdout
    assert not room.sees("bravo", ONE)
    assert room.run("release", "list", "--room", "room", "--as", "bravo").stdout == "nothing waits\n"


def test_show_says_who_would_see_it_and_lets_nothing_out(room: Shell) -> None:
    waits(room, "releaser")
    [shown] = room.json("release", "show", ONE, *PLACE)
    assert [(one["member"], one["released"], one["authority"]) for one in shown["sights"]] == [
        ("bravo", True, SHARING)
    ]
    assert "sees: provision (1)" in room.run("release", "show", ONE, *PLACE).stdout
    assert not room.sees("bravo", ONE)
    assert len(room.json("release", "list", *PLACE)) == 2


def test_approving_lets_out_what_is_named_alone(room: Shell) -> None:
    waits(room, "releaser")
    [done] = room.json("release", "approve", ONE, *PLACE, "--by", "rolf")
    assert (done["state"], done["approved_by"]) == ("offered", ["rolf"])
    assert [room.sees("bravo", one) for one in (ONE, TWO)] == [True, False]


def test_refusing_lets_nothing_out_for_good(room: Shell) -> None:
    waits(room, "releaser")
    [done] = room.json("release", "refuse", ONE, *PLACE, "--by", "rolf")
    assert done["state"] == "refused"
    assert [one["id"] for one in room.json("release", "list", *PLACE)] == [TWO]
    assert not room.sees("bravo", ONE)
    room.run("release", "approve", ONE, *PLACE, status=4)


def test_two_releasers_are_two_others(room: Shell) -> None:
    waits(room, "two-releasers")
    assert "you contributed it" in room.run("release", "approve", ONE, *PLACE, "--by", "ana", status=3).stderr
    [first] = room.json("release", "approve", ONE, *PLACE, "--by", "rolf")
    assert (first["state"], first["takes"]) == ("pending", 2)
    room.run("release", "approve", ONE, *PLACE, "--by", "rolf", status=3)
    assert not room.sees("bravo", ONE)
    room.run("release", "approve", ONE, *PLACE, "--by", "rita")
    assert room.sees("bravo", ONE)


@pytest.mark.parametrize("act", ["show", "approve", "refuse"])
def test_what_does_not_wait_is_not_found(room: Shell, act: str) -> None:
    room.contribute([objects.identity(1)])
    assert "opsroom release list" in room.run("release", act, ONE, *PLACE, status=4).stderr


def test_explain_says_that_something_waits_or_was_refused(room: Shell) -> None:
    waits(room, "releaser")
    assert "waits for a release act" in room.run("explain", ONE, "--to", "bravo").stdout
    room.run("release", "refuse", ONE, *PLACE, "--by", "rolf")
    assert "contributed and refused" in room.run("explain", ONE, "--to", "bravo").stdout


def test_a_room_that_is_not_there_is_not_an_empty_list(room: Shell) -> None:
    assert "room" in room.run("release", "list", "--room", "nowhere", "--as", "alfa", status=4).stderr
