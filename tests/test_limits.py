"""Every limit, on each door that has it: a clear answer, in the door's own form, that says the limit."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from opsroom.errors import MOST_FAULTS
from opsroom.taxii.media import TAXII
from tests import objects
from tests.fuzz.asking import Headers, Heard, Sent
from tests.fuzz.lives import LIMITS, Life, life

BODY, UPLOAD = int(LIMITS["max_body_bytes"]), int(LIMITS["max_upload_bytes"])
OBJECTS, PAGE = int(LIMITS["max_objects_per_post"]), int(LIMITS["page_size_max"])
DEEP = 5000
"""Levels of nesting: more than a decoder has stack for."""
GZIP = ((b"content-encoding", b"gzip"),)

Asking: TypeAlias = Callable[..., Heard]


@pytest.fixture(scope="module")
def world() -> Iterator[Life]:
    with life(0) as one:
        yield one


@pytest.fixture
def ask(world: Life) -> Asking:
    """Asks as Bravo; a request whose form is not that of its door's answers fails by itself."""

    def asked(method: str, target: str, body: bytes = b"", *, more: Headers = ()) -> Heard:
        headers = [
            (b"authorization", f"Bearer {world.secrets['bravo']}".encode()),
            (b"accept", TAXII.encode()),
            (b"content-type", TAXII.encode()),
            *more,
        ]
        target = target.replace("SHELF", world.told.world.collection("all", "incidents", "room"))
        target = target.replace("AGREEMENT", world.told.world.agreements["all"])
        return world.ask(Sent(method, target.encode(), headers, (body,)))

    return asked


def envelope(*raws: bytes) -> bytes:
    return b'{"objects":[' + b",".join(raws) + b"]}"


def said(heard: Heard) -> str:
    """What the answer says, in whichever form."""
    found: dict[str, Any] = json.loads(heard.body)
    faults = "; ".join(one["reason"] for one in found.get("faults", []))
    return f"{found.get('description') or found['detail']} {faults}"


SHELF = "/room/collections/SHELF/objects/"
APPROVE = "/api/rooms/room/waiting/approve"
CONTRIBUTE = "/api/rooms/room/contributions?agreement=AGREEMENT&field=incidents"
SEARCH = "/api/rooms/room/search?q="
nested = b'{"ids":' + b"[" * DEEP + b"]" * DEEP + b"}"
many = envelope(*(objects.identity(number) for number in range(OBJECTS + 1)))


@pytest.mark.parametrize(
    ("method", "target", "body", "more", "status", "limit"),
    [
        ("POST", SHELF, b" " * (BODY + 1), (), 413, f"{BODY} bytes"),
        ("POST", SHELF, b"{}", ((b"content-length", b"9" * 5000),), 413, f"{BODY} bytes"),
        ("POST", APPROVE, b" " * (BODY + 1), (), 413, f"{BODY} bytes"),
        ("POST", CONTRIBUTE, b" " * (UPLOAD + 1), (), 413, f"{UPLOAD} bytes"),
        ("POST", SHELF, many, (), 422, f"the {OBJECTS} of one POST"),
        ("POST", SHELF, nested.replace(b"ids", b"objects"), (), 400, "64 levels"),
        ("POST", APPROVE, nested, (), 400, "64 levels"),
        ("POST", SHELF, b"\x1f\x8b", GZIP, 415, "without a content coding"),
        ("POST", APPROVE, b"\x1f\x8b", GZIP, 415, "without a content coding"),
        ("POST", CONTRIBUTE, b"\x1f\x8b", GZIP, 415, "without a content coding"),
        ("GET", f"{SHELF}?limit=0", b"", (), 400, "a whole number from 1"),
        ("GET", "/api/rooms/room/items?limit=0", b"", (), 400, ">= 1"),
        ("GET", f"{SEARCH}{'a' * 1001}", b"", (), 400, "1000"),
        ("GET", SEARCH + "+".join(f"word{number}" for number in range(33)), b"", (), 400, "32"),
        ("POST", APPROVE, b'{"ids":[' + b"1," * MOST_FAULTS + b"1]}", (), 400, f"the first {MOST_FAULTS}"),
    ],
    ids=lambda one: one[:40] if isinstance(one, str) else "",
)
def test_what_is_too_much_is_refused_and_the_limit_said(
    ask: Asking, method: str, target: str, body: bytes, more: Headers, status: int, limit: str
) -> None:
    heard = ask(method, target, body, more=more)
    assert heard.status == status
    assert limit in said(heard)


def test_an_object_that_nests_too_deep_fails_alone(ask: Asking) -> None:
    deep = b'{"a":' + b"[" * 70 + b"]" * 70 + b"}"
    status = json.loads(ask("POST", SHELF, envelope(objects.identity(30), deep)).body)
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert "64 levels" in status["failures"][0]["message"]


@pytest.mark.parametrize("target", ["/room/collections/released/objects/", "/api/rooms/room/items"])
def test_a_page_is_never_larger_than_the_limit_and_says_where_to_go_on(ask: Asking, target: str) -> None:
    page = json.loads(ask("GET", f"{target}?limit=999999").body)
    assert len(page.get("objects") or page["items"]) <= PAGE
    assert page["next"]
