"""Objects as received: what is sound is kept as it came and read, what is not tells every fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.stix.objects import Reference, StixObject, examine
from opsroom.errors import Fault
from tests.core.stix.examples import (
    EXAMPLES,
    EXTENSION,
    IDENTITY,
    MARKING,
    UUID,
    Json,
    observable,
    ref,
    versioned,
)

TLP_1_RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
TLP_2_GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"


def sound(value: Json) -> StixObject:
    examined = examine(json.dumps(value).encode())
    assert examined.faults == ()
    assert examined.object is not None
    return examined.object


def faults(value: Json, *, strict: bool = False) -> list[str]:
    return [fault.path for fault in examine(json.dumps(value).encode(), strict=strict).faults]


def warnings(value: Json) -> list[str]:
    return [warning.path for warning in examine(json.dumps(value).encode()).warnings]


@pytest.mark.parametrize("type", EXAMPLES)
def test_sound_object_of_each_type_passes_without_a_word(type: str) -> None:
    examined = examine(json.dumps(EXAMPLES[type]).encode(), strict=True)
    assert (examined.faults, examined.warnings) == ((), ())
    assert examined.object is not None
    assert (examined.object.type, examined.object.id) == (type, EXAMPLES[type]["id"])


def test_bytes_are_kept_as_received() -> None:
    raw = b'{ "type":"mutex",\n "id":"mutex--8E2E2D2B-17D4-4CBF-938F-98EE46B3CD3F", "name":"\\u00e9/\\/" }\n'
    examined = examine(raw)
    assert examined.object is not None
    assert examined.object.raw == raw
    assert examined.object.properties["name"] == "é//"


def test_properties_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        sound(EXAMPLES["campaign"]).properties["name"] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"", "byte 0"),
        (b"[]", ""),
        (b'{"type": "mutex"', "byte 16"),
        (b'{"type": "mutex", "type": "url"}', "type"),
        (b'{"type": "mutex", "name": NaN}', "name"),
    ],
)
def test_what_is_no_json_object_is_one_fault(raw: bytes, path: str) -> None:
    examined = examine(raw)
    assert examined.object is None
    assert [fault.path for fault in examined.faults] == [path]


def test_all_faults_are_found_at_once() -> None:
    broken = EXAMPLES["campaign"] | {
        "id": "campaign--1",
        "modified": "2020-01-01T00:00:00.000Z",
        "aliases": [],
        "objective": 7,
        "severity": "high",
        "external_references": [{"description": "d"}, {"source_name": "s"}],
    }
    del broken["name"]
    assert sorted(faults(broken)) == [
        "aliases",
        "external_references[0].source_name",
        "external_references[1]",
        "id",
        "modified",
        "name",
        "objective",
        "severity",
    ]


def test_fault_says_what_to_do() -> None:
    raw = json.dumps(EXAMPLES["opinion"] | {"opinion": "love"}).encode()
    assert examine(raw).faults == (
        Fault(
            "opinion",
            '"love" is not in the closed vocabulary: choose of '
            "strongly-disagree, disagree, neutral, agree, strongly-agree",
        ),
    )


def test_version_is_modified_else_created_as_written() -> None:
    assert sound(EXAMPLES["campaign"]).version == "2026-03-02T10:00:00.000Z"
    assert sound(EXAMPLES["marking-definition"]).version == "2026-03-01T10:00:00.000Z"
    assert sound(EXAMPLES["mutex"]).version is None
    precise = {"created": "2026-03-01T10:00:00.123456789Z", "modified": "2026-03-01T10:00:00.123456789Z"}
    assert sound(EXAMPLES["campaign"] | precise).version == "2026-03-01T10:00:00.123456789Z"


def test_references_are_found_at_every_depth_markings_aside() -> None:
    value = EXAMPLES["file"] | {
        "x_acme_refs": [ref("campaign"), "no id"],
        "x_acme": {"owner_ref": IDENTITY},
        "object_marking_refs": [MARKING],
        "granular_markings": [{"marking_ref": MARKING, "selectors": ["name"]}],
    }
    assert sound(value).references == (
        Reference("parent_directory_ref", ref("directory")),
        Reference("contains_refs[0]", ref("url")),
        Reference("content_ref", ref("artifact")),
        Reference("extensions.archive-ext.contains_refs[0]", ref("file")),
        Reference("x_acme_refs[0]", ref("campaign")),
        Reference("x_acme.owner_ref", IDENTITY),
    )


def test_references_of_each_kind_of_object_are_found() -> None:
    wanted = {
        "sighting": [
            "sighting_of_ref",
            "observed_data_refs[0]",
            "where_sighted_refs[0]",
            "where_sighted_refs[1]",
        ],
        "relationship": ["source_ref", "target_ref"],
        "language-content": ["object_ref"],
        "report": ["object_refs[0]", "object_refs[1]"],
        "marking-definition": ["created_by_ref"],
        "note": ["object_refs[0]", "object_refs[1]"],
    }
    found = {type: [one.path for one in sound(EXAMPLES[type]).references] for type in wanted}
    assert found == wanted
    parts = [one.path for one in sound(EXAMPLES["email-message"]).references]
    assert "body_multipart[1].body_raw_ref" in parts


def test_only_containers_contain() -> None:
    assert sound(EXAMPLES["report"]).contains == (ref("campaign"), ref("language-content"))
    assert sound(EXAMPLES["grouping"]).contains == (ref("indicator"), ref("sighting"))
    assert sound(EXAMPLES["observed-data"]).contains == (ref("ipv4-addr"), ref("relationship"))
    assert sound(EXAMPLES["note"]).contains == ()


def test_strictest_marking_anywhere_is_the_tlp() -> None:
    marked = EXAMPLES["campaign"] | {
        "object_marking_refs": [MARKING, TLP_2_GREEN],
        "granular_markings": [
            {"marking_ref": TLP_1_RED, "selectors": ["name"]},
            {"marking_ref": MARKING, "selectors": ["objective"]},
            {"lang": "en", "selectors": ["name"]},
        ],
    }
    found = sound(marked)
    assert found.marking_refs == (MARKING, TLP_2_GREEN, TLP_1_RED)
    assert found.tlp == "red"
    assert sound(EXAMPLES["campaign"]).tlp is None


def test_marking_in_upper_case_still_names_its_tlp() -> None:
    upper = TLP_1_RED.replace("5e57c739", "5E57C739")
    assert sound(EXAMPLES["campaign"] | {"object_marking_refs": [upper]}).tlp == "red"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (EXAMPLES["campaign"] | {"x_acme_score": 7}, "x_acme_score"),
        (EXAMPLES["campaign"] | {"score": 7}, "score"),
        (EXAMPLES["campaign"] | {"x_misp_KnownMalicious-1": True}, "x_misp_KnownMalicious-1"),
        (EXAMPLES["tool"] | {"indicator_types": ["unknown"]}, "indicator_types"),
        (versioned("x-acme-asset", name="a"), "type"),
        (versioned("x-acme-asset"), "type"),
        (observable("x-acme-chip", serial="a"), "type"),
        (EXAMPLES["url"] | {"extensions": {"x-acme-ext": {"rank": 1}}}, "extensions.x-acme-ext"),
        (
            EXAMPLES["file"] | {"extensions": {"pdf-ext": {"version": "1", "x_a": 1}}},
            "extensions.pdf-ext.x_a",
        ),
        (
            EXAMPLES["attack-pattern"]
            | {"kill_chain_phases": [{"kill_chain_name": "a", "phase_name": "b", "x_c": 1}]},
            "kill_chain_phases[0].x_c",
        ),
        (
            EXAMPLES["marking-definition"] | {"definition_type": "ais", "definition": {"consent": "all"}},
            "definition_type",
        ),
    ],
)
def test_custom_is_warned_of_and_refused_when_strict(value: Json, path: str) -> None:
    assert (faults(value), warnings(value)) == ([], [path])
    assert faults(value, strict=True) == [path]


def test_custom_part_does_not_hide_a_fault_beside_it() -> None:
    value = EXAMPLES["vulnerability"] | {
        "external_references": [{"source_name": "cve", "external_id": "2016-1", "x_note": "n"}]
    }
    assert faults(value) == ["external_references[0].external_id"]
    assert warnings(value) == ["external_references[0].x_note"]


@pytest.mark.parametrize(
    "value",
    [
        EXAMPLES["campaign"] | {"name": ""},
        EXAMPLES["campaign"] | {"confidence": 0},
        EXAMPLES["campaign"] | {"confidence": 100.0},
        EXAMPLES["campaign"] | {"id": f"campaign--{UUID.upper()}"},
        EXAMPLES["campaign"] | {"id": f"campaign--{UUID.replace('4cbf', '11ee')}"},
        EXAMPLES["malware"] | {"malware_types": ["my own kind"]},
        EXAMPLES["user-account"] | {"account_type": "x-acme"},
        EXAMPLES["file"] | {"mime_type": "no such type"},
        {
            "type": "process",
            "id": f"process--{UUID}",
            "extensions": {"windows-service-ext": {"service_name": "a"}},
        },
        {"type": "mutex", "id": f"mutex--{UUID}", "name": "m"},
        EXAMPLES["sighting"] | {"sighting_of_ref": ref("my-favorite-sdo")},
        EXAMPLES["observed-data"] | {"object_refs": [ref("my-favorite-sco")]},
        EXAMPLES["indicator"] | {"pattern_type": "yara", "pattern": "rule r { condition: true }"},
        EXAMPLES["domain-name"] | {"defanged": True, "value": "example[.]com"},
        EXAMPLES["url"] | {"defanged": True, "value": "hxxp://example[.]com"},
    ],
    ids=lambda value: value["type"],
)
def test_what_the_standard_only_advises_is_no_fault(value: Json) -> None:
    assert faults(value, strict=True) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
def test_nothing_in_any_place_upsets_the_examination(type: str, data: st.DataObject) -> None:
    value = EXAMPLES[type] | {data.draw(st.sampled_from(sorted(EXAMPLES[type]))): data.draw(JSON)}
    examined = examine(json.dumps(value).encode())
    assert (examined.object is None) == bool(examined.faults)


CORPUS = Path(__file__).parents[4] / "shared" / "stix"


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real objects is not here")
def test_real_objects_are_accepted_and_their_customs_noticed() -> None:
    lines = (CORPUS / "valid.ndjson").read_bytes().splitlines()
    index = [line.split("\t") for line in (CORPUS / "valid.index").read_text("utf-8").splitlines()]
    wrong = []
    for number, kind, *_ in index:
        raw = lines[int(number) - 1]
        default, strict = examine(raw), examine(raw, strict=True)
        custom = kind == "custom"
        if default.object is None or bool(default.warnings) != custom or (strict.object is None) != custom:
            wrong.append((number, kind, default.faults, default.warnings, strict.faults))
    assert wrong == []


def test_extension_definition_key_is_no_reference() -> None:
    value = EXAMPLES["campaign"] | {
        "extensions": {EXTENSION: {"extension_type": "property-extension", "owner_ref": IDENTITY}}
    }
    assert [one.id for one in sound(value).references] == [IDENTITY]
