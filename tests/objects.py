"""Small valid STIX objects for tests, as bytes."""

import json
from typing import Any

CREATED = "2026-02-01T00:00:00.000Z"


def numbered(kind: str, number: int) -> str:
    """A valid id that is the same every time."""
    return f"{kind}--00000000-0000-4000-8000-{number:012d}"


def encoded(properties: dict[str, Any]) -> bytes:
    return json.dumps(properties).encode()


def common(kind: str, number: int, **more: Any) -> dict[str, Any]:
    head = {"type": kind, "spec_version": "2.1", "id": numbered(kind, number)}
    return {**head, "created": CREATED, "modified": CREATED, **more}


def identity(number: int, **more: Any) -> bytes:
    return encoded(common("identity", number, name=f"identity {number}", **more))


def malware(number: int, **more: Any) -> bytes:
    return encoded(common("malware", number, name=f"malware {number}", is_family=True, **more))


def relationship(number: int, source: str, target: str, **more: Any) -> bytes:
    ends = {"relationship_type": "related-to", "source_ref": source, "target_ref": target}
    return encoded(common("relationship", number, **ends, **more))


def report(number: int, refs: list[str], **more: Any) -> bytes:
    body = {"name": f"report {number}", "published": CREATED, "object_refs": refs}
    return encoded(common("report", number, **body, **more))


def statement(number: int) -> bytes:
    head = {"type": "marking-definition", "spec_version": "2.1", "id": numbered("marking-definition", number)}
    body = {"created": CREATED, "definition_type": "statement", "definition": {"statement": "ours"}}
    return encoded({**head, **body})


def handling_marking(number: int, **handling: Any) -> bytes:
    from opsroom.core.handling import HANDLING_EXTENSION

    head = {"type": "marking-definition", "spec_version": "2.1", "id": numbered("marking-definition", number)}
    extension = {"extension_type": "property-extension", **handling}
    return encoded(
        {**head, "created": CREATED, "name": "handling", "extensions": {HANDLING_EXTENSION: extension}}
    )
