"""The deprecated observable container: objects of STIX 2.1 or 2.0 under local keys."""

import json

import pytest

from opsroom.core.stix.objects import examine
from tests.core.stix.examples import EXAMPLES, MARKING, Json, ref

ADDRESS = {"type": "ipv4-addr", "value": "198.51.100.3"}


def observed(objects: object) -> bytes:
    value = {name: one for name, one in EXAMPLES["observed-data"].items() if name != "object_refs"}
    return json.dumps(value | {"objects": objects}).encode()


@pytest.mark.parametrize(
    "objects",
    [
        {"0": ADDRESS},
        {"0": {"type": "network-traffic", "src_ref": "1", "protocols": ["tcp"]}, "1": ADDRESS},
        {
            "dir": {"type": "directory", "path": "/", "contains_refs": ["a"]},
            "a": {"type": "file", "name": "f"},
        },
        {"0": {"type": "file", "name": "a", "extensions": {"archive-ext": {"contains_refs": ["1"]}}}}
        | {"1": {"type": "file", "name": "b", "created": "2016-01-01T00:00:00Z", "is_encrypted": True}},
        {ref("ipv4-addr"): ADDRESS | {"id": ref("ipv4-addr"), "spec_version": "2.1"}},
        {"0": {"type": "x-acme-chip", "serial": 7}},
        {"0": ADDRESS | {"object_marking_refs": [MARKING]}},
    ],
)
def test_sound_container_passes(objects: Json) -> None:
    assert examine(observed(objects), strict=True).faults == ()


def test_object_related_through_another_is_related() -> None:
    traffic = {"type": "network-traffic", "src_ref": "1", "dst_ref": "2", "protocols": ["tcp"]}
    assert examine(observed({"1": ADDRESS, "2": ADDRESS, "0": traffic})).faults == ()


def test_reference_of_the_wrong_type_is_a_fault() -> None:
    objects = {
        "0": {"type": "file", "name": "a", "parent_directory_ref": "1"},
        "1": {"type": "file", "name": "b"},
    }
    assert [fault.path for fault in examine(observed(objects)).faults] == ["objects.0.parent_directory_ref"]


def test_reference_to_nothing_is_a_fault_in_any_object() -> None:
    objects = {"0": {"type": "x-acme-chip", "board": {"owner_refs": ["1"]}}}
    assert [fault.path for fault in examine(observed(objects)).faults] == ["objects.0.board.owner_refs[0]"]


def test_container_lends_no_references() -> None:
    examined = examine(
        observed({"0": {"type": "file", "name": "a", "content_ref": "1"}, "1": EXAMPLES["artifact"]})
    )
    assert examined.object is not None
    assert examined.object.references == ()
