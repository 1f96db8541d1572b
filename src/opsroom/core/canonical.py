"""One byte form for one value (RFC 8785, JSON Canonicalization Scheme), and the digest that names bytes."""

import hashlib
import re
from typing import Any, cast

import rfc8785

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def canonical(value: object) -> bytes:
    """`value` (dict, list, tuple, str, int, float, bool, None) as canonical JSON.

    ValueError for what I-JSON cannot carry: NaN, infinities, integers beyond 2**53 - 1, lone surrogates,
    names that are no strings, any other type.

    >>> canonical({"b": 1.0, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    return rfc8785.dumps(cast(Any, value))


def digest(data: bytes) -> str:
    """The name of `data`: `sha256:` and 64 lower-case hex digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def is_digest(text: str) -> bool:
    """Whether `text` has the form of a digest.

    >>> is_digest(digest(b"")), is_digest("sha256:1")
    (True, False)
    """
    return _DIGEST.fullmatch(text) is not None
