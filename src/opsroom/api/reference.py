"""docs/reference/api.md: the OpenAPI document, for people to read. Everything in it is taken from there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from opsroom.api.openapi import document

Schema = Mapping[str, Any]

_HEAD = """\
# The API, request by request

Under `/api/`; the document for programs is `GET /api/openapi.json`, and all that stands here is in it. The client:
[the API](../api.md). This page is written by `opsroom reference api`. Every failure is a [Problem](#problem).

"""


def page() -> str:
    """The page, as Markdown."""
    found = msgspec.json.decode(document())
    lines = [
        _HEAD + found["info"]["description"],
        "## Requests",
        "",
        *_table(("request", "asks", "role"), _index(found)),
    ]
    for operation in _operations(found):
        lines += _operation(*operation)
    lines += ["", "## What is answered, and what is sent"]
    for name, schema in sorted(found["components"]["schemas"].items()):
        lines += _shape(name, schema)
    lines += ["", "## Statuses", "", *_table(("status", "what it says"), _statuses(found))]
    return "\n".join(lines) + "\n"


def _operations(found: Schema) -> Iterator[tuple[str, str, Schema]]:
    """The path, the method and the operation, in the order of the paths."""
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _index(found: Schema) -> Iterator[tuple[str, ...]]:
    for path, method, operation in _operations(found):
        name = operation["operationId"]
        yield f"[{name}](#{name.lower()})", f"`{method} {path}`", operation.get("x-role", "")


def _operation(path: str, method: str, operation: Schema) -> Iterator[str]:
    yield from ("", f"### {operation['operationId']}", "", f"`{method} {path}`", "", operation["summary"])
    if "description" in operation:
        yield from ("", operation["description"])
    fields = [
        (one["name"], one["in"], one["schema"], one["required"]) for one in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {})
    sent = body.get("application/json", {}).get("schema", {})
    for name, schema in sent.get("properties", {}).items():
        fields.append((name, "body", schema, name in sent["required"]))
    if "application/octet-stream" in body:
        yield from ("", "The body is the bytes themselves.")
    if fields:
        rows = ((f"`{name}`", place, *_field(schema, needed)) for name, place, schema, needed in fields)
        yield from ("", *_table(("field", "in", "what it is", "default"), rows))
    answers = operation["responses"]["200"]["content"]
    said = (
        f"{_type(one['schema'])} (`{kind}`)" if "schema" in one else f"`{kind}`"
        for kind, one in answers.items()
    )
    yield from ("", f"Answer: {', '.join(said)}.")


def _shape(name: str, schema: Schema) -> Iterator[str]:
    yield from ("", f"### {name}")
    if "description" in schema:
        yield from ("", " ".join(schema["description"].split()))
    if "properties" in schema:
        needed = set(schema.get("required", ()))
        rows = ((f"`{one}`", *_field(shape, one in needed)) for one, shape in schema["properties"].items())
        yield from ("", *_table(("field", "what it is", "default"), rows))


def _statuses(found: Schema) -> Iterator[tuple[str, str]]:
    for status, response in found["components"]["responses"].items():
        yield status, response["description"]


def _field(schema: Schema, needed: bool) -> tuple[str, str]:
    """What a field is, and what it is where it is left out."""
    default = "" if needed or schema.get("default") in (None, [], {}) else _code(schema["default"])
    about = _about(schema)
    return f"{_type(schema)}{': ' if about else ''}{about}", "required" if needed else default


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_type(one) for one in choices if one.get("type") != "null")
    if "const" in schema:
        return _code(schema["const"])
    if "enum" in schema:
        return ", ".join(_code(one) for one in schema["enum"] if one is not None)
    kinds = schema.get("type", "any JSON")
    kind = " or ".join(one for one in kinds if one != "null") if isinstance(kinds, list) else kinds
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    if "properties" in schema:
        return f"object ({', '.join(_code(name) for name in schema['properties'])})"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(kind)


def _about(schema: Schema) -> str:
    """What is said of a field, with its bounds."""
    inner: Schema = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), {})
    found = {**inner, **schema}
    parts = [str(found["description"])] if "description" in found else []
    bounds = (("minimum", "at least"), ("maximum", "at most"), ("maxLength", "length at most"))
    parts += [f"{said} {found[name]}" for name, said in bounds if name in found]
    if "examples" in found:
        parts.append("such as " + ", ".join(_code(one) for one in found["examples"]))
    return "; ".join(parts)


def _code(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"`{text}`"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = tuple(headings)
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
