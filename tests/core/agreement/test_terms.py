"""Terms as they are read from a file: defaults, and every fault at once with its path."""

from opsroom.core.agreement.terms import Entry, Party, Provision, Terms, read_terms
from opsroom.core.reading import Reader
from opsroom.errors import Fault

PARTIES = [{"member": "aldland"}, {"member": "brigg"}]


def read(value: dict[str, object]) -> tuple[Terms, list[str]]:
    faults: list[Fault] = []
    found = Reader.over(value, "", faults).done(read_terms)
    return found, sorted(str(fault) for fault in faults)


def faults_of(**changes: object) -> list[str]:
    return read({"parties": PARTIES, "provisions": [{"field": "rescue"}], **changes})[1]


def test_what_is_absent_takes_its_default() -> None:
    found, faults = read({"parties": PARTIES, "provisions": [{"field": "rescue"}]})
    assert faults == []
    parties = {"aldland": Party("aldland"), "brigg": Party("brigg")}
    assert found == Terms(parties=parties, provisions=(Provision("rescue"),))
    assert (found.onward, found.field_match, found.covers_existing) == ("prior-consent", False, False)
    assert found.entry == Entry("all-signed")


def test_absent_kinds_and_directions_are_all_and_empty_ones_none() -> None:
    listed = {"field": "rescue", "kinds": [], "directions": []}
    [all_of_it, none_of_it] = read(
        {"parties": PARTIES, "provisions": [{"field": "rescue", "directions": "all"}, listed]}
    )[0].provisions
    assert all_of_it.admits("report")
    assert all_of_it.runs("aldland", "brigg")
    assert not none_of_it.admits("report")
    assert not none_of_it.runs("aldland", "brigg")


def test_levels_rank_as_the_scale_rises_and_unmapped_ones_not_at_all() -> None:
    rows = [{"policy": "ALD", "level": "L1", "is": "low"}, {"policy": "ALD", "level": "L2", "is": "high"}]
    provisions = [{"field": "rescue", "ceiling": "high"}]
    found, faults = read(
        {"parties": PARTIES, "provisions": provisions, "scale": ["low", "high"], "equivalence": rows}
    )
    assert faults == []
    assert [found.rank("ALD", level) for level in ("L1", "L2", "L3")] == [0, 1, None]
    assert found.rank("BRG", "L1") is None
    assert [found.cap(ceiling) for ceiling in ("low", "high", None)] == [0, 1, 2]


def test_all_faults_come_at_once_each_with_its_path() -> None:
    parties = [
        {"member": "aldland", "ceiling": "top", "reservations": [{"peer": "aldland"}, {"field": "taxes"}]},
        {"member": "brigg", "reservations": [{"peer": "aldland", "kind": "report"}, {}]},
        {"member": "brigg", "from": "2030-01-02T00:00:00Z", "to": "2030-01-01T00:00:00Z"},
    ]
    provisions = [
        {"field": "rescue", "ceiling": "top"},
        {"field": "rescue", "ceiling": "low", "directions": [["aldland", "aldland"], ["aldland", "cassel"]]},
        {"ceiling": "low", "directions": "both"},
    ]
    rows = [
        {"policy": "ALD", "level": "L1", "is": "low", "receives": True},
        {"policy": "ALD", "level": "L1", "is": "low"},
        {"policy": "ALD", "level": "L2", "is": "low", "receives": True},
        {"policy": "ALD", "level": "L3", "is": "top"},
    ]
    assert faults_of(
        parties=parties, provisions=provisions, equivalence=rows, scale=["low"], entry={"signatures": 3}
    ) == [
        "entry.signatures: 3 signatures cannot come from 2 parties",
        "equivalence[1]: ALD L1 is mapped twice",
        "equivalence[2].receives: ALD receives low as L1 already",
        'equivalence[3].is: "top" is not on this agreement\'s scale',
        'parties[0].ceiling: "top" is not on this agreement\'s scale',
        'parties[0].reservations: "aldland" is no other party',
        "parties[1].reservations[0]: a reservation names one of peer, field, kind",
        "parties[1].reservations[1]: a reservation names one of peer, field, kind",
        'parties[2].member: "brigg" is listed twice; each member is a party once',
        'parties[2].to: must be later than "from": the span is half-open and would be empty',
        'provisions[0].ceiling: "top" is not on this agreement\'s scale',
        "provisions[1].directions[0]: a pair [originator, recipient] of two parties is wanted here",
        'provisions[1].directions[1]: "cassel" is no party',
        'provisions[2].directions: "all" or a list of [originator, recipient] pairs is wanted here',
        "provisions[2].field: is missing",
    ]


def test_kinds_are_stix_types() -> None:
    provision = {"field": "rescue", "kinds": ["report", "Report"], "excluded_kinds": ["x--y"]}
    parties = [{"member": "aldland", "reservations": [{"kind": "a tool"}]}, {"member": "brigg"}]
    said = faults_of(provisions=[provision], parties=parties)
    assert [one.partition(": ")[0] for one in said] == [
        "parties[0].reservations[0].kind",
        "provisions[0].excluded_kinds[0]",
        "provisions[0].kinds[1]",
    ]


def test_ceilings_and_levels_come_together() -> None:
    assert faults_of(provisions=[{"field": "rescue", "ceiling": "low"}]) == [
        'provisions[0].ceiling: "low" is given, but this agreement has no levels'
    ]
    assert faults_of(scale=["low"]) == ["provisions[0].ceiling: is missing; one of low"]


def test_an_agreement_takes_two_parties_and_a_provision() -> None:
    assert faults_of(parties=[{"member": "aldland"}], provisions=[]) == [
        "parties: an agreement takes at least two parties",
        "provisions: at least one provision is needed; without one the agreement covers nothing",
    ]
