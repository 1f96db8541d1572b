"""Agreements live: drafted, signed, amended, acted upon with real keys, and what a member reads before and after."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.events import WHOLE, Scope
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.log import records
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.operations import agree
from opsroom.operations.disclose import page
from tests import objects
from tests.builders import DAY, SECOND, START, World
from tests.operations.signers import (
    acted,
    drafted,
    give_keys,
    key_of,
    name_of,
    prepared,
    sealed,
    share,
    sign,
    signed,
    successor,
    written,
)

PAIR = Scope(pair=frozenset({"alfa", "bravo"}))
CAROL = Scope(party="carol")


@pytest.fixture
def signers(room: World) -> World:
    """The room, every member with a key."""
    give_keys(room, "alfa", "bravo", "carol", "delta")
    return room


def ids(room: World, member: str) -> list[str]:
    """What a member reads, in the order of its feed; "shut" where it may not know of the room."""
    try:
        return [json.loads(body)["id"][-2:] for body in room.read(member, "room")]
    except NotFound:
        return ["shut"]


def dates(room: World, member: str) -> list[Instant]:
    found = page(room.node, room.principal(member), "room", "released", limit=100)
    return [one.added for one in found.entries]


def entries(room: World, name: str) -> int:
    return len(agree.show(room.node, room.agreements[name]).entries)


def state(room: World, name: str) -> str:
    return agree.show(room.node, room.agreements[name]).state(room.clock.now())


def test_nothing_opens_before_the_last_signature_and_all_from_then_on(signers: World) -> None:
    found = drafted(signers, written(signers, "alfa", "delta"))
    assert (state(signers, "new"), ids(signers, "delta")) == ("draft", ["shut"])
    assert sign(signers, found, "alfa") == ["alfa"]
    assert (state(signers, "new"), ids(signers, "delta")) == ("partly signed", ["shut"])
    assert sign(signers, found, "delta") == ["delta"]
    assert (state(signers, "new"), ids(signers, "delta")) == ("in force", [])
    assert share(signers, "alfa", objects.identity(1), "new") == "success"
    assert ids(signers, "delta") == ["01"]
    assert ids(signers, "bravo") == []


def test_signatures_come_together_or_apart_and_count_once(signers: World) -> None:
    found = drafted(signers, written(signers, "alfa", "bravo", "delta"))
    assert sign(signers, found, "delta", "alfa") == ["alfa", "delta"]
    assert sign(signers, found, "alfa") == []
    assert sign(signers, found, "alfa", "bravo", "delta") == ["bravo"]
    kept = agree.show(signers.node, found.id)
    assert kept.signed(found.digest).keys() == {"alfa", "bravo", "delta"}
    assert [one.by for one in kept.entries] == [("alfa", "delta"), ("bravo",)]


def test_items_of_before_are_shared_with_covers_existing_alone(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    for name, covers in (("none", "none"), ("all-of-it", "all")):
        terms = {"covers_existing": covers, "release": "field-match"}
        found = drafted(signers, written(signers, "alfa", "delta", **terms), name)
        sign(signers, found, "alfa", "delta")
    assert ids(signers, "delta") == []
    share(signers, "alfa", objects.identity(2), "none")
    sign(signers, drafted(signers, written(signers, "bravo", "delta"), "other"), "bravo", "delta")
    assert ids(signers, "delta") == ["02"]


def test_a_signature_that_does_not_fit_is_refused_and_leaves_nothing(signers: World) -> None:
    file = written(signers, {"member": "alfa", "key": name_of("alfa", 2)}, "delta")
    found = drafted(signers, file)
    stranger = signed(found, "carol")
    other_type = signing.seal(found.signed_bytes, ACT_TYPE, [key_of("delta")])
    next_key = signing.seal(found.signed_bytes, VERSION_TYPE, [key_of("delta", 2)])
    for envelope, reason in (
        (signed(found, "alfa"), "wrong key"),
        (signed(found, "delta", "alfa"), "wrong key"),
        (stranger, "no key in force"),
        (next_key, "no key in force"),
        (other_type, "is wanted here"),
        (signed(found), "nobody has signed"),
    ):
        with pytest.raises(Refused, match=reason):
            agree.sign(signers.node, envelope)
    assert entries(signers, "new") == 0


def test_only_the_words_that_are_recorded_are_signed(signers: World) -> None:
    found = drafted(signers, written(signers, "alfa", "delta"))
    other = parse_agreement({**found.properties, "title": "Sharing everything"})
    with pytest.raises(Conflict, match="with these words is recorded"):
        sign(signers, other, "alfa")
    with pytest.raises(NotFound, match="no agreement"):
        sign(signers, parse_agreement(written(signers, "alfa", "delta")), "alfa")
    spaced = signing.seal(json.dumps(found.properties).encode(), VERSION_TYPE, [key_of("alfa")])
    with pytest.raises(Malformed, match="canonical"):
        agree.sign(signers.node, spaced)


def test_a_draft_wants_a_room_and_members_that_there_are(signers: World) -> None:
    with pytest.raises(NotFound, match="no room"):
        agree.draft(signers.node, "elsewhere", parse_agreement(written(signers, "alfa", "delta")))
    with pytest.raises(NotFound, match="zulu"):
        drafted(signers, written(signers, "alfa", "zulu"))
    second = written(signers, "alfa", "delta", version=2, supersedes=f"sha256:{'0' * 64}")
    with pytest.raises(Conflict, match="version 1 is to be recorded before"):
        drafted(signers, second)


def test_a_chain_of_versions_does_not_fork(signers: World) -> None:
    signers.room("second", "alfa")
    first = drafted(signers, written(signers, "alfa", "delta"))
    sound = successor(first, title="Second")
    for file, reason in (
        (dict(first.properties), "recorded already"),
        ({**first.properties, "title": "Another first"}, "stale"),
        ({**sound, "version": 3}, "too far ahead"),
        ({**sound, "supersedes": f"sha256:{'0' * 64}"}, "fork"),
    ):
        with pytest.raises(Conflict, match=reason):
            drafted(signers, file)
    with pytest.raises(Conflict, match="belongs to the room room"):
        agree.draft(signers.node, "second", parse_agreement(sound))
    second = drafted(signers, sound)
    with pytest.raises(Conflict, match="stale"):
        drafted(signers, {**sound, "title": "Another second"})
    with pytest.raises(Conflict, match="version 1 is stale"):
        sign(signers, first, "alfa")
    assert sign(signers, second, "alfa") == ["alfa"]


def test_an_amendment_opens_once_all_have_signed(signers: World) -> None:
    first = drafted(signers, written(signers, "alfa", "bravo", covers_existing="all"))
    sign(signers, first, "alfa", "bravo")
    share(signers, "alfa", objects.identity(1), "new")
    parties = [{"member": one} for one in ("alfa", "bravo", "delta")]
    second = drafted(signers, successor(first, parties=parties))
    sign(signers, second, "delta")
    sign(signers, second, "alfa")
    assert (ids(signers, "delta"), ids(signers, "bravo")) == (["shut"], ["01"])
    before = signers.clock.now()
    sign(signers, second, "bravo")
    assert (ids(signers, "delta"), ids(signers, "bravo")) == (["01"], ["01"])
    assert dates(signers, "delta")[0] > before > dates(signers, "bravo")[0]


def test_an_amendment_by_some_counts_among_those_who_signed(signers: World) -> None:
    first = drafted(signers, written(signers, "alfa", "bravo", "delta", acts={"amend": 2}))
    sign(signers, first, "alfa", "bravo", "delta")
    fields = [{"field": "incidents"}, {"field": "trade"}]
    second = drafted(signers, successor(first, provisions=fields))
    sign(signers, second, "alfa", "bravo")
    assert share(signers, "alfa", objects.identity(1), "new", "trade") == "success"
    assert share(signers, "alfa", objects.identity(2), "new") == "success"
    assert ids(signers, "bravo") == ["01", "02"]
    assert ids(signers, "delta") == ["02"]


def test_what_cannot_be_amended_is_not(signers: World) -> None:
    first = drafted(signers, written(signers, "alfa", "delta", acts={"amend": "never"}))
    sign(signers, first, "alfa", "delta")
    with pytest.raises(Refused, match="never"):
        drafted(signers, successor(first, title="Second"))


def test_a_party_stops_a_pair_alone_and_at_once_and_resumes_it(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    acted(signers, "all", "suspend", "bravo", scope=PAIR)
    assert (ids(signers, "bravo"), ids(signers, "carol")) == ([], ["01"])
    with pytest.raises(Refused, match="whoever suspended resumes: bravo's is missing"):
        acted(signers, "all", "resume", "alfa", scope=PAIR)
    assert ids(signers, "bravo") == []
    before = signers.clock.now()
    acted(signers, "all", "resume", "bravo", scope=PAIR)
    assert ids(signers, "bravo") == ["01"]
    assert dates(signers, "bravo")[0] > before


def test_what_opens_counts_from_its_recording(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    acted(signers, "all", "suspend", "bravo", scope=PAIR)
    share(signers, "alfa", objects.identity(2))
    signers.clock.instant += DAY
    recorded = signers.clock.instant
    acted(signers, "all", "resume", "bravo", scope=PAIR, at=recorded - DAY // 2)
    assert min(dates(signers, "bravo")) > recorded
    event = agree.show(signers.node, signers.agreements["all"]).record.events[-1]
    assert event.effective_at < recorded < event.counts_from


def test_what_closes_may_be_dated_back_and_replay_shows_both(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    assert ids(signers, "bravo") == ["01"]
    signers.clock.instant += DAY
    before = signers.clock.now()
    acted(signers, "all", "suspend", "bravo", scope=PAIR, at=before - DAY // 2)
    assert ids(signers, "bravo") == []
    kept = agree.show(signers.node, signers.agreements["all"])
    assert kept.record.events[-1].counts_from == before - DAY // 2
    [known] = records(kept.rows, kept.entries, known_at=before)
    assert known.events == ()


def test_a_suspension_may_lie_ahead(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    acted(signers, "all", "suspend", "alfa", scope=PAIR, at=signers.clock.instant + DAY)
    assert ids(signers, "bravo") == ["01"]
    signers.clock.instant += DAY
    assert ids(signers, "bravo") == []


def test_a_newcomer_accedes_with_all_and_sees_what_comes_after(signers: World) -> None:
    share(signers, "alfa", objects.identity(1))
    party = {"member": "delta", "key": name_of("delta")}
    asked = prepared(signers, "all", "accede", "alfa", "bravo", "carol", newcomer=party)
    with pytest.raises(Refused, match="delta's is missing"):
        agree.record(signers.node, sealed(asked))
    with pytest.raises(Refused, match="alfa's, bravo's and carol's are missing"):
        acted(signers, "all", "accede", "delta", newcomer=party)
    assert ids(signers, "delta") == ["shut"]
    everybody = ("alfa", "bravo", "carol", "delta")
    past = signers.clock.instant - DAY
    acted(signers, "all", "accede", *everybody, newcomer=party, at=past)
    assert ids(signers, "delta") == []
    share(signers, "alfa", objects.identity(2))
    assert ids(signers, "delta") == ["02"]
    assert share(signers, "delta", objects.identity(3)) == "success"
    assert ids(signers, "carol") == ["01", "02", "03"]


def test_a_newcomer_signs_with_the_key_that_is_named_for_it(signers: World) -> None:
    party = {"member": "delta", "key": name_of("delta", 2)}
    with pytest.raises(Refused, match="wrong key"):
        acted(signers, "all", "accede", "alfa", "bravo", "carol", "delta", newcomer=party)
    with pytest.raises(NotFound, match="zulu"):
        agree.record(
            signers.node,
            sealed(prepared(signers, "all", "accede", "alfa", "zulu", newcomer={"member": "zulu"}), "alfa"),
        )


def test_a_withdrawal_takes_effect_after_its_notice_and_can_be_rescinded_until_then(signers: World) -> None:
    parties = ("alfa", "bravo", "delta")
    found = drafted(signers, written(signers, *parties, acts={"withdraw": {"notice": "P30D"}}))
    sign(signers, found, *parties)
    share(signers, "alfa", objects.identity(1), "new")
    delta = Scope(party="delta")
    with pytest.raises(Refused, match="P30D of notice"):
        acted(signers, "new", "withdraw", "delta", scope=delta, at=signers.clock.instant + 29 * DAY)
    act = acted(signers, "new", "withdraw", "delta", scope=delta)
    assert act.effective_at % DAY == 0
    assert ids(signers, "delta") == ["01"]
    acted(signers, "new", "rescind", "delta", scope=delta)
    signers.clock.instant = act.effective_at + DAY
    assert ids(signers, "delta") == ["01"]
    again = acted(signers, "new", "withdraw", "delta", scope=delta)
    signers.clock.instant = again.effective_at - 10 * SECOND
    assert ids(signers, "delta") == ["01"]
    signers.clock.instant = again.effective_at
    assert ids(signers, "delta") == ["shut"]
    with pytest.raises(Refused, match="no party now"):
        acted(signers, "new", "rescind", "delta", scope=delta)
    assert ids(signers, "bravo") == ["01"]


def test_all_terminate_and_then_nothing_can_be_done(signers: World) -> None:
    share(signers, "bravo", objects.identity(1), "two", "logistics")
    assert ids(signers, "alfa") == ["01"]
    with pytest.raises(Refused, match="bravo's is missing"):
        acted(signers, "two", "terminate", "alfa")
    acted(signers, "two", "terminate", "alfa", "bravo")
    assert (ids(signers, "alfa"), state(signers, "two")) == ([], "terminated")
    with pytest.raises(Refused, match="over for everybody"):
        acted(signers, "two", "suspend", "alfa", scope=PAIR)
    newest = agree.show(signers.node, signers.agreements["two"]).newest
    with pytest.raises(Refused, match="over for everybody"):
        drafted(signers, successor(newest, title="Again"))


def test_an_agreement_that_asks_for_notifications_waits_for_all_of_them(signers: World) -> None:
    found = drafted(signers, written(signers, "alfa", "delta", entry="all-notified"))
    with pytest.raises(Refused, match="before its notification"):
        acted(signers, "new", "notify", "alfa")
    sign(signers, found, "alfa", "delta")
    acted(signers, "new", "notify", "alfa")
    assert ids(signers, "delta") == ["shut"]
    acted(signers, "new", "notify", "delta")
    assert (ids(signers, "delta"), state(signers, "new")) == ([], "in force")


def test_a_chain_of_acts_does_not_fork(signers: World) -> None:
    one = prepared(signers, "all", "suspend", "alfa", scope=PAIR)
    other = prepared(signers, "all", "suspend", "carol", scope=CAROL)
    agree.record(signers.node, sealed(one))
    with pytest.raises(Conflict, match="fork"):
        agree.record(signers.node, sealed(other))
    with pytest.raises(Conflict, match="recorded already"):
        agree.record(signers.node, sealed(one))
    assert acted(signers, "all", "suspend", "carol", scope=CAROL).previous == one.digest


def test_an_act_speaks_of_the_newest_version(signers: World) -> None:
    act = prepared(signers, "all", "suspend", "alfa", scope=PAIR)
    first = agree.show(signers.node, signers.agreements["all"]).newest
    drafted(signers, successor(first, title="Second"), "all")
    with pytest.raises(Conflict, match="stale version"):
        agree.record(signers.node, sealed(act))


def test_who_is_named_signs_and_nobody_else(signers: World) -> None:
    act = prepared(signers, "all", "terminate", "alfa", "bravo", "carol")
    for members, reason in (
        (("alfa", "bravo"), "carol's is missing"),
        (("alfa", "bravo", "delta"), "no key in force"),
        (("alfa", "bravo", "carol", "delta"), "no key in force"),
    ):
        with pytest.raises(Refused, match=reason):
            agree.record(signers.node, sealed(act, *members))
    alone = prepared(signers, "all", "suspend", "alfa", scope=PAIR)
    with pytest.raises(Refused, match="not named"):
        agree.record(signers.node, sealed(alone, "alfa", "bravo"))
    assert entries(signers, "all") == 1


def test_what_was_signed_for_one_agreement_serves_no_other(signers: World) -> None:
    act = prepared(signers, "all", "suspend", "alfa", scope=PAIR)
    payload = json.loads(act.payload) | {"agreement": signers.agreements["two"]}
    envelope = json.loads(sealed(act))
    forged = signing.seal(json.dumps(payload, separators=(",", ":"), sort_keys=True).encode(), ACT_TYPE, [])
    moved = {**json.loads(forged), "signatures": envelope["signatures"]}
    with pytest.raises(Conflict):
        agree.record(signers.node, json.dumps(moved).encode())
    payload["version"] = agree.show(signers.node, signers.agreements["two"]).newest.digest
    forged = signing.seal(json.dumps(payload, separators=(",", ":"), sort_keys=True).encode(), ACT_TYPE, [])
    moved = {**json.loads(forged), "signatures": envelope["signatures"]}
    with pytest.raises(Refused, match="does not hold"):
        agree.record(signers.node, json.dumps(moved).encode())


def test_agreements_are_listed_by_room(signers: World) -> None:
    signers.room("second", "alfa")
    signers.agree("there", "second", ["alfa", "bravo"], ["trade"])
    names = {one: two for two, one in signers.agreements.items()}
    assert {names[one.newest.id] for one in agree.listed(signers.node, "room")} == {"all", "two"}
    assert {names[one.newest.id] for one in agree.listed(signers.node)} == {"all", "two", "there"}
    with pytest.raises(NotFound, match="no agreement"):
        agree.show(signers.node, "agreement--00000000-0000-4000-8000-000000000000")


ALFA, BRAVO, DELTA = (Scope(party=one) for one in ("alfa", "bravo", "delta"))
INCIDENTS = Scope(field="incidents")
LATER, EARLIER = START + 9 * DAY, START - 9 * DAY
EVERYBODY = ("alfa", "bravo", "carol")
ACTS = {"withdraw": {"notice": "P30D"}, "suspend_other": 2, "resume": "suspender", "terminate": "never"}


@dataclass(frozen=True)
class Attempt:
    """An act on an agreement of alfa, bravo and carol under ACTS, after others; and why it is refused."""

    kind: str
    by: tuple[str, ...]
    reason: str
    scope: Scope = WHOLE
    at: Instant | None = None
    newcomer: dict[str, Any] | None = None
    after: tuple[tuple[str, str, Scope, Instant | None], ...] = ()
    signed: tuple[str, ...] = EVERYBODY
    terms: dict[str, Any] = field(default_factory=dict)


SUSPENDED = ("suspend", "alfa", PAIR, None)
RESUMED = ("resume", "alfa", PAIR, None)
LEAVING = ("withdraw", "bravo", BRAVO, START + 40 * DAY)
LEFT = ("withdraw", "bravo", BRAVO, START - DAY)
AT_ONCE: dict[str, Any] = {"acts": {}}
NOTIFIED = {"entry": "all-notified"}
REFUSED = {
    "one of two suspends another": Attempt(
        "suspend", ("carol",), "takes 2 parties' signatures: it has 1", PAIR
    ),
    "all others, but one": Attempt(
        "suspend", ("carol",), "all other parties: bravo's is missing", ALFA, terms=AT_ONCE
    ),
    "never": Attempt("terminate", EVERYBODY, "never possible"),
    "a party suspends a stranger": Attempt("suspend", EVERYBODY, "delta is no party now", DELTA),
    "a field that there is not": Attempt("suspend", EVERYBODY, "no field zoo", Scope(field="zoo")),
    "a suspension dated behind its resume": Attempt(
        "suspend", ("alfa",), "a resume of this scope counts from", PAIR, EARLIER, after=(SUSPENDED, RESUMED)
    ),
    "another resumes": Attempt(
        "resume", ("bravo",), "whoever suspended resumes: alfa's is missing", PAIR, after=(SUSPENDED,)
    ),
    "nothing is suspended": Attempt("resume", ("alfa",), "nothing is suspended between", PAIR),
    "another scope is suspended": Attempt(
        "resume", ("alfa",), "it is suspended between alfa and bravo", ALFA, after=(SUSPENDED,)
    ),
    "a resume dated ahead": Attempt("resume", ("alfa",), "dated ahead", PAIR, LATER, after=(SUSPENDED,)),
    "one withdraws another": Attempt("withdraw", ("alfa",), "speaks for itself: bravo's", BRAVO, LATER),
    "a withdrawal before its notice": Attempt("withdraw", ("alfa",), "P30D of notice", ALFA, LATER),
    "a second withdrawal": Attempt(
        "withdraw", ("bravo",), "withdrawn already", BRAVO, START + 50 * DAY, after=(LEAVING,)
    ),
    "one rescinds another's": Attempt("rescind", ("alfa",), "speaks for itself", BRAVO, after=(LEAVING,)),
    "nothing to rescind": Attempt("rescind", ("alfa",), "no withdrawal of this party", ALFA),
    "a rescission dated behind the withdrawal": Attempt(
        "rescind", ("bravo",), "no withdrawal", BRAVO, START + 41 * DAY, after=(LEAVING,)
    ),
    "who has left acts": Attempt(
        "suspend",
        ("bravo",),
        "bravo is no party now, and has nothing to sign",
        BRAVO,
        after=(LEFT,),
        terms=AT_ONCE,
    ),
    "who has left is suspended": Attempt(
        "suspend", ("alfa", "carol"), "bravo is no party now", BRAVO, after=(LEFT,), terms=AT_ONCE
    ),
    "who has left comes back": Attempt(
        "accede", EVERYBODY, "listed already", newcomer={"member": "bravo"}, terms=AT_ONCE
    ),
    "a newcomer does not sign": Attempt(
        "accede", EVERYBODY, "delta's is missing", newcomer={"member": "delta"}
    ),
    "a newcomer alone": Attempt(
        "accede", ("delta",), "alfa's, bravo's and carol's are missing", newcomer={"member": "delta"}
    ),
    "a newcomer with a level that there is not": Attempt(
        "accede", (*EVERYBODY, "delta"), "has no levels", newcomer={"member": "delta", "ceiling": "secret"}
    ),
    "an accession before it has entered": Attempt(
        "accede",
        ("alfa", "bravo", "delta"),
        "has not entered",
        newcomer={"member": "delta"},
        signed=("alfa",),
    ),
    "nothing to notify": Attempt("notify", ("alfa",), "nothing to notify"),
    "a notification before the signature": Attempt(
        "notify", ("bravo",), "comes before its notification", signed=("alfa",), terms=NOTIFIED
    ),
    "a second notification": Attempt(
        "notify", ("alfa",), "has notified already", after=(("notify", "alfa", WHOLE, None),), terms=NOTIFIED
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_and_why_and_nothing_is_recorded(signers: World, name: str) -> None:
    attempt = REFUSED[name]
    found = drafted(signers, written(signers, *EVERYBODY, **{"acts": ACTS, **attempt.terms}))
    sign(signers, found, *attempt.signed)
    for kind, by, scope, at in attempt.after:
        acted(signers, "new", kind, by, scope=scope, at=at)
    before = entries(signers, "new")
    more: dict[str, Any] = {"scope": attempt.scope, "newcomer": attempt.newcomer, "at": attempt.at}
    act = prepared(signers, "new", attempt.kind, *attempt.by, **more)
    with pytest.raises(Refused, match=re.escape(attempt.reason)):
        agree.foretell(signers.node, act)
    with pytest.raises(Refused, match=re.escape(attempt.reason)):
        agree.record(signers.node, sealed(act))
    assert entries(signers, "new") == before


def test_what_could_be_recorded_is_foretold_and_leaves_nothing(signers: World) -> None:
    act = prepared(signers, "all", "suspend", "alfa", scope=PAIR)
    before = entries(signers, "all")
    agree.foretell(signers.node, act)
    assert entries(signers, "all") == before
    agree.record(signers.node, sealed(act))


def test_newcomers_are_those_whom_the_newest_version_does_not_list(signers: World) -> None:
    party = {"member": "delta"}
    acted(signers, "all", "accede", *EVERYBODY, "delta", newcomer=party)
    kept = agree.show(signers.node, signers.agreements["all"])
    assert kept.newcomers == [party]
    listed = [{"member": one} for one in (*EVERYBODY, "delta")]
    drafted(signers, successor(kept.newest, parties=listed), "all")
    assert agree.show(signers.node, signers.agreements["all"]).newcomers == []
