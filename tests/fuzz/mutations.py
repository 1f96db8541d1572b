"""Wrong texts, wrong JSON and wrong bytes, drawn from one source of chance."""

import json
import random
from collections.abc import Sequence
from typing import Any

WORDS = (
    "", " ", "x", "-", "..", "%", "%00", "%zz", "%2e%2e%2f", "null", "true", "0", "-1", "1e999", "NaN", "all",
    "last", "a" * 300, "b" * 5000, "naïve", "日本", "\U0001f600", "\u202e", "\u0000", "\ufeff", "'", '"', "\\",
    "<b>", "{room}", "' OR 1=1 --", "$ne", "../../etc/passwd", "0" * 400, "9" * 30, "2026-02-30T00:00:00Z",
    "2026-03-01T12:00:60Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-03-01", "P1Y",
    "released", "taxii2", "api",
)  # fmt: skip
"""Texts of which some are right somewhere and most nowhere."""
TOKENS = (
    b"NaN", b"-Infinity", b"1e999", b"-0", b"00", b"1.", b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"\xff"',
    b"\xef\xbb\xbf", b"\x00", b"{", b"}", b"[", b"]", b'"', b",", b":", b"'", b"null", b"\xed\xa0\x80",
    b"9" * 5000, b'{"a":1,"a":2}', b'{"type":1,"type":"identity"}', b"[" * 70, b'{"a":' * 70, b"[" * 3000,
    b'{"a":' * 3000,
)  # fmt: skip
"""Bytes that JSON, or what is asked of it, does not take."""
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 2**64, -(2**70), 10**400, 1.5, 1e308, "\x7f",
    [], {}, [[]], {"": ""}, [None], {"a": {"b": [1]}},
)  # fmt: skip


def word(chance: random.Random, known: Sequence[str] = ()) -> str:
    """A text: one of the known mostly, or a wrong one, or two of them run together."""
    if known and chance.random() < 0.6:
        return chance.choice(known)
    if chance.random() < 0.8:
        return chance.choice(WORDS)
    return chance.choice(WORDS) + chance.choice([*known, *WORDS])


def value(chance: random.Random) -> Any:
    """A JSON value of any kind."""
    return chance.choice(VALUES) if chance.random() < 0.5 else chance.choice(WORDS)


def changed(chance: random.Random, tree: Any) -> Any:
    """The same JSON with one place of it replaced, left out, doubled or filled."""
    if isinstance(tree, dict) and tree and chance.random() < 0.85:
        found = dict(tree)
        name = chance.choice(list(found))
        kind = chance.randrange(8)
        if kind == 0:
            del found[name]
        elif kind == 1:
            found[chance.choice(WORDS)] = value(chance)
        elif kind == 2:
            found[name] = [found[name]]
        else:
            found[name] = changed(chance, found[name])
        return found
    if isinstance(tree, list) and tree and chance.random() < 0.85:
        place = chance.randrange(len(tree))
        one = changed(chance, tree[place])
        kept = chance.choice([tree[:place], tree[: place + 1]])
        return [*kept, one, *tree[place + 1 :]] if chance.random() < 0.9 else [*tree, *tree]
    return value(chance)


def broken(chance: random.Random, raw: bytes) -> bytes:
    """The same bytes with one stretch of them flipped, cut, doubled or stuffed."""
    place = chance.randrange(len(raw) + 1)
    upto = min(len(raw), place + chance.choice([0, 1, 1, 2, 8, 40]))
    kind = chance.randrange(6)
    if kind == 0:
        return raw[:place]
    if kind == 1:
        return raw[:place] + raw[upto:]
    if kind == 2:
        return raw[:upto] + raw[place:upto] * chance.choice([1, 2, 100]) + raw[upto:]
    if kind == 3 and place < len(raw):
        return raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :]
    if kind == 4:
        return raw[:place] + chance.randbytes(chance.randrange(1, 9)) + raw[upto:]
    return raw[:place] + chance.choice(TOKENS) + raw[upto:]


def spoiled(chance: random.Random, tree: Any) -> bytes:
    """JSON as bytes: as it is, or with some things wrong in it."""
    for _ in range(chance.choice([0, 0, 1, 1, 2, 4])):
        tree = changed(chance, tree)
    raw = json.dumps(tree, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        raw = broken(chance, raw)
    return raw


def pieces(chance: random.Random, raw: bytes) -> tuple[bytes, ...]:
    """A body as it may arrive."""
    if chance.random() < 0.8 or len(raw) < 2:
        return (raw,)
    place = chance.randrange(len(raw))
    return raw[:place], b"", raw[place:]


def escaped(chance: random.Random, text: str, safe: str) -> bytes:
    """A part of a target: percent-encoded, mostly; or as it is, or wrongly."""
    raw = text.encode(errors="surrogatepass")
    kept = safe.encode()
    if chance.random() < 0.05:
        raw += chance.choice([b"%ff", b"%ED%A0%80", b"%", b"%0", b"%C0%80", b"%25", b"+"])
        kept += b"%+"
    return b"".join(
        bytes([one]) if chr(one).isascii() and (chr(one).isalnum() or one in kept) else b"%%%02X" % one
        for one in raw
    )
