"""Whatever comes back, a client answers with what was asked for or raises an error of ours; its token stays unsaid."""

import asyncio
import io
import json
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import opsroom
from opsroom import AsyncClient, Client
from opsroom.errors import Malformed, OpsroomError, Throttled, Unauthenticated, Unavailable

TOKEN = "a-token-that-nobody-may-read"
HTML = b"<html><body>Bad\nGateway</body></html>"
ROOM = {"name": "a", "title": "b", "host": "c", "place": None, "created_at": "2026-01-01T00:00:00.000000Z"}
SEPARATORS = "one\u2028two\u2029three\u0085four\x0cfive\x1csix"
OUTCOME = {"id": None, "version": None, "state": "refused", "message": SEPARATORS}
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"


def canned(status: int, media_type: str, body: bytes, *, cut: int = 0, **headers: str) -> bytes:
    """An answer as bytes; `cut` of its bytes never come."""
    head = {"Content-Type": media_type, "Content-Length": str(len(body) + cut), "Connection": "close"}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body


@contextmanager
def server(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers, one a connection; its address, and what it was sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    heard.append(connection.recv(65_536))
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65_536):
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        thread.join(10)


def told_by(kind: str, url: str, call: str, *args: Any, **given: Any) -> Any:
    """What one call of either client gives, all of it where it is a stream."""
    if kind == "sync":
        with Client(url, TOKEN) as client:
            found = getattr(client, call)(*args, **given)
            return list(found) if isinstance(found, Iterator) else found

    async def asked() -> Any:
        async with AsyncClient(url, TOKEN) as client:
            found = getattr(client, call)(*args, **given)
            return [one async for one in found] if isinstance(found, AsyncIterator) else await found

    return asyncio.run(asked())


both = pytest.mark.parametrize("kind", ["sync", "async"])


@both
@pytest.mark.parametrize(
    ("answer", "family"),
    [
        (canned(502, "text/html", HTML), Unavailable),
        (canned(503, "text/html", HTML), Unavailable),
        (canned(504, "text/plain", b""), Unavailable),
        (canned(500, "application/problem+json", b'{"type":"about:blank","title":"x","status":500}'), Unavailable),
        (canned(413, "text/html", HTML), Malformed),
        (canned(415, "application/problem+json", b'{"type":"about:blank","title":"x","status":415}'), Malformed),
        (canned(200, "text/html", HTML), Unavailable),
        (canned(200, "application/json", b'[{"name": 1}]'), Unavailable),
        (canned(200, "application/json", b"\xff\xfe["), Unavailable),
        (canned(200, "application/json", b"[]", cut=5), Unavailable),
        (b"", Unavailable),
        (b"SSH-2.0-OpenSSH\r\n", Unavailable),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_error_of_a_family(kind: str, answer: bytes, family: type) -> None:
    with server(answer) as (url, _), pytest.raises(OpsroomError) as raised:
        told_by(kind, url, "rooms")
    assert type(raised.value) is family
    assert TOKEN not in repr(raised.value) + repr(raised.value.__cause__)


@both
@pytest.mark.parametrize("body", [HTML, b'{"type":"urn:opsroom:problem:throttled","title":"t","status":429}'])
def test_when_to_come_back_is_told(kind: str, body: bytes) -> None:
    with server(canned(429, "x/y", body, Retry_After="7")) as (url, _), pytest.raises(Throttled) as raised:
        told_by(kind, url, "rooms")
    assert raised.value.after == 7


@both
@pytest.mark.parametrize("call", ["rooms", "follow"])
def test_a_redirection_is_not_followed(kind: str, call: str) -> None:
    given = {"room": "a"} if call == "follow" else {}
    with server(b"") as (elsewhere, heard):
        answer = canned(302, "text/html", HTML, Location=elsewhere)
        with server(answer) as (url, _), pytest.raises(Unavailable, match="leads elsewhere"):
            told_by(kind, url, call, **given)
        assert heard == []
        with pytest.raises(Unavailable):
            told_by(kind, elsewhere, "rooms")


@both
def test_a_line_holds_whatever_json_may_hold(kind: str) -> None:
    text = json.dumps(OUTCOME, ensure_ascii=False).encode() + b"\n"
    with server(canned(200, LINES, text * 2)) as (url, _):
        place = {"room": "a", "agreement": "b", "field": "c"}
        found = told_by(kind, url, "contribute", io.BytesIO(b"{}"), **place)
    assert [one.message for one in found] == [SEPARATORS] * 2


@both
def test_an_event_holds_whatever_json_may_hold(kind: str) -> None:
    item = {
        "added": "2026-01-01T00:00:00Z",
        "id": "x",
        "kind": "y",
        "version": None,
        "object": {"n": SEPARATORS},
    }
    data = json.dumps(item, ensure_ascii=False).encode()
    text = b"retry: 2000\n\n:\n\nid: 1\nevent: added\ndata: " + data + b"\n\n"
    with server(canned(200, EVENTS, text * 2 + b"id: 3\nevent: added\ndata: " + data)) as (url, _):
        found = told_by(kind, url, "follow", room="a")
    assert [json.loads(bytes(one.added.object))["n"] for one in found] == [SEPARATORS] * 2


@both
@pytest.mark.parametrize(
    "text", [b"data: {}\n\n", b"id: 1\nevent: other\ndata: {}\n\n", b"event: id\ndata: [\n\n"]
)
def test_an_event_of_another_api_is_no_event(kind: str, text: bytes) -> None:
    with server(canned(200, EVENTS, text)) as (url, _), pytest.raises(Unavailable):
        told_by(kind, url, "follow", room="a")


@both
@pytest.mark.parametrize("call", ["contribute", "follow"])
def test_a_stream_of_another_media_type_comes_from_elsewhere(kind: str, call: str) -> None:
    args = (io.BytesIO(b"{}"),) if call == "contribute" else ()
    place = {"room": "a"} | ({"agreement": "b", "field": "c"} if args else {})
    with server(canned(200, "text/html", HTML)) as (url, _), pytest.raises(Unavailable, match="text/html"):
        told_by(kind, url, call, *args, **place)


def test_what_was_told_before_the_line_broke_holds() -> None:
    text = json.dumps(OUTCOME).encode() + b"\n"
    with server(canned(200, LINES, text, cut=9)) as (url, _), Client(url, TOKEN) as client:
        told = client.contribute(io.BytesIO(b"{}"), room="a", agreement="b", field="c")
        assert next(told).message == SEPARATORS
        with pytest.raises(Unavailable):
            next(told)


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize("wrong", ["secret\n", "sec ret", "sécret", "", "secret\r\nX-Other: 1"])
def test_a_token_that_cannot_be_one_is_not_repeated(client: Any, wrong: str) -> None:
    with pytest.raises(Malformed) as raised:
        client("http://127.0.0.1:1", wrong)
    assert "cret" not in str(raised.value)


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize(
    "wrong",
    [
        "room.example",
        "ftp://room.example",
        "http://",
        "http://[::1",
        "http://a:b@room.example",
        "",
        "http://a?b",
    ],
)
def test_an_address_that_is_none_is_malformed(client: Any, wrong: str) -> None:
    with pytest.raises(Malformed, match="the address"):
        client(wrong, TOKEN)


def test_a_client_does_not_show_its_token() -> None:
    with Client("http://127.0.0.1:1", TOKEN) as client:
        assert TOKEN not in repr(client) + repr(client._http.headers) + str(vars(client))
        with pytest.raises(Unavailable) as raised:
            client.rooms()
    assert TOKEN not in str(raised.value)


def test_all_pages_are_asked_for_one_by_one() -> None:
    item: dict[str, Any] = {
        "added": ROOM["created_at"],
        "id": "x",
        "kind": "y",
        "version": None,
        "object": {},
    }
    pages: list[dict[str, Any]] = [
        {"items": [item, item], "next": "2"},
        {"items": [], "next": "3"},
        {"items": [item]},
    ]
    answers = [canned(200, "application/json", json.dumps(page).encode()) for page in pages]
    for kind in ("sync", "async"):
        with server(*answers) as (url, heard):
            assert len(told_by(kind, url, "all_items", "a", kinds=("y",))) == 3
        assert [b"next=" in one for one in heard] == [False, True, True]
        assert all(b"kinds=y" in one for one in heard)


def test_the_package_gives_both_clients_and_stays_light() -> None:
    assert opsroom.Client is Client
    assert {"Client", "AsyncClient"} <= set(dir(opsroom))
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        _ = opsroom.nothing_of_ours
    said = "import sys, opsroom; print(sorted({'httpx', 'msgspec', 'opsroom.client'} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_refusal_by_credential_is_typed() -> None:
    problem = b'{"type":"urn:opsroom:problem:unauthenticated","title":"t","status":401}'
    answer = canned(401, "application/problem+json", problem)
    with server(answer) as (url, _), Client(url, TOKEN) as client, pytest.raises(Unauthenticated):
        client.rooms()
