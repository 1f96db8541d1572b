"""Consents: asked for, given, refused, revoked; and what passing on they open and close."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.statement import ACT_TYPE, CONSENT_TYPE, ConsentStep
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.operations import permit
from tests import objects
from tests.builders import DAY, START, World
from tests.operations.signers import give_keys, key_of, share
from tests.operations.test_contribute import given as contributed

RAW = objects.identity(1)
ITEM = objects.numbered("identity", 1)


@pytest.fixture
def signers(room: World) -> World:
    """Bravo shares logistics with alfa (who has sent it an item) and with carol."""
    give_keys(room, "alfa", "bravo", "carol")
    room.agree("on", "room", ["bravo", "carol"], ["logistics"])
    share(room, "alfa", RAW, "two", "logistics")
    return room


def onward(room: World, since: Instant | None = None, until: Instant | None = None) -> permit.Terms:
    """Alfa's item, to carol, through bravo, under what bravo and carol have agreed."""
    return permit.Terms(ITEM, "alfa", "carol", "bravo", room.agreements["on"], since, until)


def recorded(room: World, step: ConsentStep) -> ConsentStep:
    return permit.record(room.node, signing.seal(step.payload, CONSENT_TYPE, [key_of(step.by)]))


def asked(room: World, by: str = "bravo") -> str:
    step = permit.prepare(room.node, "ask", by=by, terms=onward(room), reason="carol is in need of it")
    return recorded(room, step).consent


def answered(room: World, kind: str, consent: str, by: str = "alfa") -> ConsentStep:
    return recorded(room, permit.prepare(room.node, kind, by=by, consent=consent))


def given(room: World, terms: permit.Terms) -> str:
    return recorded(room, permit.prepare(room.node, "give", by="alfa", terms=terms)).consent


def pass_on(room: World) -> str:
    return share(room, "bravo", RAW, "on", "logistics")


def carol_reads(room: World) -> int:
    return len(room.read("carol", "room"))


def test_asking_opens_nothing(signers: World) -> None:
    assert pass_on(signers) == "failure"
    asked(signers)
    assert pass_on(signers) == "failure"
    assert carol_reads(signers) == 0


def test_a_consent_under_an_agreement_opens_passing_on_and_its_revocation_closes_it(signers: World) -> None:
    consent = asked(signers)
    answered(signers, "give", consent)
    assert carol_reads(signers) == 0
    assert pass_on(signers) == "success"
    assert carol_reads(signers) == 1
    answered(signers, "revoke", consent)
    assert carol_reads(signers) == 0
    assert len(signers.read("bravo", "room")) == 1
    assert [one.kind for one in permit.history(signers.node, consent)] == ["ask", "give", "revoke"]


def test_a_consent_may_be_given_that_nobody_asked_for(signers: World) -> None:
    given(signers, onward(signers))
    assert pass_on(signers) == "success"
    assert carol_reads(signers) == 1


def test_a_refusal_opens_nothing_and_is_the_answer(signers: World) -> None:
    consent = asked(signers)
    answered(signers, "refuse", consent)
    assert pass_on(signers) == "failure"
    with pytest.raises(Conflict, match="answered already"):
        answered(signers, "give", consent)
    answered(signers, "give", asked(signers))
    assert pass_on(signers) == "success"


@pytest.mark.parametrize(
    "narrowed",
    [
        {"holder": "delta"},
        {"to": "delta"},
        {"item": objects.numbered("identity", 2)},
        {"under": "agreement--00000000-0000-4000-8000-000000000000"},
    ],
)
def test_a_consent_to_something_else_opens_nothing(signers: World, narrowed: dict[str, Any]) -> None:
    share(signers, "alfa", objects.identity(2), "two", "logistics")
    given(signers, replace(onward(signers), **narrowed))
    assert pass_on(signers) == "failure"
    assert carol_reads(signers) == 0


def test_a_consent_has_bounds(signers: World) -> None:
    given(signers, onward(signers, START + DAY, START + 3 * DAY))
    assert pass_on(signers) == "failure"
    signers.clock.instant = START + DAY
    assert pass_on(signers) == "success"
    signers.clock.instant = START + 3 * DAY - 1000
    assert carol_reads(signers) == 1
    signers.clock.instant = START + 3 * DAY
    assert carol_reads(signers) == 0


def test_a_consent_dated_back_opens_from_its_recording(signers: World) -> None:
    before = signers.clock.now()
    step = permit.prepare(signers.node, "give", by="alfa", terms=onward(signers, START - DAY))
    recorded(signers, replace(step, effective_at=START - DAY))
    with signers.node.working() as (_, upkeep):
        [consent] = upkeep.context.consents([step.item])
    assert consent.since > before


@pytest.mark.parametrize(
    ("kind", "by", "reason"),
    [
        ("ask", "alfa", "by the member that it would serve"),
        ("give", "bravo", "only the item's originator, alfa"),
        ("give", "carol", "only the item's originator, alfa"),
        ("refuse", "carol", "only the item's originator, alfa"),
        ("revoke", "bravo", "only the item's originator, alfa"),
    ],
)
def test_a_step_is_taken_by_whom_it_belongs_to(signers: World, kind: str, by: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        recorded(signers, permit.prepare(signers.node, kind, by=by, terms=onward(signers)))
    assert permit.history(signers.node) == []


def test_the_recipient_may_ask_as_well(signers: World) -> None:
    answered(signers, "give", asked(signers, "carol"))
    assert pass_on(signers) == "success"


def test_an_originator_consents_to_its_own_items_alone(signers: World) -> None:
    terms = permit.Terms(ITEM, "carol", "alfa")
    with pytest.raises(NotFound, match="carol has contributed no"):
        recorded(signers, permit.prepare(signers.node, "give", by="carol", terms=terms))


@pytest.mark.parametrize("kind", ["give", "refuse", "revoke"])
def test_who_is_no_originator_learns_of_no_item(signers: World, kind: str) -> None:
    terms = permit.Terms(objects.numbered("identity", 99), "alfa", "carol")
    for item in (ITEM, terms.item):
        step = permit.prepare(signers.node, kind, by="bravo", terms=replace(terms, item=item))
        with pytest.raises(Refused, match="only the item's originator"):
            recorded(signers, step)


def test_steps_follow_one_another(signers: World) -> None:
    for kind, reason in (("refuse", "nobody asked"), ("revoke", "was not given")):
        with pytest.raises(Conflict, match=reason):
            recorded(signers, permit.prepare(signers.node, kind, by="alfa", terms=onward(signers)))
    consent = asked(signers)
    with pytest.raises(Conflict, match="was not given"):
        answered(signers, "revoke", consent)
    with pytest.raises(Conflict, match="answered already"):
        recorded(signers, permit.prepare(signers.node, "ask", by="bravo", consent=consent))
    answered(signers, "give", consent)
    for kind in ("give", "refuse"):
        with pytest.raises(Conflict, match="answered already"):
            answered(signers, kind, consent)
    answered(signers, "revoke", consent)
    with pytest.raises(Conflict):
        answered(signers, "revoke", consent)


def test_an_answer_is_about_what_was_asked(signers: World) -> None:
    step = permit.prepare(signers.node, "give", by="alfa", consent=asked(signers))
    for changed in ({"to": "delta"}, {"holder": None}, {"under": None}):
        with pytest.raises(Conflict, match="something else"):
            recorded(signers, replace(step, **changed))


def test_a_step_bears_the_signature_of_who_takes_it(signers: World) -> None:
    step = permit.prepare(signers.node, "give", by="alfa", terms=onward(signers))
    for envelope in (
        signing.seal(step.payload, CONSENT_TYPE, [key_of("bravo")]),
        signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa"), key_of("bravo")]),
        signing.seal(step.payload, CONSENT_TYPE, []),
        signing.seal(step.payload, ACT_TYPE, [key_of("alfa")]),
    ):
        with pytest.raises(Refused):
            permit.record(signers.node, envelope)
    assert permit.history(signers.node) == []


def test_members_that_there_are_not_and_consents_that_there_are_not(signers: World) -> None:
    with pytest.raises(NotFound, match="zulu"):
        recorded(
            signers,
            permit.prepare(signers.node, "give", by="alfa", terms=permit.Terms(ITEM, "alfa", "zulu")),
        )
    with pytest.raises(NotFound, match="no consent"):
        answered(signers, "give", "consent--00000000-0000-4000-8000-000000000000")
    with pytest.raises(Malformed, match="item"):
        permit.prepare(signers.node, "give", by="alfa")


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"to": "alfa"}, "to"),
        ({"to": "bravo"}, "to"),
        ({"holder": "alfa"}, "holder"),
        ({"since": START, "until": START}, "until"),
        ({"item": "nothing"}, "item"),
    ],
)
def test_a_consent_that_says_nothing_is_malformed(signers: World, changed: dict[str, Any], path: str) -> None:
    step = permit.prepare(signers.node, "give", by="alfa", terms=onward(signers))
    with pytest.raises(Malformed) as error:
        recorded(signers, replace(step, **changed))
    assert path in [fault.path for fault in error.value.faults]


def test_a_member_finds_what_concerns_it(signers: World) -> None:
    consent = asked(signers)
    for member in ("alfa", "bravo", "carol"):
        assert [one.consent for one in permit.history(signers.node, member=member)] == [consent]
    assert permit.history(signers.node, member="delta") == []
    [entry] = permit.history(signers.node, consent)
    assert (entry.by, entry.reason, entry.under) == (
        "bravo",
        "carol is in need of it",
        signers.agreements["on"],
    )


def test_a_revocation_is_not_dated_ahead(signers: World) -> None:
    """It could not be taken back or brought forward: a consent is revoked once."""
    step = permit.prepare(signers.node, "revoke", by="alfa", consent=given(signers, onward(signers)))
    with pytest.raises(Refused, match="when it is to end"):
        recorded(signers, replace(step, effective_at=signers.clock.instant + DAY))
    recorded(signers, step)
    with pytest.raises(Conflict, match="revoked already"):
        answered(signers, "revoke", step.consent)


def test_a_revocation_may_be_dated_back(signers: World) -> None:
    consent = given(signers, onward(signers))
    pass_on(signers)
    step = permit.prepare(signers.node, "revoke", by="alfa", consent=consent)
    recorded(signers, replace(step, effective_at=START - DAY))
    assert carol_reads(signers) == 0
    with signers.node.working() as (_, upkeep):
        [found] = upkeep.context.consents([ITEM])
    assert found.revoked_at == START - DAY


CONTROLLED = objects.numbered("malware", 2)


def controlled(room: World) -> permit.Terms:
    """An item of alfa's that is under its control, offered to all parties; who may receive it: bravo."""
    outcomes = contributed(room, "alfa", [objects.malware(2)], originator_control=True)
    assert [one.state for one in outcomes] == ["success"]
    return permit.Terms(CONTROLLED, "alfa", "bravo")


def readers(room: World) -> list[str]:
    return [
        one for one in ("bravo", "carol") if any(CONTROLLED.encode() in x for x in room.read(one, "room"))
    ]


def at(room: World, instant: Instant) -> list[str]:
    """Who reads at exactly this instant: the clock moves on by a microsecond when it is asked, so it stands."""
    room.clock.instant = instant
    room.node.clock = StoppedClock(instant)
    try:
        room.node.advance()
        return readers(room)
    finally:
        room.node.clock = room.clock


@dataclass(frozen=True)
class StoppedClock:
    """Always the same instant."""

    instant: Instant

    def now(self) -> Instant:
        return self.instant


def test_a_consent_releases_directly_what_its_originator_controls(signers: World) -> None:
    terms = controlled(signers)
    assert readers(signers) == []
    ask = permit.prepare(signers.node, "ask", by="bravo", terms=terms)
    recorded(signers, ask)
    assert readers(signers) == []
    answered(signers, "give", ask.consent)
    assert readers(signers) == ["bravo"]
    answered(signers, "revoke", ask.consent)
    assert readers(signers) == []


@pytest.mark.parametrize("answer", [None, "refuse"])
def test_what_is_contributed_after_the_asking_is_not_released_by_it(
    signers: World, answer: str | None
) -> None:
    """The decision on a new item reads the steps that were taken before it was there."""
    contributed(signers, "alfa", [objects.malware(2)], originator_control=True)
    ask = permit.prepare(signers.node, "ask", by="bravo", terms=permit.Terms(CONTROLLED, "alfa", "bravo"))
    recorded(signers, ask)
    if answer is not None:
        answered(signers, answer, ask.consent)
    newer = objects.malware(2, modified="2027-01-01T00:00:00.000Z")
    contributed(signers, "alfa", [newer], originator_control=True)
    assert readers(signers) == []


def test_a_refusal_releases_nothing(signers: World) -> None:
    ask = permit.prepare(signers.node, "ask", by="bravo", terms=controlled(signers))
    recorded(signers, ask)
    answered(signers, "refuse", ask.consent)
    assert readers(signers) == []


def test_a_consent_releases_from_its_first_instant_to_its_last_and_not_a_microsecond_more(
    signers: World,
) -> None:
    since, until = START + DAY, START + 2 * DAY
    given(signers, replace(controlled(signers), since=since, until=until))
    assert at(signers, since - 1) == []
    assert at(signers, since) == ["bravo"]
    assert at(signers, until - 1) == ["bravo"]
    assert at(signers, until) == []


def test_a_consent_releases_from_the_instant_of_its_recording_to_that_of_its_revocation(
    signers: World,
) -> None:
    consent = given(signers, controlled(signers))
    [entry] = permit.history(signers.node, consent)
    assert at(signers, entry.recorded_at) == ["bravo"]
    step = permit.prepare(signers.node, "revoke", by="alfa", consent=consent)
    recorded(signers, step)
    assert at(signers, signers.clock.instant) == []
    with signers.node.working() as (_, upkeep):
        [found] = upkeep.context.consents([CONTROLLED])
    assert (found.since, found.window.until) == (entry.recorded_at, step.effective_at)


def test_a_consent_through_a_holder_releases_nothing_directly(signers: World) -> None:
    given(signers, replace(controlled(signers), holder="carol"))
    assert readers(signers) == []
