"""Strict decoding: what is accepted is what was written, everything else is refused with its place."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.jsontext import decode
from opsroom.errors import Malformed

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(texts, values, max_size=5)


def faults(raw: bytes, *, depth: int = 64) -> list[str]:
    with pytest.raises(Malformed) as refusal:
        decode(raw, depth=depth)
    return [str(fault) for fault in refusal.value.faults]


@given(objects, st.booleans(), st.sampled_from([None, 0, 3]), st.sampled_from([(",", ":"), (" ,\n", "\t: ")]))
def test_written_object_is_read_back(
    value: dict[str, object], ascii_only: bool, indent: int | None, separators: tuple[str, str]
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=separators)
    assert decode(text.encode()) == value


@given(objects, st.integers(0, 300), st.text('{}[]",:\\u0d8 \n1eE+-.ntf', max_size=4), st.integers(0, 3))
def test_what_is_accepted_is_what_a_plain_reader_reads(
    value: dict[str, object], place: int, put: str, drop: int
) -> None:
    text = json.dumps(value)
    damaged = text[:place] + put + text[place + drop :]
    try:
        read = decode(damaged.encode())
    except Malformed:
        return
    assert read == json.loads(damaged)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", r"\u0061", 'q\\"', "e\\\\", ""]), st.booleans()), max_size=5
    )
)
def test_name_twice_is_refused_however_it_is_written(names: list[tuple[str, bool]]) -> None:
    raw = "{" + ",".join(f'"{name}"{" " * space}:"\\": "' for name, space in names) + "}"
    read = [json.loads(f'"{name}"') for name, _ in names]
    if len(set(read)) == len(read):
        assert list(decode(raw.encode())) == read
    else:
        assert all("more than once" in fault for fault in faults(raw.encode()))


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b'{"a":1,"a":1}', "a: this name is in the object more than once: keep one"),
        (b'{"a":[0,{"b":{"c":1,"c":2}}]}', "a[1].b.c: this name is in the object more than once: keep one"),
        (b'{"a":1,"\\u0061":2}', "a: this name is in the object more than once: keep one"),
        (b'{"a" :1,"a" :2,"b":"\\":"}', "a: this name is in the object more than once: keep one"),
        (b'{"a":"\\ud800"}', "a: the text holds half of a surrogate pair: write whole characters"),
        (
            b'{"a":["\\udc00\\ud800"]}',
            "a[0]: the text holds half of a surrogate pair: write whole characters",
        ),
        (b'{"a":"\\ud800 and more text after it"}', "a: the text holds half of a surrogate pair"),
        (b'{"\\udfff":1}', "\\udfff: this name holds half of a surrogate pair"),
        (b'{"a":"\xed\xa0\x80"}', "byte 6: the text is not UTF-8"),
        (b'{"a":"\xff"}', "byte 6: the text is not UTF-8"),
        (b'{"\xc3\xa9":"\xc0\xaf"}', "byte 7: the text is not UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "byte 0: the text begins with a byte order mark"),
        ('{"a":1}'.encode("utf-16"), "byte 0: the text is not UTF-8"),
        (b'{"a":NaN}', "a: the number is too large, or none"),
        (b'{"a":[-Infinity]}', "a[0]: the number is too large, or none"),
        (b'{"a":1e999}', "a: the number is too large"),
        (b'{"a":-1E400}', "a: the number is too large"),
        (b'{"a":' + b"9" * 5000 + b"}", "a: the number is too large"),
        (b"[]", "the text is JSON but no object: begin with {"),
        (b'"a"', "the text is JSON but no object: begin with {"),
        (b"null", "the text is JSON but no object: begin with {"),
        (b"", "byte 0: the text is no JSON"),
        (b"  ", "byte 2: the text is no JSON"),
        (b'{"a":1} {}', "byte 8: the text is no JSON"),
        (b'{"a":1}\x00', "byte 7: the text is no JSON"),
        (b'{"a":1,}', "byte 7: the text is no JSON"),
        (b'{"\xc3\xa9":tru}', "byte 6: the text is no JSON"),
        (b'{"a":01}', "byte 6: the text is no JSON"),
        (b"{'a':1}", "byte 1: the text is no JSON"),
        (b'{"a":"\t"}', "byte 6: the text is no JSON"),
        (b'{"a":"\\x41"}', "byte 6: the text is no JSON"),
        (b'{"a":1 /* one */}', "byte 7: the text is no JSON"),
        (b'{"a":', "byte 5: the text is no JSON"),
    ],
)
def test_fault_is_named_with_its_place(raw: bytes, fault: str) -> None:
    (found,) = faults(raw)
    assert found.startswith(fault)


def test_all_faults_are_named_at_once() -> None:
    raw = b'{"a":{"b":1,"b":2},"c":"\\ud800","\\udc00":[1e999],"a":{"d":NaN,"d":0,"e":[NaN]}}'
    assert [fault.partition(":")[0] for fault in faults(raw)] == [
        "a",
        "a.d",
        "a.e[0]",
        "c",
        r"\udc00",
        r"\udc00[0]",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"9007199254740993", 9007199254740993),
        (b"-123456789012345678901234567890", -123456789012345678901234567890),
        (b"18446744073709551616", 2**64),
        (b"1.0", 1.0),
        (b"1E2", 100.0),
        (b"-0", 0),
    ],
)
def test_number_keeps_its_kind_and_value(written: bytes, value: object) -> None:
    read = decode(b'{"a":' + written + b"}")["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":1,"a":' + b'{"a":' * 100_000,
    ],
)
def test_a_hundred_thousand_brackets_are_refused(raw: bytes) -> None:
    (found,) = faults(raw)
    assert found == "the text nests deeper than 64 levels"


@pytest.mark.parametrize("opening", [b'{"a":', b"["])
def test_depth_is_counted_exactly(opening: bytes) -> None:
    closing = b"}" if opening != b"[" else b"]"
    raw = b'{"a":' + opening * 9 + b"0" + closing * 9 + b"}"
    assert decode(raw, depth=10)
    assert faults(raw, depth=9) == ["the text nests deeper than 9 levels"]


def test_brackets_in_strings_nest_nothing() -> None:
    assert decode(b'{"a":"' + b"[{" * 100 + b'","b":"\\"' + b"[" * 100 + b'"}', depth=1)


def test_deep_nesting_is_refused_whatever_recursion_is_allowed() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit * 100)
    try:
        assert "nests deeper" in faults(b'{"a":' * 100_000)[0]
    finally:
        sys.setrecursionlimit(limit)
