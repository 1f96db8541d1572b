"""Questions and writes with ten thousand keys at once are answered like those with one."""

from collections.abc import Callable
from typing import Any

import pytest

from opsroom.core.handling import Handling
from opsroom.core.offer import Approval, Reference, SourceLink
from opsroom.ports import Snapshot, Store
from tests.storage import records
from tests.storage.records import OTHER, ROOM

MANY = 10_000
KEPT = (3, 5_000, MANY)
"""What is there, far apart among what is asked for."""
ALL = range(1, MANY + 1)
NAMES = [f"malware--{number}" for number in ALL]


def label(number: int) -> Handling:
    return Handling(("f",), str(number), "level")


DIGESTS = [*NAMES, *(label(number).digest for number in KEPT)]
ASKING: dict[str, Callable[[Snapshot], Any]] = {
    "desks": lambda of: sorted(int(one.id) for one in of.people.desks(NAMES)),
    "consents": lambda of: sorted(int(one.consent) for one in of.agreements.consents(NAMES)),
    "find": lambda of: sorted(
        one.number for one in of.items.find(ROOM, "alfa", [(id, "2026") for id in NAMES]).values()
    ),
    "versions": lambda of: sorted(one[0].number for one in of.items.versions(ROOM, "alfa", NAMES).values()),
    "copies": lambda of: sorted(one[0].number for one in of.items.copies(ROOM, NAMES).values()),
    "by_number": lambda of: sorted(of.items.by_number(ROOM, ALL)),
    "bodies": lambda of: sorted(of.items.bodies(ROOM, ALL)),
    "references": lambda of: sorted(of.items.references(ROOM, ALL)),
    "referrers": lambda of: of.items.referrers(ROOM, NAMES),
    "sources": lambda of: [one.product for one in of.items.sources(ROOM, ALL)],
    "products": lambda of: sorted(one.source for one in of.items.products(OTHER, ALL)),
    "labels": lambda of: sorted(int(one.policy) for one in of.offers.labels(ROOM, DIGESTS).values()),
    "offers by number": lambda of: sorted(of.offers.by_number(ROOM, ALL)),
    "of_items": lambda of: [one.number for one in of.offers.of_items(ROOM, ALL)],
    "approvals": lambda of: [one.offer for one in of.offers.approvals(ROOM, ALL)],
    "classes": lambda of: [KEPT[number - 1] for number in sorted(of.decisions.classes(ROOM, ALL))],
    "footings": lambda of: [KEPT[number - 1] for number in sorted(of.decisions.footings(ROOM, ALL))],
    "footings_on": lambda of: [KEPT[number - 1] for number in of.decisions.footings_on(ROOM, ALL)],
    "verdicts": lambda of: sorted(of.decisions.verdicts(ROOM, "d", ALL)),
    "due": lambda of: [number for _, _, number in of.decisions.due(0, [*NAMES, "d"])],
    "rows of items": lambda of: [row.offer for _, row in of.feeds.of_items(ROOM, [*NAMES, "d"], ALL)],
    "rows of offers": lambda of: [row.offer for _, row in of.feeds.of_offers(ROOM, ALL)],
    "received": lambda of: [row.offer for _, row, _ in of.feeds.received([ROOM], [*NAMES, "d"], NAMES)],
}  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as unit:
        unit.people.add_room(records.room())
        for number in KEPT:
            item = records.item(number)
            unit.people.add_desk(records.desk(str(number), "main", item.id))
            unit.agreements.add_consent(records.consent(str(number), item=item.id))
            unit.items.add([(item, b"")])
            unit.items.add_references(ROOM, [Reference(number, item.id)])
            unit.items.add_sources([SourceLink(ROOM, number, OTHER, number, False)])
            unit.offers.put_label(ROOM, label(number))
            unit.offers.add([records.offer(number)])
            unit.offers.add_approval(Approval(ROOM, number, "ann", 1))
            unit.decisions.intern_class(ROOM, records.release_class(item.id))
            unit.decisions.intern_footing(ROOM, records.footing(number))
            unit.decisions.put_verdicts(ROOM, "d", {number: records.verdict(until=0)})
            unit.feeds.add(ROOM, "d", [records.row(number, number)])
    return store


def test_many_keys_find_what_is_there(filled: Store) -> None:
    with filled.reading() as snapshot:
        found = {name: ask(snapshot) for name, ask in ASKING.items()}
    assert found == {name: list(KEPT) for name in ASKING}


def test_many_rows_are_written_and_taken_out_at_once(store: Store) -> None:
    items = [records.item(number) for number in ALL]
    with store.writing() as unit:
        unit.items.add([(one, b"") for one in items])
        unit.items.add_references(ROOM, [Reference(number, "t") for number in ALL])
        unit.offers.add([records.offer(number) for number in ALL])
        unit.offers.replace([records.offer(number, unit="new") for number in ALL])
        unit.decisions.put_verdicts(ROOM, "d", {number: records.verdict() for number in ALL})
        unit.feeds.add(ROOM, "d", [records.row(number, number) for number in ALL])
        unit.feeds.remove(ROOM, "d", {one: one + 10**6 for one in ALL[:-1]})
    with store.reading() as snapshot:
        assert len(snapshot.items.by_number(ROOM, ALL)) == MANY
        assert snapshot.items.referrers(ROOM, ["t"]) == list(ALL)
        assert len(snapshot.offers.of_unit(ROOM, "new", 0, 2 * MANY)) == MANY
        assert len(snapshot.decisions.verdicts(ROOM, "d")) == MANY
        rows = snapshot.feeds.page(ROOM, "d", collection=None, after=0, limit=9)
        assert [row.added for row in rows] == [MANY]
