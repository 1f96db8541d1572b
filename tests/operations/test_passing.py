"""Passing on: opened by the originator's consent, closed by its end, and never as one's own."""

import json

import pytest

from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.handling import Handling
from opsroom.core.identifiers import uuid_from
from opsroom.core.release import Desk
from opsroom.core.timestamps import Instant
from opsroom.errors import Malformed, NotFound
from opsroom.operations import enrol
from opsroom.operations.contribute import Options, Outcome, State, contribute
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
    room: World,
    kind: str = "give",
    name: str = "",
    until: Instant | None = None,
    holder: str = "bravo",
    under: str = "bc",
) -> str:
    """A consent of Alfa that Bravo pass its item to Carol under their own agreement."""
    consent = name or f"consent--{uuid_from(room.node.randomness.draw(16))}"
    at = room.clock.now()
    with room.node.store.writing() as unit:
        unit.agreements.add_consent(
            ConsentEntry(
                consent=consent,
                kind=kind,
                item=ONE,
                originator="alfa",
                to="carol",
                holder=holder,
                under=room.agreements[under],
                since=None,
                until=until,
                by="alfa",
                reason="",
                effective_at=at,
                recorded_at=at,
                envelope=b"{}",
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


def altered(raw: bytes, **more: object) -> bytes:
    return objects.encoded({**json.loads(raw), **more})


def elsewhere(chain: World) -> None:
    """A second room, in which Bravo and Carol share logistics."""
    chain.room("other", "bravo")
    chain.agree("bc2", "other", ["bravo", "carol"], ["logistics"])
    consented(chain, under="bc2")


def sent(world: World, raw: bytes, room: str = "room", name: str = "bc", **label: object) -> Outcome:
    outcomes: list[Outcome] = []
    options = Options(Handling(**label) if label else None, frozenset(label))  # type: ignore[arg-type]
    collection = world.collection(name, "logistics", room)
    contribute(world.node, world.principal("bravo"), room, collection, [raw], options, watch=outcomes.append)
    return outcomes[0]


@pytest.mark.parametrize("form", ["as contributed", "as served", "as served, spaced otherwise"])
def test_whatever_form_is_sent_the_originators_bytes_arrive_with_their_tlp(chain: World, form: str) -> None:
    consented(chain)
    [served] = chain.read("bravo", "room")
    raw = {
        "as contributed": objects.identity(1),
        "as served": served,
        "as served, spaced otherwise": json.dumps(json.loads(served), indent=2).encode(),
    }[form]
    assert sent(chain, raw).state is State.SUCCESS
    assert chain.read("carol", "room") == [served]


def test_into_another_room_goes_what_was_received_and_no_copy_of_ones_own(chain: World) -> None:
    elsewhere(chain)
    [served] = chain.read("bravo", "room")
    assert sent(chain, altered(served, name="forged"), "other", "bc2").state is State.FAILURE
    assert chain.read("carol", "other") == []
    spaced = json.dumps(json.loads(served), indent=2).encode()
    assert sent(chain, spaced, "other", "bc2").state is State.SUCCESS
    assert chain.read("carol", "other") == [served]


def test_other_content_under_a_received_version_is_refused_whatever_the_consent(chain: World) -> None:
    consented(chain)
    outcome = sent(chain, altered(objects.identity(1), name="forged"))
    assert outcome.state is State.FAILURE
    assert "as you received it" in outcome.message
    assert chain.read("carol", "room") == []


def test_an_object_without_versions_is_passed_on_in_its_served_form(chain: World) -> None:
    address = objects.encoded(
        {
            "type": "ipv4-addr",
            "spec_version": "2.1",
            "id": objects.numbered("ipv4-addr", 1),
            "value": "192.0.2.1",
        }
    )
    posted(chain, "alfa", [address], "two", "logistics")
    [served] = [one for one in chain.read("bravo", "room") if b"ipv4-addr" in one]
    assert served != address
    [outcome] = posted(chain, "bravo", [served], "bc", "logistics")
    assert outcome.state is State.FAILURE
    assert "passing on" in outcome.message


def test_what_is_passed_on_keeps_its_originators_label_so_another_is_refused(chain: World) -> None:
    consented(chain)
    outcome = sent(chain, objects.identity(1), not_to=frozenset({"carol"}))
    assert outcome.state is State.FAILURE
    assert "label" in outcome.message
    assert "--not-to" in outcome.message
    assert chain.read("carol", "room") == []


def test_every_later_version_of_what_was_received_rests_on_it(chain: World) -> None:
    for day in (3, 4):
        changed = objects.identity(1, modified=f"2026-02-0{day}T00:00:00.000Z")
        [outcome] = posted(chain, "bravo", [changed], "bc", "logistics")
        assert outcome.state is State.SUCCESS
    assert chain.read("carol", "room") == []


def test_ones_own_object_does_not_come_to_rest_on_a_copy_received_later(chain: World) -> None:
    posted(chain, "bravo", [objects.identity(2)], "bc", "logistics")
    posted(chain, "alfa", [objects.identity(2)], "two", "logistics")
    later = objects.identity(2, modified="2026-02-05T00:00:00.000Z")
    posted(chain, "bravo", [later], "bc", "logistics")
    assert len(chain.read("carol", "room")) == 2


def test_another_desk_of_the_holder_learns_nothing_and_relays_nothing(chain: World) -> None:
    """To a desk that was not shown it, it is new; and it reaches nobody whom the original may not reach."""
    enrol.add_desk(chain.node, "narrow", Desk("bravo", fields=frozenset({"incidents"})))
    narrow = chain.principal("bravo", "narrow")
    collection = chain.collection("bc", "logistics", "room")
    outcomes: list[Outcome] = []
    raws = [objects.identity(1), objects.identity(77)]
    contribute(chain.node, narrow, "room", collection, raws, watch=outcomes.append)
    assert [one.state for one in outcomes] == [State.SUCCESS] * 2
    assert ids(chain.read("carol", "room")) == {objects.numbered("identity", 77)}
    consented(chain, under="bc")
    assert ONE in ids(chain.read("carol", "room"))
    posted(chain, "alfa", [objects.identity(2)], "two", "logistics")
    options, raws = Options(sources=((objects.numbered("identity", 2), False),)), [objects.identity(78)]
    with pytest.raises(Malformed, match="neither contributed nor received"):
        contribute(chain.node, narrow, "room", collection, raws, options, watch=outcomes.append)
