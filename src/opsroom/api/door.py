"""The way of every request through the API, as an ASGI application.

1. Without a credential that holds, every path gives the same 401; one that asks too often gets 429, a page of
   another site 403.
2. Then the form: the path (404), the method (405), the body's size (413) and time (408), every fault of the
   parameters or the body (400).
3. Then, in a worker thread, the service. Hidden looks absent: every 404 is the same answer.
4. Failures are problem details (RFC 9457). Never a redirect; nothing that is answered may be kept.
"""

import asyncio
import io
import logging
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from opsroom.api import openapi
from opsroom.api.events import events
from opsroom.api.routes import Found, find
from opsroom.api.streaming import lines
from opsroom.core.jsontext import decode
from opsroom.credentials import CHALLENGES, admitted
from opsroom.errors import Malformed, OpsroomError, Throttled, Unavailable
from opsroom.rates import Rates
from opsroom.service import Seat, Service
from opsroom.wire import problems
from opsroom.wire.misp import File
from opsroom.wire.problems import Problem, problem_of
from opsroom.wire.reading import read_body, read_parameters
from opsroom.wire.request import PREFIX, in_query
from opsroom.wire.request import Request as Asked

log = logging.getLogger(__name__)

WORKERS = 8
"""Requests that are worked on at once; others wait their turn."""
IN_MEMORY = 1_000_000
"""Bytes of an upload that are kept in memory; a larger one goes to a temporary file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may send: bytes of a JSON body, bytes of an upload, seconds between two pieces of it."""

    body_bytes: int
    upload_bytes: int
    read_timeout: int


@dataclass(slots=True)
class Failure(Exception):
    """A request whose form is wrong in a way that HTTP has a status for."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] | None = None


class Door:
    """Serves the service of one node. Once the server is `ending` it follows no longer."""

    def __init__(self, service: Service, limits: Limits, rates: Rates, ending: asyncio.Event) -> None:
        self._service = service
        self._rates = rates
        self._limits = limits
        self._ending = ending
        self._workers = anyio.CapacityLimiter(WORKERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        request = Request(scope, receive)
        with ExitStack() as meanwhile:
            try:
                response = await self._answer(request, meanwhile)
            except Failure as failure:
                problem = Problem("about:blank", failure.title, failure.status, failure.detail)
                response = _failed(problem, failure.headers)
            except Exception as error:
                if not isinstance(error, OpsroomError):
                    log.exception("a request failed by a fault of the server")
                response = _failed(problem_of(error), _when(error))
            await response(scope, receive, send)

    async def _answer(self, request: Request, meanwhile: ExitStack) -> Response:
        """The answer; what lasts until it is sent is entered `meanwhile`."""
        header = request.headers.get("authorization")
        asker = await anyio.to_thread.run_sync(admitted, self._service.node, header)
        self._rates.take(asker)
        _require_own_site(request)
        path = request.scope.get("raw_path", request.scope["path"].encode()).decode("ascii", "replace")
        if path.rstrip("/") in (PREFIX, f"{PREFIX}/openapi.json"):
            return _json(openapi.document())
        found = find(path)
        kind = _kind(found, request.method)
        seat = Seat(self._service, asker)
        if kind.EVENTS:
            meanwhile.enter_context(self._rates.stream(asker))
            return await self._follow(request, kind, found.named)
        if kind.STREAMED:
            return await self._stream(request, seat, kind, found.named)
        asked = await self._read(request, kind, found.named)
        answer = await anyio.to_thread.run_sync(seat.ask, asked, limiter=self._workers)
        if isinstance(answer, File):
            return Response(
                answer.content, headers={"Content-Type": answer.media_type, "Cache-Control": "no-store"}
            )
        return _json(msgspec.json.encode(answer))

    async def _stream(
        self, request: Request, seat: Seat, kind: type[Asked[Any]], named: Mapping[str, str]
    ) -> Response:
        """An upload, kept until all of it has arrived, and what becomes of it line by line."""
        asked = await self._read(request, kind, named)
        upload = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - the worker closes it
        try:
            await self._receive(request, upload, self._limits.upload_bytes)
            upload.seek(0)
        except BaseException:
            upload.close()
            raise

        def work(emit: Callable[[Any], None]) -> None:
            with upload:
                seat.stream(asked, upload, emit)

        return await lines(work, workers=self._workers)

    async def _follow(self, request: Request, kind: type[Asked[Any]], named: Mapping[str, str]) -> Response:
        """The events after `Last-Event-ID`, asked for again and again, each time by who holds the credential then."""
        asked = await self._read(request, kind, named)
        header = request.headers.get("authorization")
        came_back = request.headers.get("last-event-id")

        def look(position: str | None) -> tuple[list[Any], str]:
            seat = Seat(self._service, admitted(self._service.node, header))
            if position is None:
                return seat.look(asked)
            return seat.look(msgspec.structs.replace(asked, last_event_id=position))

        return await events(look, came_back, ending=self._ending)

    async def _read(self, request: Request, kind: type[Asked[Any]], named: Mapping[str, str]) -> Asked[Any]:
        """The request; its JSON body too, where it has one."""
        pairs = request.query_params.multi_items()
        if in_query(kind):
            return read_parameters(kind, named, pairs)
        body = io.BytesIO()
        await self._receive(request, body, self._limits.body_bytes)
        sent = decode(body.getvalue()) if body.tell() else {}
        return read_body(kind, named, sent, pairs)

    async def _receive(self, request: Request, into: BinaryIO, most: int) -> None:
        patience = self._limits.read_timeout
        if request.headers.get("content-encoding", "identity") != "identity":
            raise Failure(415, "Unsupported media type", "Send the body as it is, without a content coding.")
        size, pieces = 0, request.stream().__aiter__()
        while True:
            try:
                with anyio.fail_after(patience):
                    piece = await anext(pieces, None)
            except TimeoutError:
                reason = f"Nothing more of the body arrived for {patience} seconds."
                raise Failure(408, "Request timeout", reason) from None
            except ClientDisconnect:
                raise Malformed("the body was cut off") from None
            if piece is None:
                return
            size += len(piece)
            if size > most:
                raise Failure(413, "Content too large", f"The body is larger than {most} bytes.")
            into.write(piece)


def _kind(found: Found, method: str) -> type[Asked[Any]]:
    kind = found.kinds.get("GET" if method == "HEAD" else method)
    if kind is None:
        allowed = ", ".join(sorted({*found.kinds, *({"HEAD"} if "GET" in found.kinds else ())}))
        raise Failure(405, "Method not allowed", f"This path takes {allowed}.", {"Allow": allowed})
    return kind


def _require_own_site(request: Request) -> None:
    """Refuses what a page of another site has a browser send.

    A browser keeps a Basic credential and sends it along, and asks nobody before a plain POST.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        raise Failure(403, "Forbidden", "This comes from a page of another site: nothing of it is done.")


def _json(body: bytes) -> Response:
    return Response(body, headers={"Content-Type": "application/json", "Cache-Control": "no-store"})


def _failed(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    response = Response(
        msgspec.json.encode(problem),
        problem.status,
        {"Content-Type": problems.MEDIA_TYPE, "Cache-Control": "no-store", **(headers or {})},
    )
    for challenge in CHALLENGES if problem.status == 401 else ():
        response.headers.append("WWW-Authenticate", challenge)
    return response


def _when(error: Exception) -> dict[str, str]:
    """When to ask again, where that may help."""
    if isinstance(error, Unavailable):
        return {"Retry-After": str(error.after if isinstance(error, Throttled) else 1)}
    return {}
