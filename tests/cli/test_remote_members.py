"""`opsroom member` and `opsroom room` far from the node: a keeper's token administers its own member."""

from typing import Any

import pytest

from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE = objects.numbered("identity", 1)
PLACE = ("--room", "room", "--agreement", SHARING, "--field", "incidents")


@pytest.fixture
def away(room: Shell, server: str) -> Shell:
    """A keeper of alfa, elsewhere."""
    return room.away(server, "alfa", "keeper")


def asked(shell: Shell, *words: str) -> Any:
    return shell.json("member", *words)


def test_a_member_is_shown_the_same_from_afar(room: Shell, away: Shell) -> None:
    assert asked(away, "show", "alfa") == asked(room, "show", "alfa")
    shown = away.run("member", "show", "alfa").stdout
    assert shown == room.run("member", "show", "alfa").stdout
    assert away.whom[-1] not in shown


def test_components_and_desks_are_made_from_afar(room: Shell, away: Shell) -> None:
    words = ("--title", "Coast Guard", "--from", "2014-06-15")
    assert asked(away, "component", "alfa", "guard", *words)["from"] == "2014-06-15T00:00:00.000000Z"
    asked(away, "desk", "alfa", "border", "--field", "incidents", "--clearance", "ALF/HIGH")
    asked(away, "desk", "alfa", "sea", "--component", "guard")
    found = asked(room, "show", "alfa")
    assert [one["name"] for one in found["components"]] == ["guard"]
    assert {one["name"]: (one["fields"], one["clearance"]) for one in found["desks"]} == {
        "border": (["incidents"], "ALF/HIGH"), "main": (None, None), "sea": (None, None)
    }  # fmt: skip
    backwards = ("--title", "Other", "--from", "2020-01-01", "--to", "2019-01-01")
    away.run("member", "component", "alfa", "other", *backwards, status=2)
    away.run("member", "desk", "alfa", "other", "--clearance", "HIGH", status=2)
    away.run("member", "desk", "alfa", "other", "--component", "navy", status=3)


def test_tokens_are_issued_changed_and_revoked_from_afar(room: Shell, away: Shell) -> None:
    words = ("--user", "ana", "--role", "reader", "--room", "room", "--expires", "2999-01-31")
    issued = asked(away, "token", "alfa", *words)
    assert (issued["member"], issued["room"]) == ("alfa", "room")
    assert issued["expires_at"] == "2999-01-31T00:00:00.000000Z"
    ana = Shell(room.home, ("--url", away.whom[1], "--token", issued["secret"]))
    assert [one["name"] for one in ana.json("room", "list")] == ["room"]
    changed = asked(away, "role", "alfa", "--user", "ana", "--role", "contributor")
    assert changed["roles"] == ["contributor"]
    ana.run("room", "list", status=3)
    assert asked(away, "revoke", "alfa", "--user", "ana")["revoked"] is True
    away.run("member", "revoke", "alfa", "--user", "ana", status=4)
    assert (
        "shown this once" in away.run("member", "token", "alfa", "--user", "bea", "--role", "reader").stdout
    )


def test_postings_are_set_and_listed_from_afar(room: Shell, away: Shell) -> None:
    found = asked(away, "posting", "alfa", *PLACE, "--tlp", "green", "--release-by", "releaser")
    assert (found["member"], found["tlp"], found["release_by"]) == ("alfa", "green", "releaser")
    assert asked(away, "postings", "alfa") == asked(room, "postings", "alfa", "--room", "room")
    assert "TLP:GREEN" in away.run("member", "postings", "alfa").stdout
    room.contribute([objects.identity(1)])
    [shown] = room.json("show", ONE)
    assert (shown["handling"]["tlp"], shown["state"]) == ("green", "pending")
    away.run("member", "posting", "alfa", *PLACE, "--policy", "ALF", "--level", "HIGH", status=2)
    asked(away, "postings", "alfa", "--room", "room")
    away.run("member", "postings", "alfa", "--room", "nowhere", status=4)


def test_a_token_administers_its_own_member_alone(room: Shell, away: Shell) -> None:
    before = asked(room, "show", "bravo")
    for words in (
        ("show", "bravo"),
        ("component", "bravo", "guard", "--title", "Guard"),
        ("desk", "bravo", "border"),
        ("token", "bravo", "--user", "eve", "--role", "reader"),
        ("role", "bravo", "--user", "eve", "--role", "reader"),
        ("revoke", "bravo", "--user", "eve"),
        ("posting", "bravo", *PLACE, "--tlp", "clear"),
        ("postings", "bravo"),
    ):
        hidden = away.run("member", *words, status=2).stderr
        absent = away.run("member", words[0], "zulu", *words[2:], status=2).stderr
        assert "the token is of alfa" in hidden
        assert hidden == absent
    assert asked(room, "show", "bravo") == before


def test_it_takes_a_keeper_and_an_operator_enrols_on_the_node(room: Shell, server: str) -> None:
    reader = room.away(server, "alfa", "reader")
    assert "keeper" in reader.run("member", "show", "alfa", status=3).stderr
    keeper = room.away(server, "alfa", "keeper")
    for words in (("member", "add", "zulu", "--title", "Zulu"), ("member", "list")):
        assert "machine" in keeper.run(*words, status=2).stderr


def test_rooms_are_shown_as_the_member_may_know_them(room: Shell, server: str) -> None:
    room.run("room", "create", "other", "--title", "Another", "--host", "carol")
    alfa, carol = (room.away(server, member) for member in ("alfa", "carol"))
    assert {one["name"] for one in room.json("room", "list")} == {"room", "other"}
    assert [one["name"] for one in alfa.json("room", "list")] == ["room"]
    assert carol.json("room", "list") == room.json("room", "list", "--as", "carol") == []
    assert alfa.json("room", "show", "room") == room.json("room", "show", "room")
    assert alfa.run("room", "show", "room").stdout == room.run("room", "show", "room").stdout
    hidden, absent = (alfa.run("room", "show", name, status=4).stderr for name in ("other", "nowhere"))
    assert hidden == absent
    create = ("room", "create", "third", "--title", "Third", "--host", "alfa")
    assert "machine" in alfa.run(*create, status=2).stderr
