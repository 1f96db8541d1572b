"""Bytes that are no HTTP, or hardly, sent to a real server: it refuses them, goes on, and keeps what it has."""

import random
import re
import socket
from contextlib import suppress

import pytest

from opsroom.core.roster import Role
from opsroom.storage.memory import MemoryStore
from tests import objects
from tests.api.conftest import door
from tests.fuzz.lives import REQUESTS, SEED
from tests.fuzz.mutations import broken
from tests.taxii.conftest import Served

__all__ = ["door"]

COUNT = REQUESTS // 40
PATIENCE = 0.1
"""Seconds; what was not sent whole is never answered."""
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@pytest.fixture
def store() -> MemoryStore:
    """Watched: a unit of work replaces its state."""
    return MemoryStore()


def requests(door: Served) -> list[bytes]:
    """Requests that are right, and some that are wrong on purpose, by somebody who may only read."""
    token = door.issue("alfa", "reader", Role.READER).token or ""
    bearer = b"Authorization: Bearer " + token.encode()
    taxii = b"Accept: application/taxii+json;version=2.1\r\nContent-Type: application/taxii+json;version=2.1"
    body = b'{"objects":[' + objects.identity(1) + b"]}"
    objects_of = door.objects.encode()
    post = b"POST " + objects_of + b" HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n" + taxii + b"\r\n"
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return [
        b"GET /taxii2/ HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n" + taxii + b"\r\n\r\n",
        b"GET /api/me HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        b"GET " + objects_of + b"%ff%00%ED%A0%80/ HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        b"GET /api/items/%ff%00%2f%zz HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        b"GET http://other/api/me HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        b"HEAD /api/rooms/room/stream HTTP/1.1\r\nHost: a\r\n" + bearer + b"\r\n\r\n",
        post + b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        post + b"Content-Length: %d\r\n\r\n%b" % (len(body) - 9, body),
        post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + body,
        post + b"Content-Length: -1\r\n\r\n" + body,
        post + b"Content-Length: 99999999999999999999999\r\n\r\n" + body,
        post + b"Transfer-Encoding: chunked\r\n\r\n" + chunked,
        post + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + chunked,
        post + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + chunked,
        post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n" + body,
        post + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
        b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n" * 50,
        b"\x00" * 100,
    ]


def answers_to(door: Served, raw: bytes) -> list[int]:
    """The statuses of what is answered at once."""
    address = door.url.removeprefix("http://").split(":")
    found = b""
    opened = socket.create_connection((address[0], int(address[1])), timeout=PATIENCE)
    with opened as connection, suppress(ConnectionError, TimeoutError):
        connection.sendall(raw)
        while not STATUS.search(found) and (piece := connection.recv(65_536)):
            found += piece
    return [int(status) for status in STATUS.findall(found)]


def test_no_bytes_break_the_server(
    door: Served, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(SEED)
    known = requests(door)
    before = store._state
    statuses: set[int] = set()
    for number in range(max(COUNT, len(known))):
        raw = known[number % len(known)]
        for _ in range(0 if number < len(known) else chance.choice([1, 1, 2, 4])):
            raw = broken(chance, raw)
        answers = answers_to(door, raw)
        assert all(status < 500 for status in answers), (answers, raw)
        assert not caplog.records, (caplog.text, raw)
        statuses |= set(answers)
    assert door.client("alfa").get("/taxii2/").status_code == 200
    assert store._state == before
    assert {200, 400, 403, 404} <= statuses
