"""Release acts: what waits goes out by a releaser's yes, or two; refused, it is gone."""

import pytest

from opsroom.core.roster import Role
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.operations import release
from opsroom.operations.contribute import State, post, status
from opsroom.operations.enrol import set_posting
from opsroom.principals import Principal, acting_for
from tests import objects
from tests.builders import World

ONE = objects.numbered("identity", 1)


def waiting(room: World, release_by: str) -> str:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", release_by=release_by)
    collection = room.collection("all", "incidents", "room")
    return post(room.node, room.principal("alfa"), "room", collection, [objects.identity(1)]).id


def officer(room: World, name: str, member: str = "alfa") -> Principal:
    with room.node.store.reading() as snapshot:
        return acting_for(snapshot, member, person=name)


def test_one_yes_lets_it_out(room: World) -> None:
    receipt = waiting(room, "releaser")
    assert [one.item.id for one in release.waiting(room.node, officer(room, "one"), "room")] == [ONE]
    release.approve(room.node, officer(room, "one"), "room", [ONE])
    assert len(room.read("bravo", "room")) == 1
    assert release.waiting(room.node, officer(room, "one"), "room") == []
    kept = status(room.node, room.principal("alfa"), "room", receipt)
    assert [one.state for one in kept.outcomes] == [State.SUCCESS]


def test_two_are_two_people_and_neither_is_the_contributor(room: World) -> None:
    waiting(room, "two-releasers")
    release.approve(room.node, officer(room, "one"), "room", [ONE])
    assert room.read("bravo", "room") == []
    with pytest.raises(Conflict):
        release.approve(room.node, officer(room, "one"), "room", [ONE])
    with pytest.raises(Conflict):
        release.approve(room.node, officer(room, "operator"), "room", [ONE])
    release.approve(room.node, officer(room, "two"), "room", [ONE])
    assert len(room.read("bravo", "room")) == 1


def test_refused_is_gone_for_its_originator_too(room: World) -> None:
    receipt = waiting(room, "releaser")
    release.refuse(room.node, officer(room, "one"), "room", [ONE])
    assert room.read("bravo", "room") == room.read("alfa", "room") == []
    kept = status(room.node, room.principal("alfa"), "room", receipt)
    assert [one.state for one in kept.outcomes] == [State.FAILURE]


def test_nobody_releases_for_another_member(room: World) -> None:
    waiting(room, "releaser")
    with pytest.raises(NotFound):
        release.approve(room.node, officer(room, "one", "bravo"), "room", [ONE])


def test_it_takes_the_role(room: World) -> None:
    waiting(room, "releaser")
    principal = officer(room, "one")
    reader = Principal(principal.user, principal.member, principal.desk, frozenset({Role.READER}))
    with pytest.raises(Refused, match="releaser"):
        release.approve(room.node, reader, "room", [ONE])


def test_what_is_foreseen_is_what_approving_turns_out(room: World) -> None:
    waiting(room, "releaser")
    [foreseen] = release.foreseen(room.node, officer(room, "one"), "room", [ONE])
    assert room.read("bravo", "room") == []
    release.approve(room.node, officer(room, "one"), "room", [ONE])
    released = {sight.reader.member for sight in foreseen.sights if sight.released}
    assert released == {member for member in ("bravo", "carol") if room.read(member, "room")} != set()
