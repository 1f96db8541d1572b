"""From what is kept to facts: who signed when, what happened, and what was known at an instant."""

from typing import Any

import pytest

from opsroom.core.agreement.events import Record, Scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.log import record, records
from opsroom.core.agreement.record import Entry, VersionRow
from opsroom.core.agreement.state import state
from opsroom.core.canonical import canonical, digest
from opsroom.core.timestamps import Instant, parse_instant, render

IDS = [f"agreement--00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
START = parse_instant("2026-01-01T00:00:00Z")
END = parse_instant("2027-01-01T00:00:00Z")
BOTH = ("alfa", "bravo")


def version(number: int = 1, *, id: str = IDS[0], supersedes: str | None = None, **more: Any) -> Agreement:
    return parse_agreement(
        {
            "schema": "opsroom.agreement/1",
            "id": id,
            "version": number,
            "supersedes": supersedes,
            "title": "Ice",
            "parties": [{"member": one} for one in BOTH],
            "in_force": {"from": render(START), "to": render(END)},
            "scale": [],
            "provisions": [{"field": "ice"}],
            **more,
        }
    )


def row(of: Agreement, at: Instant) -> VersionRow:
    return VersionRow(of.id, of.version, "room", of.digest, of.signed_bytes, at)


def signature(of: Agreement, position: int, at: Instant, *by: str) -> Entry:
    return Entry(of.id, position, "sign", of.digest, by, of.signed_bytes, of.digest, b"{}", at, at)


def act(of: Agreement, position: int, kind: str, at: Instant, *by: str, **more: Any) -> Entry:
    effective = more.pop("effective_at", at)
    payload = canonical({"type": kind, "effective_at": render(effective), **more})
    return Entry(of.id, position, kind, of.digest, by, payload, digest(payload), b"{}", effective, at)


def test_signatures_say_who_and_when_each_first() -> None:
    ice = version()
    entries = [signature(ice, 1, 5, "alfa"), signature(ice, 2, 7, "bravo"), signature(ice, 3, 9, "alfa")]
    [found] = record([row(ice, 1)], entries).versions
    assert (found.number, found.digest, found.signed) == (1, ice.digest, {"alfa": 5, "bravo": 7})


def test_nobody_has_signed_is_not_signed_by_all() -> None:
    assert record([row(version(), 1)], []).versions[0].signed == {}


def test_signatures_belong_to_their_version() -> None:
    ice = version()
    next_ = version(2, supersedes=ice.digest)
    entries = [signature(ice, 1, 5, *BOTH), signature(next_, 2, 8, "alfa")]
    found = record([row(ice, 1), row(next_, 6)], entries)
    assert [dict(one.signed or {}) for one in found.versions] == [{"alfa": 5, "bravo": 5}, {"alfa": 8}]


def test_notifications_are_no_events() -> None:
    ice = version(entry="all-notified")
    found = record([row(ice, 1)], [act(ice, 1, "notify", 5, "alfa")])
    assert (found.versions[0].ratified, found.events) == ({"alfa": 5}, ())


def test_a_version_enters_as_the_one_before_says() -> None:
    ice = version(acts={"amend": 1})
    next_ = version(2, supersedes=ice.digest, acts={"amend": "never"})
    assert [one.amend for one in record([row(ice, 1), row(next_, 2)], []).versions] == [1, "never"]


def test_an_act_becomes_an_event_with_both_its_instants() -> None:
    ice = version()
    entry = act(ice, 1, "suspend", 9, "alfa", effective_at=4, scope={"pair": ["alfa", "bravo"]})
    [event] = record([row(ice, 1)], [entry]).events
    assert (event.type, event.scope) == ("suspend", Scope(pair=frozenset(BOTH)))
    assert event.by == {"alfa"}
    assert (event.effective_at, event.recorded_at, event.digest) == (4, 9, entry.digest)


def test_a_newcomer_reads_in_whichever_version_has_its_level() -> None:
    def graded(number: int, *scale: str, **more: Any) -> Agreement:
        provisions = [{"field": "ice", "ceiling": scale[0]}]
        return version(number, scale=list(scale), provisions=provisions, **more)

    ice = graded(1, "thin", "thick")
    draft = graded(2, "new", "old", supersedes=ice.digest)
    joining = act(draft, 1, "accede", 5, "echo", party={"member": "echo", "ceiling": "thick"})
    [event] = record([row(ice, 1), row(draft, 2)], [joining]).events
    assert event.newcomer is not None
    assert (event.newcomer.member, event.newcomer.ceiling) == ("echo", "thick")


def test_each_agreement_has_its_record() -> None:
    one, other = version(), version(id=IDS[1])
    entries = [signature(one, 1, 5, "alfa"), signature(other, 1, 6, "bravo")]
    found = records([row(other, 2), row(one, 1)], entries)
    assert [x.agreement for x in found] == IDS
    assert [dict(x.versions[0].signed or {}) for x in found] == [{"alfa": 5}, {"bravo": 6}]


@pytest.mark.parametrize(
    ("known_at", "versions", "signed", "events"),
    [(0, 0, {}, 0), (1, 1, {}, 0), (4, 1, {}, 0), (5, 1, {"alfa": 5}, 0), (8, 2, {"alfa": 5}, 1)],
)
def test_what_was_recorded_later_is_not_known(
    known_at: Instant, versions: int, signed: dict[str, Instant], events: int
) -> None:
    ice = version()
    rows = [row(ice, 1), row(version(2, supersedes=ice.digest), 8)]
    entries = [signature(ice, 1, 5, "alfa"), act(ice, 2, "suspend", 8, "alfa", effective_at=2)]
    found = records(rows, entries, known_at=known_at)
    if not versions:
        assert found == []
        return
    assert len(found[0].versions) == versions
    assert (found[0].versions[0].signed, len(found[0].events)) == (signed, events)


# --- where an agreement stands --------------------------------------------------------------------------


def standing(*entries: Entry, of: Agreement | None = None) -> Record:
    return record([row(of or version(), 1)], list(entries))


DAY = 86_400_000_000
SIGNED = signature(version(), 1, START - DAY, *BOTH)


@pytest.mark.parametrize(
    ("entries", "at", "said"),
    [
        ([], START, "draft"),
        ([signature(version(), 1, START - DAY, "alfa")], START, "partly signed"),
        ([SIGNED], START - 1, "signed"),
        ([SIGNED], START, "in force"),
        ([SIGNED], END - 1, "in force"),
        ([SIGNED], END, "expired"),
        ([SIGNED, act(version(), 2, "suspend", START, "alfa")], START, "suspended"),
        ([SIGNED, act(version(), 2, "suspend", START + 1, "alfa")], START, "in force"),
        ([SIGNED, act(version(), 2, "suspend", START, "alfa", scope={"party": "alfa"})], START, "in force"),
        (
            [SIGNED, act(version(), 2, "suspend", START, "alfa"), act(version(), 3, "resume", START, "alfa")],
            START,
            "in force",
        ),
        ([SIGNED, act(version(), 2, "terminate", START, *BOTH)], START, "terminated"),
        ([SIGNED, act(version(), 2, "terminate", START, *BOTH, effective_at=START + 1)], START, "in force"),
        ([SIGNED, act(version(), 2, "withdraw", START, "alfa", scope={"party": "alfa"})], START, "expired"),
    ],
)
def test_where_it_stands_follows_from_what_is_recorded(entries: list[Entry], at: Instant, said: str) -> None:
    assert state(standing(*entries), at) == said


def test_it_is_in_force_while_any_version_is() -> None:
    ice = version()
    next_ = version(2, supersedes=ice.digest, in_force={"from": render(END)})
    entries = [SIGNED, signature(next_, 2, START - DAY, *BOTH)]
    rows = [row(ice, 1), row(next_, 2)]
    assert [state(record(rows, entries), at) for at in (START, END)] == ["in force", "in force"]


def test_a_draft_of_an_amendment_changes_nothing() -> None:
    ice = version()
    draft = version(2, supersedes=ice.digest, in_force={"from": render(END)})
    assert state(record([row(ice, 1), row(draft, 2)], [SIGNED]), START) == "in force"
