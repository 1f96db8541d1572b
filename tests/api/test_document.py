"""The OpenAPI document says what a stranger needs: what each part is, who may ask, how to sign."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from opsroom.api import openapi
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.release import Ground
from opsroom.errors import Malformed
from opsroom.upkeep import sights
from opsroom.wire.agreement_file import AGREEMENT_FILE

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
SAYS_ITSELF = {"type", "step", "policy", "level", "tlp", "title", "file"}
"""Members that their operation, or the words that they take, explain."""
FULL: dict[str, Any] = {
    "schema": "opsroom.agreement/1",
    "id": "agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a11",
    "version": 1,
    "supersedes": None,
    "title": "Everything",
    "instrument": "treaty",
    "binding": True,
    "existence": "public",
    "parties": [
        {
            "member": "alfa",
            "key": "sha256:" + "0" * 64,
            "from": "2026-01-01T00:00:00Z",
            "to": None,
            "ceiling": "restricted",
            "designates": ["navy"],
            "reservations": [{"peer": "bravo"}, {"field": "incidents"}, {"kind": "report"}],
        },
        {"member": "bravo"},
    ],
    "in_force": {"from": "2026-01-01T00:00:00Z", "to": None},
    "entry": {"signatures": 2},
    "covers_existing": "none",
    "scale": ["restricted"],
    "equivalence": [{"policy": "ALF", "level": "DIENST", "is": "restricted", "receives": True}],
    "provisions": [
        {
            "field": "incidents",
            "clause": "Art. 3",
            "kinds": ["report"],
            "excluded_kinds": ["malware"],
            "ceiling": "restricted",
            "directions": [["alfa", "bravo"]],
        }
    ],
    "fields_exhaustive": False,
    "release": "field-match",
    "onward": "parties",
    "need_to_know": ["eyes"],
    "duties": [{"type": "purpose", "clause": "Art. 4", "within": "PT24H", "until": "2027", "purpose": "x"}],
    "retention": "P5Y",
    "termination": {"held": "destroy", "deadline": "P30D"},
    "acts": {
        "amend": "all",
        "accede": 2,
        "suspend_other": "never",
        "resume": "suspender",
        "terminate": "all",
        "withdraw": {"notice": "P90D"},
    },
    "concluded": {"date": "2015~", "place": "Here"},
    "signatories": [{"member": "alfa", "name": "A", "office": "B"}],
    "unexecuted": [{"clause": "Art. 18", "about": "visits"}],
    "texts": [{"lang": "en", "sha256": "0" * 64, "prevails": True}],
    "term": {"length": "P1Y", "renews": True, "notice": "P90D"},
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in DOCUMENT["paths"].values():
        for one in methods.values():
            yield one["operationId"], one


def described(shape: Any) -> bool:
    return "$ref" in json.dumps(shape) or '"description"' in json.dumps(shape)


def test_every_parameter_and_member_of_a_body_is_described() -> None:
    bare = set()
    for name, one in operations():
        bare |= {(name, given["name"]) for given in one["parameters"] if not described(given)}
        content = one.get("requestBody", {}).get("content", {})
        members = content.get("application/json", {}).get("schema", {}).get("properties", {})
        bare |= {(name, member) for member, shape in members.items() if not described(shape)}
    assert {one for one in bare if one[1] not in SAYS_ITSELF} == set()


def test_every_body_and_answer_has_a_schema_and_every_role_is_said() -> None:
    for name, one in operations():
        contents = [one.get("requestBody", {}), one["responses"]["200"]]
        for content in (shape for each in contents for shape in each.get("content", {}).values()):
            assert "schema" in content, name
        assert f"role {one.get('x-role', '')}" in one["description"] or "x-role" not in one, name


def test_no_text_speaks_python() -> None:
    said = [text for text in texts(DOCUMENT) if "None" in text or "\n    " in text.partition("In Python")[0]]
    assert [text for text in said if "DSSEv1" not in text] == []


def texts(shape: Any) -> Iterator[str]:
    if isinstance(shape, dict):
        for key, value in shape.items():
            if key in ("description", "summary") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(shape, list):
        for value in shape:
            yield from texts(value)


def test_a_parameter_is_never_null() -> None:
    for name, one in operations():
        assert '"null"' not in json.dumps(one["parameters"]), name


def test_the_stream_says_how_it_is_resumed() -> None:
    follow = DOCUMENT["paths"]["/rooms/{room}/stream"]["get"]
    assert {"Last-Event-ID", "last_event_id"} <= {one["name"] for one in follow["parameters"]}
    assert {"Item", "Departure"} <= SCHEMAS.keys()


def test_every_ground_is_said() -> None:
    words = SCHEMAS["Explanation"]["properties"]["ground"]["enum"]
    assert set(words) == {*Ground, sights.REFERENCE, sights.NOT_RELEASED}


# --- the agreement file ---------------------------------------------------------------------------------


def test_the_schema_of_the_file_knows_all_that_a_file_may_say() -> None:
    parse_agreement(FULL)
    assert set(unknown(FULL, AGREEMENT_FILE, "")) == set()
    assert set(unsaid(FULL, AGREEMENT_FILE, "")) == set()


def unknown(value: Any, shape: dict[str, Any], path: str) -> Iterator[str]:
    """The parts of a file that the schema does not have."""
    shape = one_for(value, shape)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in shape["properties"]:
                yield f"{path}.{key}"
            else:
                yield from unknown(inner, shape["properties"][key], f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from unknown(inner, shape["items"], path)


def unsaid(value: Any, shape: dict[str, Any], path: str) -> Iterator[str]:
    """The parts of the schema that are nowhere in the file."""
    shape = one_for(value, shape)
    if isinstance(value, list):
        shape = shape["items"]
        value = {key: inner for one in value if isinstance(one, dict) for key, inner in one.items()}
    for key, inner in shape.get("properties", {}).items():
        if key not in value:
            yield f"{path}.{key}"
        elif value[key] is not None:
            yield from unsaid(value[key], inner, f"{path}.{key}")


def one_for(value: Any, shape: dict[str, Any]) -> dict[str, Any]:
    """Of alternatives, the one of a value's kind."""
    wanted = "object" if isinstance(value, dict) else "array"
    fitting = [one for one in shape.get("anyOf", ()) if one.get("type") == wanted]
    return dict(fitting[0]) if fitting else shape


@pytest.mark.parametrize("key", AGREEMENT_FILE["properties"])
def test_the_schema_wants_what_a_file_must_say(key: str) -> None:
    lacking = {name: value for name, value in FULL.items() if name != key}
    try:
        parse_agreement(lacking)
        wanted = False
    except Malformed as error:
        wanted = any(one.path == key and "missing" in one.reason for one in error.faults)
    assert wanted == (key in AGREEMENT_FILE["required"])


def test_the_example_of_a_file_is_one() -> None:
    for example in SCHEMAS["AgreementFile"]["examples"]:
        parse_agreement(example)
