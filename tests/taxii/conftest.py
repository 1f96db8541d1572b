"""The TAXII door of a small world behind a real HTTP server, and clients of its members."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from opsroom.app import web
from opsroom.config import load
from opsroom.core.roster import Role
from opsroom.serving import server_of
from opsroom.storage.memory import MemoryStore, open_memory
from opsroom.taxii.media import TAXII
from tests.builders import World

PAGE = 4
MOST = 6
BODY = 20_000
UPLOAD = 2_000_000
OBJECTS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Client:
    """Asks as one member, with the TAXII headers unless told otherwise. `token` None: nobody."""

    url: str
    user: str
    token: str | None

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str | None] | None = None,
        **more: Any,
    ) -> requests.Response:
        sent = {"Accept": TAXII, **({"Content-Type": TAXII} if method == "POST" else {}), **(headers or {})}
        auth = (self.user, self.token) if self.token is not None else None
        return requests.request(
            method, self.url + path, auth=auth, headers=sent, allow_redirects=False, timeout=10, **more
        )

    def get(self, path: str, **query: str) -> requests.Response:
        return self.ask("GET", path, params=query)

    def json(self, path: str, **query: str) -> dict[str, Any]:
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def post(self, path: str, *raws: bytes) -> requests.Response:
        return self.ask("POST", path, data=b'{"objects":[' + b",".join(raws) + b"]}")


@dataclass(frozen=True, slots=True)
class Served:
    """A world behind its door: Alfa, Bravo, Carol and Delta of the `room` fixture."""

    world: World
    url: str
    tokens: dict[str, str]

    def client(self, member: str) -> Client:
        return Client(self.url, member, self.tokens[member])

    def issue(self, member: str, user: str, *roles: Role, desk: str = "main") -> Client:
        return Client(self.url, user, self.world.token(member, *roles, user=user, desk=desk))

    @property
    def nobody(self) -> Client:
        return Client(self.url, "", None)

    def collection(self, name: str = "all", field: str = "incidents") -> str:
        return f"/room/collections/{self.world.collection(name, field, 'room')}/"

    @property
    def objects(self) -> str:
        """Where the objects of the collection of all three are."""
        return self.collection() + "objects/"


@pytest.fixture
def store() -> MemoryStore:
    """What stores must keep is tested where they are; the door is the same on all."""
    return open_memory()


@pytest.fixture
def door(room: World) -> Iterator[Served]:
    """The `room` world on a free port, with small limits."""
    given = {
        "port": free_port(),
        "page_size": PAGE,
        "page_size_max": MOST,
        "max_body_bytes": BODY,
        "max_upload_bytes": UPLOAD,
        "max_objects_per_post": OBJECTS,
        "read_timeout": 2,
        "title": "A room",
    }
    settings = load(given=given, environ={}).settings
    tokens = {member: room.token(member) for member in ("alfa", "bravo", "carol", "delta")}
    with serving(web(room.node, settings), settings) as url:
        yield Served(room, url, tokens)


@contextmanager
def serving(application: Any, settings: Any) -> Iterator[str]:
    """The application behind a real HTTP server on another thread; its address."""
    stops: list[Callable[[], None]] = []
    thread = threading.Thread(target=_serve, args=(application, settings, stops))
    thread.start()
    url = f"http://127.0.0.1:{settings.port}"
    try:
        _wait_for(url)
        yield url
    finally:
        stops[0]()
        thread.join()


def _serve(application: Any, settings: Any, stops: list[Callable[[], None]]) -> None:
    async def serve() -> None:
        server = server_of(application, settings)
        stop: Callable[[], None] = server.stop
        loop = asyncio.get_running_loop()

        def stop_from_outside() -> None:
            loop.call_soon_threadsafe(stop)

        stops.append(stop_from_outside)
        await server.serve()

    asyncio.run(serve())


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            requests.get(url + "/healthz", timeout=5)
        except requests.ConnectionError:
            threading.Event().wait(0.02)
        else:
            return
    raise AssertionError("the server did not come up")


def objects_in(response: requests.Response) -> list[dict[str, Any]]:
    """The objects of an envelope, or the records of a manifest."""
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = json.loads(response.content).get("objects", [])
    return found
