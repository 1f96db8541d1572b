"""The OpenAPI 3.1 document, made of the requests themselves: nothing of it is written by hand."""

from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from opsroom.service import HANDLERS
from opsroom.wire.misp import File
from opsroom.wire.problems import MEDIA_TYPE, Problem
from opsroom.wire.request import EVENTS, LINES, PREFIX, Request, answer_type, in_query, path_fields

_REF = "#/components/schemas/{name}"
_FAILURES = {
    "400": "Malformed: `faults` names everything that is wrong with the request.",
    "401": "No credential that holds.",
    "403": "Refused: understood, and against a rule that the asker may know of.",
    "404": "Absent, or hidden from the asker: the two are the same answer.",
    "409": "Stale, or contradicting what is recorded.",
    "429": "Asked too often, or too much at once; Retry-After says when to come back.",
    "503": "A part that is needed does not answer now; try again.",
}
_FAILURES_OF_BODIES = {
    "408": "The body stopped arriving.",
    "413": "The body is larger than is taken.",
    "415": "The body has a content coding: send it as it is.",
}
"""Of requests that have a body, beside the others."""


@cache
def document() -> bytes:
    """The document as JSON."""
    kinds = sorted(HANDLERS, key=lambda kind: (kind.PATH, kind.METHOD))
    shapes, components = msgspec.json.schema_components(
        [Problem, *(answer_type(kind) for kind in kinds), *kinds], ref_template=_REF
    )
    answers = dict(zip(kinds, shapes[1 : len(kinds) + 1], strict=True))
    schemas = dict(components)
    paths: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        fields = schemas[kind.__name__]
        paths.setdefault(kind.PATH, {})[kind.METHOD.lower()] = _operation(kind, fields, answers[kind])
    for kind in kinds:
        schemas.pop(kind.__name__)
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": "opsroom",
            "version": version("opsroom"),
            "description": "What a member does in its rooms. Hidden is answered like absent, for every path.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "responses": {
                status: {
                    "description": said,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
                }
                for status, said in sorted((_FAILURES | _FAILURES_OF_BODIES).items())
            },
        },
    }
    return msgspec.json.encode(found)


def _operation(kind: type[Request[Any]], fields: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """One operation. `fields` is the schema of the whole request, of which the path and the query take a part."""
    properties: dict[str, Any] = fields["properties"]
    required = set(fields["required"])
    in_path = path_fields(kind)
    summary, _, more = (kind.__doc__ or "").partition("\n\n")
    found: dict[str, Any] = {
        "operationId": kind.__name__,
        "tags": [kind.__module__.rpartition(".")[2]],
        "summary": " ".join(summary.split()),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": properties[name]} for name in in_path
        ],
    }
    if more:
        found["description"] = " ".join(more.split())
    if kind.ROLE is not None:
        found["x-role"] = kind.ROLE
    others = {name: shape for name, shape in properties.items() if name not in in_path}
    if in_query(kind):
        found["parameters"] += [
            {"name": name, "in": "query", "required": name in required, "schema": shape}
            for name, shape in others.items()
        ]
    elif others:
        body = fields | {"properties": others, "required": sorted(required - set(in_path))}
        found["requestBody"] = {
            "required": bool(body["required"]),
            "content": {"application/json": {"schema": body}},
        }
    if kind.UPLOAD:
        found["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    content: dict[str, Any] = {_media_type(kind): {"schema": answer}}
    if answer_type(kind) is File:
        content = {"application/json": {}, "text/csv": {}}
    failures = sorted(_FAILURES | (_FAILURES_OF_BODIES if "requestBody" in found else {}))
    found["responses"] = {
        "200": {"description": "The answer.", "content": content},
        **{status: {"$ref": f"#/components/responses/{status}"} for status in failures},
    }
    return found


def _media_type(kind: type[Request[Any]]) -> str:
    return EVENTS if kind.EVENTS else LINES if kind.STREAMED else "application/json"
