"""The rule and the oracle decide alike, on questions of which most end in a release."""

from hypothesis import event, given, settings

from opsroom.core.release import Ground
from tests.properties.changes import answer
from tests.properties.scenarios import SHRINKING, Scenario, batch


@settings(max_examples=settings().max_examples * 2)
@given(SHRINKING)
def test_decision_agrees_with_the_oracle(scenario: Scenario) -> None:
    foretold = scenario.foretold()
    event(foretold.outcome)
    assert answer(scenario) == foretold


def test_decision_agrees_with_the_oracle_on_a_batch_that_meets_every_ground_and_mostly_releases() -> None:
    scenarios = batch(2500)
    foretold = [scenario.foretold() for scenario in scenarios]
    assert [answer(scenario) for scenario in scenarios] == foretold
    assert {verdict.ground for verdict in foretold} == set(Ground)
    assert sum(verdict.outcome == "release" for verdict in foretold) > len(foretold) / 2


def test_batch_passes_on_and_takes_detours_as_often_as_it_needs() -> None:
    released = [scenario for scenario in batch(2500) if scenario.foretold().outcome == "release"]
    onward = [one for one in released if one.holder not in (None, one.item.originator)]
    assert len(onward) > 200
    assert sum(bool(one.item.sources) for one in released) > 100
    assert sum(len(record.versions) > 1 for one in released for record in one.records) > 500
    assert sum(bool(record.events) for one in released for record in one.records) > 500
