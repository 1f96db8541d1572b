"""The HTTP server: Granian in this one process, so that killing the process frees the port and leaves nobody.

Granian's usual server keeps a worker process, which would live on when its parent is killed; its embedded one
runs the same Rust server on this process's event loop. It stops at SIGTERM and SIGINT, after the requests
that it has begun, or some seconds later; streams end at once.
"""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.applications import Starlette
from starlette.types import ASGIApp

from opsroom.config import Settings
from opsroom.errors import Unavailable

GRACE = 20
"""Seconds that requests that have begun still have when the server is to end."""
_LOGGING: dict[str, object] = {"loggers": {}}
"""No handlers of Granian's own: what it logs goes where everything goes."""


def address(settings: Settings) -> str:
    """Where this machine's clients find TAXII discovery."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.tls_cert else 'http'}://{host}:{settings.port}/taxii2/"


def server_of(application: ASGIApp, settings: Settings) -> Server:
    """The server of an application, not started."""
    return Server(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        http1_settings=HTTP1Settings(header_read_timeout=settings.read_timeout * 1000),
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
    )


def run(application: Starlette, settings: Settings, *, ready: Callable[[], None]) -> None:
    """Serves until a signal says stop. Calls `ready` once the port is known to be free.

    Unavailable where the port is taken, or where the server ends by itself.
    """
    _require_free(settings)
    ready()
    asyncio.run(_serve(application, settings))


async def _serve(application: Starlette, settings: Settings) -> None:
    server = server_of(application, settings)
    stop: Callable[[], None] = server.stop
    loop = asyncio.get_running_loop()
    serving = loop.create_task(server.serve())

    def on_signal() -> None:
        application.state.ending.set()
        stop()
        loop.call_later(GRACE, serving.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    with suppress(asyncio.CancelledError):
        await serving
    if not application.state.ending.is_set():
        raise Unavailable("the server ended by itself; its log says why")


def _require_free(settings: Settings) -> None:
    """Granian shares a port with whoever listens there already, so that is asked first."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Unavailable(
                f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; choose another --port"
            ) from None
