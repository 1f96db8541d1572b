"""A member's own administration: every request by its keeper, nothing of any other member, room or agreement."""

import asyncio
from typing import Any

import httpx
import pytest

from opsroom.client import AsyncClient, Client
from opsroom.core.roster import Holding, Role
from opsroom.core.timestamps import Duration, later, parse_instant, render
from opsroom.core.windows import Window
from opsroom.errors import Conflict, Malformed, NotFound, Refused, Unauthenticated
from opsroom.wire.members import (
    AddComponent,
    AddDesk,
    IssuedToken,
    IssueToken,
    Member,
    MemberDesk,
    Posting,
    Token,
)
from opsroom.wire.members import Component as Body
from opsroom.wire.request import PREFIX, Request
from tests.api.conftest import Asking
from tests.builders import DAY
from tests.taxii.conftest import Served

AGREEMENT = "agreement--00000000-0000-4000-8000-000000000000"
REQUESTS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/member", None),
    ("GET", "/tokens", None),
    ("GET", "/posting", None),
    ("POST", "/desks", {"name": "night"}),
    ("POST", "/components", {"name": "navy", "title": "Navy"}),
    ("POST", "/tokens", {"user": "ana", "roles": ["reader"]}),
    ("PUT", "/tokens/alfa/roles", {"roles": ["reader"]}),
    ("DELETE", "/tokens/alfa", None),
    ("PUT", "/posting", {"room": "room", "agreement": AGREEMENT, "field": "incidents"}),
]


@pytest.fixture
def keeper(asking: Asking) -> Client:
    return asking("alfa", Role.KEEPER)


@pytest.fixture
def bound(door: Served, keeper: Client) -> Client:
    """A keeper of alfa whose token is bound to `room`; alfa is in `other` too."""
    door.world.room("other", "alfa")
    door.world.agree("elsewhere", "other", ["alfa", "bravo"], ["incidents"])
    return Client(door.url, keeper.issue_token("bo", roles=("keeper",), room="room").secret)


def raw(client: Client, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """Status and body, as they are sent."""
    response = httpx.request(method, client.url + PREFIX + path, headers=client._http.headers, json=body)
    return response.status_code, response.content


def test_a_keeper_sees_its_member_and_no_secret(door: Served, keeper: Client) -> None:
    issued = keeper.issue_token("ana", roles=("reader",))
    found: Member = keeper.show_member()
    assert (found.name, found.title, [one.name for one in found.desks]) == ("alfa", "Alfa", ["main"])
    users = [one.user for one in found.tokens]
    assert {"alfa", "ana"} <= set(users)
    assert found.tokens == keeper.tokens()
    for path in ("/member", "/tokens", "/posting"):
        status, said = raw(keeper, "GET", path)
        assert status == 200
        assert issued.secret.encode() not in said
        assert b"secret" not in said
        assert not any(name in said for name in (b"bravo", b"carol", b"delta"))


def test_components_and_desks(keeper: Client) -> None:
    navy: Body = keeper.add_component("navy", "Navy", until="2030-01-01T00:00:00Z")
    assert (navy.since, navy.until) == (None, "2030-01-01T00:00:00.000000Z")
    keeper.add_component("guard", "Guard", part_of="navy")
    desk: MemberDesk = keeper.add_desk("night", fields=("incidents",), held=(), clearance="ALF/GEHEIM")
    assert (desk.fields, desk.held, desk.clearance) == (["incidents"], [], "ALF/GEHEIM")
    wide = keeper.add_desk("day", component="navy")
    assert (wide.fields, wide.held, wide.clearance, wide.component) == (None, None, None, "navy")
    found = keeper.show_member()
    assert [one.name for one in found.components] == ["guard", "navy"]
    assert [one.name for one in found.desks] == ["day", "main", "night"]


def test_faults_of_components_and_desks(keeper: Client) -> None:
    with pytest.raises(Malformed, match="to: must be later"):
        keeper.add_component("navy", "Navy", since="2030-01-01T00:00:00Z", until="2029-01-01T00:00:00Z")
    with pytest.raises(Malformed, match="clearance"):
        keeper.add_desk("night", clearance="GEHEIM")
    with pytest.raises(Malformed, match="desk"):
        keeper.add_desk("Night Desk")
    with pytest.raises(Refused, match="alfa has no component navy"):
        keeper.add_desk("night", component="navy")
    with pytest.raises(Refused, match="alfa has no component navy"):
        keeper.add_component("guard", "Guard", part_of="navy")
    with pytest.raises(Refused, match="alfa itself does not hold crypto"):
        keeper.add_desk("night", held=("crypto",))
    with pytest.raises(Conflict):
        keeper.add_desk("main")


def test_a_desk_holds_what_its_member_holds(door: Served, keeper: Client) -> None:
    with door.world.node.store.writing() as unit:
        unit.people.add_holding(Holding("bravo", "crypto", "alfa", Window(0)))
    assert keeper.add_desk("night", held=("crypto",)).held == ["crypto"]


def test_a_token_lets_in_at_its_desk_with_its_roles(door: Served, keeper: Client) -> None:
    keeper.add_desk("night")
    issued: IssuedToken = keeper.issue_token("ana", roles=("reader", "releaser"), desk="night")
    assert (issued.member, issued.roles, issued.desk, issued.room) == (
        "alfa", ["reader", "releaser"], "night", None
    )  # fmt: skip
    with Client(door.url, issued.secret) as ana:
        found = ana.who_am_i()
    assert (found.user, found.member, found.desk, found.roles) == (
        "ana", "alfa", "night", ["reader", "releaser"]
    )  # fmt: skip
    with pytest.raises(Refused, match="alfa has no desk noon; its desks: main, night"):
        keeper.issue_token("bea", roles=("reader",), desk="noon")


def test_when_a_token_ends(door: Served, keeper: Client) -> None:
    def ends(expires: str | None = None) -> str:
        user = f"user {len(keeper.tokens())}"
        return keeper.issue_token(user, roles=("reader",), expires=expires).expires_at

    now = door.world.clock.instant
    assert ends("2999-01-31T01:00:00+01:00") == "2999-01-31T00:00:00.000000Z"
    assert parse_instant(ends("P90D")) - now in range(90 * DAY, 90 * DAY + 1000)
    assert ends()[:19] == render(later(now, Duration(months=12)))[:19]
    for wrong in ("2001-01-01T00:00:00Z", "soon", "P9999Y", "P", "", "2999-01-31"):
        with pytest.raises(Malformed) as found:
            ends(wrong)
        assert [one.path for one in found.value.faults] == ["expires"]


def test_roles_are_those_of_a_member(keeper: Client) -> None:
    for role in ("reader", "contributor", "releaser", "keeper", "overseer"):
        assert keeper.issue_token(f"one {role}", roles=(role,)).roles == [role]
    for body in (
        {"user": "ana", "roles": ["operator"]},
        {"user": "ana", "roles": ["reader", "operator"]},
        {"user": "ana", "roles": []},
        {"user": "ana", "roles": ["reader"], "member": "bravo"},
    ):
        assert raw(keeper, "POST", "/tokens", body)[0] == 400
    assert raw(keeper, "PUT", "/tokens/alfa/roles", {"roles": ["operator"]})[0] == 400
    with pytest.raises(Refused, match="overseer"):
        keeper.issue_token("ana", roles=("overseer", "keeper"))
    keeper.add_component("navy", "Navy")
    keeper.add_desk("sea", component="navy")
    with pytest.raises(Refused, match="reader alone"):
        keeper.issue_token("ana", roles=("contributor",), desk="sea")
    assert "ana" not in {one.user for one in keeper.tokens()}


def test_new_roles_are_a_new_token(door: Served, keeper: Client) -> None:
    old = keeper.issue_token("ana/ä b", roles=("reader",), room="room", expires="P9D")
    new = keeper.change_roles("ana/ä b", roles=("reader", "releaser"))
    assert (new.room, new.desk, new.expires_at) == (old.room, old.desk, old.expires_at)
    with Client(door.url, new.secret) as ana:
        assert ana.who_am_i().roles == ["reader", "releaser"]
    with pytest.raises(Unauthenticated), Client(door.url, old.secret) as before:
        before.who_am_i()


def test_a_token_is_revoked(door: Served, keeper: Client) -> None:
    issued = keeper.issue_token("ana", roles=("reader",))
    ended: Token = keeper.revoke_token("ana")
    assert (ended.user, ended.revoked_at is None) == ("ana", False)
    with pytest.raises(Unauthenticated), Client(door.url, issued.secret) as ana:
        ana.who_am_i()
    with pytest.raises(NotFound):
        keeper.revoke_token("ana")
    assert keeper.issue_token("ana", roles=("reader",)).user == "ana"


def test_postings_are_those_of_the_members_own_collections(door: Served, asking: Asking) -> None:
    keeper, world = asking("carol", Role.KEEPER), door.world
    place: dict[str, Any] = {"room": "room", "agreement": world.agreements["all"], "field": "incidents"}
    first: list[Posting] = keeper.postings()
    assert first == [Posting(**place, policy=None, level=None, tlp="amber", release_by="contributor")]
    found = keeper.set_posting(**place, tlp="green")
    assert keeper.set_posting(**place, release_by="two-releasers").tlp == found.tlp == "green"
    assert [one.release_by for one in keeper.postings(room="room")] == ["two-releasers"]
    assert [one.release_by for one in asking("alfa", Role.KEEPER).postings()] == ["contributor"] * 2
    with pytest.raises(Malformed, match="level"):
        keeper.set_posting(**place, policy="CRL", level="HIGH")
    assert raw(keeper, "PUT", "/posting", place | {"tlp": "pink", "release_by": "me"})[0] == 400


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.KEEPER, Role.OPERATOR)])
def test_it_takes_a_keeper(asking: Asking, role: Role) -> None:
    client = asking("alfa", role)
    before = asking("alfa", Role.KEEPER).show_member()
    for method, path, body in REQUESTS:
        status, said = raw(client, method, path, body)
        assert (status, b"takes the role keeper" in said) == (403, True), path
    after = asking("alfa", Role.KEEPER).show_member()
    assert (after.desks, after.components) == (before.desks, before.components)


def test_without_a_credential_nothing_is_said(door: Served) -> None:
    answers = {
        httpx.request(method, door.url + PREFIX + path, json=body).content for method, path, body in REQUESTS
    }
    assert len(answers) == 1


def test_a_keeper_acts_on_its_own_member_alone(door: Served, asking: Asking) -> None:
    alfa, bravo = (asking(member, Role.KEEPER) for member in ("alfa", "bravo"))
    bravo.issue_token("eve", roles=("reader",))
    bravo.add_component("navy", "Navy")
    bravo.add_desk("night")
    before = bravo.show_member()
    for method, path, body in (
        ("DELETE", "/tokens/{}", None),
        ("PUT", "/tokens/{}/roles", {"roles": ["reader"]}),
    ):
        theirs, nobodys = (raw(alfa, method, path.format(user), body) for user in ("eve", "nil"))
        assert theirs == nobodys
        assert theirs[0] == 404
    theirs, nobodys = (raw(alfa, "POST", "/desks", {"name": "x", "component": y}) for y in ("navy", "army"))
    assert (theirs[0], theirs[1].replace(b"navy", b"army")) == nobodys
    token = {"user": "x", "roles": ["reader"]}
    theirs, nobodys = (raw(alfa, "POST", "/tokens", token | {"desk": y}) for y in ("night", "sight"))
    assert (theirs[0], theirs[1].replace(b"night", b"sight")) == nobodys
    assert bravo.show_member() == before


def test_names_that_another_member_has_taken_are_free(asking: Asking) -> None:
    """No Conflict tells of another member's users, desks or components."""
    for member in ("alfa", "bravo"):
        keeper = asking(member, Role.KEEPER)
        keeper.add_component("navy", "Navy")
        keeper.add_desk("night", component="navy")
        keeper.issue_token("ana", roles=("reader",))
        again: list[Request[Any]] = [
            AddComponent("navy", "Navy"), AddDesk("night"), IssueToken("ana", ("reader",))
        ]  # fmt: skip
        for request in again:
            with pytest.raises(Conflict) as told:
                keeper.ask(request)
            assert "bravo" not in str(told.value).replace(member, "")


def test_basic_tells_users_of_one_name_apart(door: Served, asking: Asking) -> None:
    for member in ("alfa", "bravo"):
        secret = asking(member, Role.KEEPER).issue_token("ana", roles=("reader",)).secret
        assert httpx.get(door.url + PREFIX + "/me", auth=("ana", secret)).json()["member"] == member
        assert httpx.get(door.url + PREFIX + "/me", auth=("ann", secret)).status_code == 401


def test_rooms_and_collections_that_are_hidden_look_absent(door: Served, asking: Asking) -> None:
    world = door.world
    world.room("hidden", "alfa")
    world.agree("hidden", "hidden", ["alfa", "bravo"], ["incidents"])
    carol = asking("carol", Role.KEEPER)
    place = {"room": "room", "agreement": AGREEMENT, "field": "incidents"}
    token = {"user": "ana", "roles": ["reader"]}
    for (method, path, hidden), (_, elsewhere, absent) in (
        (("GET", "/posting?room=hidden", None), ("GET", "/posting?room=nowhere", None)),
        (
            ("PUT", "/posting", place | {"agreement": world.agreements["two"], "field": "logistics"}),
            ("PUT", "/posting", place),
        ),
        (
            ("PUT", "/posting", place | {"room": "hidden", "agreement": world.agreements["hidden"]}),
            ("PUT", "/posting", place | {"room": "nowhere"}),
        ),
        (("POST", "/tokens", token | {"room": "hidden"}), ("POST", "/tokens", token | {"room": "nowhere"})),
        (("GET", "/rooms/hidden", None), ("GET", "/rooms/nowhere", None)),
    ):
        there, nowhere = raw(carol, method, path, hidden), raw(carol, method, elsewhere, absent)
        assert there == nowhere
        assert there[0] == 404
    assert "ana" not in {one.user for one in carol.tokens()}


def test_a_token_of_one_room_makes_tokens_of_that_room_alone(door: Served, bound: Client) -> None:
    issued = bound.issue_token("ana", roles=("keeper",))
    assert issued.room == "room"
    with Client(door.url, issued.secret) as ana:
        assert ana.who_am_i().room == "room"
        assert [one.name for one in ana.rooms()] == ["room"]
    assert bound.issue_token("bea", roles=("reader",), room="room").room == "room"
    body = {"user": "cleo", "roles": ["reader"]}
    other, nowhere = (raw(bound, "POST", "/tokens", body | {"room": room}) for room in ("other", "nowhere"))
    assert other == nowhere
    assert other[0] == 404
    assert {one.user for one in bound.tokens()} == {"ana", "bea", "bo"}


def test_a_token_of_one_room_takes_over_no_other_token(bound: Client, keeper: Client) -> None:
    """New roles come with a new secret: of a token for all rooms it would open them all."""
    keeper.issue_token("wide", roles=("reader",))
    keeper.issue_token("far", roles=("reader",), room="other")
    before = keeper.tokens()
    for user in ("wide", "far", "alfa", "nobody"):
        with pytest.raises(NotFound):
            bound.change_roles(user, roles=("reader",))
        with pytest.raises(NotFound):
            bound.revoke_token(user)
    assert keeper.tokens() == before
    assert (
        {one.room for one in bound.tokens()} == {one.room for one in bound.show_member().tokens} == {"room"}
    )
    assert bound.change_roles("bo", roles=("reader", "keeper")).room == "room"


def test_a_token_of_one_room_sees_and_sets_the_postings_of_that_room_alone(
    door: Served, bound: Client, keeper: Client
) -> None:
    assert {one.room for one in bound.postings()} == {"room"}
    assert {one.room for one in keeper.postings()} == {"room", "other"}
    place = {"agreement": door.world.agreements["elsewhere"], "field": "incidents", "tlp": "clear"}
    for method, path, body in (("GET", "/posting?room={}", None), ("PUT", "/posting", place)):
        other, nowhere = (
            raw(bound, method, path.format(room), body and body | {"room": room})
            for room in ("other", "nowhere")
        )
        assert other == nowhere
        assert other[0] == 404
    assert [one.tlp for one in keeper.postings(room="other")] == ["amber"]


def test_a_token_of_one_room_makes_nothing_of_the_whole_members(bound: Client) -> None:
    with pytest.raises(Refused, match="bound to room"):
        bound.add_desk("night")
    with pytest.raises(Refused, match="bound to room"):
        bound.add_component("navy", "Navy")


def test_a_room_is_shown_as_its_parties_know_it(door: Served, asking: Asking) -> None:
    agreements = door.world.agreements
    alfa, carol = (asking(member).show_room("room") for member in ("alfa", "carol"))
    assert {one.id for one in alfa.agreements} == {agreements["all"], agreements["two"]}
    assert [one.id for one in carol.agreements] == [agreements["all"]]
    assert {(one.member, one.agreement) for one in carol.members} == {
        (member, agreements["all"]) for member in ("alfa", "bravo", "carol")
    }
    assert (carol.state, carol.host) == ("active", "alfa")


def test_the_other_client_says_the_same(door: Served, keeper: Client) -> None:
    agreement = door.world.agreements["all"]
    issued = keeper.issue_token("async", roles=("keeper",))

    async def asked() -> tuple[Member, list[Token], list[Posting]]:
        async with AsyncClient(door.url, issued.secret) as client:
            navy: Body = await client.add_component("navy", "Navy")
            desk: MemberDesk = await client.add_desk("sea", component=navy.name)
            ana: IssuedToken = await client.issue_token("ana", roles=("reader",), desk=desk.name)
            changed: IssuedToken = await client.change_roles(ana.user, roles=("reader",))
            ended: Token = await client.revoke_token(changed.user)
            posting: Posting = await client.set_posting("room", agreement, "incidents", tlp="red")
            assert (ended.desk, posting.tlp) == ("sea", "red")
            return await client.show_member(), await client.tokens(), await client.postings()

    assert asyncio.run(asked()) == (keeper.show_member(), keeper.tokens(), keeper.postings())


def test_how_a_member_posts_is_set_before_the_agreement_enters(door: Served, asking: Asking) -> None:
    ahead = door.world.agree(
        "ahead", "room", ["alfa", "bravo"], ["planning"], in_force={"from": "2031-01-01T00:00:00Z"}
    )
    keeper = asking("alfa", Role.KEEPER)
    found = keeper.set_posting(room="room", agreement=ahead, field="planning", release_by="releaser")
    assert found.release_by == "releaser"
    with pytest.raises(NotFound):
        asking("carol", Role.KEEPER).set_posting(room="room", agreement=ahead, field="planning", tlp="red")
