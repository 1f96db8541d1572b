"""RFC 8785: one byte form for one value."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.canonical import canonical, digest

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"b": 1, "a": 2, "": 3}, '{"":3,"a":2,"b":1}'),
        ({"10": 0, "9": 0, "A": 0, "a": 0}, '{"10":0,"9":0,"A":0,"a":0}'),
        ((1, 2), "[1,2]"),
        ('"\\/', r'"\"\\/"'),
        ("\b\t\n\f\r\x00\x1f\x7f", '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
        ("é€😀", '"é€😀"'),
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e300, "1.5e+300"),
        (5e-324, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
        (2**53 - 1, "9007199254740991"),
        ([None, True, False], "[null,true,false]"),
    ],
)
def test_value_has_its_rfc8785_form(value: object, expected: str) -> None:
    assert canonical(value) == expected.encode()


def test_names_are_ordered_by_utf_16_code_units() -> None:
    astral, private = "\U00010000", "\ue000"
    assert canonical({private: 1, astral: 2}) == f'{{"{astral}":2,"{private}":1}}'.encode()


@given(values)
def test_canonical_form_reads_back_and_is_its_own(value: object) -> None:
    form = canonical(value)
    read = json.loads(form, parse_int=float)
    assert read == value
    assert canonical(read) == form


@given(st.dictionaries(st.text(), st.integers(-9, 9)))
def test_order_of_members_does_not_count(members: dict[str, int]) -> None:
    assert canonical(members) == canonical(dict(reversed(members.items())))


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, b"", {1, 2}]
)
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"unsupported|UTF-8|keys|domain|not representable|surrogates"):
        canonical(value)


def test_digest_names_bytes() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
