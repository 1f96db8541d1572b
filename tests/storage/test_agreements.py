"""The shelf of agreements: append-only, and every addition to an agreement moves the epoch."""

from collections.abc import Callable

import pytest

from opsroom.errors import Conflict
from opsroom.ports import Agreements, Store
from tests.builders import START
from tests.storage import records

ADDING: dict[str, Callable[[Agreements], None]] = {
    "version": lambda shelf: shelf.add_version(records.version()),
    "entry": lambda shelf: shelf.add_entry(records.entry()),
    "collection": lambda shelf: shelf.add_collection(records.collection()),
}


@pytest.mark.parametrize("add", ADDING.values(), ids=ADDING)
def test_adding_moves_the_epoch_and_adding_twice_is_a_conflict(
    store: Store, add: Callable[[Agreements], None]
) -> None:
    with store.writing() as unit:
        before = unit.agreements.epoch()
        add(unit.agreements)
        moved = unit.agreements.epoch()
        assert moved != before
        with pytest.raises(Conflict):
            add(unit.agreements)
        assert unit.agreements.epoch() == moved
    with store.reading() as snapshot:
        assert snapshot.agreements.epoch() == moved


def test_a_consent_is_recorded_once_and_leaves_the_epoch(store: Store) -> None:
    with store.writing() as unit:
        before = unit.agreements.epoch()
        unit.agreements.add_consent(records.consent())
        with pytest.raises(Conflict):
            unit.agreements.add_consent(records.consent())
        assert unit.agreements.epoch() == before
        assert unit.agreements.consents() == unit.agreements.consent("c") == [records.consent()]


def test_the_steps_of_a_consent_stand_as_recorded(store: Store) -> None:
    steps = [
        records.consent(kind="ask", at=9),
        records.consent(kind="give", at=9),
        records.consent(kind="revoke", at=5),
    ]
    with store.writing() as unit:
        for one in (*steps, records.consent("other", at=1)):
            unit.agreements.add_consent(one)
        assert unit.agreements.consent("c") == [steps[2], *steps[:2]]
        assert unit.agreements.consent("C") == []


def test_versions_and_entries_stand_by_number(store: Store) -> None:
    versions = [records.version("a", 10), records.version("a", 9), records.version("b", 1, "other")]
    entries = [records.entry("a", 10), records.entry("b", 1), records.entry("a", 2)]
    with store.writing() as unit:
        for version in versions:
            unit.agreements.add_version(version)
        for entry in entries:
            unit.agreements.add_entry(entry)
    with store.reading() as snapshot:
        assert snapshot.agreements.versions() == [versions[1], versions[0], versions[2]]
        assert snapshot.agreements.versions("a") == [versions[1], versions[0]]
        assert snapshot.agreements.entries() == [entries[2], entries[0], entries[1]]
        assert snapshot.agreements.entries("b") == [entries[1]]
        assert snapshot.agreements.entries("c") == []


def test_a_digest_names_one_version(store: Store) -> None:
    same = records.version("a", 1)
    with store.writing() as unit:
        unit.agreements.add_version(same)
        other = records.version("b", 1)
        with pytest.raises(Conflict):
            unit.agreements.add_version(
                type(other)(other.agreement, 1, other.room, same.digest, other.content, START)
            )


def test_a_field_of_an_agreement_has_one_collection(store: Store) -> None:
    kept = [
        records.collection("3", agreement="b", field="f"),
        records.collection("2", agreement="a", field="g"),
        records.collection("1", agreement="a", field="f"),
    ]
    with store.writing() as unit:
        for one in kept:
            unit.agreements.add_collection(one)
        with pytest.raises(Conflict):
            unit.agreements.add_collection(records.collection("9", agreement="a", field="f"))
        with pytest.raises(Conflict):
            unit.agreements.add_collection(records.collection("1", agreement="z", field="z"))
    with store.reading() as snapshot:
        assert snapshot.agreements.collections("room") == kept[::-1]


def test_a_posting_is_replaced(store: Store) -> None:
    with store.writing() as unit:
        unit.agreements.put_posting(records.posting("secret"))
        unit.agreements.put_posting(records.posting(None))
    with store.reading() as snapshot:
        assert snapshot.agreements.posting("alfa", "id") == records.posting(None)
        assert snapshot.agreements.posting("bravo", "id") is None


def test_consents_stand_as_recorded(store: Store) -> None:
    kept = [
        records.consent("c", "give", at=START + 2),
        records.consent("c", "ask", at=START + 1),
        records.consent("b", "ask", "other", at=START + 9),
    ]
    with store.writing() as unit:
        for one in kept:
            unit.agreements.add_consent(one)
    with store.reading() as snapshot:
        assert snapshot.agreements.consents() == [kept[2], kept[1], kept[0]]
        assert snapshot.agreements.consents(["i"]) == [kept[1], kept[0]]
        assert snapshot.agreements.consents([]) == []
        named = snapshot.agreements.consents_of
        everybody = {name for one in kept for name in (one.originator, one.to, one.holder) if name}
        assert all(named(one) == [kept[2], kept[1], kept[0]] for one in everybody)
        assert named("nobody") == []
