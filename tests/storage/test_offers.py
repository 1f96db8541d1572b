"""The shelf of offers: labels, offers, approvals."""

import pytest

from opsroom.core.handling import Foreign, Handling
from opsroom.core.offer import Approval, Offer, OfferState
from opsroom.errors import Conflict, NotFound
from opsroom.ports import Store
from tests.builders import START
from tests.storage import records
from tests.storage.records import OTHER, ROOM

LABELS = [
    Handling(("f",)),
    Handling(("f",), rel_to=frozenset()),
    Handling(tlp="none", pap="none", not_before=START, expires=START),
    Handling(
        ("f", "g"),
        "policy",
        "level",
        "red",
        rel_to=frozenset({"alfa", "bravo"}),
        not_to=frozenset({"carol"}),
        cites=frozenset({"a"}),
        originator_control=True,
        need_to_know=frozenset({"crypto"}),
        not_before=START,
        expires=START + 1,
        foreign=(Foreign("them", "terms", ""),),
        pap="amber",
        evidence="no",
        purposes=("lead",),
        unresolved=True,
    ),
]


def kept(store: Store, *offers: Offer) -> None:
    with store.writing() as unit:
        unit.offers.add(offers)


@pytest.mark.parametrize("label", LABELS, ids=["bare", "to nobody", "senseless", "full"])
def test_a_label_is_kept_under_its_digest(store: Store, label: Handling) -> None:
    with store.writing() as unit:
        unit.offers.put_label(ROOM, label)
        unit.offers.put_label(ROOM, label)
    with store.reading() as snapshot:
        assert snapshot.offers.labels(ROOM, [label.digest, "none"]) == {label.digest: label}


@pytest.mark.parametrize("state", OfferState)
def test_an_offer_is_read_back(store: Store, state: OfferState) -> None:
    bare = records.offer(
        2, state=state, holder=None, offered_at=None, recalled_at=None, dangle=False, insert=b""
    )
    kept(store, records.offer(1, state=state), bare)
    with store.reading() as snapshot:
        assert snapshot.offers.by_number(ROOM, [2, 1, 3]) == {1: records.offer(1, state=state), 2: bare}


@pytest.mark.parametrize("numbers", [[9, 1], [9, 9]], ids=["taken", "twice"])
def test_of_offers_that_clash_none_is_added(store: Store, numbers: list[int]) -> None:
    kept(store, records.offer(1))
    with store.writing() as unit:
        with pytest.raises(Conflict):
            unit.offers.add([records.offer(number, unit="new") for number in numbers])
        assert unit.offers.by_number(ROOM, [1, 9]) == {1: records.offer(1)}


def test_replacing_overwrites_every_field(store: Store) -> None:
    kept(store, records.offer(1), records.offer(2))
    changed = Offer(ROOM, 1, 8, "d", "bravo", None, "l", OfferState.STAGED, 1, "bob", "v")
    with store.writing() as unit:
        unit.offers.replace([changed])
        unit.offers.replace([])
    with store.reading() as snapshot:
        assert snapshot.offers.by_number(ROOM, [1, 2]) == {1: changed, 2: records.offer(2)}


def test_replacing_what_is_not_there_replaces_nothing(store: Store) -> None:
    kept(store, records.offer(1), records.offer(2, OTHER))
    missing_here = [records.offer(1, unit="new"), records.offer(2, unit="new")]
    with store.writing() as unit:
        with pytest.raises(NotFound):
            unit.offers.replace(missing_here)
        with pytest.raises(NotFound):
            unit.offers.replace([records.offer(2, OTHER), records.offer(1, OTHER)])
        assert unit.offers.by_number(ROOM, [1, 2]) == {1: records.offer(1)}


def test_offers_of_items_stand_by_number(store: Store) -> None:
    offers = [records.offer(number, item=item) for number, item in ((3, 1), (2, 7), (1, 1), (4, 8))]
    kept(store, *offers)
    with store.reading() as snapshot:
        assert snapshot.offers.of_items(ROOM, [7, 1, 1]) == [offers[2], offers[1], offers[0]]


def test_pages_of_offers_go_on_after_the_last(store: Store) -> None:
    offers = [records.offer(number) for number in (5, 3, 1, 4, 2)]
    others = [
        records.offer(6, unit="v", footing=9, originator="bravo"),
        records.offer(7, unit="v", state=OfferState.RECALLED),
    ]
    kept(store, *offers, *others)
    with store.reading() as snapshot:
        of = snapshot.offers

        def pages(after: int, limit: int) -> list[list[int]]:
            return [
                [one.number for one in found]
                for found in (
                    of.of_unit(ROOM, "unit", after, limit),
                    of.of_footing(ROOM, 4, after, limit),
                    of.in_state(ROOM, "alfa", OfferState.OFFERED, after, limit),
                )
            ]

        assert pages(0, 2) == [[1, 2]] * 3
        assert pages(2, 2) == [[3, 4]] * 3
        assert pages(4, 9) == [[5]] * 3
        assert of.in_state(ROOM, "alfa", OfferState.RECALLED, 0, 9) == [others[1]]


def test_a_person_approves_an_offer_once(store: Store) -> None:
    approvals = [Approval(ROOM, 2, "ann", 5), Approval(ROOM, 1, "bob", 9), Approval(ROOM, 1, "ann", 9)]
    with store.writing() as unit:
        for one in (*approvals, Approval(ROOM, 1, "cai", 3), Approval(ROOM, 3, "ann", 1)):
            unit.offers.add_approval(one)
        with pytest.raises(Conflict):
            unit.offers.add_approval(Approval(ROOM, 1, "ann", 99))
    with store.reading() as snapshot:
        first = Approval(ROOM, 1, "cai", 3)
        assert snapshot.offers.approvals(ROOM, [1, 2]) == [first, approvals[2], approvals[1], approvals[0]]
