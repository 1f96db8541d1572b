"""The shelf of feeds: each desk's rows by tick, its head, and what it was ever shown."""

from functools import partial

import pytest

from opsroom.core.feed import FeedRow
from opsroom.errors import Conflict
from opsroom.ports import Store
from tests.storage import records
from tests.storage.records import OTHER, ROOM, row


def shown(store: Store, room: str = ROOM, desk: str = "d", rows: tuple[FeedRow, ...] = ()) -> None:
    """Rows in a feed, with the items and offers of numbers 1 to 9 that they show."""
    with store.writing() as unit:
        if unit.people.room(room) is None:
            unit.people.add_room(records.room(room))
            unit.items.add([(records.item(number, room), b"") for number in range(1, 10)])
            unit.offers.add([records.offer(number, room) for number in range(1, 10)])
        unit.feeds.add(room, desk, rows)


def test_a_feed_without_a_head_begins_at_nothing(store: Store) -> None:
    with store.writing() as unit:
        assert unit.feeds.head(ROOM, "d") == 0
        unit.feeds.put_head(ROOM, "d", 2**60)
        unit.feeds.put_head(ROOM, "d", 2**60 + 1)
        assert unit.feeds.head(ROOM, "d") == 2**60 + 1
        assert unit.feeds.head(ROOM, "e") == 0


@pytest.mark.parametrize("ticks", [(8, 5), (8, 8)], ids=["taken", "twice"])
def test_a_tick_is_used_once_in_a_feed(store: Store, ticks: tuple[int, ...]) -> None:
    shown(store, rows=(row(5),))
    shown(store, desk="e", rows=(row(5),))
    with store.writing() as unit:
        with pytest.raises(Conflict):
            unit.feeds.add(ROOM, "d", [row(tick, 2) for tick in ticks])
        assert unit.feeds.page(ROOM, "d", collection=None, after=0, limit=9) == [row(5)]


def test_pages_rise_by_tick_whatever_the_order_of_writing(store: Store) -> None:
    shown(store, rows=(row(50, 1), row(20, 2, own=True), row(40, 3, collection="e"), row(30, 4), row(10, 5)))
    with store.reading() as snapshot:

        def page(after: int, limit: int, collection: str | None = None) -> list[int]:
            found = snapshot.feeds.page(ROOM, "d", collection=collection, after=after, limit=limit)
            return [one.added for one in found]

        assert page(0, 9) == [10, 20, 30, 40, 50]
        assert page(0, 2) == [10, 20]
        assert page(20, 2) == [30, 40]
        assert page(50, 2) == []
        assert page(10, 2, "c") == [20, 30]
        assert page(30, 2, "c") == [50]
        assert page(0, 9, "none") == []
        whole = snapshot.feeds.page(ROOM, "d", collection=None, after=10, limit=1)
        assert whole == [row(20, 2, own=True)]


def test_pages_of_one_kind(store: Store) -> None:
    report = "report"
    shown(store, rows=(row(1, 1), row(2, 2, kind=report), row(3, 3, kind=report, collection="e"), row(4, 4)))
    shown(store, desk="e", rows=(row(2, 1, kind=report),))
    with store.reading() as snapshot:

        def page(kind: str, after: int = 0, collection: str | None = None, limit: int = 9) -> list[int]:
            found = snapshot.feeds.page(ROOM, "d", collection=collection, kind=kind, after=after, limit=limit)
            return [one.added for one in found]

        assert page(report) == [2, 3]
        assert page(report, limit=1) == [2]
        assert page(report, after=2) == [3]
        assert page(report, collection="e") == [3]
        assert page("malware", collection="c") == [1, 4]
        assert page("Malware") == []


def test_rows_are_found_by_id(store: Store) -> None:
    shown(store, rows=(row(9, 1), row(3, 2), row(5, 3), row(7, 1, own=True)))
    shown(store, desk="a", rows=(row(9, 2),))
    with store.reading() as snapshot:
        expected = [row(3, 2), row(7, 1, own=True), row(9, 1)]
        assert snapshot.feeds.of_ids(ROOM, "d", ["malware--2", "malware--1", "malware--4"]) == expected
        assert snapshot.feeds.of_ids(ROOM, "d", ["MALWARE--1"]) == []
        assert snapshot.feeds.of_ids(ROOM, "d", []) == []


def test_a_row_rests_on_what_its_offer_rests_on_now(store: Store) -> None:
    shown(store, rows=(row(1, 1), row(2, 2, own=True)))
    with store.writing() as unit:
        unit.offers.replace([records.offer(number, footing=77) for number in (1, 2)])
    expected = [row(1, 1, footing=77), row(2, 2, own=True)]
    with store.reading() as snapshot:
        assert snapshot.feeds.page(ROOM, "d", collection=None, after=0, limit=9) == expected
        assert snapshot.feeds.of_ids(ROOM, "d", ["malware--1", "malware--2"]) == expected
        assert [one for _, one in snapshot.feeds.of_items(ROOM, ["d"], [1, 2])] == expected
        assert [one for _, one in snapshot.feeds.of_offers(ROOM, [1, 2])] == expected
        assert [one for _, one, _ in snapshot.feeds.received([ROOM], ["d"], ["malware--1"])] == expected[:1]


def test_rows_are_found_by_item_and_by_offer(store: Store) -> None:
    shown(store, rows=(row(9, 1), row(3, 2), row(5, 3)))
    shown(store, desk="a", rows=(row(9, 2), row(7, 1)))
    shown(store, desk="e", rows=(row(1, 1),))
    with store.reading() as snapshot:
        feeds = snapshot.feeds
        mine = [("a", row(7, 1)), ("a", row(9, 2)), ("d", row(3, 2)), ("d", row(9, 1))]
        assert feeds.of_items(ROOM, ["d", "a"], [1, 2]) == mine
        assert feeds.of_offers(ROOM, [2, 1]) == [*mine, ("e", row(1, 1))]
        assert feeds.of_items(ROOM, [], [1]) == feeds.of_items(ROOM, ["d"], []) == []


def test_a_removed_row_is_gone_for_good_but_was_received(store: Store) -> None:
    shown(store, rows=(row(1, 1), row(2, 2), row(3, 1, own=True)))
    with store.writing() as unit:
        unit.feeds.remove(ROOM, "d", {1: 90, 3: 91, 99: 92})
        unit.feeds.remove(ROOM, "d", {1: 93})
        unit.feeds.remove(ROOM, "e", {2: 94})
        unit.feeds.add(ROOM, "d", [row(4, 1)])
    item = records.item(1)
    with store.reading() as snapshot:
        feeds = snapshot.feeds
        assert feeds.page(ROOM, "d", collection=None, after=0, limit=9) == [row(2, 2), row(4, 1)]
        assert feeds.of_items(ROOM, ["d"], [1]) == [("d", row(4, 1))]
        assert feeds.of_offers(ROOM, [1]) == [("d", row(4, 1))]
        assert feeds.received([ROOM], ["d"], [item.id]) == [("d", row(1, 1), item), ("d", row(4, 1), item)]


def test_what_was_removed_everywhere_was_received(store: Store) -> None:
    shown(store, rows=(row(1, 1),))
    with store.writing() as unit:
        unit.feeds.remove(ROOM, "d", {1: 93})
    with store.reading() as snapshot:
        assert snapshot.feeds.received([ROOM], ["d"], ["malware--1"]) == [("d", row(1, 1), records.item(1))]


def test_what_was_received_stands_by_room_desk_tick(store: Store) -> None:
    shown(store, rows=(row(9, 1), row(2, 3, own=True), row(3, 2)))
    shown(store, desk="a", rows=(row(10, 1),))
    shown(store, desk="z", rows=(row(11, 1),))
    shown(store, OTHER, rows=(row(1, 1), row(2, 5)))
    shown(store, "empty")
    ids = ["malware--1", "malware--2", "malware--3"]
    with store.reading() as snapshot:
        received = partial(snapshot.feeds.received, [ROOM, OTHER])
        assert [(item.room, desk, one.added) for desk, one, item in received(["a", "d"], ids)] == [
            (OTHER, "d", 1),
            (ROOM, "a", 10),
            (ROOM, "d", 3),
            (ROOM, "d", 9),
        ]
        assert received([], ids) == received(["d"], []) == received(["d"], ["malware--9"]) == []
        assert {item.room for _, _, item in snapshot.feeds.received([OTHER], ["a", "d"], ids)} == {OTHER}


def test_moves_tell_of_what_came_and_left_in_the_order_of_ticks(store: Store) -> None:
    shown(store, rows=(row(1, 1), row(2, 2), row(3, 1, own=True), row(8, 3)))
    with store.writing() as unit:
        unit.feeds.remove(ROOM, "d", {2: 5, 1: 6, 8: 9})
    with store.reading() as snapshot:

        def moves(after: int, collection: str | None = None, limit: int = 9) -> list[tuple[int, int]]:
            return snapshot.feeds.moves(ROOM, "d", collection=collection, after=after, limit=limit)

        everything = [(1, 1), (2, 2), (3, 1), (5, 2), (6, 1), (8, 3), (9, 3)]
        assert moves(0) == everything
        assert moves(0, limit=4) == everything[:4]
        assert moves(5) == everything[4:]
        assert moves(9) == moves(0, "other") == []
        assert moves(2, "c") == everything[2:]
        assert snapshot.feeds.moves(ROOM, "e", collection=None, after=0, limit=9) == []


def test_lives_tell_when_each_row_of_an_item_left(store: Store) -> None:
    shown(store, rows=(row(1, 1), row(2, 2), row(3, 1, own=True), row(8, 3)))
    shown(store, desk="e", rows=(row(1, 1),))
    with store.writing() as unit:
        unit.feeds.remove(ROOM, "d", {1: 6, 8: 9})
    with store.reading() as snapshot:
        assert snapshot.feeds.lives(ROOM, "d", [1, 3]) == [
            (row(1, 1), 6),
            (row(3, 1, own=True), None),
            (row(8, 3), 9),
        ]
        assert snapshot.feeds.lives(ROOM, "d", []) == snapshot.feeds.lives(OTHER, "d", [1]) == []


def test_footings_that_rows_rest_on_are_kept_once_by_desk(store: Store) -> None:
    with store.writing() as unit:
        unit.feeds.put_footings(ROOM, "d", [3, 1, 3])
        unit.feeds.put_footings(ROOM, "d", [1, 2])
        unit.feeds.put_footings(ROOM, "d", [])
        unit.feeds.put_footings(ROOM, "e", [9])
        unit.feeds.put_footings(OTHER, "d", [8])
    with store.reading() as snapshot:
        assert snapshot.feeds.footings(ROOM, "d") == [1, 2, 3]
        assert snapshot.feeds.footings(ROOM, "e") == [9]
        assert snapshot.feeds.footings(OTHER, "e") == []
