"""The agreement file: every key is read, all faults come at once and each with its path."""

from pathlib import Path
from typing import Any

import pytest

from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.file import Agreement, newcomer_faults, parse_agreement
from opsroom.core.agreement.terms import Reservations
from opsroom.core.canonical import digest
from opsroom.core.timestamps import parse_instant
from opsroom.core.windows import FOREVER, Window
from opsroom.errors import Malformed
from opsroom.yamltext import parse_yaml

MODEL = Path(__file__).parents[4] / "shared" / "design" / "2-model.md"

SAMPLE = """
schema: opsroom.agreement/1
id: agreement--3f2c1a7e-9b54-4d0e-8c6a-5e4f3a2b1c0d
version: 1
supersedes: null
title: Sharing among three harbours
instrument: memorandum
binding: false
concluded: {date: "2015~", place: null}
signatories: [{member: aldport, name: A. Nother, office: Harbour master}]
existence: public
parties:
  - {member: aldport, key: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
  - {member: briggport, ceiling: middling}
  - {member: casselport, from: "2016-03-01T00:00:00Z", to: null, designates: [casselport-pilots],
     reservations: [{peer: briggport}, {field: salvage}, {kind: indicator}]}
in_force: {from: "2016-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z"}
term: {length: P1Y, renews: true, notice: P90D}
entry: {signatures: 2}
covers_existing: all
scale: [lowly, middling, lofty]
equivalence:
  - {policy: ALD, level: DECK, is: lowly, receives: true}
  - {policy: ALD, level: BRIDGE, is: lofty}
provisions:
  - field: smuggling
    clause: Art. 3(1)
    kinds: [report, indicator, malware, relationship]
    ceiling: lofty
    directions: [[aldport, briggport], [briggport, aldport]]
  - field: salvage
    excluded_kinds: [observed-data]
    ceiling: middling
fields_exhaustive: false
release: field-match
onward: parties
need_to_know: [wreckers]
duties:
  - {type: report-loss, within: PT24H, clause: Art. 17}
  - {type: retain-until, until: "2030-01-01"}
  - {type: purpose, purpose: safety of shipping}
retention: P5Y
termination: {held: destroy, deadline: P30D}
acts: {amend: 2, accede: all, suspend_other: all-others, resume: suspender, withdraw: {notice: P90D}, terminate: never}
unexecuted: [{clause: Art. 18, about: visits}]
texts: [{lang: en, sha256: "…", prevails: true}]
"""

BAD = """
schema: opsroom.agreement/2
id: agreement-of-2015
version: 2
title: "  "
instrument: handshake
binding: "yes"
existence: secret
concluded: {day: today}
signatories: [{member: zulu}, {name: Nobody}]
parties:
  - {member: Aldport, key: "sha256:short"}
  - {member: briggport, ceiling: top, from: yesterday}
  - {member: briggport, from: "2020-01-01T00:00:00Z", to: "2020-01-01T00:00:00Z"}
  - {member: casselport, reservations: [{peer: zulu}, {field: cooking}, {peer: briggport, kind: report}]}
in_force: {from: "2016-01-01"}
term: {renews: true}
entry: {signatures: 9}
scale: [lowly, lowly]
equivalence:
  - {policy: ALD, level: DECK, is: lofty}
  - {policy: ALD, is: lowly}
provisions:
  - {field: smuggling}
  - {field: "Salvage!", ceiling: lowly, directions: [[briggport, zulu], [briggport]]}
release: always
onward: sure
need_to_know: wreckers
duties: [{type: sing, within: soon}]
retention: five years
termination: {held: burn}
acts: {amend: some, resume: 0, withdraw: {notice: 90}}
texts: [{lang: en}]
unexecuted: [{clause: Art. 18}]
colour: blue
"""
FAULTS = [
    *("schema", "id", "title", "instrument", "binding", "existence", "supersedes", "colour"),
    *("concluded.day", "signatories[0].member", "signatories[1].member"),
    *("parties[0].member", "parties[0].key", "parties[1].ceiling", "parties[1].from"),
    *("parties[2].member", "parties[2].to"),
    *("parties[3].reservations", "parties[3].reservations[2]"),
    *("in_force.from", "term.length", "entry.signatures", "scale[1]"),
    *("equivalence[0].is", "equivalence[1].level"),
    *("provisions[0].ceiling", "provisions[1].field"),
    *("provisions[1].directions[0]", "provisions[1].directions[1]"),
    *("release", "onward", "need_to_know", "duties[0].type", "duties[0].within", "retention"),
    *("termination.held", "acts.amend", "acts.resume", "acts.withdraw.notice"),
    *("texts[0].sha256", "unexecuted[0].about"),
]


def sample(**changes: Any) -> dict[str, Any]:
    found = parse_yaml(SAMPLE.encode(), "sample")
    assert isinstance(found, dict)
    return {key: value for key, value in {**found, **changes}.items() if value != "absent"}


def faults(value: object) -> list[str]:
    with pytest.raises(Malformed) as caught:
        parse_agreement(value)
    return sorted(fault.path for fault in caught.value.faults)


def said(**changes: Any) -> list[str]:
    with pytest.raises(Malformed) as caught:
        parse_agreement(sample(**changes))
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return parse_agreement(sample())


def test_a_whole_file_is_read(agreement: Agreement) -> None:
    assert (agreement.version, agreement.supersedes, agreement.instrument) == (1, None, "memorandum")
    assert (agreement.binding, agreement.public, agreement.retention) == (False, True, "P5Y")
    assert agreement.held_at_end == "destroy"
    assert [duty.type for duty in agreement.duties] == ["report-loss", "retain-until", "purpose"]
    assert (agreement.duties[0].within, agreement.duties[1].until) == ("PT24H", "2030-01-01")
    acts = agreement.acts
    assert (acts.amend, acts.accede, acts.suspend_other) == (2, "all", "all-others")
    assert (acts.resume, acts.terminate, acts.withdraw_notice) == ("suspender", "never", "P90D")


def test_its_terms_are_read(agreement: Agreement) -> None:
    terms = agreement.terms
    assert list(terms.parties) == ["aldport", "briggport", "casselport"]
    assert terms.fields == ("smuggling", "salvage")
    assert terms.in_force == Window(
        parse_instant("2016-01-01T00:00:00Z"), parse_instant("2026-01-01T00:00:00Z")
    )
    cassel = terms.parties["casselport"]
    assert cassel.window == Window(parse_instant("2016-03-01T00:00:00Z"), FOREVER)
    assert cassel.designates == {"casselport-pilots"}
    assert cassel.reservations == Reservations(
        frozenset({"briggport"}), frozenset({"salvage"}), frozenset({"indicator"})
    )
    assert (terms.entry.kind, terms.entry.signatures, terms.covers_existing) == ("signatures", 2, True)
    assert (terms.rank("ALD", "BRIDGE"), terms.rank("ALD", "HOLD")) == (2, None)
    assert terms.receives == {("ALD", "lowly"): "DECK"}
    both_ways = [("aldport", "briggport"), ("briggport", "aldport")]
    assert terms.provisions[0].directions == frozenset(both_ways)
    assert (terms.fields_exhaustive, terms.field_match, terms.onward) == (False, True, "parties")


def test_the_canonical_bytes_are_signed_and_named(agreement: Agreement) -> None:
    assert agreement.digest == digest(agreement.signed_bytes)
    assert parse_agreement(dict(reversed(sample().items()))).digest == agreement.digest
    assert parse_agreement(sample(title="Another")).digest != agreement.digest


def test_what_is_absent_takes_its_default() -> None:
    bare = {key: sample()[key] for key in ("schema", "id", "version", "title")}
    parties = [{"member": "aldport"}, {"member": "briggport"}]
    found = parse_agreement(
        {**bare, "parties": parties, "in_force": {}, "provisions": [{"field": "smuggling"}], "scale": []}
    )
    assert (found.binding, found.public, found.held_at_end) == (True, False, "protect")
    assert (found.acts.amend, found.acts.resume, found.acts.withdraw_notice) == ("all", "suspender", None)
    terms = found.terms
    assert (terms.entry.kind, terms.covers_existing, terms.field_match) == ("all-signed", False, False)
    assert (terms.onward, terms.fields_exhaustive) == ("prior-consent", True)


def test_all_faults_come_at_once_each_with_its_path() -> None:
    assert faults(parse_yaml(BAD.encode(), "bad")) == sorted(FAULTS)


@pytest.mark.parametrize("key", ["schema", "id", "version", "title", "parties", "provisions", "in_force"])
def test_what_is_required_is_missed(key: str) -> None:
    assert key in [path.split("[")[0] for path in faults(sample(**{key: "absent"}))]


@pytest.mark.parametrize("value", [None, [], "agreement", {1: 2}])
def test_what_is_no_mapping_is_refused(value: object) -> None:
    assert "" in faults(value)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"supersedes": "sha256:1"}, "supersedes: version 1 replaces nothing; leave it null"),
        ({"version": 2}, "supersedes: version 2 must name the digest of version 1"),
        ({"version": True}, "version: a whole number from 1 is wanted here"),
        (
            {"provisions": []},
            "provisions: at least one provision is needed; without one the agreement covers",
        ),
        ({"parties": [{"member": "aldport"}]}, "parties: an agreement takes at least two parties"),
        (
            {"term": {"length": "P1Y"}},
            "term.renews: the term ends P1Y after in_force.from; in_force.to must not",
        ),
        ({"scale": []}, 'parties[1].ceiling: "middling" is given, but this agreement has no levels'),
        ({"entry": "some"}, 'entry: "some" is not one of all-signed, all-notified'),
    ],
)
def test_a_fault_says_what_to_do(changes: dict[str, Any], fault: str) -> None:
    assert any(one.startswith(fault) for one in said(**changes))


def test_a_faulty_newcomer_is_named_with_its_places(agreement: Agreement) -> None:
    party = {
        "member": "Dock!",
        "key": "dock",
        "ceiling": "top",
        "reservations": [{"peer": "zulu"}],
        "x": 1,
    }
    found = sorted(fault.path for fault in newcomer_faults(party, agreement.terms))
    assert found == ["party.ceiling", "party.key", "party.member", "party.reservations", "party.x"]
    assert newcomer_faults({"member": "dock", "ceiling": "lowly"}, agreement.terms) == []


def test_a_field_may_be_reserved_before_a_provision_names_it() -> None:
    parties = [{"member": "aldport", "reservations": [{"field": "towage"}]}, {"member": "briggport"}]
    found = parse_agreement(sample(parties=parties))
    assert found.terms.parties["aldport"].reservations.fields == {"towage"}


def test_a_key_may_be_left_open() -> None:
    parties = [{"member": "aldport", "key": "sha256:…"}, {"member": "briggport"}]
    assert parse_agreement(sample(parties=parties)).terms.parties["aldport"].key == "sha256:…"


def test_the_example_beside_the_repository_is_read_as_it_stands() -> None:
    if not MODEL.exists():
        pytest.skip("there is no description of the model beside the repository")
    example = next(part for part in MODEL.read_text().split("```yaml\n") if part.startswith("schema:"))
    found = parse_agreement(parse_yaml(example.partition("```")[0].encode(), MODEL.name))
    assert found.terms.fields == ("counter-terrorism", "border-security")
    assert found.terms.parties["carol"].reservations.fields == {"logistics"}


def test_a_ceiling_that_a_scale_has_not_admits_nothing(agreement: Agreement) -> None:
    assert [agreement.terms.cap(one) for one in ("lowly", "lofty", None, "top")] == [0, 2, 3, -1]


def test_a_scope_says_itself() -> None:
    scopes = (Scope(), Scope(party="a"), Scope(pair=frozenset("ba")), Scope(field="f"))
    assert list(map(str, scopes)) == ["for all", "for a", "between a and b", "for f"]


@pytest.mark.parametrize("key", ["title", "unheard-of"])
@pytest.mark.parametrize("value", ["half of a pair: \ud800", 2**60, float("nan"), float("inf"), b"1", {1}])
def test_what_cannot_be_signed_is_a_fault(key: str, value: object) -> None:
    assert "" in faults(sample(**{key: value}))


@pytest.mark.parametrize(
    "place",
    [
        *(("parties", 0), ("provisions", 1), ("equivalence", 0), ("in_force",), ("term",), ("entry",)),
        *(("concluded",), ("signatories", 0), ("duties", 0), ("termination",), ("unexecuted", 0)),
        *(("acts",), ("acts", "withdraw"), ("texts", 0), ("parties", 2, "reservations", 1)),
    ],
)
def test_an_unknown_key_is_a_fault_wherever_it_stands(place: tuple[str | int, ...]) -> None:
    value = sample()
    inner: Any = value
    for step in place:
        inner = inner[step]
    inner["colour"] = "blue"
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in (*place, "colour"))
    assert faults(value) == [path.removeprefix(".")]
