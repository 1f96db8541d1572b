"""Passing on: opened by the originator's consent, closed by its end, and never as one's own."""

import pytest

from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.identifiers import uuid_from
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound
from opsroom.operations.contribute import Outcome, State
from tests import objects
from tests.builders import DAY, World
from tests.operations.test_contribute import ids, posted

ONE = objects.numbered("identity", 1)


@pytest.fixture
def chain(room: World) -> World:
    """Alfa shares logistics with Bravo, and Bravo with Carol; Alfa and Carol have nothing in that field."""
    room.agree("bc", "room", ["bravo", "carol"], ["logistics"])
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    return room


def consented(
    room: World, kind: str = "give", name: str = "", until: Instant | None = None, holder: str = "bravo"
) -> str:
    """A consent of Alfa that Bravo pass its item to Carol under their own agreement."""
    consent = name or f"consent--{uuid_from(room.node.randomness.draw(16))}"
    at = room.clock.now()
    under = room.agreements["bc"]
    with room.node.store.writing() as unit:
        unit.agreements.add_consent(
            ConsentEntry(
                consent, kind, ONE, "alfa", "carol", holder, under, None, until, "alfa", "", at, at, b"{}"
            )
        )
        room.node.upkeep(unit).consents_changed(frozenset({ONE}))
    return consent


def passed(room: World) -> Outcome:
    [outcome] = posted(room, "bravo", [objects.identity(1)], "bc", "logistics")
    return outcome


def test_without_consent_it_is_refused_and_nothing_is_kept(chain: World) -> None:
    assert passed(chain).state is State.FAILURE
    assert chain.read("carol", "room") == []


def test_with_consent_it_reaches_the_party_under_its_originators_name(chain: World) -> None:
    consented(chain)
    assert passed(chain).state is State.SUCCESS
    assert ids(chain.read("carol", "room")) == {ONE}
    with chain.node.store.reading() as snapshot:
        items = snapshot.items.copies("room", [ONE])[ONE]
    assert {one.originator for one in items} == {"alfa"}
    assert len(chain.read("alfa", "room")) == len(chain.read("bravo", "room")) == 1


def test_another_holder_is_not_meant(chain: World) -> None:
    consented(chain, holder="delta")
    assert passed(chain).state is State.FAILURE


def test_revoked_it_closes(chain: World) -> None:
    consent = consented(chain)
    passed(chain)
    consented(chain, "revoke", consent)
    assert chain.read("carol", "room") == []


def test_it_closes_at_its_last_instant(chain: World) -> None:
    consented(chain, until=chain.clock.instant + DAY)
    passed(chain)
    assert len(chain.read("carol", "room")) == 1
    chain.clock.instant += DAY
    assert chain.read("carol", "room") == []


def test_a_holder_that_lost_its_own_right_relays_nothing(chain: World) -> None:
    consented(chain)
    passed(chain)
    chain.event("two", "suspend", by=["alfa"])
    assert chain.read("carol", "room") == []
    chain.event("two", "resume", by=["alfa"])
    assert len(chain.read("carol", "room")) == 1


def test_it_does_not_reach_who_is_no_party_of_the_agreement_it_is_passed_under(chain: World) -> None:
    consented(chain)
    passed(chain)
    with pytest.raises(NotFound):
        chain.read("delta", "room")
    collection = chain.collection("bc", "logistics", "room")
    with pytest.raises(NotFound):
        chain.read("alfa", "room", collection)


def test_posted_again_by_its_holder_it_is_one(chain: World) -> None:
    consented(chain)
    passed(chain)
    assert passed(chain).state is State.SUCCESS
    assert len(chain.read("carol", "room")) == 1
