"""Membership as dated relations: spans that agree with what is asked at one instant."""

import pytest

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, Scope, SignedVersion
from opsroom.core.agreement.membership import memberships, merged
from opsroom.core.agreement.terms import Party, Provision, Terms
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window

NAMES = ("alfa", "bravo", "carol")


def record(
    *events: Event, windows: dict[str, Window] | None = None, parties: tuple[str, ...] = NAMES
) -> Record:
    spans = windows or {}
    terms = Terms(
        parties={one: Party(one, window=spans.get(one, Window())) for one in parties},
        provisions=(Provision("incidents"),),
        in_force=Window(10, 100),
    )
    return Record("agreement--1", (SignedVersion(1, "sha256:1", terms),), events)


def spans(found: Record) -> dict[str, list[tuple[Instant, Instant]]]:
    return {one.member: [(span.since, span.until) for span in one.spans] for one in memberships(found)}


CASES = {
    "in force over its own span": (record(), {one: [(10, 100)] for one in NAMES}),
    "a suspension takes nobody out": (record(Event("suspend", 20)), {one: [(10, 100)] for one in NAMES}),
    "a withdrawal takes its party out for good": (
        record(Event("withdraw", 20, Scope(party="carol"))),
        {"alfa": [(10, 100)], "bravo": [(10, 100)], "carol": [(10, 20)]},
    ),
    "who is left alone is no member": (
        record(Event("withdraw", 20, Scope(party="bravo")), parties=("alfa", "bravo")),
        {"alfa": [(10, 20)], "bravo": [(10, 20)]},
    ),
    "a termination takes out everybody": (record(Event("terminate", 30)), {one: [(10, 30)] for one in NAMES}),
    "a party has a span of its own": (
        record(windows={"carol": Window(40, 60)}),
        {"alfa": [(10, 100)], "bravo": [(10, 100)], "carol": [(40, 60)]},
    ),
    "two spans apart are two relations": (
        record(windows={"bravo": Window(until=30), "carol": Window(50)}),
        {"alfa": [(10, 30), (50, 100)], "bravo": [(10, 30)], "carol": [(50, 100)]},
    ),
    "a rescinded withdrawal is none": (
        record(Event("withdraw", 50, Scope(party="carol")), Event("rescind", 20, Scope(party="carol"))),
        {one: [(10, 100)] for one in NAMES},
    ),
    "a newcomer is one from its accession on": (
        record(Event("accede", 20, newcomer=Party("delta"))),
        {**{one: [(10, 100)] for one in NAMES}, "delta": [(20, 100)]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_spans_of_a_member(case: str) -> None:
    found, expected = CASES[case]
    assert spans(found) == expected


@pytest.mark.parametrize("case", CASES)
def test_spans_say_at_every_instant_what_is_asked_at_one(case: str) -> None:
    found, _ = CASES[case]
    edges = Edges([found])
    for one in memberships(found):
        for at in range(5, 105):
            inside = any(at in span for span in one.spans)
            assert inside == edges.is_party(found, one.member, at), (one.member, at)


def test_an_agreement_that_never_entered_has_parties_and_no_spans() -> None:
    terms = record().versions[0].terms
    found = Record("agreement--1", (SignedVersion(1, "sha256:1", terms, signed={"alfa": 5}),))
    assert spans(found) == {one: [] for one in NAMES}


def test_the_union_of_spans_has_no_seams() -> None:
    listed = [Window(5, 9), Window(3, 4), Window(1, 3), Window(7, 7), Window(20)]
    assert merged(listed) == (Window(1, 4), Window(5, 9), Window(20, FOREVER))
    assert merged([Window(BEGINNING, 3), Window(2)]) == (Window(),)
