"""Statements: one form for one meaning, read back as they were written, all faults at once."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.statement import (
    Act,
    ConsentStep,
    KeyStep,
    parse_act,
    parse_consent,
    parse_key,
)
from opsroom.core.canonical import canonical, digest
from opsroom.core.timestamps import parse_instant
from opsroom.errors import Malformed

AT = parse_instant("2026-06-01T12:00:00Z")
AGREEMENT = "agreement--00000000-0000-4000-8000-000000000001"
CONSENT = "consent--00000000-0000-4000-8000-000000000002"
REPORT = "report--00000000-0000-4000-8000-000000000003"
VERSION = digest(b"version")

ACTS = {
    "suspend": Act(AGREEMENT, VERSION, None, "suspend", ("alfa",), AT),
    "suspend a party": Act(AGREEMENT, VERSION, VERSION, "suspend", ("alfa",), AT, Scope(party="alfa")),
    "suspend a pair": Act(
        AGREEMENT, VERSION, None, "suspend", ("alfa",), AT, Scope(pair=frozenset({"alfa", "bravo"}))
    ),
    "resume a field": Act(AGREEMENT, VERSION, None, "resume", ("alfa", "bravo"), AT, Scope(field="finance")),
    "withdraw": Act(AGREEMENT, VERSION, None, "withdraw", ("alfa",), AT, Scope(party="alfa")),
    "rescind": Act(AGREEMENT, VERSION, None, "rescind", ("alfa",), AT, Scope(party="alfa")),
    "accede": Act(AGREEMENT, VERSION, None, "accede", ("alfa", "echo"), AT, newcomer={"member": "echo"}),
    "terminate": Act(AGREEMENT, VERSION, None, "terminate", ("alfa", "bravo"), AT),
    "notify": Act(AGREEMENT, VERSION, None, "notify", ("alfa",), AT),
}
STEPS = {
    "ask": ConsentStep(CONSENT, "ask", REPORT, "alfa", "carol", "bravo", AT, holder="bravo", reason="raid"),
    "give": ConsentStep(
        CONSENT, "give", REPORT, "alfa", "carol", "alfa", AT, "bravo", AGREEMENT, since=AT, until=AT + 1
    ),
    "refuse": ConsentStep(CONSENT, "refuse", REPORT, "alfa", "carol", "alfa", AT),
    "revoke": ConsentStep(CONSENT, "revoke", REPORT, "alfa", "carol", "alfa", AT, until=AT),
}
KEY = KeyStep("alfa", "ab" * 32, VERSION, ("alfa",))


def stated(payload: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(payload)
    return found


def faults(parse: Callable[[object], object], value: object) -> list[str]:
    with pytest.raises(Malformed) as caught:
        parse(value)
    return sorted(fault.path for fault in caught.value.faults)


@pytest.mark.parametrize("name", ACTS)
def test_an_act_reads_back_as_it_was_written(name: str) -> None:
    act = ACTS[name]
    assert parse_act(stated(act.payload)) == act
    assert canonical(stated(act.payload)) == act.payload
    assert act.digest == digest(act.payload)


@pytest.mark.parametrize("name", STEPS)
def test_a_consent_reads_back_as_it_was_written(name: str) -> None:
    step = STEPS[name]
    assert parse_consent(stated(step.payload)) == step
    assert canonical(stated(step.payload)) == step.payload


def test_a_key_reads_back_as_it_was_written() -> None:
    assert parse_key(stated(KEY.payload)) == KEY


def test_the_order_of_signers_changes_nothing() -> None:
    one = Act(AGREEMENT, VERSION, None, "terminate", ("bravo", "alfa"), AT)
    assert one.payload == Act(AGREEMENT, VERSION, None, "terminate", ("alfa", "bravo"), AT).payload


def test_every_act_of_a_chain_has_a_name_of_its_own() -> None:
    first = ACTS["suspend"]
    second = Act(AGREEMENT, VERSION, first.digest, "suspend", ("alfa",), AT)
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("act", "change", "paths"),
    [
        ("suspend", {"schema": "opsroom.event/2"}, ["schema"]),
        ("suspend", {"type": "halt"}, ["type"]),
        ("suspend", {"by": []}, ["by"]),
        ("suspend", {"by": ["alfa", "alfa"]}, ["by[1]"]),
        ("suspend", {"effective_at": None}, ["effective_at"]),
        ("suspend", {"effective_at": "yesterday"}, ["effective_at"]),
        ("suspend", {"agreement": "treaty"}, ["agreement"]),
        ("suspend", {"version": None}, ["version"]),
        ("suspend", {"party": {"member": "echo"}}, ["party"]),
        ("suspend", {"scope": {"pair": ["alfa"]}}, ["scope.pair"]),
        ("suspend", {"scope": {"party": "alfa", "field": "finance"}}, ["scope"]),
        ("suspend", {"scope": {"partyy": "alfa"}}, ["scope.partyy"]),
        ("suspend", {"reason": "because"}, ["reason"]),
        ("withdraw", {"scope": {}}, ["scope"]),
        ("withdraw", {"scope": {"field": "finance"}}, ["scope"]),
        ("rescind", {"scope": {"pair": ["alfa", "bravo"]}}, ["scope"]),
        ("terminate", {"scope": {"party": "bravo"}}, ["scope"]),
        ("notify", {"scope": {"field": "finance"}}, ["scope"]),
        ("accede", {"scope": {"party": "echo"}}, ["scope"]),
        ("accede", {"party": None}, ["party"]),
        ("accede", {"party": "echo"}, ["party"]),
    ],
)
def test_a_faulty_act_is_named_with_its_place(act: str, change: dict[str, Any], paths: list[str]) -> None:
    assert faults(parse_act, stated(ACTS[act].payload) | change) == paths


def test_all_faults_of_an_act_come_at_once() -> None:
    assert faults(parse_act, {"type": "terminate", "scope": {"party": "alfa"}, "extra": 1}) == [
        *("agreement", "by", "effective_at", "extra", "schema", "scope", "version")
    ]
    assert faults(parse_act, ["suspend"]) == [
        "",
        "agreement",
        "by",
        "effective_at",
        "schema",
        "type",
        "version",
    ]


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"kind": "beg"}, ["kind"]),
        ({"consent": REPORT}, ["consent"]),
        ({"item": "report"}, ["item"]),
        ({"under": REPORT}, ["under"]),
        ({"holder": "alfa"}, ["holder"]),
        ({"holder": "carol"}, ["to"]),
        ({"to": "alfa"}, ["to"]),
        ({"from": "2026-06-01T12:00:00Z", "until": "2026-06-01T12:00:00Z"}, ["until"]),
        ({"until": "2026-06-01T12:00:00"}, ["until"]),
        ({"by": "Alfa!"}, ["by"]),
        ({"note": "x"}, ["note"]),
    ],
)
def test_a_faulty_consent_is_named_with_its_place(change: dict[str, Any], paths: list[str]) -> None:
    assert faults(parse_consent, stated(STEPS["refuse"].payload) | change) == paths


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"key": "ab" * 31}, ["key"]),
        ({"key": "AB" * 32}, ["key"]),
        ({"replaces": None}, ["replaces"]),
        ({"by": None}, ["by"]),
        ({"member": "Alfa!"}, ["member"]),
    ],
)
def test_a_faulty_key_is_named_with_its_place(change: dict[str, Any], paths: list[str]) -> None:
    assert faults(parse_key, stated(KEY.payload) | change) == paths


def test_a_newcomer_is_read_against_the_levels() -> None:
    act = Act(
        AGREEMENT, VERSION, None, "accede", ("echo",), AT, newcomer={"member": "echo", "ceiling": "low"}
    )
    found = act.party(("low",))
    assert found is not None
    assert (found.member, found.ceiling) == ("echo", "low")
    with pytest.raises(Malformed, match="ceiling"):
        act.party(())
    assert ACTS["suspend"].party(()) is None


OTHER_FORMS: list[tuple[Callable[[object], object], bytes, dict[str, Any]]] = [
    (parse_act, ACTS["suspend"].payload, {"effective_at": "2026-06-01T14:00:00.000000+02:00"}),
    (parse_act, ACTS["suspend"].payload, {"effective_at": "2026-06-01T12:00:00Z"}),
    (parse_act, ACTS["suspend"].payload, {"scope": {}}),
    (parse_act, ACTS["suspend"].payload, {"party": None}),
    (parse_act, ACTS["resume a field"].payload, {"by": ["bravo", "alfa"]}),
    (parse_act, ACTS["suspend a pair"].payload, {"scope": {"pair": ["bravo", "alfa"]}}),
    (parse_consent, STEPS["refuse"].payload, {"reason": ""}),
    (parse_consent, STEPS["refuse"].payload, {"holder": None}),
    (parse_consent, STEPS["give"].payload, {"from": "2026-06-01T12:00:00Z"}),
    (parse_key, KEY.payload, {"by": ["carol", "bravo"]}),
]


@pytest.mark.parametrize("number", range(len(OTHER_FORMS)))
def test_the_same_said_in_another_form_is_malformed(number: int) -> None:
    parse, payload, change = OTHER_FORMS[number]
    assert faults(parse, stated(payload) | change) == [""]


def test_a_statement_says_in_a_line_what_it_is() -> None:
    assert str(ACTS["suspend a pair"]) == (
        f"suspend between alfa and bravo, of {AGREEMENT}, by alfa, effective at 2026-06-01T12:00:00.000000Z"
    )
    assert str(ACTS["accede"]).startswith(f"accede of echo, of {AGREEMENT}, by alfa, echo, effective at")
    assert str(STEPS["give"]) == (
        f"give {CONSENT} by alfa: {REPORT} of alfa to carol through bravo under {AGREEMENT}"
    )
    assert str(STEPS["refuse"]) == f"refuse {CONSENT} by alfa: {REPORT} of alfa to carol"
    assert str(KEY) == f"the next key of alfa, {digest(bytes.fromhex(KEY.key))}, introduced by alfa"
