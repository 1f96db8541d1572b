"""Who may: a table of acts, by whom, under which `acts`, after what; and what is said where one is refused."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from opsroom.core.agreement.acts import bound, refusals, suspensions, withdrawal_day, withdrawals
from opsroom.core.agreement.events import WHOLE, Event, Record, Scope, SignedVersion
from opsroom.core.agreement.file import Acts
from opsroom.core.agreement.statement import Act
from opsroom.core.agreement.terms import Entry, Party, Provision, Terms
from opsroom.core.timestamps import Instant, parse_instant, render
from opsroom.core.windows import Window

DAY = 86_400_000_000
NOW = parse_instant("2026-06-01T12:00:00Z")
ALL = ("alfa", "bravo", "carol", "delta")
ALFA = Scope(party="alfa")
BRAVO = Scope(party="bravo")
PAIR = Scope(pair=frozenset({"alfa", "bravo"}))
FIELD = Scope(field="logistics")
LATER = NOW + DAY


ALL_SIGNED = Entry()


def terms(
    *members: str | Party, entry: Entry = ALL_SIGNED, scale: tuple[str, ...] = (), since: Instant = 0
) -> Terms:
    parties = [Party(one) if isinstance(one, str) else one for one in members]
    return Terms(
        parties={one.member: one for one in parties},
        provisions=(Provision("incidents"), Provision("logistics")),
        in_force=Window(since=since),
        entry=entry,
        scale=scale,
    )


def version(number: int, of: Terms, *signed: str, ratified: tuple[str, ...] = ()) -> SignedVersion:
    return SignedVersion(
        number, f"v{number}", of, signed=dict.fromkeys(signed, number), ratified=dict.fromkeys(ratified, 9)
    )


FIRST = version(1, terms(*ALL), *ALL)


def event(type: str, scope: Scope = WHOLE, *by: str, at: Instant = NOW - DAY, **more: Any) -> Event:
    return Event(
        type, at, scope, recorded_at=more.pop("recorded", min(at, NOW - 1)), by=frozenset(by), **more
    )


NOTIFIED = terms(*ALL, entry=Entry("all-notified"))
NOTHING_TO_NOTIFY = "it enters, or amends what has entered, by signatures alone; there is nothing to notify"
SUSPENDED = event("suspend", PAIR, "alfa")
LEFT = event("withdraw", Scope(party="delta"), "delta")
LEAVING = event("withdraw", ALFA, "alfa", at=LATER)
JOINING = event("accede", newcomer=Party("echo"))


NOTHING_SAID = Acts()


@dataclass(frozen=True)
class Asked:
    type: str
    by: tuple[str, ...]
    scope: Scope = WHOLE
    at: Instant = NOW
    acts: Acts = NOTHING_SAID
    events: tuple[Event, ...] = ()
    versions: tuple[SignedVersion, ...] = (FIRST,)
    party: dict[str, Any] | None = None
    named: tuple[str, ...] | None = None
    forms: tuple[Acts, ...] = field(default=())


def reasons(asked: Asked) -> list[str]:
    newest = asked.versions[-1].digest
    named = asked.by if asked.named is None else asked.named
    act = Act("agreement", newest, None, asked.type, named, asked.at, asked.scope, asked.party)
    return refusals(
        act,
        record=Record("agreement", asked.versions, asked.events),
        acts=asked.forms or [asked.acts] * len(asked.versions),
        signed=frozenset(asked.by),
        at=NOW,
    )


MAY = {
    "a party suspends itself": Asked("suspend", ("alfa",), ALFA),
    "a party suspends a pair that it is in": Asked("suspend", ("bravo",), PAIR),
    "a party suspends itself whatever acts say": Asked(
        "suspend", ("alfa",), ALFA, acts=Acts(suspend_other="never")
    ),
    "a party suspends itself as of last month": Asked("suspend", ("alfa",), ALFA, at=NOW - 30 * DAY),
    "a party suspends itself from next month": Asked("suspend", ("alfa",), ALFA, at=NOW + 30 * DAY),
    "a party that leaves suspends itself until then": Asked("suspend", ("alfa",), ALFA, events=(LEAVING,)),
    "all others suspend a party": Asked("suspend", ("bravo", "carol", "delta"), ALFA),
    "all others suspend a pair": Asked("suspend", ("carol", "delta"), PAIR),
    "all suspend a field": Asked("suspend", ALL, FIELD),
    "all suspend everything": Asked("suspend", ALL),
    "two suspend a field": Asked("suspend", ("alfa", "carol"), FIELD, acts=Acts(suspend_other=2)),
    "all others but who has left": Asked("suspend", ("bravo", "carol"), ALFA, events=(LEFT,)),
    "again after a resume": Asked(
        "suspend", ("alfa",), PAIR, events=(SUSPENDED, event("resume", PAIR, "alfa", at=NOW - 2))
    ),
    "who suspended resumes": Asked("resume", ("alfa",), PAIR, events=(SUSPENDED,)),
    "both who suspended resume": Asked(
        "resume", ("alfa", "bravo"), PAIR, events=(SUSPENDED, event("suspend", PAIR, "bravo"))
    ),
    "a resume dated back counts from now": Asked(
        "resume", ("alfa",), PAIR, at=NOW - 9 * DAY, events=(SUSPENDED,)
    ),
    "who suspended and left need not resume": Asked(
        "resume", ("bravo",), FIELD, events=(event("suspend", FIELD, "bravo", "delta"), LEFT)
    ),
    "all resume where all who suspended have left": Asked(
        "resume", ("alfa", "bravo", "carol"), FIELD, events=(event("suspend", FIELD, "delta"), LEFT)
    ),
    "two resume": Asked("resume", ("carol", "delta"), PAIR, acts=Acts(resume=2), events=(SUSPENDED,)),
    "a party withdraws without notice": Asked("withdraw", ("alfa",), ALFA),
    "a party withdraws as of yesterday where no notice is asked": Asked(
        "withdraw", ("alfa",), ALFA, at=NOW - DAY
    ),
    "a party withdraws at the end of its notice": Asked(
        "withdraw", ("alfa",), ALFA, at=NOW + 90 * DAY, acts=Acts(withdraw_notice="P90D")
    ),
    "a party withdraws again after rescinding": Asked(
        "withdraw", ("alfa",), ALFA, events=(LEAVING, event("rescind", ALFA, "alfa"))
    ),
    "a party rescinds": Asked("rescind", ("alfa",), ALFA, events=(LEAVING,)),
    "a newcomer accedes with all": Asked("accede", (*ALL, "echo"), party={"member": "echo"}),
    "a newcomer accedes with all that are left": Asked(
        "accede", ("alfa", "bravo", "carol", "echo"), party={"member": "echo"}, events=(LEFT,)
    ),
    "a newcomer accedes with two": Asked(
        "accede", ("alfa", "bravo", "echo"), acts=Acts(accede=2), party={"member": "echo"}
    ),
    "all others accede: those who are parties": Asked(
        "accede", (*ALL, "echo"), acts=Acts(accede="all-others"), party={"member": "echo"}
    ),
    "all terminate": Asked("terminate", ALL),
    "all that are left terminate": Asked("terminate", ("alfa", "bravo", "carol"), events=(LEFT,)),
    "a newcomer terminates with them": Asked("terminate", (*ALL, "echo"), events=(JOINING,)),
    "all terminate as of yesterday": Asked("terminate", ALL, at=NOW - DAY),
    "one terminates where one is enough": Asked("terminate", ("alfa",), acts=Acts(terminate=1)),
    "a party notifies": Asked("notify", ("alfa",), versions=(version(1, NOTIFIED, *ALL),)),
    "a party notifies the version that replaces a draft": Asked(
        "notify", ("alfa",), versions=(version(1, NOTIFIED), version(2, NOTIFIED, *ALL))
    ),
    "a party of what nobody signed yet suspends itself": Asked(
        "suspend", ("alfa",), ALFA, versions=(version(1, terms(*ALL)),)
    ),
}

MISSING = "terminate takes the signatures of all parties: "
REFUSED = {
    "one suspends another": (
        Asked("suspend", ("bravo",), ALFA),
        "suspend takes the signatures of all other parties: carol's and delta's are missing",
    ),
    "a third suspends a pair": (
        Asked("suspend", ("carol",), PAIR),
        "suspend takes the signatures of all other parties: delta's is missing",
    ),
    "all but one suspend a field": (
        Asked("suspend", ("alfa", "bravo", "carol"), FIELD),
        "suspend takes the signatures of all other parties: delta's is missing",
    ),
    "all but one suspend everything": (
        Asked("suspend", ("alfa", "bravo", "carol"), acts=Acts(suspend_other="all")),
        "suspend takes the signatures of all parties: delta's is missing",
    ),
    "all others suspend a party where all is asked": (
        Asked("suspend", ("bravo", "carol", "delta"), ALFA, acts=Acts(suspend_other="all")),
        "suspend takes the signatures of all parties: alfa's is missing",
    ),
    "one of two": (
        Asked("suspend", ("alfa",), FIELD, acts=Acts(suspend_other=2)),
        "suspend takes 2 parties' signatures: it has 1",
    ),
    "never": (
        Asked("suspend", ("bravo", "carol", "delta"), ALFA, acts=Acts(suspend_other="never")),
        "to suspend is never possible under the acts of this agreement",
    ),
    "a stranger is suspended": (
        Asked("suspend", ("alfa",), Scope(pair=frozenset({"alfa", "zulu"}))),
        "zulu is no party now",
    ),
    "a field that there is not": (
        Asked("suspend", ALL, Scope(field="finance")),
        "there is no field finance; its fields: incidents, logistics",
    ),
    "a suspension behind a resume": (
        Asked(
            "suspend",
            ("bravo",),
            PAIR,
            at=NOW - 3,
            events=(SUSPENDED, event("resume", PAIR, "alfa", at=NOW - 2)),
        ),
        f"a resume of this scope counts from {render(NOW - 2)}: date the suspension after it",
    ),
    "another resumes": (
        Asked("resume", ("bravo",), PAIR, events=(SUSPENDED,)),
        "whoever suspended resumes: alfa's is missing",
    ),
    "one of two who suspended resumes": (
        Asked("resume", ("alfa",), PAIR, events=(SUSPENDED, event("suspend", PAIR, "bravo"))),
        "whoever suspended resumes: bravo's is missing",
    ),
    "one of those who suspended together resumes": (
        Asked("resume", ("alfa",), FIELD, events=(event("suspend", FIELD, "alfa", "carol"),)),
        "whoever suspended resumes: carol's is missing",
    ),
    "one resumes where all who suspended have left": (
        Asked("resume", ("alfa",), FIELD, events=(event("suspend", FIELD, "delta"), LEFT)),
        "whoever suspended resumes: bravo's and carol's are missing",
    ),
    "nothing is suspended": (
        Asked("resume", ("alfa",), PAIR),
        "nothing is suspended between alfa and bravo; a resume ends exactly the scope of a suspension",
    ),
    "another scope is suspended": (
        Asked("resume", ("alfa",), ALFA, events=(SUSPENDED,)),
        "nothing is suspended for alfa; a resume ends exactly the scope of a suspension,"
        " and it is suspended between alfa and bravo",
    ),
    "what was resumed is resumed again": (
        Asked("resume", ("alfa",), PAIR, events=(SUSPENDED, event("resume", PAIR, "alfa"))),
        "nothing is suspended between alfa and bravo; a resume ends exactly the scope of a suspension",
    ),
    "a suspension that lies ahead is resumed": (
        Asked("resume", ("alfa",), PAIR, events=(event("suspend", PAIR, "alfa", at=LATER),)),
        "nothing is suspended between alfa and bravo; a resume ends exactly the scope of a suspension",
    ),
    "a resume dated ahead": (
        Asked("resume", ("alfa",), PAIR, at=LATER, events=(SUSPENDED,)),
        "a resume is recorded when it is to count; dated ahead it would end what is suspended meanwhile",
    ),
    "the suspender alone where all is asked": (
        Asked("resume", ("alfa",), PAIR, acts=Acts(resume="all"), events=(SUSPENDED,)),
        "resume takes the signatures of all parties: bravo's, carol's and delta's are missing",
    ),
    "a resume where it is never": (
        Asked("resume", ALL, PAIR, acts=Acts(resume="never"), events=(SUSPENDED,)),
        "to resume is never possible under the acts of this agreement",
    ),
    "one withdraws another": (
        Asked("withdraw", ("bravo",), ALFA),
        "a party speaks for itself: alfa's is missing",
    ),
    "all others withdraw a party": (
        Asked("withdraw", ("bravo", "carol", "delta"), ALFA),
        "a party speaks for itself: alfa's is missing",
    ),
    "a moment too early": (
        Asked("withdraw", ("alfa",), ALFA, at=NOW + 90 * DAY - 1, acts=Acts(withdraw_notice="P90D")),
        f"a withdrawal takes P90D of notice: not before {render(NOW + 90 * DAY)};"
        " until then the party may suspend itself at once",
    ),
    "a second withdrawal": (
        Asked("withdraw", ("alfa",), ALFA, events=(LEAVING,)),
        f"it has withdrawn already, with effect from {render(LATER)}; rescind that before another date",
    ),
    "a stranger withdraws": (
        Asked("withdraw", ("zulu",), Scope(party="zulu")),
        "zulu is no party now, and has nothing to sign here",
    ),
    "who has left withdraws": (
        Asked("withdraw", ("delta",), Scope(party="delta"), events=(LEFT,)),
        "delta is no party now, and has nothing to sign here",
    ),
    "a party withdraws who has left": (
        Asked("withdraw", ("alfa",), Scope(party="delta"), events=(LEFT,)),
        "delta is no party now",
    ),
    "one rescinds another's": (
        Asked("rescind", ("bravo",), ALFA, events=(LEAVING,)),
        "a party speaks for itself: alfa's is missing",
    ),
    "there is nothing to rescind": (
        Asked("rescind", ("alfa",), ALFA),
        "there is no withdrawal of this party that lies ahead; once it took effect it is for good",
    ),
    "another party's withdrawal is all there is": (
        Asked("rescind", ("bravo",), BRAVO, events=(LEAVING,)),
        "there is no withdrawal of this party that lies ahead; once it took effect it is for good",
    ),
    "a rescission after it took effect": (
        Asked("rescind", ("delta",), Scope(party="delta"), events=(LEFT,)),
        "delta is no party now, and has nothing to sign here",
    ),
    "a rescission dated behind the withdrawal": (
        Asked("rescind", ("alfa",), ALFA, at=LATER, events=(LEAVING,)),
        "there is no withdrawal of this party that lies ahead; once it took effect it is for good",
    ),
    "the newcomer has not signed": (
        Asked("accede", ALL, party={"member": "echo"}),
        "a newcomer signs its accession: echo's is missing",
    ),
    "the newcomer alone": (
        Asked("accede", ("echo",), acts=Acts(accede=1), party={"member": "echo"}),
        "accede takes 1 parties' signatures: it has 0",
    ),
    "all but one let it accede": (
        Asked("accede", ("alfa", "bravo", "carol", "echo"), party={"member": "echo"}),
        "accede takes the signatures of all parties: delta's is missing",
    ),
    "a party accedes": (
        Asked("accede", ALL, party={"member": "alfa"}),
        "alfa is listed already, or was; who left for good comes back by a new instrument",
    ),
    "who has left accedes": (
        Asked("accede", ALL, party={"member": "delta"}, events=(LEFT,)),
        "delta is listed already, or was; who left for good comes back by a new instrument",
    ),
    "an accession to what is not in force": (
        Asked(
            "accede", (*ALL, "echo"), party={"member": "echo"}, versions=(version(1, terms(*ALL), "alfa"),)
        ),
        "it has not entered into force; until then a newcomer is listed in the file",
    ),
    "a newcomer with a ceiling that there is not": (
        Asked("accede", (*ALL, "echo"), party={"member": "echo", "ceiling": "secret"}),
        'party.ceiling: "secret" is given, but this agreement has no levels',
    ),
    "a newcomer that reserves against nobody": (
        Asked("accede", (*ALL, "echo"), party={"member": "echo", "reservations": [{"peer": "zulu"}]}),
        'party.reservations: "zulu" is no other party',
    ),
    "one terminates": (
        Asked("terminate", ("alfa", "carol")),
        f"{MISSING}bravo's and delta's are missing",
    ),
    "all but a newcomer terminate": (
        Asked("terminate", ALL, events=(JOINING,)),
        f"{MISSING}echo's is missing",
    ),
    "who is about to leave still counts": (
        Asked("terminate", ("bravo", "carol", "delta"), events=(LEAVING,)),
        f"{MISSING}alfa's is missing",
    ),
    "it is terminated already": (
        Asked("terminate", ALL, events=(event("terminate"),)),
        "the agreement is over for everybody; a new instrument is needed",
    ),
    "everybody has left": (
        Asked("suspend", ("alfa",), events=tuple(event("withdraw", Scope(party=one), one) for one in ALL)),
        "the agreement is over for everybody; a new instrument is needed",
    ),
    "nothing is to be notified": (
        Asked("notify", ("alfa",)),
        NOTHING_TO_NOTIFY,
    ),
    "an amendment is notified": (
        Asked("notify", ("alfa",), versions=(FIRST, version(2, NOTIFIED, *ALL))),
        NOTHING_TO_NOTIFY,
    ),
    "everybody has notified": (
        Asked("notify", ("alfa",), versions=(version(1, NOTIFIED, *ALL, ratified=ALL),)),
        NOTHING_TO_NOTIFY,
    ),
    "a notification before the signature": (
        Asked("notify", ("bravo",), versions=(version(1, NOTIFIED, "alfa"),)),
        "bravo has not signed this version; that comes before its notification",
    ),
    "a second notification": (
        Asked(
            "notify",
            ("alfa",),
            versions=(version(1, NOTIFIED, *ALL, ratified=("alfa",)),),
        ),
        "alfa has notified already",
    ),
    "a signer that is not named": (
        Asked("suspend", ("alfa", "bravo"), PAIR, named=("alfa",)),
        "bravo signed it, and is not named among those that do",
    ),
    "somebody named who has not signed": (
        Asked("terminate", ("alfa",), named=ALL, acts=Acts(terminate=1)),
        "it names bravo, carol and delta among those that sign it: bravo's, carol's and delta's are missing",
    ),
}


@pytest.mark.parametrize("name", MAY)
def test_who_may(name: str) -> None:
    assert reasons(MAY[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_and_why(name: str) -> None:
    asked, reason = REFUSED[name]
    assert reasons(asked) == [reason]


def test_all_that_is_missing_is_named_at_once() -> None:
    asked = Asked("accede", ("alfa",), party={"member": "Echo!", "key": "sha256:1"})
    assert [reason.split(":")[0] for reason in reasons(asked)] == [
        "party.member",
        "party.key",
        "a newcomer signs its accession",
        "accede takes the signatures of all parties",
    ]


LAX, STRICT = Acts(terminate=1, suspend_other=1, resume=1, accede=1), Acts(resume="all")
SOLE = ("alfa",)


@pytest.mark.parametrize("kind", ["terminate", "suspend", "accede"])
def test_a_draft_gives_nobody_a_right(kind: str) -> None:
    draft = version(2, terms("alfa", "bravo"))
    party = {"member": "echo"} if kind == "accede" else None
    by = (*SOLE, "echo") if party else SOLE
    asked = Asked(kind, by, party=party, versions=(FIRST, draft), forms=(STRICT, LAX))
    assert "delta's are missing" in reasons(asked)[0]


def test_who_signed_an_amendment_alone_does_not_speak_for_those_under_the_version_before() -> None:
    before = replace(FIRST, amend=1)
    second = SignedVersion(2, "v2", terms(*ALL), signed={"alfa": 2})
    asked = Asked("terminate", SOLE, versions=(before, second), forms=(STRICT, LAX))
    assert "delta's are missing" in reasons(asked)[0]
    assert bound(Record("agreement", (before, second)), NOW) == {
        "alfa": 1,
        "bravo": 0,
        "carol": 0,
        "delta": 0,
    }


def test_an_amendment_that_all_have_signed_asks_for_what_it_says() -> None:
    second = version(2, terms(*ALL), *ALL)
    assert reasons(Asked("terminate", SOLE, versions=(FIRST, second), forms=(STRICT, LAX))) == []


def test_who_signed_away_its_place_is_no_party() -> None:
    second = version(2, terms("alfa", "bravo", "carol"), *ALL)
    record = Record("agreement", (FIRST, second))
    assert bound(record, NOW).keys() == {"alfa", "bravo", "carol"}


def test_who_is_listed_and_has_not_signed_is_no_party() -> None:
    enough = version(1, terms(*ALL, entry=Entry("signatures", 2)), "alfa", "bravo")
    assert bound(Record("agreement", (enough,)), NOW).keys() == {"alfa", "bravo"}


def test_what_is_signed_by_all_from_the_beginning_binds_all() -> None:
    case = SignedVersion(1, "v1", terms(*ALL))
    assert bound(Record("agreement", (case,)), NOW).keys() == set(ALL)


def test_whose_time_is_over_is_no_party() -> None:
    over = Party("delta", window=Window(until=NOW))
    ended = version(1, terms("alfa", "bravo", "carol", over), *ALL)
    assert "delta" in bound(Record("agreement", (ended,)), NOW - 1)
    assert "delta" not in bound(Record("agreement", (ended,)), NOW)


def test_a_newcomer_is_a_party_from_its_accession() -> None:
    joining = event("accede", at=LATER, newcomer=Party("echo"))
    record = Record("agreement", (FIRST,), (joining,))
    assert "echo" not in bound(record, LATER - 1)
    assert "echo" in bound(record, LATER)


def test_a_newcomer_is_read_against_the_version_that_it_joins() -> None:
    graded = version(1, terms(*ALL, scale=("low", "high")), *ALL)
    draft = version(2, terms(*ALL, scale=("pale", "dark")))
    signers = (*ALL, "echo")
    for ceiling, faults in (("high", []), ("dark", ['"dark" is not on this agreement\'s scale'])):
        party = {"member": "echo", "ceiling": ceiling}
        found = reasons(Asked("accede", signers, party=party, versions=(graded, draft)))
        assert found == [f"party.ceiling: {fault}" for fault in faults]


def test_a_withdrawal_is_dated_to_the_first_day_after_its_notice() -> None:
    assert withdrawal_day(Acts(), NOW) == NOW
    assert render(withdrawal_day(Acts(withdraw_notice="P3M"), NOW)) == "2026-09-02T00:00:00.000000Z"


def test_what_stands_suspended_is_of_every_scope_and_ends_with_exactly_its_own() -> None:
    own = event("suspend", ALFA, "alfa")
    ahead = event("suspend", FIELD, "bravo", at=LATER)
    record = Record("agreement", (FIRST,), (SUSPENDED, own, event("suspend", PAIR, "bravo"), ahead))
    assert [x.scope for x in suspensions(record, NOW)] == [PAIR, ALFA, PAIR]
    assert [x.scope for x in suspensions(record, LATER)] == [PAIR, ALFA, PAIR, FIELD]
    resumed = replace(record, events=(*record.events, event("resume", PAIR, "alfa")))
    assert suspensions(resumed, NOW) == [own]


def test_withdrawals_ahead_are_those_that_were_not_rescinded() -> None:
    record = Record("agreement", (FIRST,), (LEAVING, LEFT))
    assert withdrawals(record, NOW) == [LEAVING]
    assert withdrawals(record, LATER) == []
    rescinded = replace(record, events=(*record.events, event("rescind", ALFA, "alfa")))
    assert withdrawals(rescinded, NOW) == []
