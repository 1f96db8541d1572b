"""Requests and answers as HTTP has them, without a connection: what both clients share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from opsroom.errors import OpsroomError, Unavailable
from opsroom.wire.misp import File
from opsroom.wire.problems import Problem, error_of, problem_error
from opsroom.wire.request import PREFIX, Request, answer_type, in_query, path_fields

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Sent:
    """One HTTP request; `path` begins with that of the API."""

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    content: bytes | None


def sent(request: Request[Any]) -> Sent:
    """How a request is sent."""
    kind = type(request)
    fields: Mapping[str, Any] = msgspec.to_builtins(request)
    named = {name: _segment(str(getattr(request, name))) for name in path_fields(kind)}
    others = {name: value for name, value in fields.items() if name not in named}
    path = PREFIX + kind.PATH.format(**named)
    if in_query(kind):
        return Sent(kind.METHOD, path, tuple(_pairs(others)), None)
    return Sent(kind.METHOD, path, (), msgspec.json.encode(others))


def answer(request: Request[A], status: int, body: bytes) -> A:
    """What an answer says. Raises the error that it tells of; `Unavailable` where it is none of this API."""
    if status != 200:
        raise error_of(status, body)
    kind = answer_type(type(request))
    found: A = _decoded(body, kind) if kind is not File else cast(A, File("", body))
    return found


def line(request: Request[A], text: bytes) -> A:
    """One line of an answer that is a stream."""
    if text.startswith(b'{"problem":'):
        raise problem_error(_decoded(text, dict[str, Problem])["problem"])
    found: A = _decoded(text, answer_type(type(request)))
    return found


@dataclass(slots=True)
class Events(Generic[A]):
    """Reads the lines of a stream of events (WHATWG HTML section 9.2.6), as far as this API writes them."""

    request: Request[A]
    _fields: dict[str, str] = field(default_factory=dict)

    def take(self, line: str) -> A | None:
        """The event that ends with this line; None before its end."""
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data" and "data" in self._fields:
                value = f"{self._fields['data']}\n{value}"
            self._fields[name] = value
            return None
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        event, data = fields["event"], msgspec.Raw(fields["data"].encode())
        text = msgspec.json.encode({"id": fields["id"], "event": event, event: data})
        found: A = _decoded(text, answer_type(type(self.request)))
        return found


def unreachable(url: str, error: Exception) -> OpsroomError:
    """What no connection means."""
    return Unavailable(f"{url} does not answer: {error or type(error).__name__}")


def _segment(name: str) -> str:
    """A name as one segment of a path; one of dots alone would lead elsewhere."""
    return name.replace(".", "%2E") if name in (".", "..") else quote(name, safe="")


def _decoded(text: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable(f"the answer is none of this API: {error}") from None


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        found += [
            (name, _text(one))
            for one in (value if isinstance(value, list | tuple) else [value])
            if one is not None
        ]
    return found


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
