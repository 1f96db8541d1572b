"""The shelf of narrowings: what each desk is told of offers that are held back, by tick."""

from dataclasses import replace

import pytest

from opsroom.core.feed import Narrowing
from opsroom.errors import Conflict
from opsroom.ports import Store
from tests.storage.records import OTHER, ROOM, narrowing

KEPT = [
    narrowing(5, 1),
    narrowing(7, 1, reader="carol"),
    narrowing(6, 2, collection="e", until=9),
]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as unit:
        unit.narrowings.add(ROOM, "d", KEPT)
        unit.narrowings.add(ROOM, "e", [narrowing(5, 1)])
        unit.narrowings.add(OTHER, "d", [narrowing(5, 1)])
    return store


def since(found: list[Narrowing]) -> list[int]:
    return [one.since for one in found]


def test_a_page_is_in_the_order_of_the_ticks(filled: Store) -> None:
    with filled.reading() as view:
        page = view.narrowings.page
        assert page(ROOM, "d", standing=False, after=0, limit=9) == [KEPT[0], KEPT[2], KEPT[1]]
        assert page(ROOM, "d", standing=False, after=5, limit=1) == [KEPT[2]]
        assert page(ROOM, "d", standing=True, after=0, limit=9) == [KEPT[0], KEPT[1]]
        assert page(ROOM, "d", standing=True, after=5, limit=9) == [KEPT[1]]
        assert page(ROOM, "nobody", standing=False, after=0, limit=9) == []


def test_what_stands_is_found_by_offer_for_every_desk(filled: Store) -> None:
    with filled.reading() as view:
        assert view.narrowings.standing(ROOM, [1, 2, 3]) == [
            ("d", KEPT[0]),
            ("d", KEPT[1]),
            ("e", narrowing(5, 1)),
        ]
        assert view.narrowings.standing(ROOM, []) == []


def test_beginnings_and_ends_are_moves(filled: Store) -> None:
    with filled.reading() as view:
        moves = view.narrowings.moves
        found = moves(ROOM, "d", collection=None, after=0, limit=9)
        assert found == [(5, KEPT[0]), (6, KEPT[2]), (7, KEPT[1]), (9, KEPT[2])]
        assert moves(ROOM, "d", collection=None, after=6, limit=1) == [(7, KEPT[1])]
        assert moves(ROOM, "d", collection="e", after=6, limit=9) == [(9, KEPT[2])]


def test_an_end_is_kept_beside_the_beginning(filled: Store) -> None:
    with filled.writing() as unit:
        unit.narrowings.end(ROOM, "d", {5: 11, 7: 12})
        unit.narrowings.end(ROOM, "d", {})
    with filled.reading() as view:
        assert view.narrowings.page(ROOM, "d", standing=True, after=0, limit=9) == []
        found = view.narrowings.page(ROOM, "d", standing=False, after=0, limit=9)
        assert found[0] == replace(KEPT[0], until=11)
        assert since(view.narrowings.page(ROOM, "e", standing=True, after=0, limit=9)) == [5]
        assert since(view.narrowings.page(OTHER, "d", standing=True, after=0, limit=9)) == [5]


def test_a_tick_begins_one_narrowing(filled: Store) -> None:
    with filled.writing() as unit:
        for more in ([narrowing(5, 3)], [narrowing(20), narrowing(20, 2)]):
            with pytest.raises(Conflict):
                unit.narrowings.add(ROOM, "d", more)
    with filled.reading() as view:
        assert len(view.narrowings.page(ROOM, "d", standing=False, after=0, limit=9)) == 3
