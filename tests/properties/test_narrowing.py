"""A handling only narrows, and so does a desk."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from opsroom.core.release import Desk, Ground, Release, Source
from opsroom.core.timestamps import Instant
from tests.properties.agreements import CATEGORIES, FIELDS, MARKS, MEMBERS, NOW
from tests.properties.changes import each_terms, label_of, opens, relabelled, released
from tests.properties.scenarios import SCENARIOS, Scenario

TLPS = ("clear", "green", "amber", "amber+strict", "red")
NEEDED = st.frozensets(st.sampled_from((*CATEGORIES, "grey")))
AGREEMENTS = st.sampled_from(["A1", "A2", "A3"])


@given(SCENARIOS, st.sampled_from(MEMBERS))
def test_one_more_in_not_to_never_opens(scenario: Scenario, member: str) -> None:
    assert not opens(scenario, relabelled(scenario, not_to=label_of(scenario).not_to | {member}))


@given(SCENARIOS)
def test_a_member_in_not_to_gets_nothing(scenario: Scenario) -> None:
    assume(scenario.to.member != scenario.item.originator)
    assert not released(relabelled(scenario, not_to=frozenset({scenario.to.member})))


@given(SCENARIOS, st.frozensets(st.sampled_from(MEMBERS)))
def test_rel_to_opens_only_what_waits_for_a_named_recipient(
    scenario: Scenario, named: frozenset[str]
) -> None:
    label = label_of(scenario)
    assume(label.rel_to is None and label.tlp != "red" and not label.originator_control)
    assert not opens(scenario, relabelled(scenario, rel_to=named))


@given(SCENARIOS, st.sampled_from(MEMBERS))
def test_taking_a_member_off_rel_to_never_opens(scenario: Scenario, member: str) -> None:
    listed = relabelled(scenario, rel_to=label_of(scenario).rel_to or frozenset(MEMBERS))
    named = label_of(listed).rel_to or frozenset()
    assert not opens(listed, relabelled(listed, rel_to=named - {member}))


@given(SCENARIOS, AGREEMENTS, AGREEMENTS)
def test_a_citation_less_of_several_never_opens(scenario: Scenario, kept: str, dropped: str) -> None:
    assume(kept != dropped)
    both = relabelled(scenario, cites=frozenset({kept, dropped}))
    assert not opens(both, relabelled(scenario, cites=frozenset({kept})))


@given(SCENARIOS, AGREEMENTS)
def test_a_first_citation_opens_only_what_wants_to_be_cited(scenario: Scenario, cited: str) -> None:
    matching = each_terms(scenario, lambda terms: replace(terms, field_match=True))
    uncited = relabelled(matching, cites=frozenset())
    assert not opens(uncited, relabelled(uncited, cites=frozenset({cited})))


@given(SCENARIOS, NEEDED, NEEDED)
def test_a_needed_category_more_never_opens(
    scenario: Scenario, needed: frozenset[str], more: frozenset[str]
) -> None:
    before = relabelled(scenario, need_to_know=needed)
    assert not opens(before, relabelled(scenario, need_to_know=needed | more))


@given(SCENARIOS, st.sampled_from(FIELDS))
def test_one_more_field_never_opens(scenario: Scenario, field: str) -> None:
    fields = label_of(scenario).fields
    assume(fields)
    assert not opens(scenario, relabelled(scenario, fields=tuple(sorted({*fields, field}))))


@given(SCENARIOS, st.sampled_from(TLPS))
def test_a_stricter_tlp_never_opens(scenario: Scenario, tlp: str) -> None:
    before = label_of(scenario).tlp
    assume(before in TLPS and TLPS.index(before) < TLPS.index(tlp))
    assert not opens(scenario, relabelled(scenario, tlp=tlp))


@given(SCENARIOS)
def test_originator_control_never_opens(scenario: Scenario) -> None:
    assert not opens(scenario, relabelled(scenario, originator_control=True))


@given(SCENARIOS, st.sampled_from((NOW - 20, NOW, NOW + 1, NOW + 20)))
def test_bounds_in_time_never_open(scenario: Scenario, bound: Instant) -> None:
    assume(label_of(scenario).not_before is None and label_of(scenario).expires is None)
    assert not opens(scenario, relabelled(scenario, not_before=bound))
    assert not opens(scenario, relabelled(scenario, expires=bound))


@given(SCENARIOS)
def test_a_recall_closes_for_all_but_the_originator(scenario: Scenario) -> None:
    recalled = replace(scenario, item=replace(scenario.item, recalled_at=scenario.at)).decided()
    assert not isinstance(recalled, Release) or recalled.ground is Ground.OWN


@given(SCENARIOS, SCENARIOS)
def test_one_more_source_never_opens(scenario: Scenario, other: Scenario) -> None:
    sources = (*scenario.item.sources, Source(other.item))
    assert not opens(scenario, replace(scenario, item=replace(scenario.item, sources=sources)))


@given(
    SCENARIOS,
    st.builds(
        Desk,
        st.just(""),
        fields=st.none() | st.frozensets(st.sampled_from(FIELDS)),
        held=st.none() | NEEDED,
        clearance=st.none() | st.sampled_from((*MARKS, ("C", "9"))),
        component=st.none() | st.sampled_from([f"{member}-guard" for member in MEMBERS]),
    ),
    NEEDED,
    NEEDED,
)
def test_a_desk_only_narrows(
    scenario: Scenario, desk: Desk, held: frozenset[str], needed: frozenset[str]
) -> None:
    member = scenario.to.member
    asking = replace(relabelled(scenario, need_to_know=needed), held={**scenario.held, member: held})
    whole = replace(asking, to=Desk(member))
    assert not opens(whole, replace(asking, to=replace(desk, member=member)))


@given(SCENARIOS)
def test_own_is_always_own(scenario: Scenario) -> None:
    own = replace(
        scenario, to=replace(scenario.to, member=scenario.item.originator, component=None), holder=None
    )
    decision = own.decided()
    assert isinstance(decision, Release)
    assert decision.ground is Ground.OWN
