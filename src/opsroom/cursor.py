"""Cursors: the `next` of a page (TAXII 2.1 section 3.5), opaque and authenticated.

A cursor says after which tick of the reader's own feed to go on. It holds for the desk, the collection and
the filters that it was made for, and for nothing else: a forged or a foreign one is a malformed parameter.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from opsroom.core.canonical import canonical
from opsroom.core.feed import Tick
from opsroom.errors import Fault, Malformed

_TICK, _SEAL = 8, 16


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors under one key, which is the node's and is kept in its store."""

    key: bytes

    def sealed(self, tick: Tick, *, to: "Bound") -> str:
        """The cursor of a place in what it is bound to."""
        place = tick.to_bytes(_TICK, "big")
        return base64.urlsafe_b64encode(place + self._seal(place, to)).decode()

    def opened(self, text: str, *, to: "Bound", called: str = "next") -> Tick:
        """The place that a cursor names. Malformed where it was not made for this; `called` names it there."""
        try:
            raw = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            raw = b""
        place, seal = raw[:_TICK], raw[_TICK:]
        if not hmac.compare_digest(seal, self._seal(place, to)):
            raise Malformed(
                [
                    Fault(
                        called, "was not given out for this query: send it with the filters of the first page"
                    )
                ]
            )
        return int.from_bytes(place, "big")

    def _seal(self, place: bytes, to: "Bound") -> bytes:
        return hmac.digest(self.key, place + to.text, hashlib.sha256)[:_SEAL]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a cursor holds for. `path` is the endpoint with its room and collection, as requested."""

    desk: str
    path: tuple[str, ...]
    filters: bytes

    @property
    def text(self) -> bytes:
        """One text for it."""
        return canonical([self.desk, *self.path]) + self.filters
