"""MISP at the desk: events in as units with their own labels, and what is released out as a feed."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from uuid import NAMESPACE_URL, UUID, uuid5

from opsroom.connectors.misp import Organisation, Report, converted, events_from, events_of, feed
from opsroom.core.handling import Handling, bound
from opsroom.errors import Malformed, NotFound
from opsroom.operations import disclose
from opsroom.operations.contribute import Options
from opsroom.operations.disclose import LAST, RELEASED, Match
from opsroom.service.seat import Seat, answers
from opsroom.wire.misp import File, MispFeed

MOST = 100_000_000
"""Bytes of MISP events that one file may have: they are converted in memory."""
FEEDS = 4
"""Feeds that are kept as they were converted."""
_PAGE = 5000
_NEWEST = Match(versions=frozenset({LAST}))


@dataclass(frozen=True, slots=True)
class Arrived:
    """One event: its units, each with what is said of it, and what of it did not arrive."""

    units: tuple[tuple[Sequence[bytes], Options], ...]
    reported: tuple[Report, ...]


def events_in(upload: BinaryIO, options: Options, *, unstated: str) -> Iterator[Arrived]:
    """The events of a file; what `options` say narrows what the events say. `unstated`: the TLP of no TLP."""
    text = upload.read(MOST + 1)
    if len(text) > MOST:
        raise Malformed(f"the file is larger than {MOST:,} bytes: export the events in parts")
    for event in events_of(text):
        found = converted(event, unstated=unstated)
        units = tuple(
            (one.objects, _narrowed(options, one.label, one.stated)) for one in found.parts if one.objects
        )
        yield Arrived(units, tuple(found.reported))


def _narrowed(options: Options, label: Handling, stated: frozenset[str]) -> Options:
    """What is said of a part: its event's words, narrowed by those of whoever contributes it."""
    given = options.label
    if given is None:
        return replace(options, label=label, stated=stated)
    tlps = [one.tlp for one, keys in ((label, stated), (given, options.stated)) if "tlp" in keys]
    both = bound(label, (given, options.stated - {"tlp"}), on_object=tlps)
    return replace(options, label=both, stated=stated | options.stated)


@dataclass(slots=True)
class _Kept:
    """Feeds by the digest of what they are made of, the latest last."""

    feeds: "OrderedDict[bytes, Mapping[str, bytes]]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, objects: list[bytes], namespace: UUID, org: Organisation) -> Mapping[str, bytes]:
        key = _digest([namespace.bytes, *objects])
        with self.lock:
            if key not in self.feeds:
                self.feeds[key] = feed(events_from(objects, namespace=namespace, org=org))
            self.feeds.move_to_end(key)
            while len(self.feeds) > FEEDS:
                self.feeds.popitem(last=False)
            return self.feeds[key]


_KEPT = _Kept()


@answers(MispFeed)
def misp_feed(seat: Seat, asked: MispFeed) -> File:
    """One file of the feed that is made of all that is released to the asker, by its newest versions."""
    room = disclose.room(seat.node, seat.principal, asked.room)
    objects: list[bytes] = []
    after, more = 0, True
    while more:
        page = disclose.page(
            seat.node, seat.principal, room.name, RELEASED, after=after, limit=_PAGE, match=_NEWEST
        )
        objects += [one.body for one in page.entries]
        after, more = page.last or after, page.more
    namespace = uuid5(NAMESPACE_URL, f"opsroom:{seat.principal.desk.id}:{room.name}")
    org = Organisation(room.title, str(uuid5(namespace, "org")))
    content = _KEPT.of(objects, namespace, org).get(asked.file)
    if content is None:
        raise NotFound("the feed has no such file")
    return File("text/csv" if asked.file.endswith(".csv") else "application/json", content)


def _digest(parts: Iterable[bytes]) -> bytes:
    found = hashlib.sha256()
    for one in parts:
        found.update(len(one).to_bytes(8, "big") + one)
    return found.digest()
