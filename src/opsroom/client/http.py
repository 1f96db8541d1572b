"""Requests and answers as HTTP has them, whatever connection they go over: what both clients share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from opsroom.config import is_loopback
from opsroom.errors import Malformed, OpsroomError, Unavailable
from opsroom.wire.misp import File
from opsroom.wire.problems import Problem, error_of, problem_error
from opsroom.wire.request import PREFIX, Request, answer_type, in_query, path_fields

A = TypeVar("A")
_TOKEN = re.compile(r"[\x21-\x7e]+")


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


def answer(request: Request[A], response: httpx.Response) -> A:
    """What an answer says. Raises the error that it tells of; `Unavailable` where it is none of this API."""
    if response.status_code != 200:
        raise failure(response)
    kind = answer_type(type(request))
    if kind is File:
        return cast(A, File(response.headers.get("content-type", ""), response.content))
    found: A = _decoded(response.content, kind)
    return found


def failure(response: httpx.Response) -> OpsroomError:
    """The error that an answer tells of; its body has been read."""
    return error_of(response.status_code, response.content, after=response.headers.get("retry-after"))


def require(media_type: str, response: httpx.Response) -> None:
    """Unavailable where an answer is not of this media type: it comes from elsewhere."""
    found = response.headers.get("content-type", "")
    if found.partition(";")[0].strip().lower() != media_type:
        raise Unavailable(f"the answer is none of this API: it is {found[:60] or 'of no media type'}")


def after(request: Request[A], page: A) -> Request[A] | None:
    """The request for the page after this one; None where it was the last."""
    following: str | None = getattr(page, "next", None)
    return None if following is None else msgspec.structs.replace(request, next=following)


def line(request: Request[A], text: bytes) -> A:
    """One line of an answer that is a stream."""
    if text.startswith(b'{"problem":'):
        raise problem_error(_decoded(text, dict[str, Problem])["problem"])
    found: A = _decoded(text, answer_type(type(request)))
    return found


@dataclass(slots=True)
class Lines:
    """Bytes as they arrive → the lines that have ended. A line ends with LF alone: JSON may hold U+2028 and U+0085."""

    _rest: list[bytes] = field(default_factory=list)

    def take(self, piece: bytes) -> Iterator[bytes]:
        """The lines that end in this piece."""
        *ended, rest = piece.split(b"\n")
        for one in ended:
            line = b"".join((*self._rest, one))
            self._rest.clear()
            yield line.removesuffix(b"\r")
        self._rest.append(rest)

    def end(self) -> Iterator[bytes]:
        """What is left behind the last line."""
        if rest := b"".join(self._rest):
            yield rest


@dataclass(slots=True)
class Events(Generic[A]):
    """Reads the lines of a stream of events (WHATWG HTML section 9.2.6), as far as this API writes them."""

    request: Request[A]
    _fields: dict[bytes, bytes] = field(default_factory=dict)

    def take(self, line: bytes) -> A | None:
        """The event that ends with this line; None before its end. Unavailable for one of another API."""
        if line:
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if name == b"data" and b"data" in self._fields:
                value = self._fields[b"data"] + b"\n" + value
            self._fields[name] = value
            return None
        fields, self._fields = self._fields, {}
        if b"data" not in fields:
            return None
        event, id = (fields.get(name, b"").decode(errors="replace") for name in (b"event", b"id"))
        text = msgspec.json.encode({"id": id, "event": event, event: msgspec.Raw(fields[b"data"])})
        found: A = _decoded(text, answer_type(type(self.request)))
        return found


def address(url: str) -> str:
    """A server's address. Malformed where it is none, or names a user: the token says who asks."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment:
        raise Malformed("the address of a server is wanted, such as https://room.example")
    if "@" in parts.netloc:
        raise Malformed("the address names a user: the token says who asks")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Malformed(
            "a token goes over https, or to this machine: over http everybody on the way reads it"
        )
    return url.rstrip("/")


def authorization(token: str) -> dict[str, str]:
    """The header that says who asks. Malformed, and the token stays unsaid, where it cannot be one."""
    if not _TOKEN.fullmatch(token):
        raise Malformed("the token holds a blank, a line break or another sign that no token has")
    return {"Authorization": f"Bearer {token}"}


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
