"""MISP feeds as they were made last, so that a server which asks for one file after another has each made once."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from opsroom.connectors.misp import Organisation, Published

KEPT = 400_000_000
"""Bytes of all of them together; the one that was asked for last is kept at any rate."""


@dataclass(slots=True)
class KeptFeed:
    """The feed of one desk, as of a state of what is released to it. `made` has each event by what it is made of."""

    made: dict[bytes, Published] = field(default_factory=dict)
    state: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        """Bytes, roughly: an event is the same bytes in both, unless one of its elements is in another too."""
        return sum(map(len, self.files.values()))


@dataclass(slots=True)
class KeptFeeds:
    """Feeds by what their UUIDs follow from and the name that they bear, the latest last."""

    feeds: "OrderedDict[tuple[UUID, Organisation], KeptFeed]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, namespace: UUID, org: Organisation) -> KeptFeed:
        """The feed, to be brought up to date under its own lock; others go where all of them are too large."""
        with self.lock:
            found = self.feeds.setdefault((namespace, org), KeptFeed())
            self.feeds.move_to_end((namespace, org))
            while len(self.feeds) > 1 and sum(one.size for one in self.feeds.values()) > KEPT:
                self.feeds.popitem(last=False)
            return found
