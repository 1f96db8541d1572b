"""The way of every request through the TAXII door, as an ASGI application.

1. Without a credential that holds, every path gives the same 401; one that asks too often gets 429.
2. Then the form: the path (404), the method (405), `Accept` (406), `Content-Type` (415), the body (413, 408).
3. Then, in a worker thread, the endpoint: malformed parameters (400) before anything is looked up.
4. Never a redirect, never an ETag; nothing that is answered may be kept (`Cache-Control: no-store`).
"""

import logging
from collections.abc import Sequence

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from opsroom.credentials import admitted
from opsroom.errors import OpsroomError
from opsroom.rates import Rates
from opsroom.taxii import media
from opsroom.taxii.body import received
from opsroom.taxii.endpoints import Answer, Call, Service
from opsroom.taxii.failures import Failure, failure_of
from opsroom.taxii.routes import find

log = logging.getLogger(__name__)

WRITERS = 4
"""Requests that write, worked on at once: units of work exclude one another; readers must not wait for a thread."""


class Door:
    """Serves the rooms of one node."""

    def __init__(self, service: Service, rates: Rates) -> None:
        self._service = service
        self._rates = rates
        self._writers = anyio.CapacityLimiter(WRITERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        try:
            answer = await self._answer(Request(scope, receive))
            response = _response(answer.body, answer.status, answer.headers)
        except (OpsroomError, Failure) as error:
            response = _failed(failure_of(error))
        except Exception as error:
            log.exception("a request failed by a fault of the server")
            response = _failed(failure_of(error))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        authorization = request.headers.get("authorization")
        principal = await anyio.to_thread.run_sync(admitted, self._service.node, authorization)
        self._rates.take(principal)
        route, names = find(request.scope["path"])
        handler = route.handler(request.method)
        if not media.accepted(_listed(request, "accept")):
            raise Failure(406, f"This server speaks {media.TAXII}: say so in Accept.")
        posted = request.method == "POST"
        call = Call(
            self._service,
            principal,
            names,
            parameters=request.query_params.multi_items(),
            body=await self._body(request) if posted else b"",
        )
        writes = request.method in ("POST", "DELETE")
        return await anyio.to_thread.run_sync(handler, call, limiter=self._writers if writes else None)

    async def _body(self, request: Request) -> bytes:
        if not media.is_taxii(_listed(request, "content-type")):
            raise Failure(415, f"This server takes {media.TAXII}: say so in Content-Type.")
        limits = self._service.limits
        return await received(request, most=limits.body_bytes, seconds=limits.read_timeout)


def _listed(request: Request, name: str) -> str | None:
    """A header whose value may be spread over several lines (RFC 9110 section 5.3), in one."""
    return ", ".join(request.headers.getlist(name)) or None


def _failed(failure: Failure) -> Response:
    return _response(failure.body, failure.status, failure.headers)


def _response(body: bytes, status: int, headers: Sequence[tuple[str, str]]) -> Response:
    response = Response(body, status, {"Content-Type": media.TAXII, "Cache-Control": "no-store"})
    for name, value in headers:
        response.headers.append(name, value)
    return response
