"""Forged, moved, repeated and outdated signatures: nothing of them is recorded, by either store."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.statement import ACT_TYPE, CONSENT_TYPE, KEY_TYPE, VERSION_TYPE, Act
from opsroom.core.canonical import canonical
from opsroom.core.timestamps import parse_instant, render
from opsroom.errors import Conflict, Malformed, OpsroomError, Refused
from opsroom.operations import agree, permit, rekey
from tests import objects
from tests.builders import DAY, START, World
from tests.operations.signers import (
    acted,
    drafted,
    give_keys,
    key_of,
    name_of,
    prepared,
    public_of,
    sealed,
    share,
    sign,
    signed,
    successor,
    written,
)

PAIR = Scope(pair=frozenset({"alfa", "bravo"}))


@pytest.fixture
def signers(room: World) -> World:
    """The room, every member with a key, and a draft between alfa and delta."""
    give_keys(room, "alfa", "bravo", "carol", "delta")
    return room


@pytest.fixture
def draft(signers: World) -> Agreement:
    return drafted(signers, written(signers, "alfa", "delta"))


def opened(envelope: bytes) -> Any:
    return json.loads(envelope)


def changed(envelope: bytes, **members: Any) -> bytes:
    """The envelope with other members, signatures as they were."""
    return json.dumps({**opened(envelope), **members}).encode()


def carrying(envelope: bytes, payload: bytes) -> bytes:
    return changed(envelope, payload=base64.b64encode(payload).decode())


def entries(world: World, name: str) -> int:
    return len(agree.show(world.node, world.agreements[name]).entries)


def suspension(world: World) -> Act:
    return prepared(world, "all", "suspend", "alfa", scope=PAIR)


def restated(act: Act, **members: Any) -> bytes:
    """The act's statement with other members, in canonical form."""
    return canonical({**json.loads(act.payload), **members})


# --- moved ---------------------------------------------------------------------------------------------


def test_a_signature_of_one_version_signs_no_other(signers: World, draft: Agreement) -> None:
    first = signed(draft, "alfa", "delta")
    second = drafted(signers, successor(draft, title="Second"))
    with pytest.raises(Refused, match="does not hold"):
        agree.sign(signers.node, carrying(first, second.signed_bytes))
    assert entries(signers, "new") == 0


def test_a_signature_of_one_agreement_signs_no_other(signers: World, draft: Agreement) -> None:
    twin = parse_agreement({**written(signers, "alfa", "delta"), "title": draft.title})
    agree.draft(signers.node, "room", twin)
    with pytest.raises(Refused, match="does not hold"):
        agree.sign(signers.node, carrying(signed(draft, "alfa"), twin.signed_bytes))


def test_an_agreement_stays_in_its_room(signers: World, draft: Agreement) -> None:
    signers.room("second", "delta")
    with pytest.raises(Conflict, match="belongs to the room room"):
        agree.draft(signers.node, "second", draft)


@pytest.mark.parametrize("change", ["type", "scope", "agreement", "effective_at", "previous", "by"])
def test_a_signature_of_one_act_signs_no_other(signers: World, change: str) -> None:
    act = suspension(signers)
    first = acted(signers, "two", "suspend", "alfa", scope=PAIR)
    two = agree.show(signers.node, signers.agreements["two"])
    other: dict[str, dict[str, Any]] = {
        "type": {"type": "terminate", "scope": {}},
        "scope": {"scope": {"party": "alfa"}},
        "agreement": {"agreement": two.newest.id, "version": two.newest.digest, "previous": first.digest},
        "effective_at": {"effective_at": render(START - 9 * DAY)},
        "previous": {"previous": first.digest},
        "by": {"by": ["alfa", "bravo"]},
    }
    payload = {key: one for key, one in {**json.loads(act.payload), **other[change]}.items() if one != {}}
    with pytest.raises((Refused, Conflict), match=r"does not hold|fork"):
        agree.record(signers.node, carrying(sealed(act), canonical(payload)))
    assert entries(signers, "all") == 1


def test_a_signature_for_one_purpose_serves_no_other(signers: World, draft: Agreement) -> None:
    """The payload type is signed as well: an envelope cannot be relabelled."""
    act, version = sealed(suspension(signers)), signed(draft, "alfa")
    step = rekey.prepare(signers.node, "bravo", public_of("bravo", 2), by=("bravo",))
    key = signing.seal(step.payload, KEY_TYPE, [key_of("bravo")])
    recorders: list[tuple[Callable[..., object], str]] = [
        (agree.sign, VERSION_TYPE),
        (agree.record, ACT_TYPE),
        (permit.record, CONSENT_TYPE),
        (rekey.record, KEY_TYPE),
    ]
    for record, kind in recorders:
        for envelope in (act, version, key):
            if opened(envelope)["payloadType"] == kind:
                continue
            with pytest.raises(Refused, match="is wanted here"):
                record(signers.node, envelope)
            with pytest.raises(Malformed):
                record(signers.node, changed(envelope, payloadType=kind))
    mistyped = signing.seal(draft.signed_bytes, ACT_TYPE, [key_of("alfa")])
    with pytest.raises(Refused, match="does not hold"):
        agree.sign(signers.node, changed(mistyped, payloadType=VERSION_TYPE))


# --- by whom -------------------------------------------------------------------------------------------


def test_a_signature_under_the_name_of_anothers_key_does_not_hold(signers: World, draft: Agreement) -> None:
    for envelope, record in (
        (signed(draft, "delta"), agree.sign),
        (sealed(suspension(signers)), agree.record),
    ):
        [signature] = opened(envelope)["signatures"]
        other = "alfa" if signature["keyid"] == name_of("delta") else "bravo"
        moved = changed(envelope, signatures=[{**signature, "keyid": name_of(other)}])
        with pytest.raises(Refused, match=f"{name_of(other)} does not hold"):
            record(signers.node, moved)


def test_one_signature_that_does_not_hold_spoils_all(signers: World, draft: Agreement) -> None:
    envelope = opened(signed(draft, "alfa", "delta"))
    first, second = envelope["signatures"]
    second["sig"] = first["sig"]
    with pytest.raises(Refused, match="does not hold"):
        agree.sign(signers.node, json.dumps(envelope).encode())
    assert entries(signers, "new") == 0


def test_a_key_that_was_rotated_after_the_signature_signs_no_more(signers: World, draft: Agreement) -> None:
    version, act = signed(draft, "alfa"), sealed(suspension(signers))
    share(signers, "alfa", objects.identity(1), "two", "logistics")
    terms = permit.Terms(objects.numbered("identity", 1), "alfa", "carol")
    step = permit.prepare(signers.node, "give", by="alfa", terms=terms)
    consent = signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")])
    following = rekey.prepare(signers.node, "alfa", public_of("alfa", 2), by=("alfa",))
    rekey.record(signers.node, signing.seal(following.payload, KEY_TYPE, [key_of("alfa"), key_of("alfa", 2)]))
    for record, envelope in ((agree.sign, version), (agree.record, act), (permit.record, consent)):
        with pytest.raises(Refused, match="no key in force"):
            record(signers.node, envelope)
    again = signing.seal(act_payload(act), ACT_TYPE, [key_of("alfa", 2)])
    assert agree.record(signers.node, again).type == "suspend"


def act_payload(envelope: bytes) -> bytes:
    return signing.claimed(envelope).payload


def test_who_is_no_party_does_nothing(signers: World) -> None:
    """Delta is on the node, has a key, and is in none of the room's agreements."""
    for kind, scope in (
        ("suspend", PAIR),
        ("suspend", Scope(party="delta")),
        ("withdraw", Scope(party="delta")),
    ):
        with pytest.raises(Refused, match="no key in force of those who may sign this"):
            acted(signers, "all", kind, "delta", scope=scope)
    for kind in ("terminate", "suspend", "resume", "notify"):
        with pytest.raises(Refused):
            acted(signers, "all", kind, "delta")
    assert entries(signers, "all") == 1


# --- again ---------------------------------------------------------------------------------------------


def test_what_was_undone_is_not_done_again_by_the_same_signature(signers: World) -> None:
    act = suspension(signers)
    agree.record(signers.node, sealed(act))
    acted(signers, "all", "resume", "alfa", scope=PAIR)
    with pytest.raises(Conflict, match="recorded already"):
        agree.record(signers.node, sealed(act))
    assert entries(signers, "all") == 3


def test_a_resume_is_not_replayed_after_a_second_suspension(signers: World) -> None:
    acted(signers, "all", "suspend", "alfa", scope=PAIR)
    resume = prepared(signers, "all", "resume", "alfa", scope=PAIR)
    agree.record(signers.node, sealed(resume))
    acted(signers, "all", "suspend", "alfa", scope=PAIR)
    with pytest.raises(Conflict, match="recorded already"):
        agree.record(signers.node, sealed(resume))


def test_an_act_that_was_never_recorded_is_outrun_by_the_next(signers: World) -> None:
    """A resume that was signed and held back does not end a later suspension."""
    acted(signers, "all", "suspend", "alfa", scope=PAIR)
    held_back = prepared(signers, "all", "resume", "alfa", scope=PAIR)
    acted(signers, "all", "resume", "alfa", scope=PAIR)
    acted(signers, "all", "suspend", "alfa", scope=PAIR)
    with pytest.raises(Conflict, match="fork"):
        agree.record(signers.node, sealed(held_back))


def test_a_consent_is_not_given_twice_by_one_signature(signers: World) -> None:
    share(signers, "alfa", objects.identity(1), "two", "logistics")
    terms = permit.Terms(objects.numbered("identity", 1), "alfa", "carol")
    step = permit.prepare(signers.node, "give", by="alfa", terms=terms)
    envelope = signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")])
    permit.record(signers.node, envelope)
    revoke = permit.prepare(signers.node, "revoke", by="alfa", consent=step.consent)
    permit.record(signers.node, signing.seal(revoke.payload, CONSENT_TYPE, [key_of("alfa")]))
    with pytest.raises(Conflict, match="answered already"):
        permit.record(signers.node, envelope)
    renamed = canonical({**json.loads(step.payload), "consent": step.consent[:-12] + "0" * 12})
    with pytest.raises(Refused, match="does not hold"):
        permit.record(signers.node, carrying(envelope, renamed))


# --- when ----------------------------------------------------------------------------------------------


def test_an_instant_is_one_whatever_zone_it_was_thought_in(signers: World) -> None:
    """One instant has one form: what is prepared is in UTC, and another form of it is not signed here."""
    tokyo = parse_instant("2026-03-01T20:00:00+09:00")
    act = prepared(signers, "all", "suspend", "alfa", scope=PAIR, at=tokyo)
    assert json.loads(act.payload)["effective_at"] == "2026-03-01T11:00:00.000000Z"
    for form in ("2026-03-01T20:00:00+09:00", "2026-03-01T11:00:00Z", "2026-03-01T11:00:00.000000+00:00"):
        other = restated(act, effective_at=form)
        with pytest.raises(Malformed, match="another form"):
            agree.record(signers.node, signing.seal(other, ACT_TYPE, [key_of("alfa")]))
    agree.record(signers.node, sealed(act))


@pytest.mark.parametrize(
    "form", ["2026-03-01", "2026-03-01T11:00:00", "2026-03-01T11:00:60Z", 1772362800, ""]
)
def test_what_is_no_instant_is_malformed(signers: World, form: object) -> None:
    other = restated(suspension(signers), effective_at=form)
    with pytest.raises(Malformed, match="effective_at"):
        agree.record(signers.node, signing.seal(other, ACT_TYPE, [key_of("alfa")]))


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_the_calendar_are_instants_like_others(signers: World, year: str) -> None:
    share(signers, "alfa", objects.identity(1))
    acted(signers, "all", "suspend", "alfa", scope=PAIR, at=parse_instant(year))
    assert len(signers.read("bravo", "room")) == (0 if year < "2026" else 1)


def test_what_opens_does_not_open_the_past(signers: World) -> None:
    """A resume, an accession and a rescission dated back count from their recording."""
    share(signers, "alfa", objects.identity(1))
    acted(signers, "all", "suspend", "alfa", scope=PAIR)
    signers.clock.instant += 2 * DAY
    acted(signers, "all", "resume", "alfa", scope=PAIR, at=START - DAY)
    everybody = ("alfa", "bravo", "carol", "delta")
    acted(signers, "all", "accede", *everybody, newcomer={"member": "delta"}, at=START - DAY)
    acted(signers, "all", "withdraw", "carol", scope=Scope(party="carol"), at=START + 9 * DAY)
    acted(signers, "all", "rescind", "carol", scope=Scope(party="carol"), at=START - DAY)
    kept = agree.show(signers.node, signers.agreements["all"])
    for event in kept.record.events:
        if event.type in ("resume", "accede", "rescind"):
            assert event.effective_at == START - DAY
            assert event.counts_from == event.recorded_at
    assert signers.read("delta", "room") == []


# --- the envelope --------------------------------------------------------------------------------------


def test_what_nobody_signed_is_not_kept(signers: World, draft: Agreement) -> None:
    note = {"note": "alfa agrees to everything", "payloads": ["…"] * 9}
    [signature] = opened(signed(draft, "alfa"))["signatures"]
    agree.sign(
        signers.node, changed(signed(draft, "alfa"), **note, signatures=[{**signature, **note}, signature])
    )
    agree.record(signers.node, changed(sealed(suspension(signers)), **note))
    step = rekey.prepare(signers.node, "bravo", public_of("bravo", 2), by=("bravo",))
    both = signing.seal(step.payload, KEY_TYPE, [key_of("bravo"), key_of("bravo", 2)])
    key = rekey.record(signers.node, changed(both, **note))
    kept = [agree.show(signers.node, signers.agreements[name]).entries[-1] for name in ("new", "all")]
    for envelope in (*(one.envelope for one in kept), key.introduced):
        assert opened(envelope or b"").keys() == {"payload", "payloadType", "signatures"}
        assert [one.keys() for one in opened(envelope or b"")["signatures"]] == [{"keyid", "sig"}] * len(
            opened(envelope or b"")["signatures"]
        )


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "because"},
        {"scope": {"pair": ["bravo", "alfa"]}},
        {"party": None},
        {"schema": "opsroom.event/2"},
    ],
    ids=["what is not known", "unsorted", "said emptily", "another schema"],
)
def test_a_statement_has_one_form(signers: World, other: dict[str, Any]) -> None:
    payload = restated(suspension(signers), **other)
    with pytest.raises(Malformed):
        agree.record(signers.node, signing.seal(payload, ACT_TYPE, [key_of("alfa")]))


def test_a_payload_that_is_not_canonical_is_malformed(signers: World) -> None:
    act = suspension(signers)
    said = json.loads(act.payload)
    twice = act.payload[:-1] + b',"type":"suspend"}'
    for payload in (
        json.dumps(said).encode(),
        json.dumps(said, indent=1).encode(),
        twice,
        act.payload + b"\n",
    ):
        with pytest.raises(Malformed, match="canonical"):
            agree.record(signers.node, signing.seal(payload, ACT_TYPE, [key_of("alfa")]))


@pytest.mark.parametrize("recorder", [agree.sign, agree.record, permit.record, rekey.record])
@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"payload": "e30=", "payloadType": 1, "signatures": []}',
        b'{"payload": "%", "payloadType": "x", "signatures": [{"keyid": "k", "sig": "!"}]}',
        b" " * (signing.LARGEST + 1),
    ],
    ids=["empty", "null", "list", "no members", "deep", "typed by number", "no base64", "huge"],
)
def test_what_is_no_envelope_is_an_error_of_ours(
    signers: World, recorder: Callable[..., object], envelope: bytes
) -> None:
    with pytest.raises(OpsroomError):
        recorder(signers.node, envelope)


def test_an_envelope_of_many_signatures_by_nobody_is_refused(signers: World, draft: Agreement) -> None:
    crowd = [{"keyid": f"sha256:{number:064x}", "sig": "AAAA"} for number in range(10_000)]
    with pytest.raises(Refused, match="no key in force"):
        agree.sign(signers.node, changed(signed(draft, "alfa"), signatures=crowd))
    assert sign(signers, draft, "alfa") == ["alfa"]
