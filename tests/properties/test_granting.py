"""Only an agreement grants: not a consent, not a handling, not an event that ends or interrupts."""

from dataclasses import replace
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from opsroom.core.agreement.events import Event, Scope
from opsroom.core.release import Desk, Ground, Release
from opsroom.core.timestamps import Instant
from tests.properties.agreements import FIELDS, MEMBERS, NOW
from tests.properties.changes import (
    SCOPES,
    answer,
    each_record,
    only_events,
    opens,
    relabelled,
    released,
    unamended,
    with_event,
    without_prohibitions,
)
from tests.properties.scenarios import SCENARIOS, Scenario

DAYS = st.sampled_from((15, 40, NOW - 1, NOW, NOW + 1))


@given(SCENARIOS)
def test_without_agreements_nobody_reads_anothers(scenario: Scenario) -> None:
    decision = replace(scenario, records=()).decided()
    assert not isinstance(decision, Release) or decision.ground is Ground.OWN


@given(SCENARIOS)
def test_losing_an_agreement_that_prohibits_nothing_never_opens(scenario: Scenario) -> None:
    for lost in scenario.records:
        if not any(one.excluded_kinds for version in lost.versions for one in version.terms.provisions):
            kept = tuple(record for record in scenario.records if record is not lost)
            assert not opens(scenario, replace(scenario, records=kept))


@given(SCENARIOS, st.lists(st.sampled_from(FIELDS), min_size=1, unique=True))
def test_one_agreement_suffices_for_a_direct_release(scenario: Scenario, fields: list[str]) -> None:
    uncited = relabelled(scenario, fields=tuple(sorted(fields)), cites=frozenset())
    direct = replace(uncited, holder=None, item=replace(uncited.item, sources=()))
    assert not released(direct) or any(
        released(replace(direct, records=(record,))) for record in direct.records
    )


@given(SCENARIOS)
def test_what_is_passed_on_under_the_originators_agreements_could_be_had_directly(scenario: Scenario) -> None:
    unbound = [replace(one, holder=None) for one in scenario.consents if one.under is None]
    onward = replace(scenario, consents=tuple(unbound))
    assert not opens(replace(onward, holder=None), onward)


@given(SCENARIOS)
def test_nobody_passes_on_what_it_does_not_get(scenario: Scenario) -> None:
    assume(scenario.holder not in (None, scenario.item.originator))
    having = replace(scenario, to=Desk(scenario.holder or ""), holder=None)
    assert not released(scenario) or released(having)


@given(SCENARIOS)
def test_a_consent_opens_no_direct_release_that_lacks_a_provision(scenario: Scenario) -> None:
    direct = replace(scenario, holder=None, item=replace(scenario.item, sources=()))
    before = answer(replace(direct, consents=()))
    assert before.outcome == "release" or before.ground == "originator-control" or not released(direct)


@given(SCENARIOS)
def test_consents_of_others_change_nothing(scenario: Scenario) -> None:
    forged = tuple(replace(one, by="mallory") for one in scenario.consents)
    assert answer(replace(scenario, consents=forged)) == answer(replace(scenario, consents=()))


@given(SCENARIOS, SCOPES, SCOPES, DAYS, DAYS)
def test_a_suspension_more_never_opens_where_nothing_is_prohibited(
    scenario: Scenario, first: Scope, second: Scope, day: Instant, another: Instant
) -> None:
    allowed = without_prohibitions(scenario)
    suspended = with_event(allowed, Event("suspend", day, first))
    assert not opens(allowed, suspended)
    assert not opens(suspended, with_event(suspended, Event("suspend", another, second)))


@given(SCENARIOS, st.sampled_from(MEMBERS), SCOPES, DAYS, DAYS)
def test_leaving_never_opens_where_nothing_is_prohibited_or_amended(
    scenario: Scenario, member: str, scope: Scope, day: Instant, another: Instant
) -> None:
    stable = unamended(without_prohibitions(scenario))
    suspended = with_event(stable, Event("suspend", day, scope))
    assert not opens(suspended, with_event(suspended, Event("withdraw", another, Scope(party=member))))
    assert not opens(suspended, with_event(suspended, Event("terminate", another)))


@given(SCENARIOS, SCOPES, DAYS, DAYS)
def test_a_resume_brings_nobody_back_that_left(
    scenario: Scenario, scope: Scope, day: Instant, another: Instant
) -> None:
    running = unamended(only_events(scenario, "accede"))
    for end in (Event("withdraw", day, Scope(party=scenario.to.member)), Event("terminate", day)):
        ended = with_event(running, end)
        assert answer(with_event(ended, Event("resume", another, scope))) == answer(ended)


@given(SCENARIOS, SCOPES, SCOPES, DAYS, DAYS)
def test_resumes_never_open_more_than_before_any_suspension(
    scenario: Scenario, first: Scope, second: Scope, day: Instant, another: Instant
) -> None:
    before = only_events(without_prohibitions(scenario), "withdraw", "rescind", "accede", "terminate")
    suspended = with_event(with_event(before, Event("suspend", day, first)), Event("suspend", day, second))
    assert not opens(before, with_event(suspended, Event("resume", another, first)))


@given(SCENARIOS, SCOPES, DAYS)
def test_a_suspension_resumed_at_the_same_instant_changes_nothing(
    scenario: Scenario, scope: Scope, day: Instant
) -> None:
    running = only_events(scenario, "withdraw", "rescind", "accede", "terminate")
    passed = with_event(with_event(running, Event("suspend", day, scope)), Event("resume", day, scope))
    assert answer(passed) == answer(running)


@given(SCENARIOS, st.integers())
def test_the_order_of_agreements_and_consents_decides_nothing(scenario: Scenario, seed: int) -> None:
    rng = Random(seed)
    records, consents = list(scenario.records), list(scenario.consents)
    rng.shuffle(records)
    rng.shuffle(consents)
    shuffled = replace(scenario, records=tuple(records), consents=tuple(consents))
    assert answer(shuffled) == answer(scenario)


@given(SCENARIOS)
def test_a_signature_less_never_opens_without_amendments(scenario: Scenario) -> None:
    allowed = unamended(without_prohibitions(scenario))
    unsigned = each_record(
        allowed,
        lambda record: replace(
            record,
            versions=tuple(
                replace(one, signed={name: at for name, at in (one.signed or {}).items() if name != "alfa"})
                for one in record.versions
            ),
        ),
    )
    assert not opens(allowed, unsigned)


@given(SCENARIOS)
def test_a_member_named_and_consented_but_no_party_gets_nothing(scenario: Scenario) -> None:
    stranger = relabelled(scenario, rel_to=frozenset({"zulu"}), not_to=frozenset())
    consents = tuple(replace(one, to="zulu") for one in scenario.consents)
    assert not released(replace(stranger, to=Desk("zulu"), consents=consents))
