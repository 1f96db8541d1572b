"""`opsroom member`: members, bodies, desks, tokens, postings."""

import pytest

from opsroom.app import node_in
from opsroom.core.roster import Role
from opsroom.errors import Unauthenticated
from opsroom.principals import Principal, authenticate
from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE = objects.numbered("identity", 1)


def principal(room: Shell, secret: str, user: str) -> Principal:
    with node_in(room.home / "data") as node, node.store.reading() as snapshot:
        return authenticate(snapshot, secret=secret, at=node.clock.now(), user=user)


def token(room: Shell, *words: str) -> str:
    found = room.json("member", "token", "alfa", "--user", "ana", "--role", "reader", *words)
    return str(found["secret"])


def test_a_member_is_listed_with_its_key(room: Shell) -> None:
    shown = room.json("key", "show", room.key("alfa"))
    listed = {one["name"]: one for one in room.json("member", "list")}
    assert set(listed) == {"alfa", "bravo", "carol"}
    assert listed["alfa"]["key"] == shown["fingerprint"]
    assert shown["fingerprint"] in room.run("member", "show", "alfa").stdout


def test_what_key_show_prints_is_taken_as_the_public_key(shell: Shell) -> None:
    shell.run("key", "new", shell.key("alfa"))
    public = shell.file("alfa.pub", shell.run("key", "show", shell.key("alfa")).stdout)
    added = shell.json("member", "add", "alfa", "--title", "Alfa", "--key", public)
    assert added["key"] == shell.json("key", "show", shell.key("alfa"))["fingerprint"]


def test_a_first_key_may_come_later_and_only_once(shell: Shell) -> None:
    shell.run("member", "add", "alfa", "--title", "Alfa")
    shell.run("key", "new", shell.key("alfa"))
    shell.run("member", "key", "alfa", shell.key("alfa"))
    assert len(shell.json("member", "show", "alfa")["keys"]) == 1
    assert "opsroom key rotate" in shell.run("member", "key", "alfa", shell.key("alfa"), status=3).stderr


def test_a_component_has_dates_and_a_place_in_another(room: Shell) -> None:
    room.run("member", "component", "alfa", "navy", "--title", "Navy")
    words = ("--part-of", "navy", "--from", "2014-06-15", "--to", "2030-01-01")
    room.run("member", "component", "alfa", "coastguard", "--title", "Coast Guard", *words)
    [guard, navy] = room.json("member", "show", "alfa")["components"]
    assert (guard["part_of"], guard["from"]) == ("navy", "2014-06-15T00:00:00.000000Z")
    assert (navy["from"], navy["to"]) == (None, None)
    backwards = ("--title", "Other", "--from", "2020-01-01", "--to", "2019-01-01")
    room.run("member", "component", "alfa", "other", *backwards, status=2)


def test_a_desk_narrows_what_its_member_receives(room: Shell) -> None:
    room.run("member", "desk", "bravo", "border", "--field", "border-security", "--clearance", "BRV/HIGH")
    desks = {one["name"]: one for one in room.json("member", "show", "bravo")["desks"]}
    assert (desks["main"]["fields"], desks["main"]["clearance"]) == (None, None)
    assert (desks["border"]["fields"], desks["border"]["clearance"]) == (["border-security"], "BRV/HIGH")
    room.run("member", "desk", "bravo", "other", "--clearance", "HIGH", status=2)


def test_a_tokens_secret_is_printed_once_and_lets_in(room: Shell) -> None:
    secret = token(room)
    assert principal(room, secret, "ana").roles == {Role.READER}
    shown = room.run("member", "show", "alfa").output + room.run("member", "show", "alfa", "--json").output
    assert secret not in shown
    assert "ana" in shown


@pytest.mark.parametrize(("given", "ends"), [("2999-01-31", "2999-01-31T"), ("P900Y", "29")])
def test_a_token_ends_at_a_date_or_after_a_duration(room: Shell, given: str, ends: str) -> None:
    token(room, "--expires", given)
    [found] = room.json("member", "show", "alfa")["tokens"]
    assert found["expires_at"].startswith(ends)


def test_a_token_that_ended_already_is_refused(room: Shell) -> None:
    words = ("--user", "ana", "--role", "reader", "--expires", "2001-01-01")
    assert "past" in room.run("member", "token", "alfa", *words, status=2).stderr


def test_new_roles_are_a_new_token_and_the_old_one_ends(room: Shell) -> None:
    old = token(room, "--room", "room")
    found = room.json("member", "role", "alfa", "--user", "ana", "--role", "reader", "--role", "releaser")
    assert found["room"] == "room"
    assert principal(room, found["secret"], "ana").roles == {Role.READER, Role.RELEASER}
    with pytest.raises(Unauthenticated):
        principal(room, old, "ana")


def test_a_revoked_token_lets_nobody_in_and_its_user_may_have_another(room: Shell) -> None:
    secret = token(room)
    room.run("member", "token", "alfa", "--user", "ana", "--role", "reader", status=3)
    room.run("member", "revoke", "alfa", "--user", "ana")
    with pytest.raises(Unauthenticated):
        principal(room, secret, "ana")
    room.run("member", "revoke", "alfa", "--user", "ana", status=4)
    assert principal(room, token(room), "ana").user == "ana"


def test_an_overseer_is_no_releaser(room: Shell) -> None:
    roles = ("--role", "overseer", "--role", "releaser")
    assert "overseer" in room.run("member", "token", "alfa", "--user", "eve", *roles, status=3).stderr
    token(room)
    room.run("member", "role", "alfa", "--user", "ana", *roles, status=3)


def test_what_a_member_sets_for_its_posts_holds_until_it_is_set_anew(room: Shell) -> None:
    place = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
    room.run("member", "posting", "alfa", *place, "--tlp", "green")
    found = room.json("member", "posting", "alfa", *place, "--release-by", "releaser")
    assert (found["tlp"], found["release_by"], found["level"]) == ("green", "releaser", None)
    room.contribute([objects.identity(1)])
    [shown] = room.json("show", ONE)
    assert (shown["handling"]["tlp"], shown["state"]) == ("green", "pending")
    refused = room.run("member", "posting", "alfa", *place, "--policy", "ALF", "--level", "HIGH", status=2)
    assert "equivalence" in refused.stderr


def test_a_secret_goes_into_a_new_file_of_its_own(shell: Shell) -> None:
    shell.members("alfa")
    path = shell.home / "ana.token"
    words = ("member", "token", "alfa", "--user", "ana", "--role", "keeper", "--out", str(path))
    said = shell.run(*words).stdout
    secret = path.read_text().strip()
    assert secret not in said
    assert path.stat().st_mode & 0o777 == 0o600
    assert "there already" in shell.run(*words, status=3).stderr
    assert path.read_text().strip() == secret
    other = shell.home / "other.token"
    shell.run("member", "token", "nobody", "--user", "ana", "--role", "reader", "--out", str(other), status=4)
    assert not other.exists()
    changed = ("member", "role", "alfa", "--user", "ana", "--role", "reader", "--out", str(other))
    assert shell.json(*changed)["secret"] is None
    assert other.read_text().strip() not in ("", secret)
