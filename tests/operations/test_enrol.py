"""Enrolling: tokens and their ends."""

import pytest

from opsroom.core.roster import Role
from opsroom.errors import Conflict, Malformed, NotFound, Refused, Unauthenticated
from opsroom.operations.enrol import change_roles, issue_token, revoke_token
from opsroom.principals import Principal, authenticate
from tests.builders import DAY, World


def holder(room: World, secret: str) -> Principal:
    with room.node.store.reading() as snapshot:
        return authenticate(snapshot, secret=secret, at=room.clock.now())


def test_new_roles_come_with_a_new_secret_at_the_same_desk_and_the_old_one_ends(room: World) -> None:
    old = room.token("alfa", Role.READER, user="ana")
    before = holder(room, old)
    issued = change_roles(room.node, "alfa", "ana", roles=frozenset({Role.RELEASER}))
    after = holder(room, issued.secret)
    assert (after.desk, after.room, after.roles) == (before.desk, before.room, frozenset({Role.RELEASER}))
    with pytest.raises(Unauthenticated):
        holder(room, old)


def test_roles_that_do_not_go_together_change_nothing(room: World) -> None:
    old = room.token("alfa", Role.READER, user="ana")
    for roles in ({Role.OVERSEER, Role.KEEPER}, {Role.OPERATOR}):
        with pytest.raises(Refused):
            change_roles(room.node, "alfa", "ana", roles=frozenset(roles))
    assert holder(room, old).roles == {Role.READER}


def test_a_user_name_is_one_persons_in_its_member_while_its_token_holds(room: World) -> None:
    first = room.token("alfa", user="ana")
    with pytest.raises(Conflict):
        room.token("alfa", user="ana")
    revoke_token(room.node, "alfa", "ana")
    with pytest.raises(Unauthenticated):
        holder(room, first)
    with pytest.raises(NotFound):
        revoke_token(room.node, "alfa", "ana")
    assert holder(room, room.token("alfa", user="ana")).member == "alfa"


def test_members_may_have_users_of_one_name_and_neither_learns_of_the_other(room: World) -> None:
    secrets = {member: room.token(member, user="ana") for member in ("alfa", "bravo")}
    for member, secret in secrets.items():
        with room.node.store.reading() as snapshot:
            found = authenticate(snapshot, secret=secret, at=room.clock.now(), user="ana")
        assert found.member == member
    revoke_token(room.node, "bravo", "ana")
    assert holder(room, secrets["alfa"]).member == "alfa"
    assert change_roles(room.node, "alfa", "ana", roles=frozenset({Role.READER})).credential.member == "alfa"


@pytest.mark.parametrize("user", ["", "..", "a:b", "a\nb", " ", "a" * 101])
def test_a_user_name_is_one_that_basic_can_carry(room: World, user: str) -> None:
    with pytest.raises(Malformed, match="user"):
        issue_token(room.node, "alfa", user=user, roles=frozenset(), expires_at=room.clock.instant + DAY)


def test_a_user_name_is_free_once_its_token_expired(room: World) -> None:
    roles = frozenset({Role.READER})
    issue_token(room.node, "alfa", user="ana", roles=roles, expires_at=room.clock.instant + DAY)
    room.clock.instant += DAY
    with pytest.raises(NotFound):
        change_roles(room.node, "alfa", "ana", roles=roles)
    assert holder(room, room.token("alfa", user="ana")).member == "alfa"
