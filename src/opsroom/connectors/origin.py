"""A server elsewhere, asked over HTTP: one credential for its origin alone, and bounds on what it may cost.

1. The credential goes to the scheme, host and port that it was given for, and nowhere else. Where there is one,
   a redirect to another origin is an error; without one it is followed. From https nothing goes to http, whether a
   redirect or a document names it.
2. An answer has so many bytes at most, unpacked.
3. 429 and 503 are waited out as `Retry-After` says, a lost connection or a fault of a gateway with growing pauses;
   both a few times only. What may have had an effect (`again` False, and every POST) is asked for again only where
   the server turned it away.
4. What a server says of itself is shown without control characters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx
import msgspec

from opsroom.errors import Malformed, NotFound, OpsroomError, Refused, Unauthenticated, Unavailable

MOST = 200_000_000
"""Bytes of one answer that is kept in memory."""
TRIES = 5
LONGEST = 300
"""Seconds that one `Retry-After` is waited for; who asks for more is left alone."""
TIMEOUT = httpx.Timeout(30, read=120)
_TURNED_AWAY = frozenset({429, 503})
_GATEWAY = frozenset({502, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_SAID = 300

Wait = Callable[[float], None]
"""Waits so many seconds."""


class Misbehaved(Unavailable):
    """An answer against its own standard: to ask again at once would bring the same."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What is presented: with a user as Basic (RFC 7617), without as Bearer (RFC 6750)."""

    secret: str
    user: str | None = None

    def apply(self, request: httpx.Request) -> None:
        """Puts it on a request."""
        if self.user is None:
            request.headers["Authorization"] = f"Bearer {self.secret}"
        else:
            next(httpx.BasicAuth(self.user, self.secret).auth_flow(request))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `body` is empty where it went into a file."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """The media type, without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def require(self, *statuses: int) -> Self:
        """Itself where it has one of these statuses (200 where none is named), else the error that it tells of."""
        if self.status in (statuses or (200,)):
            return self
        family: type[OpsroomError] = {401: Unauthenticated, 403: Refused, 404: NotFound}.get(
            self.status, Unavailable
        )
        raise family(f"{self.url} answers {self.status}{self.said}")

    @property
    def said(self) -> str:
        """What an answer that is an error says of it, after a colon."""
        try:
            found = msgspec.json.decode(self.body, type=_ErrorMessage)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ""
        said = ": ".join(one for one in (found.title, found.description or found.detail) if one)
        return f": {plain(said)}" if said else ""


@dataclass(slots=True)
class Origin:
    """The server of `url`; a context manager. `wait` waits so many seconds."""

    url: str
    wait: Wait
    secret: Secret | None = None
    ca: Path | None = None
    most: int = MOST
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = split(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Malformed(f"{self.url} is no address: write it like https://taxii.example.org/")
        if parts.username is not None or parts.password is not None:
            raise Malformed("leave the credential out of the address: it would stay in lists and files")
        self._http = httpx.Client(
            timeout=TIMEOUT,
            verify=True if self.ca is None else str(self.ca),
            headers={"User-Agent": "opsroom"},
        )

    def at(self, path: str, *, base: str | None = None) -> str:
        """An address of this server, relative to `base` or to its own."""
        try:
            return urljoin(base or self.url, path)
        except ValueError:
            raise Misbehaved(f"{self.url} names {plain(path)}, which is no address") from None

    def ask(
        self,
        method: str,
        url: str,
        *,
        accept: str,
        parameters: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
        most: int | None = None,
        again: bool = True,
    ) -> Reply:
        """The answer to one request, whatever its status; the body of a 200 goes `into` a file where one is given.

        Unavailable where there is none to be had.
        """
        asked = self._request(
            method, url, params=parameters, content=content, headers={"Accept": accept, **(headers or {})}
        )
        again = again and method == "GET"
        for tried in range(1, TRIES + 1):
            pause = float(2**tried)
            try:
                reply = self._answered(asked, into, most or self.most)
            except httpx.DecodingError as error:
                raise Misbehaved(f"{url} answers what cannot be unpacked: {error}") from None
            except httpx.TransportError as error:
                reason = f"{url} does not answer: {error or type(error).__name__}"
                if not again:
                    break
            else:
                if reply.status not in _TURNED_AWAY and not (reply.status in _GATEWAY and again):
                    return reply
                pause = _retry_after(reply) or pause
                reason = f"{url} answers {reply.status} and takes no more for now"
                if pause > LONGEST:
                    raise Unavailable(f"{reason}: it asks to be left alone for {pause:,.0f} s")
            if tried < TRIES:
                self.wait(pause)
        raise Unavailable(reason)

    def media_type(self, url: str, *, accept: str) -> str:
        """The media type of what is answered there, in lower case; "" where nothing is."""
        with BytesIO() as sink:
            try:
                return self.ask("GET", url, accept=accept, into=sink).media_type
            except Misbehaved:
                return ""

    def _request(self, method: str, url: str, **more: Any) -> httpx.Request:
        """A request that may be sent (rule 1); Misbehaved where there is no such address."""
        try:
            asked = self._http.build_request(method, url, **more)
            here, there = _origin(self.url), _origin(str(asked.url))
        except (ValueError, httpx.InvalidURL):
            raise Misbehaved(f"{self.url} leads to {plain(url)}, which is no address") from None
        if (here[0], there[0]) == ("https", "http"):
            raise Refused(f"{self.url} leads to {plain(url)}: nothing is sent there in clear")
        return asked

    def _answered(self, asked: httpx.Request, into: BinaryIO | None, most: int) -> Reply:
        """One answer, redirects of a GET followed (rule 1)."""
        for _ in range(_HOPS):
            if self.secret is not None and _origin(str(asked.url)) == _origin(self.url):
                self.secret.apply(asked)
            response = self._http.send(asked, stream=True)
            try:
                if response.status_code in _MOVED and asked.method == "GET":
                    asked = self._moved(asked, response.headers.get("location", ""))
                    continue
                body = _read(response, into, most)
            finally:
                response.close()
            return Reply(str(asked.url), response.status_code, response.headers, body)
        raise Misbehaved(f"{asked.url} redirects without end")

    def _moved(self, asked: httpx.Request, location: str) -> httpx.Request:
        target = self.at(location, base=str(asked.url))
        headers = {
            name: asked.headers[name] for name in asked.headers if name not in ("host", "authorization")
        }
        moved = self._request("GET", target, headers=headers)
        if self.secret is not None and _origin(str(asked.url)) != _origin(str(moved.url)):
            raise Refused(
                f"{asked.url} redirects to another server, {plain(target)}: nothing is sent there; give that"
                " address where it is the right one"
            )
        return moved

    def close(self) -> None:
        """Lets the connections go."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def split(url: str) -> SplitResult:
    """The parts of an address. Malformed where it has none."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Malformed(f"{plain(url)} is no address: {error}") from None


def plain(text: str) -> str:
    """Text of others, fit for a terminal: one line, without control characters, not too long (rule 4)."""
    shown = "".join(one if one.isprintable() else "·" for one in text)
    return shown if len(shown) <= _SAID else f"{shown[:_SAID]}…"


def _read(response: httpx.Response, into: BinaryIO | None, most: int) -> bytes:
    """The body (rule 2). A file is taken back to where it stood, so that a second try begins anew."""
    sink: BinaryIO = BytesIO() if into is None or response.status_code != 200 else into
    start = sink.tell()
    size = 0
    try:
        for piece in response.iter_bytes():
            size += len(piece)
            if size > most:
                raise Misbehaved(
                    f"{response.url} answers with more than {most:,} bytes: ask for less at once"
                )
            sink.write(piece)
    except BaseException:
        sink.seek(start)
        sink.truncate()
        raise
    return sink.getvalue() if isinstance(sink, BytesIO) and sink is not into else b""


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _retry_after(reply: Reply) -> float | None:
    """Seconds that the server asks to wait (RFC 9110 section 10.2.3); a date counts from the answer's own."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        asked = parsedate_to_datetime(said) - parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(asked.total_seconds(), 0.0)


class _ErrorMessage(msgspec.Struct):
    """TAXII 2.1 section 3.6.1, and what others call the same."""

    title: str = ""
    description: str = ""
    detail: str = ""
