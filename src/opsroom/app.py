"""The composition root: settings become a node and the web application that serves it. Nothing else wires."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from opsroom.api import Door as ApiDoor
from opsroom.api import Limits as ApiLimits
from opsroom.clock import SystemClock
from opsroom.config import Settings, load
from opsroom.cursor import Cursors
from opsroom.errors import Unavailable
from opsroom.node import Node
from opsroom.randomness import SystemRandomness
from opsroom.rates import Rates
from opsroom.service import Service as MemberService
from opsroom.storage.sql import open_sqlite
from opsroom.taxii import Door, Limits, Service
from opsroom.wire.request import PREFIX

log = logging.getLogger(__name__)

DATABASE = "opsroom.db"
CURSOR_KEY = "taxii/cursors"
"""The setting of the store that holds the key of all cursors."""
_SECOND = 1_000_000
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds between two looks at what is due; other processes may add to it meanwhile."""


def open_node(data: Path | None = None, config: Path | None = None) -> Node:
    """The node of the settings, or the one in the directory `data`. Malformed for settings with faults."""
    return node_in(load(config, given={"data": data and str(data)}).settings.data)


def node_in(data: Path) -> Node:
    """The node in a directory, which is made where it is missing, for its owner alone.

    Raises `Unavailable` where it cannot be made.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"{data} cannot be made a data directory: {error.strerror}; name another (--data or OPSROOM_DATA)"
        ) from error
    return Node(open_sqlite(data / DATABASE), SystemClock(), SystemRandomness())


def service_of(node: Node, settings: Settings) -> MemberService:
    """What members ask of a node, through whatever door."""
    return MemberService(
        node,
        Cursors(_cursor_key(node)),
        page=settings.page_size,
        page_most=settings.page_size_max,
        token_lifetime=settings.token_lifetime,
    )


def web(node: Node, settings: Settings) -> Starlette:
    """The web application of a node: `/healthz`, and the API under `/api`, TAXII under everything else.

    `state.ending` is set when the server is to end, so that what has no end of its own ends too.
    """
    about = {"title": settings.title, "description": settings.description, "contact": settings.contact}
    limits = Limits(
        body_bytes=settings.max_body_bytes,
        objects=settings.max_objects_per_post,
        page=settings.page_size,
        page_most=settings.page_size_max,
        read_timeout=settings.read_timeout,
    )
    service = service_of(node, settings)
    rates = Rates(node.clock, settings.requests_per_minute, settings.streams_at_once)
    taxii = Door(Service(node, service.cursors, limits, about, settings.public_url), rates)
    api = ApiDoor(
        service,
        ApiLimits(settings.max_body_bytes, settings.max_upload_bytes, settings.read_timeout),
        rates,
        ending := asyncio.Event(),
    )

    @asynccontextmanager
    async def keeping_up(_: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as group:
            group.start_soon(_keep_up, node)
            yield
            group.cancel_scope.cancel()

    application = Starlette(routes=[_Doors(api, taxii)], lifespan=keeping_up)
    application.state.ending = ending
    return application


class _Doors(BaseRoute):
    """Which door a path leads to. It matches every path as it is, so that the router never answers by itself."""

    def __init__(self, api: ApiDoor, taxii: Door) -> None:
        self._api = api
        self._taxii = taxii

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Every request."""
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        path = scope["path"]
        if path == "/healthz":
            await Response(status_code=204, headers={"Cache-Control": "no-store"})(scope, receive, send)
        elif path == PREFIX or path.startswith(f"{PREFIX}/"):
            await self._api(scope, receive, send)
        else:
            await self._taxii(scope, receive, send)


async def _keep_up(node: Node) -> None:
    """Applies what falls due at its instant, from the start on and for as long as the server runs."""
    while True:
        try:
            pause = await anyio.to_thread.run_sync(_advance, node)
        except Exception:
            log.exception("what is due could not be applied; trying again")
            pause = _LONGEST_PAUSE
        await anyio.sleep(pause)


def _advance(node: Node) -> float:
    """Applies what is due now; how many seconds to wait before the next look."""
    node.advance()
    due = node.next_due()
    wait = _LONGEST_PAUSE if due is None else (due - node.clock.now()) / _SECOND
    return min(max(wait, _SHORTEST_PAUSE), _LONGEST_PAUSE)


def _cursor_key(node: Node) -> bytes:
    """The key of cursors; drawn at the first start."""
    with node.store.reading() as snapshot:
        found = snapshot.people.setting(CURSOR_KEY)
    if found is not None:
        return found
    with node.store.writing() as unit:
        key = unit.people.setting(CURSOR_KEY) or node.randomness.draw(32)
        unit.people.put_setting(CURSOR_KEY, key)
    return key
