"""Identifiers compare by their exact code points: no case, accent, width, form or space is folded, in any store."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from opsroom.core.handling import Handling
from opsroom.core.offer import OfferState, Reference, Status
from opsroom.ports import Snapshot, Store, Unit
from tests.builders import START
from tests.storage import records
from tests.storage.records import ROOM

ALIKE = [
    "name", "Name", "NAME", "name ", " name", "name\t", "náme", "na\u0301me", "nｍme", "name\u00ad", "na\u200bme",
    "straße", "strasse", "STRASSE", "ı", "i", "İ", "i\u0307", "ﬁ", "fi", "%", "_", "n_me", "*", "", "'", '"', "1", "01",
    "1.0", "\U0001f512", "\uffee",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A text by which something is found: how number `n` is kept under it, and what is found under it."""

    keep: Callable[[Unit, str, int], object]
    found: Callable[[Snapshot, str], object]
    """The number that was kept."""


def _item(unit: Unit, number: int, **named: str) -> None:
    unit.items.add([(records.item(number, **named), b"")])


def _row(unit: Unit, number: int, desk: str, collection: str = "c") -> None:
    unit.offers.add([records.offer(number)])
    unit.feeds.add(ROOM, desk, [records.row(number, number, collection=collection)])


KINDS = {
    "room": Kind(
        lambda unit, name, n: unit.people.add_room(records.room(name)),
        lambda of, name: ALIKE.index(found.name) if (found := of.people.room(name)) else None,
    ),
    "desk": Kind(
        lambda unit, name, n: unit.people.add_desk(records.desk(name, f"desk {n}", str(n))),
        lambda of, name: int(found.desk.member) if (found := of.people.desk(name)) else None,
    ),
    "desk of a member": Kind(
        lambda unit, name, n: unit.people.add_desk(records.desk(str(n), "main", name)),
        lambda of, name: int(one.id) if (one := of.people.desks([name])[0]) else None,
    ),
    "setting": Kind(
        lambda unit, name, n: unit.people.put_setting(name, str(n).encode()),
        lambda of, name: int(of.people.setting(name) or -1),
    ),
    "agreement": Kind(
        lambda unit, name, n: unit.agreements.add_version(records.version(name, n)),
        lambda of, name: [one.number for one in of.agreements.versions(name)][-1],
    ),
    "posting": Kind(
        lambda unit, name, n: unit.agreements.put_posting(type(records.posting())("alfa", name, level=str(n))),
        lambda of, name: int(found.level or -1) if (found := of.agreements.posting("alfa", name)) else None,
    ),
    "consent's item": Kind(
        lambda unit, name, n: unit.agreements.add_consent(records.consent(str(n), item=name)),
        lambda of, name: [int(one.consent) for one in of.agreements.consents([name])][-1],
    ),
    "item": Kind(
        lambda unit, name, n: _item(unit, n, id=name),
        lambda of, name: [one.number for one in of.items.copies(ROOM, [name])[name]][-1],
    ),
    "originator": Kind(
        lambda unit, name, n: _item(unit, n, id="i", originator=name),
        lambda of, name: [one.number for one in of.items.versions(ROOM, name, ["i"])["i"]][-1],
    ),
    "version": Kind(
        lambda unit, name, n: _item(unit, n, id="i", version_key=name),
        lambda of, name: of.items.find(ROOM, "alfa", [("i", name)])["i", name].number,
    ),
    "target": Kind(
        lambda unit, name, n: unit.items.add_references(ROOM, [Reference(n, name)]),
        lambda of, name: of.items.referrers(ROOM, [name])[-1],
    ),
    "label": Kind(
        lambda unit, name, n: unit.offers.put_label(ROOM, Handling(("f",), policy=name, level=str(n))),
        lambda of, name: ALIKE.index(
            of.offers.labels(ROOM, [digest := Handling(("f",), policy=name, level=str(ALIKE.index(name))).digest])[
                digest
            ].policy
        ),
    ),
    "unit": Kind(
        lambda unit, name, n: unit.offers.add([records.offer(n, unit=name)]),
        lambda of, name: [one.number for one in of.offers.of_unit(ROOM, name, -1, 99)][-1],
    ),
    "originator of an offer": Kind(
        lambda unit, name, n: unit.offers.add([records.offer(n, originator=name)]),
        lambda of, name: [one.number for one in of.offers.in_state(ROOM, name, OfferState.OFFERED, -1, 99)][-1],
    ),
    "class": Kind(
        lambda unit, name, n: unit.decisions.intern_class(ROOM, records.release_class(name)),
        lambda of, name: [n - 1 for n, one in of.decisions.classes(ROOM).items() if one.originator == name][-1],
    ),
    "desk of a verdict": Kind(
        lambda unit, name, n: unit.decisions.put_verdicts(ROOM, name, {n: records.verdict()}),
        lambda of, name: [*of.decisions.verdicts(ROOM, name)][-1],
    ),
    "head": Kind(
        lambda unit, name, n: unit.feeds.put_head(ROOM, name, n),
        lambda of, name: of.feeds.head(ROOM, name),
    ),
    "desk of a feed": Kind(
        lambda unit, name, n: _row(unit, n, name),
        lambda of, name: [one.offer for one in of.feeds.page(ROOM, name, collection=None, after=-1, limit=99)][-1],
    ),
    "collection of a feed": Kind(
        lambda unit, name, n: _row(unit, n, "d", name),
        lambda of, name: [one.offer for one in of.feeds.page(ROOM, "d", collection=name, after=-1, limit=99)][-1],
    ),
    "status": Kind(
        lambda unit, name, n: unit.work.add_status(Status(ROOM, name, "alfa", "d", n, "{}")),
        lambda of, name: found.requested_at if (found := of.work.status(ROOM, name)) else None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_names_that_look_alike_are_apart(store: Store, kind: Kind) -> None:
    with store.writing() as unit:
        for number, name in enumerate(ALIKE):
            kind.keep(unit, name, number)
    with store.reading() as snapshot:
        found = {name: kind.found(snapshot, name) for name in ALIKE}
    assert found == {name: number for number, name in enumerate(ALIKE)}


def test_rooms_that_look_alike_count_apart(store: Store) -> None:
    with store.writing() as unit:
        assert {unit.items.reserve(name, 3) for name in ALIKE} == {1}


def test_names_stand_in_the_order_of_their_code_points(store: Store) -> None:
    with store.writing() as unit:
        for name in ALIKE:
            unit.people.add_room(records.room(name))
            unit.people.add_member(records.member(name))
            unit.people.add_desk(records.desk(name, "main", name))
            unit.people.add_credential(records.credential(name, name))
            unit.agreements.add_version(records.version(name))
            unit.agreements.add_collection(records.collection(name, agreement=name))
            unit.work.add_task(records.task(name))
    with store.reading() as of:
        listings = [
            [one.name for one in of.people.rooms()],
            [one.name for one in of.people.members()],
            [one.id for one in of.people.desks()],
            [one.user for one in of.people.credentials()],
            [one.agreement for one in of.agreements.versions()],
            [one.agreement for one in of.agreements.collections(ROOM)],
            [one.id for one in of.work.due_tasks(START, len(ALIKE))],
        ]
    assert listings == [sorted(ALIKE)] * len(listings)
