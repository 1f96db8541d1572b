"""An explanation finds nothing wrong with exactly those agreements that cover."""

from hypothesis import assume, given

from opsroom.core.agreement.edges import Edges
from opsroom.core.conditions import conditions
from tests.in_force import replay
from tests.oracle import World, covers
from tests.properties.changes import label_of
from tests.properties.scenarios import SCENARIOS, Scenario


@given(SCENARIOS)
def test_the_conditions_that_hold_are_those_of_the_agreements_that_cover(scenario: Scenario) -> None:
    item, to, at, held = scenario.item, scenario.to, scenario.at, scenario.held
    assume(item.originator != to.member and label_of(scenario).fields)
    world = World([replay(record) for record in scenario.records], scenario.consents, held, at)
    covering = {cover.agreement for cover in covers(world, item, label_of(scenario), item.originator, to)}
    explained = conditions(item, to=to, at=at, by=Edges(scenario.records), held=held)
    assert {one.agreement for one in explained if not one.failed} == covering
