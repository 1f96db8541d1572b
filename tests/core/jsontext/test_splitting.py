"""Splitting a stream: every object as it was received, wherever the chunks are cut."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.jsontext import split_objects
from opsroom.errors import Malformed

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('{}[]",:\\\n'), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
items = st.builds(
    lambda members, indent, ascii_only: json.dumps(
        {"type": "x-item", **members}, indent=indent, ensure_ascii=ascii_only
    ).encode(),
    st.dictionaries(texts.filter(lambda name: name not in ("objects", "type")), values, max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
)
cuts = st.lists(st.integers(0, 400), max_size=12)


def pieces(stream: bytes, places: list[int]) -> Iterator[bytes]:
    bounds = [0, *sorted(places), len(stream)]
    for start, end in pairwise(bounds):
        yield stream[start:end]


def outcome(stream: bytes, places: list[int], *, limit: int = 10_000) -> tuple[list[bytes], str]:
    """The objects that were split off, and where it ended ("" for a good end)."""
    found: list[bytes] = []
    try:
        found.extend(split_objects(pieces(stream, places), limit=limit))
    except Malformed as fault:
        return found, str(fault)
    return found, ""


def objects_of(stream: bytes) -> list[bytes]:
    return list(split_objects([stream]))


def fault_of(stream: bytes) -> str:
    return outcome(stream, [])[1]


@pytest.mark.parametrize(
    "broken",
    [b'{"a":"x}', b'{"a":1', b'{"a":1}}', b"null", b"[{}]", b',{"a":2}', b'{"a":1} {"a":2}', b"\xff"],
)
def test_a_broken_line_costs_no_other(broken: bytes) -> None:
    lines = [b'{"first":1}', broken, b'{"last":2}']
    assert objects_of(b"\r\n".join(lines) + b"\n\n") == lines


def test_what_is_no_object_in_an_array_costs_no_other() -> None:
    assert objects_of(b'[{"a":1}, 7, null, "x", [{}], {"a":2}]') == [
        *(b'{"a":1}', b"7", b"null", b'"x"', b"[{}]", b'{"a":2}')
    ]


@given(st.lists(items, max_size=5), st.sampled_from(["bundle", "first", "last", "array", "lines"]), cuts)
def test_every_object_comes_out_as_it_was_received(found: list[bytes], shape: str, places: list[int]) -> None:
    listed = b" ,\r\n".join(found)
    stream = {
        "bundle": b'{"type":"bundle","id":"bundle--1","objects":[' + listed + b"]}",
        "first": b' {"objects" : [' + listed + b' ] , "more": true, "x": [{"objects":[{}]}] }\n',
        "last": b'{"next":"[{\\"","more":true,"objects":[' + listed + b"]}",
        "array": b"\n[" + listed + b"]\n",
        "lines": b"\n\n".join(found) + b"\n",
    }[shape]
    assert outcome(stream, places) == (found, "")


@given(
    items,
    items,
    st.text('{}[]",:\\ \n1x', min_size=1, max_size=3),
    st.integers(0, 300),
    st.integers(0, 3),
    cuts,
)
def test_damage_is_found_alike_however_the_chunks_are_cut(
    one: bytes, other: bytes, put: str, place: int, drop: int, places: list[int]
) -> None:
    whole = b'{"type":"bundle","objects":[' + one + b"," + other + b"]}"
    damaged = whole[:place] + put.encode() + whole[place + drop :]
    assert outcome(damaged, places) == outcome(damaged, [])


@given(items, st.integers(1, 400), cuts)
def test_limit_holds_alike_however_the_chunks_are_cut(item: bytes, limit: int, places: list[int]) -> None:
    found, fault = outcome(b"[{}," + item + b"]", places, limit=limit)
    if len(item) <= limit:
        assert (found, fault) == ([b"{}", item], "")
    else:
        assert found == ([b"{}"] if limit >= 2 else [])
        assert f"is larger than {limit} bytes" in fault


@given(items, st.data())
def test_every_cut_off_bundle_is_refused(item: bytes, data: st.DataObject) -> None:
    whole = b'{"objects":[' + item + b'],"more":false}'
    cut = data.draw(st.integers(1, len(whole) - 1))
    assert fault_of(whole[:cut]).startswith(f"byte {cut}: ")


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"", []),
        (b" \r\n\t", []),
        (b"[]", []),
        (b"{}", []),
        (b'{"more":false,"next":"a"}', []),
        (b'{"objects":[]}', []),
        (b'{"type":"bundle","id":"bundle--1"}', []),
        (b'{"type":"tool"}', [b'{"type":"tool"}']),
        (b'  {"type":"tool",\n "x":[1,{}]}\n', [b'{"type":"tool",\n "x":[1,{}]}']),
        (b'{"a":1}\n{"objects":[{}]}\r\n\n{}', [b'{"a":1}', b'{"objects":[{}]}', b"{}"]),
        (b'{"type":"observed-data","objects":{"0":{}}}', [b'{"type":"observed-data","objects":{"0":{}}}']),
        (b'{"\\u006fbjects":[{"a":1}]}', [b'{"a":1}']),
        (
            b'{"x":{"type":"bundle","objects":[{}]},"type":"x"}',
            [b'{"x":{"type":"bundle","objects":[{}]},"type":"x"}'],
        ),
        (b'{"objects":[{"a":1}],"array":1,"seen":2}', [b'{"a":1}']),
        (b'{"type":["bundle"],"x":1}', [b'{"type":["bundle"],"x":1}']),
        (b'[{"type":"bundle","objects":[{}]}]', [b'{"type":"bundle","objects":[{}]}']),
        (b'{"a":nonsense,"b":[1 2]}', [b'{"a":nonsense,"b":[1 2]}']),
        (b'{"a":"\xff\n"}', [b'{"a":"\xff\n"}']),
    ],
)
def test_shape_decides_which_objects_there_are(stream: bytes, expected: list[bytes]) -> None:
    assert objects_of(stream) == expected


@pytest.mark.parametrize(
    ("stream", "fault"),
    [
        (b'{"objects":[{}],"objects":[{}]}', 'byte 26: this is a second member "objects": keep one'),
        (b'{"objects":[{}],"\\u006fbjects":[]}', 'second member "objects"'),
        (b'{"type":"bundle","objects":[],"type":"tool"}', 'second member "type"'),
        (b'{"objects":[{} {}]}', "byte 15: a comma or ] must stand here"),
        (b'{"objects":[{},]}', "byte 15: a value must stand here"),
        (b'{"objects":[{}]', "byte 15: the text is cut off here"),
        (b'{"objects":[{"a":[}]}', "byte 18: } closes what it did not open"),
        (b'{"objects":[{"a":1]}', "byte 18: ] closes what it did not open"),
        (b'{"objects":[{}]}{}', "byte 16: there is more after the end"),
        (b'{"objects":[{}]}\n{}', "byte 17: there is more after the end"),
        (b"[{}]\n{}", "byte 5: there is more after the end"),
        (b'{"a":1} {"a":2}', "byte 8: the next object must stand on a line of its own"),
        (b'{\n"a":1}\n,{"a":2}', "byte 9: an object must stand here"),
        (b'\xef\xbb\xbf{"a":1}', "byte 0: an object or an array must stand here"),
        (b"hello", "byte 0: an object or an array must stand here"),
        (b'{"a"}', "byte 4: : must stand here"),
        (b"{a:1}", "byte 1: the name of a member must stand here"),
        (b'{"a":}', "byte 5: a value must stand here"),
        (b'{"a":1 2}', "byte 7: a comma or } must stand here"),
        (b'{"type":"bundle","objects":{}}', 'the member "objects" of this bundle is no array'),
        (b'{"objects":7,"type":"bundle"}', 'the member "objects" of this bundle is no array'),
        (b'{"x":[1 2],"objects":[]}', "is no JSON"),
        (b'{"x":nul,"type":"bundle"}', "is no JSON"),
        (b'{"objects":[],"x":nul}', "is no JSON"),
        (b'{"objects":[],"x":"\xff"}', "is no JSON"),
        (b'{"objects":[],"\\q":1}', "is no JSON"),
        (b'{"objects":[],"x":' + b"[" * 4_000 + b"]" * 4_000 + b"}", "nests deeper than 64"),
        (b'{"more":yes}', "is no JSON"),
    ],
)
def test_fault_names_its_byte(stream: bytes, fault: str) -> None:
    assert fault in fault_of(stream)


def test_object_is_yielded_before_the_next_arrives() -> None:
    arrived = 0

    def chunks() -> Iterator[bytes]:
        nonlocal arrived
        for chunk in (b'{"objects":[', b'{"a":1}', b',{"a":2}', b"]}"):
            arrived += 1
            yield chunk

    seen = [(item, arrived) for item in split_objects(chunks())]
    assert seen == [(b'{"a":1}', 2), (b'{"a":2}', 3)]


@pytest.mark.parametrize("stream", [b'{"objects":[%s]}', b"[%s]", b"%s"])
def test_memory_is_bounded_by_one_object(stream: bytes) -> None:
    limit = 2_000

    def endless() -> Iterator[bytes]:
        head, _, _ = stream.partition(b"%s")
        yield head
        yield b'{"a":"'
        while True:
            yield b"x" * 100

    with pytest.raises(Malformed, match="larger than 2000 bytes"):
        list(split_objects(endless(), limit=limit))


def test_members_beside_the_objects_are_bounded_too() -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"objects":[],"x":"'
        while True:
            yield b"x" * 100

    with pytest.raises(Malformed, match="byte 18: what begins here is larger than 2000 bytes"):
        list(split_objects(endless(), limit=2_000))


def test_depth_is_no_matter_of_splitting() -> None:
    deep = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert objects_of(deep) == [deep]
    assert objects_of(b"[" + deep + b"]") == [deep]


def test_limit_counts_one_object_and_not_the_stream() -> None:
    item = b'{"a":"' + b"x" * 90 + b'"}'
    assert len(list(split_objects([b'{"objects":[' + b",".join([item] * 50) + b"]}"], limit=len(item)))) == 50
