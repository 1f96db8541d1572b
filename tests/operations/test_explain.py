"""Explaining: decision, ground, authority, clause; to the originator what failed under each agreement."""

import pytest

from opsroom.errors import NotFound
from opsroom.operations.explain import explain, show
from tests import objects
from tests.builders import DAY, World
from tests.operations.test_contribute import given, posted

ONE = objects.numbered("identity", 1)


def test_a_release_names_its_ground_authority_and_clause(room: World) -> None:
    provisions = [{"field": "incidents", "clause": "Art. 3(1)"}]
    room.agree("law", "room", ["alfa", "carol"], provisions, duties=[{"type": "protect", "clause": "Art. 9"}])
    posted(room, "alfa", [objects.identity(1)], "law")
    [found] = explain(room.node, room.principal("alfa"), ONE, to="carol")
    assert found.sight.released
    assert (found.sight.ground, found.sight.authority) == ("provision", room.agreements["law"])
    assert found.clauses == ("Art. 3(1)",)
    assert [one.type for one in found.obligations] == ["protect"]


def test_a_withholding_says_which_condition_failed_under_each_agreement(room: World) -> None:
    given(room, "alfa", [objects.identity(1)], "two", "logistics")
    [found] = explain(room.node, room.principal("alfa"), ONE, to="carol")
    assert (found.sight.released, found.sight.ground) == (False, "no-provision")
    [condition] = found.conditions
    assert condition.agreement == room.agreements["all"]
    assert any("cites other agreements" in reason for reason in condition.failed)
    assert any("logistics" in reason for reason in condition.failed)


def test_others_learn_no_conditions_and_nothing_of_what_is_hidden(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    posted(room, "alfa", [objects.identity(2)], "two", "logistics")
    [found] = explain(room.node, room.principal("bravo"), ONE, to="bravo")
    assert found.conditions == ()
    for identifier in (objects.numbered("identity", 2), objects.numbered("identity", 99)):
        with pytest.raises(NotFound):
            explain(room.node, room.principal("carol"), identifier, to="carol")
    with pytest.raises(NotFound):
        explain(room.node, room.principal("bravo"), ONE, to="carol")


def test_yesterday_is_asked_again_after_a_membership_ended(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    yesterday = room.clock.instant
    room.clock.instant += DAY
    room.event("all", "withdraw", scope={"party": "carol"}, by=["carol"])
    [now] = explain(room.node, room.principal("alfa"), ONE, to="carol")
    assert (now.sight.released, now.sight.ground) == (False, "no-provision")
    [then] = explain(room.node, room.principal("alfa"), ONE, to="carol", at=yesterday)
    assert then.sight.released
    [before] = explain(room.node, room.principal("alfa"), ONE, to="carol", at=yesterday - DAY)
    assert (before.sight.released, before.sight.ground) == (False, "not-released")


def test_a_holder_is_asked_about(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    [found] = explain(room.node, room.principal("alfa"), ONE, to="carol", holder="bravo")
    assert (found.sight.released, found.sight.ground) == (False, "tlp-onward")


def test_a_reference_that_holds_back_is_named(room: World) -> None:
    hidden = objects.malware(5)
    given(room, "alfa", [hidden], not_to=frozenset({"carol"}))
    end = objects.numbered("malware", 5)
    posted(room, "alfa", [objects.relationship(6, end, end)])
    [found] = explain(room.node, room.principal("alfa"), objects.numbered("relationship", 6), to="carol")
    assert (found.sight.ground, found.sight.because) == ("reference", (end,))


def test_show_is_for_owners_and_readers(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    [own] = show(room.node, room.principal("alfa"), ONE)
    [read] = show(room.node, room.principal("bravo"), ONE)
    assert own.handling is not None
    assert read.handling is None
    assert read.body != own.body
    with pytest.raises(NotFound):
        show(room.node, room.principal("carol"), ONE)


def test_a_handling_is_shown_to_a_reader_as_it_is_served_to_it(room: World) -> None:
    mark = objects.numbered("marking-definition", 7)
    handling = objects.handling_marking(7, fields=["incidents"], not_to=["delta"], tlp="green")
    posted(room, "alfa", [handling, objects.identity(1, object_marking_refs=[mark])])
    [served] = [one for one in room.read("bravo", "room") if mark.encode() in one and b"extensions" in one]
    [shown] = show(room.node, room.principal("bravo"), mark)
    [own] = show(room.node, room.principal("alfa"), mark)
    assert (shown.body, own.body) == (served, handling)
    assert b"delta" not in shown.body
