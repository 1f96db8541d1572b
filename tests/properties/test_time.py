"""A decision holds until the instant that it names, and what lies ahead decides nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.agreement.events import Event, Scope
from opsroom.core.agreement.terms import Party
from opsroom.core.release import Decision, Item
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER
from tests import in_force
from tests.properties.changes import SCOPES, answer, each_record, opens, with_event
from tests.properties.scenarios import SCENARIOS, Scenario


def bounds(scenario: Scenario) -> set[Instant]:
    """Every instant that any fact names."""
    found = {instant for record in scenario.records for instant in in_force.instants(record)}
    for consent in scenario.consents:
        found |= {consent.window.since, consent.window.until}
    return found | item_bounds(scenario.item)


def item_bounds(item: Item) -> set[Instant]:
    found = {item.offered} if item.recalled_at is None else {item.offered, item.recalled_at}
    if item.handling is not None:
        found |= {item.handling.not_before or item.offered, item.handling.expires or item.offered}
    return found.union(*(item_bounds(source.item) for source in item.sources))


def timeless(decision: Decision) -> Decision:
    return replace(decision, valid_until=FOREVER)


@given(SCENARIOS)
def test_decision_stays_until_valid_until(scenario: Scenario) -> None:
    decision = scenario.decided()
    assert decision.valid_until > scenario.at
    near = {bound + step for bound in bounds(scenario) for step in (-1, 0, 1)}
    for instant in sorted(near | {decision.valid_until - 1}):
        if scenario.at <= instant < decision.valid_until and BEGINNING < instant < FOREVER:
            assert timeless(scenario.decided(at=instant)) == timeless(decision)


@given(SCENARIOS)
def test_valid_until_is_an_instant_that_a_fact_names(scenario: Scenario) -> None:
    assert scenario.decided().valid_until in bounds(scenario) | {FOREVER}


@given(SCENARIOS)
def test_decisions_renewed_when_they_end_agree_with_the_oracle(scenario: Scenario) -> None:
    at = scenario.at
    while at < FOREVER:
        now = replace(scenario, at=at)
        assert answer(now) == now.foretold()
        at = now.decided().valid_until


@given(SCENARIOS, st.sampled_from(["suspend", "resume", "withdraw", "accede", "terminate"]), SCOPES)
def test_an_event_that_lies_ahead_decides_nothing(scenario: Scenario, type: str, scope: Scope) -> None:
    ahead = Event(type, scenario.at + 1, scope, newcomer=Party("zulu"))
    assert answer(with_event(scenario, ahead)) == answer(scenario)


@given(SCENARIOS)
def test_what_opens_does_nothing_before_it_is_recorded(scenario: Scenario) -> None:
    at, scope = scenario.at, Scope(party=scenario.to.member)
    suspended = with_event(scenario, Event("suspend", at - 2, scope))
    leaving = with_event(scenario, Event("withdraw", at, scope))
    newcomer = Event("accede", at - 1, recorded_at=at + 1, newcomer=Party(scenario.to.member))
    assert not opens(suspended, with_event(suspended, Event("resume", at - 1, scope, at + 1)))
    assert not opens(leaving, with_event(leaving, Event("rescind", at - 1, scope, at + 1)))
    assert answer(with_event(scenario, newcomer)) == answer(scenario)


@given(SCENARIOS)
def test_signatures_that_lie_ahead_decide_nothing(scenario: Scenario) -> None:
    past = each_record(
        scenario,
        lambda record: replace(
            record,
            versions=tuple(
                replace(
                    one,
                    signed=one.signed
                    and {name: when for name, when in one.signed.items() if when <= scenario.at},
                    ratified={name: when for name, when in one.ratified.items() if when <= scenario.at},
                )
                for one in record.versions
            ),
        ),
    )
    assert answer(past) == answer(scenario)
