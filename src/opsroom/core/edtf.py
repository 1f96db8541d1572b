"""Dates as they are known: EDTF (ISO 8601-2:2019, profile of the Library of Congress, levels 0 to 2).

A date is kept as it was written and never forced to a day. What it can be is a span of days; of two dates one is
before the other only where no day of the one can be a day of the other, or after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Day = tuple[int, int, int]
"""Year, month and day; years before the first and after the 9999th too."""
FIRST_DAY: Day = (-(10**9), 1, 1)
LAST_DAY: Day = (10**9, 12, 31)
LONGEST = 60
"""Characters of a date."""


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """A date as written, and the first and the last day that it can be: both belong to it."""

    text: str
    earliest: Day
    latest: Day

    def is_before(self, other: "FuzzyDate") -> bool | None:
        """Whether it is before another one; None where nobody can say.

        >>> parse_date("2015").is_before(parse_date("2016-02~"))
        True
        >>> parse_date("2015").is_before(parse_date("2015-09")) is None
        True
        """
        if self.latest < other.earliest:
            return True
        return False if other.latest < self.earliest else None


def parse_date(text: str) -> FuzzyDate:
    """The date that a text says. ValueError says why it is none.

    >>> parse_date("2015-09~").earliest
    (2015, 9, 1)
    """
    from edtf import EDTFParseException, parse_edtf  # slow to load, and most nodes never ask for a date

    wrong = f'"{text[:LONGEST]}" is no date in EDTF: write it like 2015, 2015-09~, 2015-09-30? or 2014/2015'
    if not text or text != text.strip() or len(text) > LONGEST:
        raise ValueError(wrong)
    try:
        found: Any = parse_edtf(text)
        earliest = _day(found.lower_strict, text.startswith(("..", "/", "[..", "{..")), FIRST_DAY)
        latest = _day(found.upper_strict, text.endswith(("..", "/", "..]", "..}")), LAST_DAY)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(wrong) from error
    if latest < earliest:
        raise ValueError(f'"{text[:LONGEST]}" ends before it begins')
    return FuzzyDate(text, earliest, latest)


def _day(bound: Callable[[], Any], is_open: bool, extreme: Day) -> Day:
    """A bound of what was read; the extreme where the text leaves it open."""
    if is_open:
        return extreme
    found = bound()
    return int(found[0]), int(found[1]), int(found[2])
