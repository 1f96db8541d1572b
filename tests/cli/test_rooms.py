"""`opsroom init` and `opsroom room`: a directory, rooms, and members as dated relations."""

from pathlib import Path
from typing import Any

from tests.cli.conftest import SHARING, Shell


def relations(room: Shell) -> dict[str, Any]:
    return {one["member"]: one for one in room.json("room", "show", "room")["members"]}


def test_init_makes_the_database_once_and_says_what_to_do_next(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    first = shell.run("init").stdout
    assert (tmp_path / "data" / "opsroom.db").exists()
    assert "opsroom member add" in first
    assert shell.json("init")["made"] is False


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = Shell(tmp_path).file("taken", "")
    for words in (("init",), ("room", "list")):
        said = Shell(tmp_path, ("--data", file)).run(*words, status=5).stderr
        assert said.startswith(f"unavailable: {file} cannot be made a data directory: File exists")


def test_a_room_has_a_title_a_place_a_host_and_a_state(room: Shell) -> None:
    [listed] = room.json("room", "list")
    assert (listed["name"], listed["title"], listed["host"], listed["place"]) == (
        *("room", "A room", "alfa", "Somewhere"),
    )
    shown = room.json("room", "show", "room")
    assert shown["state"] == "active"
    assert [(one["id"], one["state"]) for one in shown["agreements"]] == [(SHARING, "in force")]
    assert "active" in room.run("room", "show", "room").stdout


def test_a_room_without_an_agreement_in_force_is_inactive_and_has_no_members(shell: Shell) -> None:
    shell.members("alfa")
    shell.run("room", "create", "room", "--title", "A room", "--host", "alfa")
    shown = shell.json("room", "show", "room")
    assert (shown["state"], shown["members"]) == ("inactive", [])


def test_members_are_the_parties_since_they_are_live_and_nobody_else(room: Shell) -> None:
    found = relations(room)
    assert set(found) == {"alfa", "bravo"}
    assert found["alfa"]["agreement"] == SHARING
    assert found["alfa"]["from"] > "2026-01-01"
    assert (found["alfa"]["to"], found["alfa"]["now"]) == (None, "in force")


def test_a_suspension_ends_no_membership(room: Shell) -> None:
    room.run("agreement", "suspend", SHARING, "--by", "bravo", "--party", "bravo", "--key", room.key("bravo"))
    assert [one["now"] for one in relations(room).values()] == ["suspended", "suspended"]
    assert relations(room)["bravo"]["to"] is None


def test_a_withdrawal_ends_it_at_its_date(room: Shell) -> None:
    words = ("--by", "bravo", "--effective-at", "2999-01-01", "--key", room.key("bravo"))
    room.run("agreement", "withdraw", SHARING, *words)
    found = relations(room)["bravo"]
    assert (found["to"], found["now"]) == ("2999-01-01T00:00:00.000000Z", "in force")


def test_an_unknown_room_is_named_with_those_that_there_are(room: Shell) -> None:
    refused = room.run("room", "show", "rom", status=4)
    assert 'there is no room "rom"; the rooms of this node: room' in refused.stderr


def test_a_host_must_be_a_member(shell: Shell) -> None:
    refused = shell.run("room", "create", "room", "--title", "A room", "--host", "alfa", status=4)
    assert "opsroom member add" in refused.stderr
