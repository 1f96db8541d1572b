"""What a property changes about a scenario, and how it compares the answers."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from opsroom.core.agreement.events import WHOLE, Event, Record, Scope
from opsroom.core.agreement.terms import Terms
from opsroom.core.cases import Outcome
from opsroom.core.handling import Handling
from opsroom.core.release import Release
from tests.oracle import Verdict
from tests.properties.agreements import FIELDS, MEMBERS
from tests.properties.scenarios import Scenario

SCOPES = (
    st.just(WHOLE)
    | st.builds(lambda member: Scope(party=member), st.sampled_from(MEMBERS))
    | st.builds(
        lambda pair: Scope(pair=pair), st.frozensets(st.sampled_from(MEMBERS), min_size=2, max_size=2)
    )
    | st.builds(lambda field: Scope(field=field), st.sampled_from(FIELDS))
)


def answer(scenario: Scenario) -> Verdict:
    """The decision in the oracle's words."""
    got = Outcome.of(scenario.decided())
    return Verdict(got.outcome, got.ground, got.authority)


def released(scenario: Scenario) -> bool:
    """Whether the item is released."""
    return isinstance(scenario.decided(), Release)


def opens(before: Scenario, after: Scenario) -> bool:
    """Whether what is withheld before is released after."""
    return released(after) and not released(before)


def label_of(scenario: Scenario) -> Handling:
    """The item's label; a scenario without one is no example."""
    handling = scenario.item.handling
    assume(handling is not None)
    assert handling is not None
    return handling


def relabelled(scenario: Scenario, **changes: object) -> Scenario:
    """The scenario with another label on its item."""
    label: Handling = replace(label_of(scenario), **changes)  # type: ignore[arg-type]
    return replace(scenario, item=replace(scenario.item, handling=label))


def each_record(scenario: Scenario, change: Callable[[Record], Record]) -> Scenario:
    """The scenario with each of its agreements changed."""
    return replace(scenario, records=tuple(change(record) for record in scenario.records))


def each_terms(scenario: Scenario, change: Callable[[Terms], Terms]) -> Scenario:
    """The scenario with the terms of each version changed."""
    return each_record(
        scenario,
        lambda record: replace(
            record,
            versions=tuple(replace(one, terms=change(one.terms)) for one in record.versions),
        ),
    )


def without_prohibitions(scenario: Scenario) -> Scenario:
    """The scenario with no kind excluded anywhere."""
    return each_terms(
        scenario,
        lambda terms: replace(
            terms, provisions=tuple(replace(one, excluded_kinds=frozenset()) for one in terms.provisions)
        ),
    )


def unamended(scenario: Scenario) -> Scenario:
    """The scenario with first versions only: an amendment may open what its forerunner closed."""
    return each_record(scenario, lambda record: replace(record, versions=record.versions[:1]))


def only_events(scenario: Scenario, *types: str) -> Scenario:
    """The scenario with events of these types alone."""
    return each_record(
        scenario,
        lambda record: replace(record, events=tuple(event for event in record.events if event.type in types)),
    )


def with_event(scenario: Scenario, added: Event) -> Scenario:
    """The scenario with one more event, recorded last, in each of its agreements."""
    return each_record(scenario, lambda record: replace(record, events=(*record.events, added)))
