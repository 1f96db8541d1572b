"""Release cases as data: those of this repository, those beside it, and what the reader says of faulty files."""

import tomllib
from pathlib import Path

import pytest

from opsroom.core.agreement.events import Record
from opsroom.core.cases import Case, CaseFile, Outcome, read_cases
from opsroom.core.release import Ground
from opsroom.errors import Fault, Malformed
from tests import oracle

HERE = Path(__file__).parents[1] / "cases"
BESIDE = Path(__file__).parents[3] / "shared" / "cases" / "release.toml"
FILES = sorted(HERE.glob("*.toml"))
EXISTING = [BESIDE] if BESIDE.exists() else []

FACTS = """
[item]
originator = "aldland"
kind = "report"
offered = 2030-01-01T00:00:00Z
handling = {fields = ["smuggling"]}

[[agreement]]
id = "pact"
parties = [{member = "aldland"}, {member = "brigg"}]
release = "field-match"
scale = []
provisions = [{field = "smuggling"}]

"""
CASE = """
[[case]]
name = "a case"
to = "brigg"
at = 2030-02-01T00:00:00Z
expect = "release"
ground = "provision"
"""


def load(path: Path) -> CaseFile:
    return read_cases(tomllib.loads(path.read_text()))


def foretold(file: CaseFile, case: Case) -> oracle.Verdict:
    """What the oracle says of a case."""
    happened = [file.events[name] for name in case.events]
    return oracle.verdict(
        case.item,
        to=case.to,
        at=case.at,
        by=[
            Record(name, (file.agreements[name],), tuple(event for of, event in happened if of == name))
            for name in case.agreements
        ],
        holder=case.holder,
        consents=case.consents,
        held=case.held,
    )


def faults_of(text: str) -> list[str]:
    with pytest.raises(Malformed) as refused:
        read_cases(tomllib.loads(text))
    return sorted(str(fault) for fault in refused.value.faults)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_files_are_decided_as_they_say(path: Path) -> None:
    file = load(path)
    assert file.cases
    assert [(case.name, decision) for case, decision in file.failures()] == []


def test_cases_beside_the_repository_are_decided_as_they_say() -> None:
    if not EXISTING:
        pytest.skip("there is no case file beside the repository")
    file = load(BESIDE)
    assert len(file.cases) >= 116
    assert [(case.name, decision) for case, decision in file.failures()] == []


@pytest.mark.parametrize("path", [*FILES, *EXISTING], ids=lambda path: path.stem)
def test_the_oracle_agrees_with_case_files(path: Path) -> None:
    file = load(path)
    wrong = [case.name for case in file.cases if not case.expected.met_by(Outcome(*foretold(file, case)))]
    assert wrong == []


def test_case_names_are_used_once_in_a_file() -> None:
    for path in FILES:
        names = [case.name for case in load(path).cases]
        assert len(names) == len(set(names)), path.name


def test_case_files_expect_every_ground() -> None:
    expected = {case.expected.ground for path in FILES for case in load(path).cases}
    assert expected == set(Ground)


@pytest.mark.parametrize(
    "wrong",
    [
        'expect = "withhold"\nground = "no-provision"',
        'expect = "withhold"\nground = "provision"',
        'expect = "release"\nground = "own"',
        'expect = "release"\nground = "provision"\nauthority = "another pact"',
    ],
)
def test_a_wrong_expectation_is_reported(wrong: str) -> None:
    head, _, _ = CASE.partition("expect")
    file = read_cases(tomllib.loads(FACTS + CASE + head.replace("a case", "a wrong case") + wrong))
    [(case, decision)] = file.failures()
    assert case.name == "a wrong case"
    assert Outcome.of(decision) == Outcome("release", "provision", "pact")


def test_an_expectation_without_an_authority_is_met_by_any() -> None:
    assert list(read_cases(tomllib.loads(FACTS + CASE)).failures()) == []


def test_a_case_overrides_tables_key_by_key_and_lists_whole() -> None:
    text = FACTS.replace('["smuggling"]}', '["smuggling"], rel_to = ["brigg", "cassel"], tlp = "red"}')
    override = 'item = {handling = {rel_to = ["cassel"]}}\n'
    [case] = read_cases(tomllib.loads(text + CASE + override)).cases
    assert case.item.handling is not None
    assert case.item.handling.rel_to == frozenset({"cassel"})
    assert (case.item.handling.tlp, case.item.handling.fields) == ("red", ("smuggling",))
    assert case.item.originator == "aldland"


def test_agreements_default_to_all_and_events_to_none() -> None:
    event = '[[event]]\nname = "ended"\nagreement = "pact"\ntype = "terminate"\n'
    event += "effective_at = 2030-01-15T00:00:00Z\n"
    [case] = read_cases(tomllib.loads(FACTS + event + CASE)).cases
    assert (case.agreements, case.events) == (("pact",), ())


def test_a_faulty_file_names_all_its_faults_with_their_paths() -> None:
    text = """
    [item]
    originator = "aldland"
    kind = "report"
    offered = "yesterday"
    handling = {fields = ["smuggling", "smuggling"], colour = "blue"}

    [[agreement]]
    id = "pact"
    parties = [{member = "aldland"}, {member = "aldland", ceiling = "top"}]
    onward = "perhaps"
    scale = ["guarded"]
    equivalence = [{policy = "ALD", level = "L1", is = "top"}]
    provisions = [{field = "smuggling"}]

    [[agreement]]
    id = "pact"
    parties = [{member = "aldland"}, {member = "brigg"}]
    provisions = []

    [[event]]
    name = "stopped"
    agreement = "treaty"
    type = "halt"

    [[case]]
    name = "a case"
    agreements = ["pact", "treaty"]
    events = ["begun"]
    to = "brigg"
    at = 2030-02-01T00:00:00
    expect = "perhaps"
    ground = "because"
    consents = [{to = "brigg"}]
    """
    assert faults_of(text) == [
        'agreement[0].equivalence[0].is: "top" is not on this agreement\'s scale',
        'agreement[0].onward: "perhaps" is not one of prohibited, prior-consent, parties',
        "agreement[0].parties: an agreement takes at least two parties",
        'agreement[0].parties[1].ceiling: "top" is not on this agreement\'s scale',
        'agreement[0].parties[1].member: "aldland" is listed twice; each member is a party once',
        "agreement[0].provisions[0].ceiling: is missing; one of guarded",
        'agreement[1].id: "pact" is used twice',
        "agreement[1].provisions: at least one provision is needed; without one the agreement covers nothing",
        'case[0].agreements[1]: "treaty" is not in this file',
        "case[0].at: 2030-02-01T00:00:00 names no time zone",
        "case[0].consents[0].by: is missing",
        'case[0].events[0]: "begun" is not in this file',
        'case[0].expect: "perhaps" is not one of release, withhold',
        'case[0].ground: "because" is not one of ' + ", ".join(Ground),
        "case[0].item.handling.colour: is not known here; the keys that are: cites, expires, fields, "
        "foreign, level, need_to_know, not_before, not_to, originator_control, pap, policy, "
        "rel_to, tlp, unresolved, use",
        'case[0].item.handling.fields[1]: "smuggling" is listed twice',
        'case[0].item.offered: "yesterday" is no date-time: write it like 2026-01-31T09:30:00Z (RFC 3339)',
        "event[0].effective_at: is missing",
        'event[0].type: "halt" is not one of suspend, resume, withdraw, rescind, accede, terminate',
    ]


def test_what_is_missing_from_a_case_is_named() -> None:
    assert faults_of(FACTS + "[[case]]\n") == [
        "case[0].at: is missing",
        "case[0].expect: is missing",
        "case[0].ground: is missing",
        "case[0].name: is missing",
        "case[0].to: is missing",
    ]


def test_a_file_without_cases_says_so() -> None:
    assert faults_of(FACTS) == ["case: is missing"]


def test_what_is_no_case_file_at_all_is_refused() -> None:
    with pytest.raises(Malformed) as refused:
        read_cases(["a", "list"])
    assert Fault("", "a mapping is wanted here") in refused.value.faults


def test_ten_thousand_cases_in_one_file_are_decided() -> None:
    sound = [CASE.replace("a case", f"case {number}") for number in range(9_999)]
    wrong = CASE.replace('to = "brigg"', 'to = "cassel"').replace("a case", "the last case")
    file = read_cases(tomllib.loads(FACTS + "".join(sound) + wrong))
    assert len(file.cases) == 10_000
    assert [case.name for case, _ in file.failures()] == ["the last case"]
