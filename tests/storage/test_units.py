"""A unit of work is whole or absent; a snapshot stands still; units exclude one another."""

import threading
from time import sleep

import pytest

from opsroom.ports import Store
from tests.storage.everything import fill, fill_node, whole
from tests.storage.records import OTHER, ROOM

ROUNDS = 20


class Stop(BaseException):
    """Ends a unit as an interrupt does."""


def answers(store: Store) -> dict[str, object]:
    with store.reading() as snapshot:
        return whole(snapshot)


def test_a_unit_is_there_at_its_normal_exit(store: Store) -> None:
    empty = answers(store)
    with store.writing() as unit:
        fill(unit, ROOM, count=3)
        fill(unit, OTHER, count=5)
        fill_node(unit)
        inside = whole(unit)
    assert answers(store) == inside
    assert [name for name, answer in inside.items() if answer == empty[name]] == []


def change_then_fail(store: Store, end: type[BaseException]) -> None:
    with store.writing() as unit:
        fill(unit, OTHER, count=5)
        fill_node(unit)
        unit.feeds.remove(ROOM, "d", {1: 90})
        unit.work.finish_task(f"task of {ROOM}")
        raise end


@pytest.mark.parametrize("end", [ValueError, Stop])
@pytest.mark.parametrize("before", [False, True], ids=["empty", "filled"])
def test_an_exception_leaves_nothing(store: Store, end: type[BaseException], before: bool) -> None:
    if before:
        with store.writing() as unit:
            fill(unit, ROOM, count=3)
    kept = answers(store)
    with pytest.raises(end):
        change_then_fail(store, end)
    assert answers(store) == kept


def test_a_discarded_unit_leaves_nothing(store: Store) -> None:
    kept = answers(store)
    with store.writing() as unit:
        fill(unit, ROOM, count=3)
        unit.discard()
        fill_node(unit)
    assert answers(store) == kept


def test_a_snapshot_stands_still_while_others_write(store: Store) -> None:
    with store.reading() as early:
        with store.writing() as unit:
            fill(unit, ROOM, count=3)
            fill_node(unit)
            with store.reading() as meanwhile:
                unseen = whole(meanwhile)
        assert whole(early) == unseen
        later = answers(store)
        assert later != unseen
        with store.writing() as unit:
            unit.feeds.remove(ROOM, "d", {1: 90})
            unit.offers.replace([unit.offers.by_number(ROOM, [1])[1]])
        assert whole(early) == unseen
    assert answers(store) != later


def test_units_take_turns(store: Store) -> None:
    def count() -> None:
        for _ in range(ROUNDS):
            with store.writing() as unit:
                found = int(unit.people.setting("count") or b"0")
                sleep(0.0005)
                unit.people.put_setting("count", str(found + 1).encode())

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as snapshot:
        assert snapshot.people.setting("count") == str(3 * ROUNDS).encode()
