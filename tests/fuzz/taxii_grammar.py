"""Requests of TAXII, right and wrong: a grammar of targets, headers and bodies."""

import json
import random

from opsroom.taxii.media import STIX, TAXII
from tests import objects
from tests.fuzz.asking import Sent
from tests.fuzz.lives import Life, credential
from tests.fuzz.mutations import broken, escaped, pieces, spoiled, value, word

METHODS = ("GET",) * 40 + ("POST",) * 40 + ("DELETE",) * 5 + ("HEAD", "HEAD", "PUT", "BREW")
ROUTES = (
    "/taxii2/",
    "/{room}/",
    "/{room}/status/{status}/",
    "/{room}/collections/",
    "/{room}/collections/{shelf}/",
    "/{room}/collections/{shelf}/manifest/",
    *("/{room}/collections/{shelf}/objects/",) * 6,
    *("/{room}/collections/{shelf}/objects/{item}/",) * 3,
    "/{room}/collections/{shelf}/objects/{item}/versions/",
)
OF_METHOD = {
    "POST": ("/{room}/collections/{shelf}/objects/",),
    "DELETE": ("/{room}/collections/{shelf}/objects/{item}/",),
}
PARAMETERS = {
    "added_after": (
        "2026-01-01T00:00:00Z",
        "2026-03-01T12:00:00.123456789Z",
        "2027-01-01T00:00:00.000Z",
        "now",
    ),
    "limit": ("1", "2", "007", "999999999999999999", "0", "-1", "1.0", "٣"),
    "next": ("AAAA", "bm90aGluZw"),
    "match[id]": (),
    "match[type]": ("identity", "identity,malware", "relationship", "Identity", "x--y"),
    "match[version]": ("last", "first", "all", "last,first", "all,last", f"{objects.CREATED},last"),
    "match[spec_version]": ("2.1", "2.0", "2.1,2.0", "2", "2.1.0"),
}
MEDIA = (
    TAXII,
    STIX,
    "application/taxii+json",
    "application/json",
    "*/*",
    "",
    "text/html, */*;q=0",
    "a/b;;=;",
)
ENCODINGS = (b"identity", b"gzip", b"br", b"gzip, identity", b"", b"\xff")
OTHERS = (
    (b"range", b"bytes=0-10"),
    (b"range", b"items 0-1"),
    (b"expect", b"100-continue"),
    (b"if-none-match", b"*"),
    (b"content-length", b"1"),
    (b"content-length", b"9" * 5000),
    (b"content-length", b"-5"),
    (b"transfer-encoding", b"chunked"),
    (b"x-http-method-override", b"DELETE"),
    (b"x-forwarded-for", b"127.0.0.1"),
    (b"cookie", b"a=b; \xff=\xfe"),
    (b"host", b"\xff\xff"),
)


def request(chance: random.Random, life: Life) -> Sent:
    """The next request."""
    method = chance.choice(METHODS)
    target = _path(chance, life, method)
    if chance.random() < (0.4 if method == "GET" else 0.1):
        target += b"?" + _query(chance, life)
    body = _body(chance, life) if method in ("POST", "PUT") or chance.random() < 0.02 else b""
    parts = pieces(chance, body) if body else ()
    return Sent(method, target, tuple(_headers(chance, life, method)), parts, cut=chance.random() < 0.01)


def _path(chance: random.Random, life: Life, method: str) -> bytes:
    of = life.any_names(chance)
    known = {
        "room": of.room,
        "status": of.item[10:],
        "shelf": "released" if chance.random() < (0.3 if method == "GET" else 0.05) else of.collection,
        "item": chance.choice([of.item, objects.numbered("identity", chance.randrange(60))]),
    }
    route = chance.choice(ROUTES if chance.random() < 0.05 else OF_METHOD.get(method, ROUTES))
    segments = []
    for segment in route.strip("/").split("/"):
        text = known.get(segment[1:-1], segment)
        segments.append(escaped(chance, text if chance.random() < 0.97 else word(chance, [text]), "-._~"))
    found = b"/" + b"/".join(segments) + chance.choice([b"/", b"/", b"/", b"", b"//"])
    return broken(chance, found).replace(b"?", b"") if chance.random() < 0.03 else found


def _query(chance: random.Random, life: Life) -> bytes:
    of = life.any_names(chance)
    found = []
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        name = chance.choice(list(PARAMETERS))
        known = PARAMETERS[name] or (
            of.item,
            f"{of.item},{objects.numbered('identity', 2)}",
            "identity--x",
            ",",
        )
        text = chance.choice(known) if chance.random() < 0.8 else word(chance, known)
        name = name if chance.random() < 0.95 else word(chance, [name])
        found.append(escaped(chance, name, "[]_-") + b"=" + escaped(chance, text, ",:-.[]"))
    query = chance.choice([b"&", b"&", b"&", b"&&", b";"]).join(found)
    return broken(chance, query) if chance.random() < 0.05 else query


def _headers(chance: random.Random, life: Life, method: str) -> list[tuple[bytes, bytes]]:
    right = chance.random() < 0.9
    found = [(b"accept", TAXII.encode() if right else chance.choice(MEDIA).encode())]
    if method == "POST":
        right = chance.random() < 0.95
        found.append((b"content-type", TAXII.encode() if right else chance.choice(MEDIA).encode()))
    if (one := credential(chance, life)) is not None:
        found.append(one)
    if chance.random() < 0.03:
        found.append((b"content-encoding", chance.choice(ENCODINGS)))
    if chance.random() < 0.1:
        found.append(chance.choice(OTHERS))
    return found


def _body(chance: random.Random, life: Life) -> bytes:
    """An envelope, mostly."""
    of = life.any_names(chance)
    count = chance.choice([0, 1, 1, 1, 1, 1, 2, 3, 5, 13, 40])
    listed = [json.loads(_stix_object(chance, of.item)) for _ in range(count)]
    envelope: object = {"objects": listed}
    kind = chance.random()
    if kind < 0.03:
        envelope = {"type": "bundle", "id": objects.numbered("bundle", 1), "objects": listed}
    elif kind < 0.06:
        envelope = {"more": True, "next": "x", "objects": listed, "other": value(chance)}
    elif kind < 0.08:
        envelope = value(chance)
    elif kind < 0.1:
        return chance.choice([b'{"objects":', b'{"x":1,"objects":[{"a":']) + b"[" * 3000
    elif kind < 0.7:
        return json.dumps(envelope).encode()
    return spoiled(chance, envelope)


def _stix_object(chance: random.Random, other: str) -> bytes:
    """A valid object, new or known, that may refer to another."""
    number = chance.randrange(60)
    own = objects.numbered("identity", number)
    seen = {
        "pattern": "[ipv4-addr:value = '198.51.100.7' OR file:size > 10]",
        "pattern_type": "stix",
        "valid_from": objects.CREATED,
    }
    marked = [objects.numbered("marking-definition", number)]
    made = (
        lambda: objects.identity(number),
        lambda: objects.identity(number, description="evil.example 198.51.100.7"),
        lambda: objects.identity(number, modified=f"2026-02-0{chance.randrange(1, 10)}T00:00:00.000Z"),
        lambda: objects.identity(number, revoked=True),
        lambda: objects.identity(number, object_marking_refs=marked),
        lambda: objects.malware(number),
        lambda: objects.relationship(number, other, objects.numbered("malware", number)),
        lambda: objects.report(number, [other, own]),
        lambda: objects.statement(number),
        lambda: objects.handling_marking(number, tlp="red", rel_to=["bravo"]),
        lambda: objects.encoded(objects.common("indicator", number, **seen)),
    )
    return chance.choice(made)()
