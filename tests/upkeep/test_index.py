"""The index: made for what was kept before there was one, and in step with footings ever after."""

import pytest

from opsroom.core.feed import shelf_of_footing, shelf_of_member
from opsroom.core.offer import Task
from opsroom.core.search import parse_query
from opsroom.operations import release
from opsroom.operations.contribute import post
from opsroom.operations.disclose import find
from opsroom.operations.enrol import set_posting
from opsroom.operations.recall import recall
from opsroom.upkeep import upkeep
from tests import objects
from tests.builders import World

EVERYTHING = ("", "\U0010ffff")


def posted(room: World, *raws: bytes) -> None:
    post(room.node, room.principal("alfa"), "room", room.collection("all", "incidents", "room"), raws)


def total(room: World, member: str) -> int:
    return find(room.node, room.principal(member), "room", parse_query("identity"), limit=1).total


def entries(room: World) -> set[tuple[str, int]]:
    """(shelf, item) of every entry."""
    shelves = [shelf_of_member("alfa"), *(shelf_of_footing(number) for number in range(1, 200))]
    with room.node.store.reading() as snapshot:
        return {
            (shelf, item)
            for shelf in shelves
            for _, item, _ in snapshot.terms.between("room", [shelf], *EVERYTHING)
        }


def test_what_was_kept_before_is_indexed_by_tasks(room: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "INDEXED_AT_ONCE", 3)
    posted(room, *(objects.identity(number) for number in range(1, 12)))
    before = entries(room)
    with room.node.store.writing() as unit:
        for shelf in {shelf for shelf, _ in before}:
            for term, item, _ in unit.terms.between("room", [shelf], *EVERYTHING):
                unit.terms.drop("room", shelf, {item: [term]})
        unit.work.add_task(Task("index room", "room", "index", "{}", 0))
    assert entries(room) == set()
    while room.node.next_due() is not None:
        room.node.advance()
    assert entries(room) == before
    assert (total(room, "alfa"), total(room, "bravo")) == (11, 11)


def test_an_item_leaves_the_shelf_that_it_rests_on_no_more(room: World) -> None:
    """A newer version becomes part of the footing of the older one."""
    posted(room, objects.identity(1))
    [(first, old)] = entries(room)
    newer = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    collection = room.collection("two", "logistics", "room")
    post(room.node, room.principal("alfa"), "room", collection, [newer])
    [second] = [shelf for shelf, item in entries(room) if item == old]
    assert second != first


def test_what_rests_on_others_stands_on_the_shelf_of_its_originator_too(room: World) -> None:
    """Alfa's relationship closes with Bravo's object, for Alfa's own desk as well; Alfa still finds it."""
    collection = room.collection("all", "incidents", "room")
    post(room.node, room.principal("bravo"), "room", collection, [objects.identity(2)])
    relation = objects.relationship(1, objects.numbered("identity", 1), objects.numbered("identity", 2))
    posted(room, objects.identity(1), relation)
    assert {shelf for shelf, _ in entries(room)} > {shelf_of_member("alfa")}
    recall(room.node, room.principal("bravo"), "room", collection, objects.numbered("identity", 2))
    query = parse_query("related-to")
    assert find(room.node, room.principal("alfa"), "room", query, limit=1).total == 1
    assert find(room.node, room.principal("carol"), "room", query, limit=1).total == 0


def test_what_waits_stands_on_the_shelf_of_its_originator_until_it_goes_out(room: World) -> None:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", release_by="releaser")
    posted(room, objects.identity(1))
    assert {shelf for shelf, _ in entries(room)} == {shelf_of_member("alfa")}
    assert (total(room, "alfa"), total(room, "bravo")) == (1, 0)
    release.approve(room.node, room.principal("alfa"), "room", [objects.numbered("identity", 1)])
    assert shelf_of_member("alfa") not in {shelf for shelf, _ in entries(room)}
    assert (total(room, "alfa"), total(room, "bravo")) == (1, 1)


def test_what_is_recalled_stands_on_no_shelf(room: World) -> None:
    posted(room, objects.identity(1))
    collection = room.collection("all", "incidents", "room")
    recall(room.node, room.principal("alfa"), "room", collection, objects.numbered("identity", 1))
    assert entries(room) == set()
    posted(room, objects.identity(1))
    assert (total(room, "alfa"), total(room, "bravo")) == (1, 1)
