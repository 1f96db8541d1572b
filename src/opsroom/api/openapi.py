"""The OpenAPI 3.1 document, made of the requests themselves: of its operations nothing is written by hand."""

import re
from functools import cache
from importlib.metadata import version
from inspect import cleandoc
from typing import Any

import msgspec

from opsroom.api.introduction import INTRODUCTION
from opsroom.service import HANDLERS
from opsroom.wire.agreement_file import AGREEMENT_FILE
from opsroom.wire.following import Event
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
_LATER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}, "required": True}}
_LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The `id` of the last event that was taken, as browsers send it.",
    "schema": {"type": "string"},
}
_DATA = {"added": "Item", "withdrawn": "Departure", "narrowed": "Notice", "restored": "Notice"}
"""What the data of an event are, by its name."""
_EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "event": {"enum": sorted(_DATA)},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {
                "anyOf": [{"$ref": _REF.format(name=one)} for one in sorted({*_DATA.values()})]
            },
        },
    },
    "required": ["id", "event", "data"],
}
"""One event as those read it who speak Server-Sent Events."""
_EVENT_LINES = """id: AAAAAAAAAAE...
event: added
data: {"added":"2026-03-01T12:00:00.000000Z","id":"report--5a1c7e2d-0b94-4f36-8c58-d2e31f6a1b12",...}

"""


@cache
def document() -> bytes:
    """The document as JSON."""
    kinds = sorted(HANDLERS, key=lambda kind: (kind.PATH, kind.METHOD))
    shapes, components = msgspec.json.schema_components(
        [Problem, *(answer_type(kind) for kind in kinds), *kinds], ref_template=_REF
    )
    answers = dict(zip(kinds, shapes[1 : len(kinds) + 1], strict=True))
    schemas: dict[str, Any] = _readable(components) | {"AgreementFile": AGREEMENT_FILE}
    paths: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        fields = schemas.pop(kind.__name__)
        paths.setdefault(kind.PATH, {})[kind.METHOD.lower()] = _operation(
            kind, fields, _readable(answers[kind])
        )
    for name in (File.__name__, Event.__name__):
        del schemas[name]  # what is sent is a file, or lines
    found = {
        "openapi": "3.1.0",
        "info": {"title": "opsroom", "version": version("opsroom"), "description": INTRODUCTION},
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
                status: _failure(status, said)
                for status, said in sorted((_FAILURES | _FAILURES_OF_BODIES).items())
            },
        },
    }
    return msgspec.json.encode(found)


def _failure(status: str, said: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
    return found | ({"headers": _LATER} if status in ("429", "503") else {})


def _operation(kind: type[Request[Any]], fields: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """One operation. `fields` is the schema of the whole request, of which the path and the query take a part."""
    properties: dict[str, Any] = fields["properties"]
    required = set(fields["required"])
    in_path = path_fields(kind)
    summary, _, more = _plain(kind.__doc__ or "").partition("\n\n")
    found: dict[str, Any] = {
        "operationId": kind.__name__,
        "tags": [kind.__module__.rpartition(".")[2]],
        "summary": summary,
        "description": "\n\n".join(filter(None, (more, _role(kind)))),
        "parameters": [_parameter(name, "path", properties[name], required=True) for name in in_path],
    }
    if kind.ROLE is not None:
        found["x-role"] = kind.ROLE
    others = {name: shape for name, shape in properties.items() if name not in in_path}
    if in_query(kind):
        found["parameters"] += [
            _parameter(name, "query", shape, required=name in required) for name, shape in others.items()
        ]
    elif others:
        body = {"type": "object", "properties": others, "additionalProperties": False}
        body |= {"title": kind.__name__, "required": sorted(required - set(in_path))}
        found["requestBody"] = {
            "required": bool(body["required"]),
            "content": {"application/json": {"schema": body}},
        }
    if kind.EVENTS:
        found["parameters"].append(_LAST_EVENT_ID)
    if kind.UPLOAD:
        found["requestBody"] = {
            "required": True,
            "description": "The bytes of the file as it is; the media type does not matter.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    failures = sorted(_FAILURES | (_FAILURES_OF_BODIES if "requestBody" in found else {}))
    found["responses"] = {
        "200": _answer(kind, answer),
        **{status: {"$ref": f"#/components/responses/{status}"} for status in failures},
    }
    return found


def _role(kind: type[Request[Any]]) -> str:
    return "" if kind.ROLE is None else f"Takes the role {kind.ROLE.value}."


def _parameter(name: str, place: str, shape: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """A parameter; nothing in a path or query is null, and what describes it stands with it."""
    [*given] = (one for one in shape.get("anyOf", ()) if one != {"type": "null"})
    bare = {key: value for key, value in shape.items() if key != "anyOf" and value is not None}
    if len(given) == 1:
        bare = given[0] | bare
    said = bare.pop("description", "")
    found = {"name": name, "in": place, "required": required, "schema": bare}
    return found | ({"description": said} if said else {})


def _answer(kind: type[Request[Any]], answer: dict[str, Any]) -> dict[str, Any]:
    if answer_type(kind) is File:
        texts = {"application/json": {"schema": {}}, "text/csv": {"schema": {"type": "string"}}}
        return {"description": "The file.", "content": texts}
    if kind.EVENTS:
        lines = {"schema": _EVENT, "example": _EVENT_LINES}
        return {
            "description": "Events, until the server or the client ends them. The `data` of an event is JSON: "
            + ", ".join(f"of `{name}` its `{data}`" for name, data in _DATA.items())
            + ". `id` is the position after it.",
            "content": {EVENTS: lines},
        }
    if kind.STREAMED:
        return {
            "description": "A JSON text a line, each as soon as it is settled. Where the work fails after the"
            ' first, the last line is `{"problem": ...}` with a `Problem`, and what was told before it holds.',
            "content": {LINES: {"schema": answer}},
        }
    return {"description": "The answer.", "content": {"application/json": {"schema": answer}}}


def _readable(shape: Any) -> Any:
    """A schema whose descriptions are plain text, and whose references stand alone."""
    if isinstance(shape, list):
        return [_readable(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    if "$ref" in shape:
        return {"$ref": shape["$ref"]}
    found = {key: _readable(value) for key, value in shape.items()}
    if isinstance(found.get("description"), str):
        found["description"] = _plain(found["description"])
    return found


def _plain(text: str) -> str:
    """A docstring as text for others: its lines joined, and null as JSON says it."""
    paragraphs = cleandoc(text).split("\n\n")
    return re.sub(r"\bNone\b", "null", "\n\n".join(" ".join(one.split()) for one in paragraphs))
