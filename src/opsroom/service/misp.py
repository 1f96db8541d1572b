"""MISP at the desk: events in as units with their own labels, and what is released out as a feed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from opsroom.connectors.misp import (
    Organisation,
    Report,
    converted,
    events_from,
    events_of,
    feed,
)
from opsroom.core.handling import Handling, bound
from opsroom.errors import Malformed, NotFound
from opsroom.operations import disclose
from opsroom.operations.contribute import Options
from opsroom.operations.disclose import LAST, RELEASED, Disclosed, Match
from opsroom.service.seat import Seat, answers
from opsroom.wire.misp import File, MispFeed

MOST = 100_000_000
"""Bytes of MISP events that one file may have: they are converted in memory."""
MOST_ELEMENTS = 100_000
"""Elements of MISP events that one file may have: each takes some 25 KB and some milliseconds to convert."""
_PAGE = 5000
_TICKS_A_SECOND = 1_000_000
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
    events = events_of(text)
    if sum(1 for event in events for _ in event.walk()) > MOST_ELEMENTS:
        raise Malformed(f"the file has more than {MOST_ELEMENTS:,} elements: export the events in parts")
    for event in events:
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


@answers(MispFeed)
def misp_feed(seat: Seat, asked: MispFeed) -> File:
    """One file of the feed that is made of all that is released to the asker, by its newest versions.

    A server asks for the manifest and then for one event after another: it is made anew only where what is released
    changed, and of that only the events that changed.
    """
    room = disclose.room(seat.node, seat.principal, asked.room)
    namespace = uuid5(NAMESPACE_URL, f"opsroom:{seat.principal.desk.id}:{room.name}")
    org = Organisation(room.title, str(uuid5(namespace, "org")))
    state = disclose.state(seat.node, seat.principal, room.name)
    kept = seat.service.feeds.of(namespace, org)
    with kept.lock:
        if kept.state != state:
            released = _released(seat, room.name)
            bodies = [one.body for one in released]
            made = events_from(bodies, namespace=namespace, org=org, came=_came(released), made=kept.made)
            kept.files = feed(made)
            kept.state = state
        content = kept.files.get(asked.file)
    if content is None:
        raise NotFound("the feed has no such file")
    return File("text/csv" if asked.file.endswith(".csv") else "application/json", content)


def _released(seat: Seat, room: str) -> list[Disclosed]:
    shown: list[Disclosed] = []
    after, more = 0, True
    while more:
        page = disclose.page(
            seat.node, seat.principal, room, RELEASED, after=after, limit=_PAGE, match=_NEWEST
        )
        shown += page.entries
        after, more = page.last or after, page.more
    return shown


def _came(shown: Iterable[Disclosed]) -> dict[str, int]:
    """By STIX id the second since 1970 in which it came to the reader, the latest."""
    found: dict[str, int] = {}
    for one in shown:
        found[one.id] = max(one.added // _TICKS_A_SECOND, found.get(one.id, 0))
    return found
