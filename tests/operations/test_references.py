"""References: every id that the originator sees must be released to a reader, or what refers to it is not."""

import pytest

from opsroom.operations.contribute import State, posting
from tests import objects
from tests.builders import World
from tests.operations.test_contribute import given, ids, posted
from tests.operations.test_labels import container

END = objects.numbered("malware", 1)
LINK = objects.numbered("relationship", 3)
HIDDEN = frozenset({"carol"})
NEWER = "2026-02-02T00:00:00.000Z"


def sees(room: World, member: str) -> set[str]:
    return ids(room.read(member, "room"))


def test_who_gets_the_missing_end_later_gets_what_was_narrowed(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    [outcome] = posted(room, "alfa", [objects.relationship(3, END, END)])
    assert "narrowed: withheld from carol" in outcome.message
    assert (sees(room, "bravo"), sees(room, "carol")) == ({END, LINK}, set())
    posted(room, "alfa", [objects.malware(1, modified=NEWER)])
    assert sees(room, "carol") == {END, LINK}


def test_a_missing_end_that_its_originator_offers_elsewhere_too_is_enough_in_one_copy(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], "two", "logistics")
    posted(room, "alfa", [objects.relationship(3, END, END)])
    assert sees(room, "carol") == set()
    posted(room, "alfa", [objects.malware(1)])
    assert sees(room, "carol") == {END, LINK}


def test_a_copy_of_another_that_the_originator_sees_is_enough(room: World) -> None:
    posted(room, "bravo", [objects.malware(1)])
    posted(room, "alfa", [objects.relationship(3, END, END)])
    assert sees(room, "carol") == {END, LINK}


def test_a_copy_of_another_that_the_reader_may_not_have_holds_back(room: World) -> None:
    posted(room, "bravo", [objects.malware(1)], "two", "logistics")
    [outcome] = posted(room, "alfa", [objects.relationship(3, END, END)])
    assert "carol" in outcome.message
    assert sees(room, "carol") == set()


def test_a_reference_to_what_nobody_offered_holds_nothing_back(room: World) -> None:
    [outcome] = posted(room, "alfa", [objects.relationship(3, END, END)])
    assert (outcome.state, outcome.message) == (State.SUCCESS, "")
    assert sees(room, "bravo") == sees(room, "carol") == {LINK}


def test_a_copy_that_the_originator_cannot_see_puts_no_constraint(room: World) -> None:
    room.agree("bd", "room", ["bravo", "delta"], ["planning"])
    posted(room, "bravo", [objects.malware(1)], "bd", "planning")
    [outcome] = posted(room, "alfa", [objects.relationship(3, END, END)])
    assert outcome.message == ""
    assert LINK in sees(room, "carol")


def test_a_cycle_is_held_back_together_where_one_of_it_is(room: World) -> None:
    one, two = (objects.numbered("grouping", number) for number in (1, 2))
    mark = objects.numbered("marking-definition", 7)
    raws = [
        objects.handling_marking(7, fields=["incidents"], not_to=["carol"]),
        container("grouping", 1, [two], object_marking_refs=[mark]),
        container("grouping", 2, [one]),
    ]
    outcomes = given(room, "alfa", raws)
    assert sees(room, "bravo") >= {one, two}
    assert sees(room, "carol") & {one, two} == set()
    assert any("narrowed: withheld from carol" in outcome.message for outcome in outcomes)


def test_a_cycle_closed_by_a_later_file_opens_together(room: World) -> None:
    one, two = (objects.numbered("grouping", number) for number in (1, 2))
    given(room, "alfa", [container("grouping", 2, [one])], not_to=HIDDEN)
    posted(room, "alfa", [container("grouping", 1, [two])])
    assert sees(room, "carol") == set()
    posted(room, "alfa", [container("grouping", 2, [one], modified=NEWER)])
    assert sees(room, "carol") == {one, two}


def test_a_version_that_drops_a_hidden_reference_opens_its_cycle(room: World) -> None:
    one, two = (objects.numbered("grouping", number) for number in (1, 2))
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    posted(room, "alfa", [container("grouping", 1, [two]), container("grouping", 2, [one, END])])
    assert sees(room, "carol") == set()
    posted(room, "alfa", [container("grouping", 2, [one], modified=NEWER)])
    assert sees(room, "carol") == {one, two}


def test_strict_references_refuse_what_rests_on_what_they_refused(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    note = container("grouping", 4, [LINK])
    outcomes = given(room, "alfa", [note, objects.relationship(3, END, END)], references="strict")
    states = {one.id: one.state for one in outcomes}
    assert states[LINK] is State.FAILURE
    assert "strict-refs" in next(one.message for one in outcomes if one.id == LINK)
    assert LINK not in sees(room, "alfa") | sees(room, "bravo")


@pytest.mark.parametrize("references", ["narrow", "strict", "dangle"])
def test_references_that_narrow_nothing_go_out_in_every_mode(room: World, references: str) -> None:
    raws = [objects.malware(1), objects.relationship(3, END, END)]
    outcomes = given(room, "alfa", raws, references=references)
    assert [(one.state, one.message) for one in outcomes] == 2 * [(State.SUCCESS, "")]
    assert sees(room, "carol") == {END, LINK}


def test_what_dangles_goes_on_dangling_when_its_end_is_closed_to_a_reader(room: World) -> None:
    given(room, "alfa", [objects.relationship(3, END, END)], references="dangle")
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    assert sees(room, "carol") == {LINK}


def test_what_refers_to_what_a_unit_closes_is_closed_with_it(room: World) -> None:
    """An older report refers to what comes now and is hidden; a report that comes now refers to the older."""
    end, older, newer = (objects.numbered("grouping", number) for number in (1, 2, 3))
    mark = objects.numbered("marking-definition", 7)
    posted(room, "alfa", [container("grouping", 2, [end])])
    assert sees(room, "carol") == {older}
    raws = [
        objects.handling_marking(7, fields=["incidents"], not_to=["carol"]),
        container("grouping", 3, [older]),
        container("grouping", 1, [objects.numbered("identity", 9)], object_marking_refs=[mark]),
    ]
    outcomes = posted(room, "alfa", raws)
    assert sees(room, "carol") & {end, older, newer} == set()
    assert sees(room, "bravo") >= {end, older, newer}
    assert "narrowed: withheld from carol" in outcomes[1].message


def test_a_cycle_across_batches_goes_out_together(room: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)
    circle = [objects.numbered("grouping", number) for number in range(1, 6)]
    raws = [container("grouping", number, [circle[number % 5]]) for number in range(1, 6)]
    outcomes = given(room, "alfa", raws)
    assert {one.message for one in outcomes} == {""}
    assert sees(room, "carol") == set(circle)
