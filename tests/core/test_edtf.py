"""Fuzzy dates: kept as written, a span of days, in order only where nobody can doubt it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.edtf import FIRST_DAY, LAST_DAY, Day, parse_date


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2015", (2015, 1, 1), (2015, 12, 31)),
        ("2015~", (2015, 1, 1), (2015, 12, 31)),
        ("2015-02", (2015, 2, 1), (2015, 2, 28)),
        ("2016-02?", (2016, 2, 1), (2016, 2, 29)),
        ("2015-09-30%", (2015, 9, 30), (2015, 9, 30)),
        ("201X", (2010, 1, 1), (2019, 12, 31)),
        ("2015-XX", (2015, 1, 1), (2015, 12, 31)),
        ("2014/2015-06", (2014, 1, 1), (2015, 6, 30)),
        ("2015/..", (2015, 1, 1), LAST_DAY),
        ("../2015", FIRST_DAY, (2015, 12, 31)),
        ("[2014,2016]", (2014, 1, 1), (2016, 12, 31)),
        ("2015-~09-~30", (2015, 9, 30), (2015, 9, 30)),
        ("-0044-03-15", (-44, 3, 15), (-44, 3, 15)),
    ],
)
def test_a_date_is_the_days_that_it_can_be(text: str, earliest: Day, latest: Day) -> None:
    found = parse_date(text)
    assert (found.text, found.earliest, found.latest) == (text, earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "late 2016",
        "the following day",
        "2015-13",
        "2015-02-30",
        "30.09.2015",
        "2016/2015",
        "2015 ",
        "9" * 61,
    ],
)
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no date in EDTF|ends before it begins"):
        parse_date(text)


def test_order_is_told_only_where_it_is_certain() -> None:
    year, autumn, later = parse_date("2015"), parse_date("2015-09-30~"), parse_date("2016-01")
    assert year.is_before(later) is autumn.is_before(later) is True
    assert later.is_before(year) is False
    assert year.is_before(autumn) is autumn.is_before(year) is None
    assert year.is_before(year) is None
    assert parse_date("2015/..").is_before(later) is None


@given(st.text(alphabet="0123456789-/~?%X.[]{},Y E", max_size=70) | st.text(max_size=70))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        found = parse_date(text)
    except ValueError:
        return
    assert found.earliest <= found.latest
    assert found.text == text
