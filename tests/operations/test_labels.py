"""Labels: what containers, options and later versions make of who sees an object, to the instant."""

from typing import Any

import pytest

from opsroom.core.handling import Foreign, Handling
from opsroom.core.roster import Holding
from opsroom.core.stix.tlp import marking_id
from opsroom.core.windows import Window
from opsroom.errors import Refused
from opsroom.operations.contribute import KNOWN, Options, Outcome, State, contribute
from tests import objects
from tests.builders import DAY, SECOND, START, World
from tests.operations.test_contribute import given, ids, rehearsed_of

INNER = objects.numbered("identity", 1)


def marked(tlp: str) -> dict[str, Any]:
    return {"object_marking_refs": [marking_id(tlp)]}


def container(kind: str, number: int, refs: list[str], **more: Any) -> bytes:
    """A report, grouping or observed-data with these refs."""
    bodies: dict[str, dict[str, Any]] = {
        "report": {"name": "a report", "published": objects.CREATED},
        "grouping": {"context": "suspicious-activity"},
        "observed-data": {
            "first_observed": objects.CREATED,
            "last_observed": objects.CREATED,
            "number_observed": 1,
        },
    }
    return objects.encoded(objects.common(kind, number, object_refs=refs, **bodies[kind], **more))


def address(number: int) -> bytes:
    head = {"type": "ipv4-addr", "spec_version": "2.1", "id": objects.numbered("ipv4-addr", number)}
    return objects.encoded({**head, "value": "192.0.2.1"})


def tlp_of(room: World, id: str) -> str:
    """The TLP of the label under which Alfa's newest offer of an id stands."""
    with room.node.store.reading() as snapshot:
        item = snapshot.items.copies("room", [id])[id][-1]
        offer = snapshot.offers.of_items("room", [item.number])[-1]
        return snapshot.offers.labels("room", [offer.label])[offer.label].tlp


@pytest.mark.parametrize("order", ["objects first", "container first"])
@pytest.mark.parametrize("kind", ["report", "grouping", "observed-data"])
def test_an_object_without_tlp_takes_that_of_the_container_it_came_with(
    room: World, kind: str, order: str
) -> None:
    inner = objects.numbered("ipv4-addr", 1)
    raws = [address(1), container(kind, 2, [inner], **marked("red"))]
    given(room, "alfa", raws if order == "objects first" else raws[::-1])
    assert tlp_of(room, inner) == "red"
    assert room.read("bravo", "room") == []


def test_of_several_containers_the_strictest_counts_through_others_too(room: World) -> None:
    middle = objects.numbered("report", 4)
    raws = [
        objects.identity(1),
        container("grouping", 2, [INNER], **marked("green")),
        container("grouping", 3, [middle], **marked("amber+strict")),
        container("report", 4, [INNER], **marked("clear")),
    ]
    given(room, "alfa", raws)
    assert tlp_of(room, INNER) == "amber+strict"
    assert tlp_of(room, middle) == "clear"


def test_an_object_with_its_own_tlp_keeps_it_in_any_container(room: World) -> None:
    raws = [objects.identity(1, **marked("green")), container("report", 2, [INNER], **marked("red"))]
    given(room, "alfa", raws)
    assert tlp_of(room, INNER) == "green"


def test_a_lenient_container_marks_below_the_default_of_the_collection(room: World) -> None:
    given(room, "alfa", [objects.identity(1), container("report", 2, [INNER], **marked("green"))])
    assert tlp_of(room, INNER) == "green"


def test_a_container_in_a_later_file_marks_nothing_that_came_before(room: World) -> None:
    given(room, "alfa", [objects.identity(1)])
    given(room, "alfa", [container("report", 2, [INNER], **marked("red"))])
    assert tlp_of(room, INNER) == "amber"
    assert ids(room.read("bravo", "room")) == {INNER}


def test_containers_in_a_circle_mark_each_other(room: World) -> None:
    one, two = (objects.numbered("grouping", number) for number in (2, 3))
    raws = [container("grouping", 2, [two], **marked("red")), container("grouping", 3, [one, INNER])]
    given(room, "alfa", [*raws, objects.identity(1)])
    assert [tlp_of(room, id) for id in (one, two, INNER)] == ["red", "red", "red"]


@pytest.mark.parametrize(
    ("first", "again", "state"),
    [
        ({}, {"not_to": frozenset({"carol"})}, State.FAILURE),
        ({}, {"tlp": "red"}, State.FAILURE),
        ({"tlp": "red"}, {"tlp": "green"}, State.SUCCESS),
        ({"not_to": frozenset({"carol"})}, {"not_to": frozenset({"carol"})}, State.SUCCESS),
        ({"not_to": frozenset({"carol"})}, {}, State.SUCCESS),
        ({}, {"originator_control": True}, State.FAILURE),
        ({}, {"expires": START + DAY}, State.FAILURE),
    ],
    ids=str,
)
def test_a_narrower_label_for_what_stands_already_is_refused_and_never_taken_in_silence(
    room: World, first: dict[str, Any], again: dict[str, Any], state: State
) -> None:
    given(room, "alfa", [objects.identity(1)], **first)
    before = room.read("carol", "room")
    [outcome] = given(room, "alfa", [objects.identity(1)], **again)
    assert outcome.state is state
    assert ("label" in outcome.message) == (state is State.FAILURE)
    assert room.read("carol", "room") == before


def test_what_a_marking_narrowed_further_is_the_same_when_it_is_posted_again(room: World) -> None:
    mark = objects.numbered("marking-definition", 7)
    raws = [
        objects.handling_marking(7, fields=["incidents"], rel_to=["bravo"]),
        objects.identity(1, object_marking_refs=[mark]),
        objects.report(
            3, [objects.numbered("identity", 1)], object_marking_refs=[marking_id("amber+strict")]
        ),
    ]
    label: dict[str, Any] = {"rel_to": frozenset({"bravo", "carol"}), "not_to": frozenset({"delta"})}
    given(room, "alfa", raws, **label)
    assert {one.message for one in given(room, "alfa", raws, **label)} == {KNOWN}


def test_what_nobody_sees_is_said_with_its_grounds(room: World) -> None:
    [outcome] = given(room, "alfa", [objects.identity(1)], tlp="red")
    assert (outcome.state, outcome.message) == (State.SUCCESS, "nobody sees it now: red-unnamed")


def test_who_loses_an_older_version_is_named_in_rehearsal_and_in_earnest(room: World) -> None:
    given(room, "alfa", [objects.identity(1)])
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    [rehearsed] = rehearsed_of(room, [later], not_to=frozenset({"carol"}))
    [outcome] = given(room, "alfa", [later], not_to=frozenset({"carol"}))
    assert rehearsed.message == outcome.message == f"version {objects.CREATED} is taken from carol"
    again = objects.identity(1, modified="2026-02-03T00:00:00.000Z")
    [outcome] = given(room, "alfa", [again], not_to=frozenset({"carol"}))
    assert outcome.message == ""


def test_a_later_version_that_has_not_begun_takes_nothing_before_its_instant(room: World) -> None:
    given(room, "alfa", [objects.identity(1)])
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    [outcome] = given(room, "alfa", [later], not_to=frozenset({"carol"}), not_before=START + DAY)
    assert "taken" not in outcome.message
    assert len(room.read("carol", "room")) == len(room.read("bravo", "room")) == 1
    room.clock.instant = START + DAY - SECOND
    assert len(room.read("carol", "room")) == 1
    room.clock.instant = START + DAY
    assert room.read("carol", "room") == []
    assert len(room.read("bravo", "room")) == 2


def test_at_its_last_instant_it_is_gone(room: World) -> None:
    given(room, "alfa", [objects.identity(1)], expires=START + DAY)
    room.clock.instant = START + DAY - SECOND
    assert len(room.read("bravo", "room")) == 1
    room.clock.instant = START + DAY
    assert room.read("bravo", "room") == []
    assert len(room.read("alfa", "room")) == 1


def test_what_came_from_outside_goes_on_with_a_recorded_consent(room: World) -> None:
    given(room, "alfa", [objects.identity(1)], foreign=(Foreign("outsider", "on request", "letter 7"),))
    assert ids(room.read("bravo", "room")) == {INNER}


def test_only_its_originator_declares_a_product_sanitised_of_a_source(room: World) -> None:
    given(room, "alfa", [objects.identity(1)], "two", "logistics")
    with pytest.raises(Refused, match="only its originator"):
        given(room, "bravo", [objects.identity(2)], sources=((INNER, True),))
    given(room, "bravo", [objects.identity(2)], sources=((INNER, False),))
    assert room.read("carol", "room") == []
    assert objects.numbered("identity", 2) in ids(room.read("alfa", "room"))


def test_a_sanitised_product_stays_when_its_source_is_closed_and_a_plain_one_goes(room: World) -> None:
    plain, free = (objects.numbered("identity", number) for number in (2, 3))
    given(room, "alfa", [objects.identity(1)])
    given(room, "alfa", [objects.identity(2)], sources=((INNER, False),))
    given(room, "alfa", [objects.identity(3)], sources=((INNER, True),))
    assert ids(room.read("carol", "room")) == {INNER, plain, free}
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    given(room, "alfa", [later], not_to=frozenset({"carol"}))
    assert ids(room.read("carol", "room")) == {free}


def test_a_label_names_categories_that_its_member_made_or_holds(room: World) -> None:
    """Else whoever wrote one down could find out who holds it."""
    window = Window(since=room.clock.now())
    with room.node.store.writing() as unit:
        for owner, category, member in (
            ("alfa", "own", "bravo"),
            ("carol", "held", "alfa"),
            ("carol", "theirs", "bravo"),
        ):
            unit.people.add_holding(Holding(owner, category, member, window))
    collection = room.collection("all", "incidents", "room")
    for number, category in enumerate(("own", "held", "theirs", "none"), 21):
        outcomes: list[Outcome] = []
        options = Options(Handling(need_to_know=frozenset({category})), frozenset({"need_to_know"}))
        raws = [objects.identity(number)]
        contribute(
            room.node, room.principal("alfa"), "room", collection, raws, options, watch=outcomes.append
        )
        expected = State.SUCCESS if category in ("own", "held") else State.FAILURE
        assert [one.state for one in outcomes] == [expected], outcomes
        assert ("no category that you made or hold" in outcomes[0].message) == (expected is State.FAILURE)
    assert ids(room.read("bravo", "room")) == {objects.numbered("identity", 21)}
