"""Credentials as a request carries them: Basic (RFC 7617) and Bearer (RFC 6750).

`Token`, which TAXII clients in wide use say for Bearer, is read like it; the challenges name the two standards.
"""

import base64
import binascii
from dataclasses import dataclass

from opsroom.errors import Unauthenticated
from opsroom.node import Node
from opsroom.principals import Principal, authenticate

CHALLENGES = ('Basic realm="opsroom", charset="UTF-8"', 'Bearer realm="opsroom"')
_BEARERS = frozenset({"bearer", "token"})


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request presents. `user` None: Bearer, which names nobody."""

    secret: str
    user: str | None = None


def admitted(node: Node, header: str | None) -> Principal:
    """Who asks, by an `Authorization` header. Unauthenticated for whatever reason."""
    presented = read(header)
    with node.store.reading() as snapshot:
        return authenticate(snapshot, secret=presented.secret, user=presented.user, at=node.clock.now())


def read(header: str | None) -> Presented:
    """The credential in an `Authorization` header. Unauthenticated where there is none to be read."""
    scheme, _, value = (header or "").strip().partition(" ")
    value = value.strip()
    if scheme.lower() in _BEARERS and value:
        return Presented(value)
    if scheme.lower() == "basic":
        user, colon, secret = _decoded(value).partition(":")
        if colon:
            return Presented(secret, user)
    raise Unauthenticated("a Basic or Bearer credential is wanted")


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unauthenticated("the Basic credential cannot be read") from None
