"""TLP markings: which TLP an id names, and the served form of an object's bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.stix.objects import examine
from opsroom.core.stix.tlp import (
    TLP_1_MARKINGS,
    TLP_2_EXTENSION,
    TLP_2_MARKINGS,
    TLP_ORDER,
    marking_id,
    strictest,
    tlp_of_marking,
    with_marking,
)

AMBER = marking_id("amber")
EXTENDED = f"extensions.{TLP_2_EXTENSION}.tlp_2_0"
OTHER = "marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"


def test_every_tlp_has_its_own_marking() -> None:
    assert tuple(TLP_2_MARKINGS) == TLP_ORDER
    assert [tlp_of_marking(marking_id(tlp)) for tlp in TLP_ORDER] == list(TLP_ORDER)
    assert len({marking_id(tlp) for tlp in TLP_ORDER}) == len(TLP_ORDER)


def test_tlp_1_reads_as_tlp_2() -> None:
    assert [tlp_of_marking(str(one["id"])) for one in TLP_1_MARKINGS] == ["clear", "green", "amber", "red"]


def test_other_markings_name_no_tlp() -> None:
    assert tlp_of_marking(OTHER) is None


@pytest.mark.parametrize("tlp", TLP_ORDER)
def test_tlp_2_markings_are_sound_objects(tlp: str) -> None:
    examined = examine(TLP_2_MARKINGS[tlp], strict=True)
    assert examined.object is not None
    assert examined.object.id == marking_id(tlp)
    assert examined.object.properties["name"] == f"TLP:{tlp.upper()}"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": OTHER}, "id"),
        ({"id": marking_id("green")}, "id"),
        ({"name": "TLP:GREEN"}, "name"),
        (
            {"extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "white"}}},
            EXTENDED,
        ),
        ({"extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "rank": 1}}}, EXTENDED),
    ],
)
def test_tlp_2_marking_is_as_its_extension_has_it(change: dict[str, object], path: str) -> None:
    marking = json.loads(TLP_2_MARKINGS["red"]) | change
    assert [fault.path for fault in examine(json.dumps(marking).encode()).faults] == [path]


@pytest.mark.parametrize("marking", TLP_1_MARKINGS, ids=lambda one: str(one["name"]))
def test_tlp_1_markings_are_sound_objects(marking: dict[str, object]) -> None:
    assert examine(json.dumps(dict(marking)).encode(), strict=True).faults == ()


def test_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        marking_id("purple")


@pytest.mark.parametrize(
    ("tlps", "wanted"),
    [
        ((), None),
        ((None,), None),
        (("clear", None, "green"), "green"),
        (("amber", "amber+strict"), "amber+strict"),
        (("red", "amber+strict"), "red"),
        (("red", "purple"), "purple"),
    ],
)
def test_strictest_wins_and_no_unknown_word_is_lost(tlps: tuple[str | None, ...], wanted: str | None) -> None:
    assert strictest(*tlps) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ('{"a":1}', '{"a":1,"object_marking_refs":[NEW]}'),
        ('{ "a" : 1\n }\n', '{ "a" : 1,"object_marking_refs":[NEW]\n }\n'),
        ('{"object_marking_refs":["m"]}', '{"object_marking_refs":["m",NEW]}'),
        (
            '{"object_marking_refs" :\n[ "m" ,\t"n"\n]  , "a":{}}',
            '{"object_marking_refs" :\n[ "m" ,\t"n",NEW\n]  , "a":{}}',
        ),
        ('{"object_marking_refs":[]}', '{"object_marking_refs":[NEW]}'),
        # the name written with an escape is the same name
        ('{"object_marking\\u005frefs":["m"]}', '{"object_marking\\u005frefs":["m",NEW]}'),
        # the name inside a string, as a value, and in a nested object is another thing
        (
            '{"a":"\\"object_marking_refs\\":[]"}',
            '{"a":"\\"object_marking_refs\\":[]","object_marking_refs":[NEW]}',
        ),
        (
            '{"a":"object_marking_refs","b":["m"]}',
            '{"a":"object_marking_refs","b":["m"],"object_marking_refs":[NEW]}',
        ),
        (
            '{"a":{"object_marking_refs":["m"]}}',
            '{"a":{"object_marking_refs":["m"]},"object_marking_refs":[NEW]}',
        ),
        (
            '{"a":[{"object_marking_refs":["m"]}],"b":"}"}',
            '{"a":[{"object_marking_refs":["m"]}],"b":"}","object_marking_refs":[NEW]}',
        ),
        (
            '{"a":{"object_marking_refs":["m"]},"object_marking_refs":["n"]}',
            '{"a":{"object_marking_refs":["m"]},"object_marking_refs":["n",NEW]}',
        ),
        # quotes, brackets and backslashes inside the list's strings
        (
            '{"object_marking_refs":["]\\"\\\\"],"a":"\\\\"}',
            '{"object_marking_refs":["]\\"\\\\",NEW],"a":"\\\\"}',
        ),
        ('{"é":"日本"}', '{"é":"日本","object_marking_refs":[NEW]}'),
    ],
)
def test_marking_is_added_and_nothing_else_is_touched(raw: str, wanted: str) -> None:
    marked = with_marking(raw.encode(), AMBER)
    assert marked == wanted.replace("NEW", f'"{AMBER}"').encode()
    before, after = json.loads(raw), json.loads(marked)
    assert after.pop("object_marking_refs") == [*before.pop("object_marking_refs", []), AMBER]
    assert after == before


TEXTS = st.text(max_size=6) | st.sampled_from(["object_marking_refs", '"]', "\\", '":['])
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 1]))
def test_marking_is_added_to_whatever_the_object_holds(
    value: dict[str, object], ascii: bool, indent: int | None
) -> None:
    value.pop("object_marking_refs", None)
    value["type"] = "mutex"
    raw = json.dumps(value, ensure_ascii=ascii, indent=indent).encode(errors="replace")
    once = with_marking(raw, OTHER)
    assert json.loads(once) == json.loads(raw) | {"object_marking_refs": [OTHER]}
    assert json.loads(with_marking(once, AMBER)) == json.loads(raw) | {"object_marking_refs": [OTHER, AMBER]}


def test_marking_that_is_there_is_not_added_twice() -> None:
    raw = with_marking(b'{"type":"mutex"}', AMBER)
    assert with_marking(raw, AMBER) == raw
