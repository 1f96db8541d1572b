"""The shelf of items: versions, bytes, references, sources."""

from dataclasses import replace

import pytest

from opsroom.core.offer import Reference, SourceLink, StoredItem
from opsroom.errors import Conflict
from opsroom.ports import Store
from tests.storage import records
from tests.storage.records import OTHER, ROOM


def kept(store: Store, *items: StoredItem) -> None:
    with store.writing() as unit:
        unit.items.add([(one, records.body(one)) for one in items])


def test_numbers_rise_and_are_given_once(store: Store) -> None:
    with store.writing() as unit:
        assert [unit.items.reserve(ROOM, 3), unit.items.reserve(ROOM, 1)] == [1, 4]
        assert unit.items.reserve(OTHER, 2) == 1
    with store.writing() as unit:
        assert unit.items.reserve(ROOM, 1) == 5


def test_numbers_of_a_discarded_unit_are_given_again(store: Store) -> None:
    with store.writing() as unit:
        unit.items.reserve(ROOM, 3)
        unit.discard()
    with store.writing() as unit:
        assert unit.items.reserve(ROOM, 1) == 1


def test_an_item_is_read_back_with_its_bytes(store: Store) -> None:
    bare = records.item(2, version=None, version_key="")
    kept(store, records.item(1), bare)
    with store.reading() as snapshot:
        assert snapshot.items.by_number(ROOM, [2, 1, 9, 1]) == {1: records.item(1), 2: bare}
        assert snapshot.items.bodies(ROOM, [1, 9]) == {1: records.body(records.item(1))}
        assert snapshot.items.by_number(ROOM, []) == {}


@pytest.mark.parametrize(
    "clash",
    [
        [records.item(9), records.item(1, id="malware--x")],
        [records.item(9), records.item(8, id="malware--1")],
        [records.item(8), records.item(8, id="malware--x")],
        [records.item(9, id="malware--x"), records.item(8, id="malware--x")],
    ],
    ids=["number taken", "version taken", "number twice", "version twice"],
)
def test_of_items_that_clash_none_is_added(store: Store, clash: list[StoredItem]) -> None:
    kept(store, records.item(1))
    with store.writing() as unit:
        with pytest.raises(Conflict):
            unit.items.add([(one, records.body(one)) for one in clash])
        assert unit.items.by_number(ROOM, [1, 8, 9]) == {1: records.item(1)}
        assert unit.items.bodies(ROOM, [1, 8, 9]).keys() == {1}
        unit.items.add([(records.item(9), b"")])
    with store.reading() as snapshot:
        assert snapshot.items.by_number(ROOM, [9]) == {9: records.item(9)}


def test_versions_are_one_originators_oldest_first(store: Store) -> None:
    new, old = records.item(1, id="i", version_key="2"), records.item(2, id="i", version_key="1")
    theirs = records.item(3, id="i", originator="bravo", version_key="0")
    last = records.item(4, id="j", originator="aaa")
    kept(store, new, old, theirs, last)
    with store.reading() as snapshot:
        items = snapshot.items
        assert items.versions(ROOM, "alfa", ["i", "j", "k"]) == {"i": [old, new]}
        assert items.copies(ROOM, ["i", "j", "k"]) == {"i": [old, new, theirs], "j": [last]}
        wanted = [("i", "1"), ("i", "0"), ("j", "2026")]
        assert items.find(ROOM, "alfa", wanted) == {("i", "1"): old}
        assert items.find(ROOM, "alfa", []) == {}


def test_one_version_leads_until_another_is_said_to(store: Store) -> None:
    one, two = records.item(1, id="i", version_key="1"), records.item(2, id="i", version_key="2", leads=False)
    bravos = records.item(3, id="i", originator="bravo")
    with store.writing() as unit:
        unit.items.add([(item, b"") for item in (bravos, two, one, records.item(4, OTHER, id="i"))])
        assert unit.items.leading(ROOM, ["i", "none"]) == {"i": [one, bravos]}
        unit.items.lead(ROOM, {1: False, 2: True})
        unit.items.lead(ROOM, {})
        after = {"i": [replace(two, leads=True), bravos]}
        assert unit.items.leading(ROOM, ["i"]) == after
    with store.reading() as snapshot:
        assert snapshot.items.leading(ROOM, ["i"]) == after
        assert [one.number for one in snapshot.items.leading(OTHER, ["i"])["i"]] == [4]
        assert snapshot.items.leading(ROOM, ["I"]) == snapshot.items.leading(ROOM, []) == {}


def test_the_version_before_is_the_nearest_older_of_the_same_originator(store: Store) -> None:
    listed = [
        ("i", "alfa", "1"),
        ("i", "alfa", "3"),
        ("i", "alfa", "2"),
        ("j", "alfa", "0"),
        ("i", "bravo", "2"),
    ]
    items = [
        records.item(number, id=id, originator=originator, version_key=key)
        for number, (id, originator, key) in enumerate(listed, 1)
    ]
    kept(store, *items, records.item(9, OTHER, id="i", version_key="2"))
    with store.reading() as snapshot:
        assert snapshot.items.preceding(ROOM, range(1, 9)) == {2: items[2], 3: items[0]}
        assert snapshot.items.preceding(ROOM, [2]) == {2: items[2]}
        assert snapshot.items.preceding(OTHER, [9]) == snapshot.items.preceding(ROOM, []) == {}


def test_a_version_is_found_by_its_exact_pair(store: Store) -> None:
    items = [
        records.item(n, id=id, version_key=key)
        for n, (id, key) in enumerate([("i", "1"), ("i", "2"), ("j", "1")])
    ]
    with store.writing() as unit:
        unit.items.add([(item, b"") for item in items])
        found = unit.items.find(ROOM, "alfa", [("i", "2"), ("j", "1"), ("j", "2"), ("i", "")])
        assert found == {("i", "2"): items[1], ("j", "1"): items[2]}
        assert (
            unit.items.find(ROOM, "bravo", [("i", "2")]) == unit.items.find(OTHER, "alfa", [("i", "2")]) == {}
        )


def test_a_reference_stays_as_it_was_first(store: Store) -> None:
    first = Reference(1, "t", marking=True, seen=("bravo", "carol"))
    with store.writing() as unit:
        unit.items.add_references(ROOM, [Reference(1, "u"), first, Reference(2, "t")])
        unit.items.add_references(ROOM, [Reference(1, "t"), Reference(1, "s")])
        unit.items.add_references(ROOM, [])
    with store.reading() as snapshot:
        items = snapshot.items
        assert items.references(ROOM, [1, 3]) == {1: [Reference(1, "s"), first, Reference(1, "u")]}
        assert items.referrers(ROOM, ["t", "u", "nothing"]) == [1, 2]


def test_sources_are_found_from_both_ends(store: Store) -> None:
    links = [
        SourceLink(ROOM, 2, ROOM, 1, False),
        SourceLink(OTHER, 2, ROOM, 1, True),
        SourceLink(ROOM, 2, OTHER, 9, False),
        SourceLink(ROOM, 2, OTHER, 8, False),
    ]
    with store.writing() as unit:
        unit.items.add_sources(links)
        unit.items.add_sources([SourceLink(ROOM, 2, ROOM, 1, True)])
    replaced = SourceLink(ROOM, 2, ROOM, 1, True)
    with store.reading() as snapshot:
        assert snapshot.items.sources(ROOM, [2, 3]) == [links[3], links[2], replaced]
        assert snapshot.items.products(ROOM, [1, 9]) == [links[1], replaced]
        assert snapshot.items.products(OTHER, [9]) == [links[2]]
