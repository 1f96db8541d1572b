"""When versions enter, what governs a pair and since when it is live: signatures, amendments, newcomers."""

from collections.abc import Mapping

import pytest

from opsroom.core.agreement.events import Event, Record, Scope, SignedVersion
from opsroom.core.agreement.standing import standing
from opsroom.core.agreement.terms import Entry, Party, Provision, Terms
from opsroom.core.timestamps import Instant
from opsroom.core.windows import ALWAYS, BEGINNING, FOREVER, Window
from tests import in_force

NEVER = FOREVER
ALL_SIGNED = Entry()
ALL = ("aldland", "brigg", "cassel")


def terms(*members: str | Party, in_force: Window = ALWAYS, entry: Entry = ALL_SIGNED) -> Terms:
    parties = [Party(one) if isinstance(one, str) else one for one in members]
    return Terms(
        parties={party.member: party for party in parties},
        provisions=(Provision("smuggling"),),
        in_force=in_force,
        entry=entry,
    )


def first(
    terms: Terms, signed: Mapping[str, Instant] | None, *, amend: str | int = "all", **ratified: Instant
) -> SignedVersion:
    return SignedVersion(1, "", terms, signed=signed, ratified=ratified, amend=amend)


def amendment(terms: Terms, signed: Mapping[str, Instant], *, number: int = 2) -> SignedVersion:
    return SignedVersion(number, "", terms, signed=signed)


def entries(*versions: SignedVersion, events: tuple[Event, ...] = ()) -> list[Instant]:
    return [version.entry for version in standing(Record("pact", versions, events)).versions]


def spans(record: Record, one: str, other: str) -> list[tuple[int, Instant, Instant, Instant]]:
    """(version, since, until, live since) of each stretch; the oracle is asked at every bound."""
    found, past = standing(record).live(one, other), in_force.replay(record)
    for at in {bound + step for bound in in_force.instants(record) for step in (-1, 0, 1)}:
        under = [live.version.number for live in found if at in live.window]
        assert under == [version.number for version in in_force.in_force_between(past, one, other, at)]
    return [(live.version.number, live.window.since, live.window.until, live.since) for live in found]


def signed_by(*members: str, at: Instant = 1) -> dict[str, Instant]:
    return dict.fromkeys(members, at)


# --- entry ----------------------------------------------------------------------------------------------


def test_a_case_is_signed_by_all_from_the_beginning() -> None:
    assert entries(first(terms(*ALL), None)) == [BEGINNING]


def test_all_signed_enters_with_the_last_signature() -> None:
    assert entries(first(terms(*ALL), {"aldland": 3, "brigg": 9, "cassel": 5})) == [9]


def test_a_missing_signature_keeps_all_signed_out_for_ever() -> None:
    assert entries(first(terms(*ALL), {"aldland": 3, "brigg": 9})) == [NEVER]


def test_signatures_of_strangers_do_not_count() -> None:
    two = terms("aldland", "brigg", entry=Entry("signatures", 2))
    assert entries(first(two, {"aldland": 3, "cassel": 4})) == [NEVER]


def test_a_number_of_signatures_enters_with_that_one() -> None:
    three = terms(*ALL, entry=Entry("signatures", 2))
    assert entries(first(three, {"aldland": 3, "brigg": 9, "cassel": 5})) == [5]


def test_all_notified_wants_signatures_and_notices() -> None:
    notified = terms("aldland", "brigg", entry=Entry("all-notified"))
    assert entries(first(notified, signed_by("aldland", "brigg"))) == [NEVER]
    assert entries(first(notified, signed_by("aldland", "brigg"), aldland=4)) == [NEVER]
    assert entries(first(notified, signed_by("aldland", "brigg"), aldland=4, brigg=6)) == [6]
    assert entries(first(notified, signed_by("aldland", "brigg", at=8), aldland=4, brigg=6)) == [8]


@pytest.mark.parametrize(
    ("amend", "entry"),
    [("all", 30), ("all-others", 30), (1, 10), (2, 20), (3, 30), (4, NEVER), ("never", NEVER)],
)
def test_an_amendment_enters_as_the_version_before_wants(amend: str | int, entry: Instant) -> None:
    signed = {"aldland": 10, "brigg": 20, "cassel": 30}
    before = first(terms(*ALL), signed_by(*ALL), amend=amend)
    assert entries(before, amendment(terms(*ALL), signed)) == [1, entry]


def test_an_amendment_by_all_wants_whom_it_drops_and_whom_it_adds() -> None:
    before = first(terms("aldland", "brigg", "cassel"), signed_by(*ALL))
    after = terms("aldland", "brigg", "dunmore")
    assert entries(before, amendment(after, signed_by("aldland", "brigg", "dunmore"))) == [1, NEVER]
    assert entries(before, amendment(after, signed_by("aldland", "brigg", "cassel"))) == [1, NEVER]
    assert entries(before, amendment(after, signed_by("aldland", "brigg", "cassel", "dunmore", at=7))) == [
        1,
        7,
    ]


def test_who_has_left_need_not_sign_an_amendment() -> None:
    before = first(terms(*ALL), signed_by(*ALL))
    after = amendment(terms("aldland", "brigg"), signed_by("aldland", "brigg", at=5))
    left = Event("withdraw", 20, Scope(party="cassel"))
    assert entries(before, after, events=(left,)) == [1, 20]
    assert entries(before, after, events=(left, Event("rescind", 10, Scope(party="cassel")))) == [1, NEVER]


def test_whose_time_as_a_party_is_over_need_not_sign_an_amendment() -> None:
    before = first(terms("aldland", "brigg", Party("cassel", window=Window(until=15))), signed_by(*ALL))
    assert entries(before, amendment(terms("aldland", "brigg"), signed_by("aldland", "brigg", at=5))) == [
        1,
        15,
    ]


def test_a_draft_drawn_anew_before_anybody_is_bound_enters_as_it_says_itself() -> None:
    declined = first(terms(*ALL), signed_by("aldland"))
    redrawn = amendment(
        terms("aldland", "brigg", entry=Entry("signatures", 2)), signed_by("aldland", "brigg", at=7)
    )
    assert entries(declined, redrawn) == [NEVER, 7]


def test_a_draft_that_nobody_signs_makes_no_amendment_easier() -> None:
    before = first(terms(*ALL), signed_by(*ALL))
    draft = SignedVersion(2, "", terms("aldland", "brigg"), signed={}, amend=1)
    third = amendment(terms("aldland", "brigg"), signed_by("aldland", "brigg", at=7), number=3)
    assert entries(before, draft, third) == [1, NEVER, NEVER]


def test_an_amendment_asks_the_newest_version_that_has_entered_by_then() -> None:
    before = first(terms(*ALL), signed_by(*ALL))
    second = SignedVersion(2, "", terms(*ALL), signed=signed_by(*ALL, at=40), amend=1)
    assert entries(before, second, amendment(terms(*ALL), {"brigg": 7}, number=3)) == [1, 40, 40]
    assert entries(before, second, amendment(terms(*ALL), {"brigg": 50}, number=3)) == [1, 40, 50]
    assert entries(before, second, amendment(terms(*ALL), signed_by(*ALL, at=7), number=3)) == [1, 40, 7]


# --- what governs a pair --------------------------------------------------------------------------------


def test_a_pair_is_live_from_the_latest_of_all_its_bounds() -> None:
    brigg = Party("brigg", window=Window(10, 40))
    version = first(terms("aldland", brigg, in_force=Window(5, 30)), {"aldland": 3, "brigg": 20})
    assert spans(Record("pact", (version,)), "aldland", "brigg") == [(1, 20, 30, 20)]


def test_an_amendment_takes_over_and_the_start_runs_through() -> None:
    record = Record(
        "pact", (first(terms(*ALL), signed_by(*ALL)), amendment(terms(*ALL), signed_by(*ALL, at=50)))
    )
    assert spans(record, "aldland", "brigg") == [(1, 1, 50, 1), (2, 50, FOREVER, 1)]


def test_who_did_not_sign_an_amendment_stays_under_the_version_before() -> None:
    amended = amendment(terms(*ALL), {"aldland": 50, "brigg": 60})
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL), amend=2), amended))
    assert spans(record, "aldland", "brigg") == [(1, 1, 60, 1), (2, 60, FOREVER, 1)]
    assert spans(record, "aldland", "cassel") == [(1, 1, FOREVER, 1)]


def test_who_signs_an_amendment_later_comes_under_it_then() -> None:
    amended = amendment(terms(*ALL), {"aldland": 50, "brigg": 60, "cassel": 70})
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL), amend=2), amended))
    assert spans(record, "aldland", "cassel") == [(1, 1, 70, 1), (2, 70, FOREVER, 1)]


def test_an_amendment_waits_for_its_own_date() -> None:
    amended = amendment(terms(*ALL, in_force=Window(80)), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "brigg") == [(1, 1, 80, 1), (2, 80, FOREVER, 1)]


def test_an_amendment_that_never_has_a_day_replaces_nothing() -> None:
    amended = amendment(terms(*ALL, in_force=Window(until=50)), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "brigg") == [(1, 1, FOREVER, 1)]


def test_what_was_replaced_does_not_come_back_when_the_amendment_expires() -> None:
    amended = amendment(terms(*ALL, in_force=Window(until=70)), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "brigg") == [(1, 1, 50, 1), (2, 50, 70, 1)]


def test_an_amendment_that_ends_a_membership_in_the_past_ends_it_when_it_enters() -> None:
    amended = amendment(
        terms("aldland", "brigg", Party("cassel", window=Window(until=40))), signed_by(*ALL, at=50)
    )
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "cassel") == [(1, 1, 50, 1)]
    assert spans(record, "aldland", "brigg") == [(1, 1, 50, 1), (2, 50, FOREVER, 1)]


def test_an_amendment_that_puts_a_membership_off_ends_it_until_then() -> None:
    amended = amendment(terms("aldland", "brigg", Party("cassel", window=Window(90))), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "cassel") == [(1, 1, 50, 1), (2, 90, FOREVER, 90)]


def test_who_signed_an_amendment_that_drops_it_is_out() -> None:
    amended = amendment(terms("aldland", "brigg"), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended))
    assert spans(record, "aldland", "cassel") == [(1, 1, 50, 1)]


def test_dropped_and_taken_back_a_pair_starts_anew() -> None:
    record = Record(
        "pact",
        (
            first(terms(*ALL), signed_by(*ALL)),
            amendment(terms("aldland", "brigg"), signed_by(*ALL, at=50)),
            amendment(terms(*ALL), signed_by(*ALL, at=80), number=3),
        ),
    )
    assert spans(record, "aldland", "cassel") == [(1, 1, 50, 1), (3, 80, FOREVER, 80)]
    assert spans(record, "aldland", "brigg") == [(1, 1, 50, 1), (2, 50, 80, 1), (3, 80, FOREVER, 1)]


def test_after_a_gap_a_pair_starts_anew() -> None:
    before = first(terms(*ALL, in_force=Window(until=30)), signed_by(*ALL))
    record = Record("pact", (before, amendment(terms(*ALL), signed_by(*ALL, at=50))))
    assert spans(record, "aldland", "brigg") == [(1, 1, 30, 1), (2, 50, FOREVER, 50)]


def test_a_newer_version_that_enters_first_leaves_the_older_no_day() -> None:
    record = Record(
        "pact",
        (
            first(terms(*ALL), signed_by(*ALL)),
            amendment(terms(*ALL), signed_by(*ALL, at=80)),
            amendment(terms(*ALL), signed_by(*ALL, at=50), number=3),
        ),
    )
    assert spans(record, "aldland", "brigg") == [(1, 1, 50, 1), (3, 50, FOREVER, 1)]


# --- newcomers ------------------------------------------------------------------------------------------


def accession(
    member: str, at: Instant, *, recorded: Instant | None = None, until: Instant = FOREVER
) -> Event:
    return Event("accede", at, recorded_at=recorded, newcomer=Party(member, window=Window(until=until)))


def test_a_newcomer_is_a_party_from_its_accession() -> None:
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)),), (accession("dunmore", 40, until=90),))
    assert spans(record, "dunmore", "brigg") == [(1, 40, 90, 40)]
    assert spans(record, "aldland", "brigg") == [(1, 1, FOREVER, 1)]


def test_an_accession_counts_from_its_recording() -> None:
    record = Record("pact", (first(terms(*ALL), None),), (accession("dunmore", 40, recorded=45),))
    assert spans(record, "dunmore", "brigg") == [(1, 45, FOREVER, 45)]


def test_nobody_accedes_to_what_has_not_entered() -> None:
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL, at=50)),), (accession("dunmore", 40),))
    assert spans(record, "dunmore", "brigg") == []
    assert spans(record, "aldland", "brigg") == [(1, 50, FOREVER, 50)]


def test_a_newcomer_accedes_to_the_newest_version_that_has_entered() -> None:
    amended = amendment(terms(*ALL), signed_by(*ALL, at=50))
    versions = (first(terms(*ALL), signed_by(*ALL)), amended)
    assert spans(Record("pact", versions, (accession("dunmore", 50),)), "dunmore", "brigg") == [
        (2, 50, FOREVER, 50)
    ]
    assert spans(Record("pact", versions, (accession("dunmore", 49),)), "dunmore", "brigg") == [
        (1, 49, FOREVER, 49)
    ]


def test_a_newcomer_is_among_all_that_an_amendment_wants() -> None:
    before = first(terms(*ALL), signed_by(*ALL))
    without = amendment(terms(*ALL), signed_by(*ALL, at=50))
    assert entries(before, without, events=(accession("dunmore", 40),)) == [1, NEVER]
    among = amendment(terms(*ALL, "dunmore"), {**signed_by(*ALL, at=50), "dunmore": 60})
    assert entries(before, among, events=(accession("dunmore", 40),)) == [1, 60]


def test_a_second_newcomer_accedes_to_what_the_first_is_party_to() -> None:
    without = amendment(terms(*ALL), signed_by(*ALL, at=50))
    events = (accession("dunmore", 40), accession("elbe", 60))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), without), events)
    assert spans(record, "dunmore", "elbe") == [(1, 60, FOREVER, 60)]
    assert spans(record, "elbe", "brigg") == [(1, 60, FOREVER, 60)]


def test_the_accession_of_a_party_changes_nothing() -> None:
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)),), (accession("brigg", 40),))
    assert spans(record, "aldland", "brigg") == [(1, 1, FOREVER, 1)]


def test_a_second_accession_of_a_newcomer_changes_nothing() -> None:
    events = (accession("dunmore", 40), accession("dunmore", 60))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)),), events)
    assert spans(record, "aldland", "dunmore") == [(1, 40, FOREVER, 40)]


def test_who_signed_its_own_leaving_and_comes_back_was_not_there_in_between() -> None:
    amended = amendment(terms("aldland", "brigg"), signed_by(*ALL, at=50))
    record = Record("pact", (first(terms(*ALL), signed_by(*ALL)), amended), (accession("cassel", 80),))
    assert spans(record, "aldland", "cassel") == [(1, 1, 50, 1), (2, 80, FOREVER, 80)]


def test_newcomers_count_among_the_parties_from_their_accession() -> None:
    [version] = standing(
        Record("pact", (first(terms(*ALL), signed_by(*ALL)),), (accession("dunmore", 40),))
    ).versions
    assert [version.parties_at(at) for at in (39, 40)] == [3, 4]
