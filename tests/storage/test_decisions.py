"""The shelf of decisions: classes and footings are interned, verdicts are replaced."""

import pytest

from opsroom.core.feed import ReleaseClass
from opsroom.core.windows import FOREVER
from opsroom.ports import Store
from tests.storage import records
from tests.storage.records import OTHER, ROOM

CLASSES = [
    records.release_class(),
    records.release_class("bravo"),
    ReleaseClass("alfa", "malware", 0, "label"),
    records.release_class(sources=()),
    records.release_class(recalled_at=None),
    records.release_class(holder=None),
]


def test_a_class_has_one_number(store: Store) -> None:
    with store.writing() as unit:
        first = [unit.decisions.intern_class(ROOM, one) for one in CLASSES]
        again = [unit.decisions.intern_class(ROOM, one) for one in CLASSES]
        elsewhere = unit.decisions.intern_class(OTHER, CLASSES[-1])
    numbers = range(1, len(CLASSES) + 1)
    assert first == [(number, True) for number in numbers]
    assert again == [(number, False) for number in numbers]
    assert elsewhere == (1, True)
    with store.reading() as snapshot:
        assert snapshot.decisions.classes(ROOM) == dict(zip(numbers, CLASSES, strict=True))
        assert snapshot.decisions.classes(ROOM, [2, 99]) == {2: CLASSES[1]}
        assert snapshot.decisions.classes(ROOM, []) == {}


def test_a_footing_has_one_number_and_brings_what_it_names(store: Store) -> None:
    with store.writing() as unit:
        decisions = unit.decisions
        low = decisions.intern_footing(ROOM, records.footing(1, 2))
        lone = decisions.intern_footing(ROOM, records.footing(9))
        middle = decisions.intern_footing(ROOM, records.footing(3, over=((low, lone), (low,))))
        top = decisions.intern_footing(ROOM, records.footing(4, over=((middle,),)))
        assert decisions.intern_footing(ROOM, records.footing(1, 2)) == low
        assert decisions.intern_footing(OTHER, records.footing(9)) == 1
    assert [low, lone, middle, top] == [1, 2, 3, 4]
    with store.reading() as snapshot:
        found = snapshot.decisions.footings(ROOM, [top, 99])
        assert found == {
            low: records.footing(1, 2),
            lone: records.footing(9),
            middle: records.footing(3, over=((low, lone), (low,))),
            top: records.footing(4, over=((middle,),)),
        }
        assert snapshot.decisions.footings(ROOM, [low]).keys() == {low}
        on = snapshot.decisions.footings_on
        assert on(ROOM, [2]) == [low, middle, top]
        assert on(ROOM, [3, 9, 3]) == [lone, middle, top]
        assert on(ROOM, [99]) == []


def test_a_verdict_is_replaced(store: Store) -> None:
    shut = records.verdict(None, until=7)
    with store.writing() as unit:
        unit.decisions.put_verdicts(ROOM, "d", {1: records.verdict(), 2: records.verdict()})
        unit.decisions.put_verdicts(ROOM, "d", {2: shut, 3: shut})
        unit.decisions.put_verdicts(ROOM, "d", {})
    with store.reading() as snapshot:
        assert snapshot.decisions.verdicts(ROOM, "d") == {1: records.verdict(), 2: shut, 3: shut}
        assert snapshot.decisions.verdicts(ROOM, "d", [2, 9]) == {2: shut}
        assert snapshot.decisions.verdicts(ROOM, "e") == {}


def test_the_desks_for_which_a_class_is_open(store: Store) -> None:
    with store.writing() as unit:
        for desk, verdict in (
            ("z", records.verdict(5)),
            ("b", records.verdict(None)),
            ("a", records.verdict(9)),
        ):
            unit.decisions.put_verdicts(ROOM, desk, {1: verdict, 2: records.verdict(None)})
    with store.reading() as snapshot:
        assert snapshot.decisions.desks_open(ROOM, 1) == ["a", "z"]
        assert snapshot.decisions.desks_open(ROOM, 2) == []


def test_what_is_due_stands_by_room_desk_class(store: Store) -> None:
    with store.writing() as unit:
        assert unit.decisions.next_due() is None
        unit.decisions.put_verdicts(ROOM, "d", {1: records.verdict(), 10: records.verdict(until=5)})
        assert unit.decisions.next_due() == 5
        unit.decisions.put_verdicts(ROOM, "d", {2: records.verdict(until=5), 3: records.verdict(until=6)})
        unit.decisions.put_verdicts(OTHER, "e", {7: records.verdict(until=4)})
        assert unit.decisions.next_due() == 4
    with store.reading() as snapshot:
        due = snapshot.decisions.due
        assert due(3) == []
        assert due(5) == [(OTHER, "e", 7), (ROOM, "d", 2), (ROOM, "d", 10)]
        assert due(5, ["d"]) == [(ROOM, "d", 2), (ROOM, "d", 10)]
        assert due(FOREVER, []) == []


@pytest.mark.parametrize("bound", [FOREVER, FOREVER + 1])
def test_for_ever_is_never_due_next(store: Store, bound: int) -> None:
    with store.writing() as unit:
        unit.decisions.put_verdicts(ROOM, "d", {1: records.verdict(until=bound)})
        assert unit.decisions.next_due() is None
