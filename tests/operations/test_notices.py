"""Notices: an originator is told at once from whom what its items rest on holds them back, and why."""

from collections.abc import Iterable

import pytest

from opsroom.core.release import Desk
from opsroom.core.windows import Window
from opsroom.errors import NotFound
from opsroom.operations import disclose, enrol
from opsroom.operations.disclose import Notice
from opsroom.operations.recall import recall
from tests import objects
from tests.builders import SECOND, World
from tests.operations.test_contribute import given, posted
from tests.operations.test_passing import consented

END = objects.numbered("malware", 1)
LINK = objects.numbered("relationship", 3)
HIDDEN = frozenset({"carol"})
NEWER = "2026-02-02T00:00:00.000Z"

Said = list[tuple[str, str, str, tuple[str, ...]]]


def told(
    room: World, member: str = "alfa", *, desk: str | None = None, standing: bool = True
) -> list[Notice]:
    principal = room.principal(member, desk)
    found, more = disclose.notices(room.node, principal, "room", standing=standing, after=0, limit=100)
    assert not more
    return found


def said(notices: Iterable[Notice]) -> Said:
    return [(one.id, one.reader, one.ground, one.because) for one in notices]


@pytest.fixture
def linked(room: World) -> World:
    """Alfa has shared a malware with all, and what refers to it."""
    posted(room, "alfa", [objects.malware(1), objects.relationship(3, END, END)])
    return room


def test_nothing_is_told_where_nothing_is_held_back(linked: World) -> None:
    assert told(linked) == []


def test_what_is_narrowed_when_it_goes_out_is_told(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    posted(room, "alfa", [objects.relationship(3, END, END)])
    assert said(told(room)) == [(LINK, "carol", "reference", (END,))]


def test_what_is_narrowed_by_a_re_marked_end_is_told(linked: World) -> None:
    given(linked, "alfa", [objects.malware(1, modified=NEWER)], not_to=HIDDEN)
    assert said(told(linked)) == [
        (END, "carol", "reference", (END,)),
        (LINK, "carol", "reference", (END,)),
    ]
    assert told(linked)[0].version == objects.CREATED


def test_it_ends_when_the_end_is_released_again(linked: World) -> None:
    given(linked, "alfa", [objects.malware(1, modified=NEWER)], not_to=HIDDEN)
    [_, begun] = told(linked)
    posted(linked, "alfa", [objects.malware(1, modified="2026-02-03T00:00:00.000Z")])
    assert told(linked) == []
    [ended] = [one for one in told(linked, standing=False) if one.id == LINK]
    assert ended.since == begun.since
    assert ended.until is not None
    assert ended.until > ended.since
    assert (ended.ground, ended.because) == ("", ())


def test_what_is_narrowed_by_a_source_is_told_without_its_name(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    given(room, "alfa", [objects.identity(2)], sources=((END, False),))
    assert said(told(room)) == [(objects.numbered("identity", 2), "carol", "source", ())]


def test_a_late_end_of_another_narrows_nothing(room: World) -> None:
    posted(room, "alfa", [objects.relationship(3, END, END)])
    given(room, "bravo", [objects.malware(1)], not_to=HIDDEN)
    assert told(room) == []


def test_what_an_agreement_narrows_when_it_is_suspended_is_told_and_ends_with_it(room: World) -> None:
    """The end goes to Bravo under the agreement of two, the link under that of all."""
    given(room, "alfa", [objects.malware(1)], "two", "logistics")
    posted(room, "alfa", [objects.relationship(3, END, END)])
    assert said(told(room)) == [(LINK, "carol", "reference", (END,))]
    room.event("two", "suspend")
    assert {one.reader for one in told(room)} == {"bravo", "carol"}
    room.clock.instant += SECOND
    room.event("two", "resume")
    assert {one.reader for one in told(room)} == {"carol"}


def test_a_recall_ends_it(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    posted(room, "alfa", [objects.relationship(3, END, END)])
    recall(room.node, room.principal("alfa"), "room", None, LINK)
    assert told(room) == []
    assert [one.until is None for one in told(room, standing=False)] == [False]


def test_what_dangles_is_not_held_back(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    given(room, "alfa", [objects.relationship(3, END, END)], references="dangle")
    assert told(room) == []


def test_what_the_label_withholds_is_not_told(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    given(room, "alfa", [objects.relationship(3, END, END)], not_to=HIDDEN)
    assert told(room) == []


def test_it_is_the_originators_alone(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    posted(room, "alfa", [objects.relationship(3, END, END)])
    assert told(room, "bravo") == told(room, "carol") == []
    with pytest.raises(NotFound):
        told(room, "delta")


def test_every_desk_of_the_originator_is_told_a_later_one_too_and_no_component(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=HIDDEN)
    posted(room, "alfa", [objects.relationship(3, END, END)])
    enrol.add_desk(room.node, "second", Desk("alfa", fields=frozenset({"logistics"})))
    enrol.add_component(room.node, "alfa", "coast", title="Coast", window=Window())
    enrol.add_desk(room.node, "coast", Desk("alfa", component="coast"))
    assert said(told(room, desk="second")) == said(told(room))
    with room.node.store.reading() as snapshot:
        [coast] = [one for one in snapshot.people.desks(["alfa"]) if one.name == "coast"]
        assert snapshot.narrowings.page("room", coast.id, standing=False, after=0, limit=9) == []


def test_of_what_is_passed_on_nothing_is_told(room: World) -> None:
    room.agree("bc", "room", ["bravo", "carol"], ["logistics"])
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    consented(room)
    given(room, "bravo", [objects.malware(1)], "bc", "logistics", not_to=HIDDEN)
    posted(room, "bravo", [objects.identity(1)], "bc", "logistics")
    assert told(room, "bravo") == []


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_events_in_small_steps_are_all_events(linked: World, limit: int) -> None:
    for day in range(2, 6):
        newer = objects.malware(1, modified=f"2026-02-0{day}T00:00:00.000Z")
        given(linked, "alfa", [newer, objects.identity(day)], not_to=HIDDEN)
    alfa = linked.principal("alfa")
    whole, _ = disclose.events(linked.node, alfa, "room", "released", after=0, limit=1000)
    assert {type(one).__name__ for one in whole} == {"Added", "Narrowed"}
    stepped: list[disclose.Event] = []
    reached, following = -1, 0
    while following > reached:
        reached = following
        found, following = disclose.events(linked.node, alfa, "room", "released", after=reached, limit=limit)
        assert len(found) <= limit
        stepped += found
    assert stepped == whole
