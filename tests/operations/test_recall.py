"""Recall: taken back for everybody, with what rests on it; bytes and history stay."""

import pytest

from opsroom.core.release import Desk
from opsroom.errors import Refused
from opsroom.operations import contribute, explain
from opsroom.operations.contribute import Options, State, post
from opsroom.operations.enrol import add_desk
from opsroom.operations.recall import recall
from tests import objects
from tests.builders import World

ONE, TWO = objects.numbered("identity", 1), objects.numbered("identity", 2)


def posted(room: World, member: str, *raws: bytes, to: str = "all") -> None:
    collection = room.collection(to, "incidents", "room")
    receipt = post(room.node, room.principal(member), "room", collection, raws)
    assert {one.state for one in receipt.outcomes} == {State.SUCCESS}


def recalled(room: World, member: str, id: str, collection: str = "all") -> int:
    place = room.collection(collection, "incidents", "room")
    return recall(room.node, room.principal(member), "room", place, id)


def test_what_refers_to_it_goes_with_it(room: World) -> None:
    posted(room, "alfa", objects.identity(1), objects.identity(2), objects.relationship(1, ONE, TWO))
    assert len(room.read("bravo", "room")) == 3
    assert recalled(room, "alfa", TWO) == 1
    [left] = room.read("bravo", "room")
    assert ONE.encode() in left


def test_what_refers_to_it_comes_back_with_it(room: World) -> None:
    posted(room, "alfa", objects.identity(1), objects.identity(2), objects.relationship(1, ONE, TWO))
    recalled(room, "alfa", TWO)
    posted(room, "alfa", objects.identity(2))
    assert len(room.read("bravo", "room")) == 3


def test_a_product_of_it_is_withheld(room: World) -> None:
    posted(room, "alfa", objects.identity(1))
    collection = room.collection("all", "incidents", "room")
    contribute.contribute(
        room.node,
        room.principal("alfa"),
        "room",
        collection,
        [objects.identity(2)],
        Options(sources=((ONE, False),)),
        watch=lambda _: None,
    )
    assert len(room.read("bravo", "room")) == 2
    recalled(room, "alfa", ONE)
    assert room.read("bravo", "room") == []
    posted(room, "alfa", objects.identity(1))
    assert len(room.read("bravo", "room")) == 2


def test_a_desk_made_later_does_not_get_it(room: World) -> None:
    posted(room, "alfa", objects.identity(1), objects.identity(2))
    recalled(room, "alfa", ONE)
    add_desk(room.node, "late", Desk("alfa"))
    assert room.read("alfa", "room", desk="late") == [objects.identity(2)]


def test_the_ground_is_recalled(room: World) -> None:
    posted(room, "alfa", objects.identity(1))
    before = room.clock.instant
    recalled(room, "alfa", ONE)
    [now] = explain.explain(room.node, None, ONE, to="bravo")
    assert (now.sight.released, now.sight.ground) == (False, "recalled")
    [then] = explain.explain(room.node, None, ONE, to="bravo", at=before)
    assert then.sight.released
    assert now.sight.reader == Desk("bravo")


def test_nobody_recalls_what_is_not_its_own(room: World) -> None:
    posted(room, "alfa", objects.identity(1))
    with pytest.raises(Refused):
        recalled(room, "bravo", ONE)
    assert len(room.read("carol", "room")) == 1
