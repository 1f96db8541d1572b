"""The form that every answer of the API has: what the OpenAPI document says of its request."""

import msgspec

from opsroom.api.routes import find
from opsroom.wire.following import Departure
from opsroom.wire.items import Item
from opsroom.wire.misp import File
from opsroom.wire.notices import Notice
from opsroom.wire.problems import MEDIA_TYPE, Problem
from opsroom.wire.request import EVENTS, LINES, PREFIX, answer_type
from tests.fuzz.asking import STREAMING, Heard, Sent

EVENTS_OF = {"added": Item, "withdrawn": Departure, "narrowed": Notice, "restored": Notice}
STATUSES = {200, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429}


def form(sent: Sent, heard: Heard) -> None:
    """Raises AssertionError where the answer is none that the document names."""
    assert heard.status in STATUSES, "a status that this door does not have"
    assert heard.header(b"cache-control") == b"no-store", "the answer could be kept"
    assert not heard.header(b"location"), "a redirect"
    if heard.status >= 400:
        assert heard.header(b"content-type") == MEDIA_TYPE.encode(), "no problem document"
        problem = msgspec.json.decode(heard.body, type=Problem, strict=True)
        assert problem.status == heard.status, "the problem is of another status"
        assert problem.detail, "nothing says what to do"
        assert (heard.status == 401) == bool(heard.header(b"www-authenticate"))
        assert (heard.status == 405) == bool(heard.header(b"allow"))
        return
    path = sent.path.decode("latin-1")
    if path.rstrip("/") not in (PREFIX, f"{PREFIX}/openapi.json"):
        _of_request(path, sent.method, heard)


def _of_request(path: str, method: str, heard: Heard) -> None:
    kind = find(path).kinds["GET" if method == "HEAD" else method]
    answer = answer_type(kind)
    media_type = heard.header(b"content-type").decode()
    if kind.EVENTS:
        assert media_type == EVENTS
        _events(heard.body, method)
    elif kind.STREAMED:
        assert media_type == LINES
        for line in heard.body.splitlines():
            if line.startswith(b'{"problem":'):
                problem = msgspec.json.decode(line, type=dict[str, Problem])["problem"]
                assert problem.status < 500, "a request made the server fail, once its answer had begun"
            else:
                msgspec.json.decode(line, type=answer)
    elif answer is File:
        assert media_type
    else:
        assert media_type == "application/json"
        msgspec.json.decode(heard.body, type=answer)


def _events(body: bytes, method: str) -> None:
    if method == "HEAD":
        return
    assert body.startswith(STREAMING)
    for block in body.split(b"\n\n")[1:]:
        if not block or block == b":":
            continue
        lines = dict(line.split(b": ", 1) for line in block.splitlines())
        assert lines.keys() == {b"id", b"event", b"data"}
        msgspec.json.decode(lines[b"data"], type=EVENTS_OF[lines[b"event"].decode()])
