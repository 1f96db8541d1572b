"""Instants, STIX timestamps and durations: nothing is guessed, rounded or lost."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.timestamps import (
    Duration,
    Instant,
    earlier,
    from_datetime,
    later,
    parse_duration,
    parse_instant,
    render,
    stix_sort_key,
    stix_timestamp_fault,
)

FIRST = parse_instant("0001-01-01T00:00:00Z")
LAST = parse_instant("9999-12-31T23:59:59.999999Z")
instants = st.integers(FIRST, LAST)


@given(instants)
def test_rendered_instant_is_read_back(instant: Instant) -> None:
    assert parse_instant(render(instant)) == instant
    assert stix_timestamp_fault(render(instant)) is None


@given(st.datetimes(), st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
def test_instant_of_a_datetime_is_exact(local: datetime, offset: timedelta) -> None:
    instant = from_datetime(local.replace(tzinfo=timezone(offset)))
    assert timedelta(microseconds=instant) == local - datetime(1970, 1, 1) - offset


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00.000001z", 1),
        ("1969-12-31T23:59:59.9Z", -100_000),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01T00:00:00-00:00", 0),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
    ],
)
def test_rfc3339_names_an_instant(text: str, instant: Instant) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-01-31T09:30:00", "time zone"),
        ("2026-01-31", "RFC 3339"),
        ("2026-01-31 09:30:00Z", "RFC 3339"),
        ("2026-01-31T09:30Z", "RFC 3339"),
        ("2026-01-31T09:30:00.Z", "RFC 3339"),
        ("2026-01-31T09:30:00Z\n", "RFC 3339"),
        ("٢٠٢٦-01-31T09:30:00Z", "RFC 3339"),
        ("2026-01-31T09:30:00.0000001Z", "microsecond"),
        ("2026-02-29T00:00:00Z", "no day 29"),
        ("2026-04-31T00:00:00Z", "no day 31"),
        ("2026-13-01T00:00:00Z", "no month 13"),
        ("2026-00-01T00:00:00Z", "no month 00"),
        ("2026-01-01T24:00:00Z", "24:00:00"),
        ("2026-01-01T00:60:00Z", "00:60:00"),
        ("2026-01-01T00:00:61Z", "00:00:61"),
        ("2016-12-31T23:59:60Z", "leap second"),
        ("2026-01-01T00:00:00+24:00", "offset"),
        ("2026-01-01T00:00:00+01:60", "offset"),
        ("0000-01-01T00:00:00Z", "years 0001 to 9999"),
        ("0001-01-01T00:00:00+00:01", "years 0001 to 9999"),
        ("9999-12-31T23:59:59-00:01", "years 0001 to 9999"),
        ("", "RFC 3339"),
    ],
)
def test_what_names_no_instant_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_instant(text)


def test_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        from_datetime(datetime(2026, 1, 1))


def test_instant_that_rfc3339_cannot_write_is_not_rendered() -> None:
    for instant in (LAST + 1, FIRST - 1, 2**62):
        with pytest.raises(ValueError, match="years 0001 to 9999"):
            render(instant)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.1Z",
        "2026-01-31T09:30:00.123456789012Z",
        "2024-02-29T00:00:00.000Z",
        "2000-02-29T00:00:00Z",
        "0000-02-29T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2015-06-30T23:59:60.5Z",
    ],
)
def test_stix_timestamp_is_accepted(text: str) -> None:
    assert stix_timestamp_fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:30:00",
        "2026-01-31T09:30:00+00:00",
        "2026-01-31t09:30:00Z",
        "2026-01-31T09:30:00z",
        "2026-01-31 09:30:00Z",
        "2026-01-31T09:30:00.Z",
        "2026-01-31T9:30:00Z",
        "2026-1-31T09:30:00Z",
        "2026-01-31T09:30:00,5Z",
        "2026-01-31T09:30:00Z ",
        "2026-01-31T09:30:00Z\n",
        "2026-01-3\u0661T09:30:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T09:60:00Z",
        "2026-01-31T09:30:60Z",
        "2026-01-31T23:59:61Z",
        "2026-01-30T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-06-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "",
        "x" * 10_000,
    ],
)
def test_what_is_no_stix_timestamp_is_refused(text: str) -> None:
    fault = stix_timestamp_fault(text)
    assert fault is not None
    assert len(fault) < 200


@given(st.datetimes(), st.text("0123456789", max_size=15), st.datetimes(), st.text("0123456789", max_size=15))
def test_sort_key_orders_as_time_does(one: datetime, digits: str, other: datetime, more: str) -> None:
    def written(moment: datetime, fraction: str) -> tuple[str, tuple[datetime, Fraction]]:
        whole = moment.replace(microsecond=0)
        text = whole.isoformat() + (f".{fraction}" if fraction else "") + "Z"
        return text, (whole, Fraction(f"0.{fraction or 0}"))

    (first, at_first), (second, at_second) = written(one, digits), written(other, more)
    (third, at_third) = written(one, more)
    for a, at_a, b, at_b in ((first, at_first, second, at_second), (first, at_first, third, at_third)):
        assert (stix_sort_key(a) < stix_sort_key(b)) == (at_a < at_b)
        assert (stix_sort_key(a) == stix_sort_key(b)) == (at_a == at_b)


def test_equal_instants_have_equal_sort_keys() -> None:
    texts = ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.0Z", "2026-01-31T09:30:00.000000Z"]
    assert len({stix_sort_key(text) for text in texts}) == 1


def test_leap_second_sorts_between_its_neighbours() -> None:
    texts = [
        "2016-12-31T23:59:59.999Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5Z",
        "2017-01-01T00:00:00Z",
    ]
    keys = [stix_sort_key(text) for text in texts]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P1Y2M3DT4H5M6S", Duration(months=14, seconds=3 * 86_400 + 4 * 3600 + 5 * 60 + 6)),
        ("P2W", Duration(seconds=14 * 86_400)),
        ("PT24H", parse_duration("P1D")),
        ("P12M", parse_duration("P1Y")),
        ("PT1M", Duration(seconds=60)),
        ("P1M", Duration(months=1)),
        ("PT0S", Duration()),
        ("P9999Y", Duration(months=9999 * 12)),
    ],
)
def test_iso_8601_duration_is_read(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1YT",
        "1Y",
        "P1",
        "P1.5D",
        "PT1.5S",
        "P-1D",
        "-P1D",
        "P1D1Y",
        "P1W1D",
        "P1H",
        "p1y",
        "P1Y ",
        "P1Y\n",
        "P١Y",
        "P10000Y",
        "PT999999999999S",
        "P" + "9" * 5000 + "D",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2024-01-31T10:00:00Z", "P1M", "2024-02-29T10:00:00Z"),
        ("2023-01-31T10:00:00Z", "P1M", "2023-02-28T10:00:00Z"),
        ("2024-02-29T00:00:00Z", "P1Y", "2025-02-28T00:00:00Z"),
        ("2024-12-31T23:59:59.999999Z", "P2M", "2025-02-28T23:59:59.999999Z"),
        ("2024-01-31T00:00:00Z", "P1M1D", "2024-03-01T00:00:00Z"),
        ("2023-12-31T23:00:00Z", "PT1H", "2024-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.5Z", "P1M", "1970-01-31T23:59:59.5Z"),
        ("2024-02-28T00:00:00Z", "P2W", "2024-03-13T00:00:00Z"),
    ],
)
def test_duration_leads_to_a_later_instant(start: str, duration: str, end: str) -> None:
    assert later(parse_instant(start), parse_duration(duration)) == parse_instant(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2024-03-31T10:00:00Z", "P1M", "2024-02-29T10:00:00Z"),
        ("2024-02-29T00:00:00Z", "P1Y", "2023-02-28T00:00:00Z"),
        ("2024-01-15T00:00:00Z", "P13M", "2022-12-15T00:00:00Z"),
        ("2024-03-01T00:00:00Z", "P1D", "2024-02-29T00:00:00Z"),
    ],
)
def test_duration_leads_to_an_earlier_instant(start: str, duration: str, end: str) -> None:
    assert earlier(parse_instant(start), parse_duration(duration)) == parse_instant(end)


durations = st.builds(Duration, months=st.integers(0, 9999 * 12), seconds=st.integers(0, 10**11))


@given(st.integers(-(2**62), 2**62), durations, durations)
def test_longer_duration_never_leads_to_an_earlier_instant(
    start: Instant, one: Duration, other: Duration
) -> None:
    both = Duration(one.months + other.months, one.seconds + other.seconds)
    assert later(start, both) >= later(start, one) >= start
    assert earlier(start, both) <= earlier(start, one) <= start


@given(instants, st.integers(0, 9999 * 12))
def test_months_keep_the_time_of_day(start: Instant, months: int) -> None:
    day = 86_400 * 1_000_000
    assert later(start, Duration(months=months)) % day == start % day
    assert 28 * day * months <= later(start, Duration(months=months)) - start <= 31 * day * months


@given(instants, st.integers(0, 4))
def test_four_hundred_years_are_one_cycle_of_the_calendar(start: Instant, cycles: int) -> None:
    end = later(start, Duration(months=cycles * 4800))
    assert end - start == cycles * 146_097 * 86_400 * 1_000_000
    assert earlier(end, Duration(months=cycles * 4800)) == start
