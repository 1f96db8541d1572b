"""Points in time without loss: instants of the room, STIX timestamps as text, ISO 8601 durations.

The room's own times are `Instant`s: whole microseconds, UTC. A STIX timestamp may carry any number of
fractional digits and a leap second, so it stays the text it came as; `stix_sort_key` orders such texts.
All calendars are the proleptic Gregorian one.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

Instant: TypeAlias = int
"""Microseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds; negative before it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
"""After 400 years the calendar repeats, which carries `date` beyond its years 1 to 9999."""

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))?", re.ASCII
)
_STIX = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z", re.ASCII)
_STIX_PLAIN = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z", re.ASCII
)
"""Well formed with a day that every month has: right without a look at the calendar."""
_DURATION = re.compile(
    r"P(?:(\d{1,12})W|(?=[^T]|T.)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?(?:(\d{1,12})D)?"
    r"(?:T(?=.)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})S)?)?)",
    re.ASCII,
)


def parse_instant(text: str) -> Instant:
    """The instant that an RFC 3339 date-time names; ValueError says what is wrong with it.

    A time zone is required, digits finer than a microsecond and leap seconds are refused: nothing is guessed
    or rounded.

    >>> parse_instant("1970-01-01T01:00:00.5+01:00")
    500000
    """
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise ValueError(f"{_quoted(text)} is no date-time: write it like 2026-01-31T09:30:00Z (RFC 3339)")
    *clock, fraction, sign, hours, minutes = found.groups()
    if sign is None and text[-1] not in "Zz":
        raise ValueError(f"{_quoted(text)} names no time zone: end it with Z or an offset such as +01:00")
    if fraction is not None and len(fraction) > 6:
        raise ValueError(f"{_quoted(text)} is finer than a microsecond: write six fractional digits at most")
    fault = _clock_fault(*map(int, clock))
    if fault is None and clock[-1] == "60":
        fault = "a leap second cannot be kept as an instant: use second 59"
    if fault is None and sign is not None and (int(hours) > 23 or int(minutes) > 59):
        fault = f"there is no offset {sign}{hours}:{minutes}"
    if fault is not None:
        raise ValueError(f"{_quoted(text)}: {fault}")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) if sign is not None else timedelta()
    try:
        moment = datetime.fromisoformat(f"{text[:10]}T{text[11:19]}.{fraction or 0:0<6}+00:00")
        return from_datetime(moment + offset if sign == "-" else moment - offset)
    except (ValueError, OverflowError):
        raise ValueError(f"{_quoted(text)} lies outside the years 0001 to 9999") from None


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime, exactly; ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} names no time zone")
    return (moment - _EPOCH) // _MICROSECOND


def render(instant: Instant) -> str:
    """The instant as `YYYY-MM-DDTHH:MM:SS.ffffffZ`; ValueError outside the years 0001 to 9999.

    >>> render(0)
    '1970-01-01T00:00:00.000000Z'
    """
    try:
        moment = _EPOCH + timedelta(microseconds=instant)
    except OverflowError:
        raise ValueError(f"{instant} lies outside the years 0001 to 9999") from None
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stix_timestamp_fault(text: str) -> str | None:
    """Why `text` is no STIX timestamp (STIX 2.1 section 2.16), None where it is one.

    RFC 3339 in UTC with upper-case T and Z and any number of fractional digits. Second 60 is a leap second:
    it stands at 23:59:60 on the last day of a month only.
    """
    if _STIX_PLAIN.fullmatch(text):
        return None
    found = _STIX.fullmatch(text)
    if found is None:
        return f"{_quoted(text)} is no STIX timestamp: write it like 2026-01-31T09:30:00.000Z, in UTC"
    fault = _clock_fault(*map(int, found.groups()))
    return fault and f"{_quoted(text)}: {fault}"


def stix_sort_key(text: str) -> str:
    """What to compare instead of STIX timestamps (faultless ones): keys order as strings as the instants do.

    Equal instants have equal keys, however many digits they are written with.

    >>> stix_sort_key("2026-01-31T09:30:00.120Z")
    '2026-01-31T09:30:00.12'
    """
    return text[:-1].rstrip("0").rstrip(".") if "." in text else text[:-1]


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar span, never negative: whole months, then seconds. P1Y equals P12M, P1D equals PT24H."""

    months: int = 0
    seconds: int = 0


def parse_duration(text: str) -> Duration:
    """The ISO 8601 duration that `text` writes (`P1Y2M3DT4H5M6S`, `P2W`); ValueError otherwise.

    No fractions, no signs, 9999 years at most.

    >>> parse_duration("P1Y2MT1M")
    Duration(months=14, seconds=60)
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{_quoted(text)} is no duration: write it like P1Y, P90D, PT24H or P2W, without fractions"
        )
    weeks, years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = Duration(
        months=years * 12 + months,
        seconds=(weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds,
    )
    if duration.months > 9999 * 12 or duration.seconds > 9999 * 366 * 86_400:
        raise ValueError(f"{_quoted(text)} is longer than 9999 years")
    return duration


def later(instant: Instant, duration: Duration) -> Instant:
    """`instant` plus `duration` in UTC: first the months, then the rest.

    A day that the new month does not have becomes its last.

    >>> render(later(parse_instant("2024-01-31T00:00:00Z"), parse_duration("P1M")))
    '2024-02-29T00:00:00.000000Z'
    """
    return _months_on(instant, duration.months) + duration.seconds * _SECOND


def earlier(instant: Instant, duration: Duration) -> Instant:
    """`instant` minus `duration` in UTC, by the rules of `later`."""
    return _months_on(instant, -duration.months) - duration.seconds * _SECOND


def _months_on(instant: Instant, months: int) -> Instant:
    if months == 0:
        return instant
    day, clock = divmod(instant, _DAY)
    cycles, day = divmod(day + _EPOCH_DAY - 1, _CYCLE_DAYS)
    start = date.fromordinal(day + 1)
    years, month = divmod(start.month - 1 + months, 12)
    more_cycles, year = divmod(start.year - 1 + years, _CYCLE_YEARS)
    last = monthrange(year + 1, month + 1)[1]
    end = date(year + 1, month + 1, min(start.day, last)).toordinal()
    return (end - _EPOCH_DAY + (cycles + more_cycles) * _CYCLE_DAYS) * _DAY + clock


def _clock_fault(year: int, month: int, day: int, hour: int, minute: int, second: int) -> str | None:
    if not 1 <= month <= 12:
        return f"there is no month {month:02}"
    last = monthrange(year or _CYCLE_YEARS, month)[1]
    if not 1 <= day <= last:
        return f"{year:04}-{month:02} has no day {day:02}"
    if second == 60 and (day, hour, minute) != (last, 23, 59):
        return "second 60 is a leap second: it stands at 23:59:60 on the last day of a month only"
    if hour > 23 or minute > 59 or second > 60:
        return f"there is no time of day {hour:02}:{minute:02}:{second:02}"
    return None


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'
