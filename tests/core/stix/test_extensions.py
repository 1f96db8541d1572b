"""Extensions: what one defines on an object is not custom."""

import json

import pytest

from opsroom.core.stix.objects import Examined, examine
from tests.core.stix.examples import EXAMPLES, EXTENSION, UUID, Json, observable, ref, versioned

OTHER = f"extension-definition--{UUID.replace('8e2e', '9e2e')}"


def extended(value: Json, **types: str) -> Json:
    keys = {"first": EXTENSION, "other": OTHER}
    return value | {"extensions": {keys[name]: {"extension_type": type} for name, type in types.items()}}


def strictly(value: Json) -> Examined:
    return examine(json.dumps(value).encode(), strict=True)


@pytest.mark.parametrize(
    "value",
    [
        extended(versioned("my-sdo", name="n", some_property=[1]), first="new-sdo"),
        extended(versioned("my-sro", source_ref=ref("campaign"), target_ref=ref("tool")), first="new-sro"),
        extended(observable("my-sco", some_value="v"), first="new-sco"),
        extended({"type": "my-sco", "id": f"my-sco--{UUID}", "some_value": "v"}, first="new-sco"),
        extended(EXAMPLES["indicator"] | {"rank": 5, "toxicity": 8}, first="toplevel-property-extension"),
        extended(versioned("my-sdo", rank=1), first="new-sdo", other="toplevel-property-extension"),
    ],
    ids=lambda value: value["type"],
)
def test_what_an_extension_defines_is_not_custom(value: Json) -> None:
    assert strictly(value).faults == ()


def test_property_extension_defines_no_top_level_property() -> None:
    value = extended(EXAMPLES["indicator"] | {"rank": 5}, first="property-extension")
    assert [fault.path for fault in strictly(value).faults] == ["rank"]


def test_property_extension_defines_no_type() -> None:
    value = extended(versioned("my-sdo", name="n"), first="property-extension")
    assert "type" in [fault.path for fault in strictly(value).faults]


def test_top_level_property_is_named_as_the_standard_wants() -> None:
    value = extended(EXAMPLES["indicator"] | {"x_Rank": 5}, first="toplevel-property-extension")
    assert [fault.path for fault in strictly(value).faults] == ["x_Rank"]


def test_new_object_keeps_the_common_properties_of_its_category() -> None:
    bare = {"type": "my-sdo", "id": f"my-sdo--{UUID}", "confidence": 101, "defanged": True}
    paths = {fault.path for fault in strictly(extended(bare, first="new-sdo")).faults}
    assert paths == {"spec_version", "created", "modified", "confidence", "defanged"}


@pytest.mark.parametrize("value", [["new-sdo"], {"a": 1}, 7])
def test_odd_extension_type_is_a_fault(value: object) -> None:
    broken = EXAMPLES["campaign"] | {"extensions": {EXTENSION: {"extension_type": value}}}
    assert [fault.path for fault in strictly(broken).faults] == [f"extensions.{EXTENSION}.extension_type"]
