"""The date that a document states about itself, as a STIX timestamp. A date is read or absent, never guessed.

1. ISO 8601 with a day at least: `2017-07-24`, `2017-07-24T10:30Z`, `2017-07-24 10:30:00.5+0300`.
2. A time of day counts only together with its offset from UTC; without one the day alone is taken.
3. STIX knows no date without a time, so a bare day becomes its first instant, and a minute its first second;
   `precision` says that this was done.
4. A source that states two different dates states none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from opsroom.core.timestamps import parse_instant, render, stix_timestamp_fault

Precision: TypeAlias = Literal["day", "minute", "second"]

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,30}))?\s?(Z|z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as a STIX timestamp (UTC, milliseconds or finer), and how much of it was really stated."""

    timestamp: str
    precision: Precision


def stated(text: str) -> Stated | None:
    """The date that `text` is, None where it is none by rules 1 and 2.

    >>> stated("2017-07-24T10:30:00+03:00")
    Stated(timestamp='2017-07-24T07:30:00.000Z', precision='second')
    >>> stated("2017-07-24")
    Stated(timestamp='2017-07-24T00:00:00.000Z', precision='day')
    >>> stated("July 2017") is None
    True
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return None
    day, minute, second, fraction, offset = found.groups()
    if offset is None:
        timestamp = f"{day}T00:00:00.000Z"
        return None if stix_timestamp_fault(timestamp) else Stated(timestamp, "day")
    zone = offset if len(offset) != 5 else f"{offset[:3]}:{offset[3:]}"
    try:
        whole = render(parse_instant(f"{day}T{minute}{second or ':00'}{zone}"))[:19]
    except ValueError:
        return None
    digits = (fraction or "").rstrip("0") if second else ""
    return Stated(f"{whole}.{digits:0<3}Z", "second" if second else "minute")


def agreed(sources: Iterable[Iterable[str]]) -> Stated | None:
    """The date of the first source whose dates all are the same one (rule 4); None where no source has one.

    >>> agreed([["2017-07-24", "2017-07-25"], ["soon"], ["2017-07-23"]])
    Stated(timestamp='2017-07-23T00:00:00.000Z', precision='day')
    """
    for source in sources:
        dates = {date for text in source if (date := stated(text))}
        if len(dates) == 1:
            return dates.pop()
    return None
