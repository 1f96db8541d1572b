"""Requests of the API, right and wrong: what `ASKED` asks, with something of it spoiled."""

import random
from typing import Any

from opsroom.wire.request import PREFIX, Request, in_query, path_fields
from tests.confidentiality.asked import ASKED
from tests.fuzz.asking import Sent
from tests.fuzz.lives import Life, credential
from tests.fuzz.mutations import broken, escaped, pieces, spoiled, word

KINDS = sorted(ASKED, key=lambda one: one.__name__)
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "BREW")
OTHERS = (
    (b"last-event-id", b"AAAA"),
    (b"last-event-id", b"\xff\xfe"),
    (b"content-encoding", b"gzip"),
    (b"content-encoding", b"identity"),
    (b"content-type", b"text/plain; charset=utf-7"),
    (b"accept", b"application/xml"),
    (b"range", b"bytes=0-1"),
    (b"content-length", b"9" * 5000),
)


def request(chance: random.Random, life: Life) -> Sent:
    """The next request."""
    kind = chance.choice(KINDS)
    given = dict(chance.choice(ASKED[kind](life.any_names(chance))))
    upload = given.pop("upload", b"")
    method = kind.METHOD if chance.random() < 0.97 else chance.choice(METHODS)
    target = PREFIX.encode() + _path(chance, kind, given)
    if in_query(kind):
        if given or chance.random() < 0.1:
            target += b"?" + _query(chance, given)
        body = broken(chance, upload) if chance.random() < 0.4 else upload
    else:
        body = spoiled(chance, given)
    parts = pieces(chance, body) if body else ()
    return Sent(method, target, tuple(_headers(chance, life)), parts, cut=chance.random() < 0.01)


def _path(chance: random.Random, kind: type[Request[Any]], given: dict[str, Any]) -> bytes:
    fields = {f"{{{name}}}": str(given.pop(name)) for name in path_fields(kind)}
    segments = []
    for segment in kind.PATH.split("/"):
        text = fields.get(segment, segment)
        right = not segment or chance.random() < 0.97
        segments.append(escaped(chance, text if right else word(chance, [text]), "-._~"))
    end = chance.choice([b"", b"/", b"//"]) if chance.random() < 0.1 else b""
    return b"/".join(segments) + end


def _query(chance: random.Random, given: dict[str, Any]) -> bytes:
    pairs = [
        (name, str(one))
        for name, value in given.items()
        for one in (value if isinstance(value, list | tuple) else [value])
    ]
    if chance.random() < 0.3:
        pairs.append((word(chance, list(given)), word(chance)))
    if pairs and chance.random() < 0.3:
        name, value = chance.choice(pairs)
        pairs.append((name, word(chance, [value])))
    if pairs and chance.random() < 0.1:
        pairs.pop(chance.randrange(len(pairs)))
    query = b"&".join(escaped(chance, name, "_-") + b"=" + escaped(chance, one, ":-.") for name, one in pairs)
    return broken(chance, query) if chance.random() < 0.05 else query


def _headers(chance: random.Random, life: Life) -> list[tuple[bytes, bytes]]:
    found = [] if (one := credential(chance, life)) is None else [one]
    if chance.random() < 0.1:
        found.append(chance.choice(OTHERS))
    return found
