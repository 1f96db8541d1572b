"""Clients that send slowly, or read slowly: they are let go, and nobody waits for them."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from opsroom.app import web
from opsroom.config import load
from tests import objects
from tests.builders import World
from tests.taxii.conftest import Served, door, free_port, serving, store

__all__ = ["door", "store"]

MANY = 60
"""More connections than any pool of threads has threads."""
LONG = "x" * 400_000
TAXII_POST = (
    "Accept: application/taxii+json;version=2.1\r\nContent-Type: application/taxii+json;version=2.1\r\n"
)


@contextmanager
def connected(served: Served, head: str, *, count: int = 1) -> Iterator[list[socket.socket]]:
    """Connections of Alfa's that have sent this much and no more."""
    host, port = served.url.removeprefix("http://").split(":")
    raw = head.replace("\n", "\r\n").replace("CREDENTIAL", f"Authorization: Bearer {served.tokens['alfa']}")
    with ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection((host, int(port)), timeout=30)) for _ in range(count)
        ]
        for one in opened:
            one.sendall(raw.encode())
        yield opened


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes, or until what is JSON is there."""
    found = b""
    while not found.endswith(b"}") and (piece := connection.recv(65_536)):
        found += piece
    return found


def test_heads_that_never_end_are_cut_off_and_nobody_waits(door: Served) -> None:
    with connected(door, "GET /api/me HTTP/1.1\nHost: a\nX: ", count=MANY) as slow:
        assert door.client("bravo").get("/taxii2/").status_code == 200
        for one in slow:
            assert one.recv(1000)[:12] in (b"", b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("path", "form"),
    [("OBJECTS", TAXII_POST), ("/api/rooms/room/waiting/approve", ""), ("UPLOAD", "")],
    ids=["taxii", "json", "upload"],
)
def test_a_body_that_stops_is_answered_with_the_limit_and_nobody_waits(
    door: Served, path: str, form: str
) -> None:
    agreement = door.world.agreements["all"]
    upload = f"/api/rooms/room/contributions?agreement={agreement}&field=incidents"
    path = path.replace("OBJECTS", door.objects).replace("UPLOAD", upload)
    head = f"POST {path} HTTP/1.1\nHost: a\nCREDENTIAL\n{form.replace(chr(13), '')}Content-Length: 500\n\n{{"
    with connected(door, head, count=MANY) as slow:
        assert door.client("bravo").get("/taxii2/").status_code == 200
        status, _, body = answer(slow[0]).partition(b"\r\n\r\n")
        assert status.startswith(b"HTTP/1.1 408 ")
        said = json.loads(body)
        assert "2 seconds" in (said.get("detail") or said["description"])


def test_a_body_that_comes_late_in_pieces_is_taken(door: Served) -> None:
    body = b'{"objects":[' + objects.identity(1) + b"]}"
    head = f"POST {door.objects} HTTP/1.1\nHost: a\nCREDENTIAL\n{TAXII_POST.replace(chr(13), '')}"
    with connected(door, f"{head}Content-Length: {len(body)}\n\n") as [connection]:
        for place in range(0, len(body), 50):
            connection.sendall(body[place : place + 50])
        assert connection.recv(1000).startswith(b"HTTP/1.1 202 ")


@pytest.fixture
def large(room: World) -> Iterator[Served]:
    """A room whose pages are some 20 MB, more than the buffers of a connection take."""
    settings = load(given={"port": free_port()}, environ={}).settings
    tokens = {member: room.token(member) for member in ("alfa", "bravo")}
    with serving(web(room.node, settings), settings) as url:
        served = Served(room, url, tokens)
        client, raws = served.client("alfa"), [objects.identity(n, description=LONG) for n in range(50)]
        assert client.post(served.objects, *raws).json()["success_count"] == len(raws)
        yield served


def test_pages_that_nobody_reads_hold_nobody_up(large: Served) -> None:
    paths = ("/room/collections/released/objects/", "/api/rooms/room/items")
    for path in paths:
        with connected(large, f"GET {path} HTTP/1.1\nHost: a\nCREDENTIAL\n\n", count=10) as slow:
            for one in slow:
                assert one.recv(12) == b"HTTP/1.1 200"
            assert large.client("bravo").get("/taxii2/").status_code == 200
            assert large.client("alfa").post(large.objects, objects.identity(1)).status_code == 202


def test_a_stream_that_is_only_asked_about_ends(door: Served) -> None:
    head = "HEAD /api/rooms/room/stream HTTP/1.1\nHost: a\nCREDENTIAL\n\n"
    with connected(door, "") as [connection]:
        for _ in range(40):
            raw = head.replace("\n", "\r\n").replace(
                "CREDENTIAL", f"Authorization: Bearer {door.tokens['alfa']}"
            )
            connection.sendall(raw.encode())
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200 ")
