"""A MISP feed at an address or in a directory: `manifest.json` and `UUID.json`; the events that are new or changed.

1. An event is read where the manifest gives it another timestamp than the one that was contributed. Each is a unit.
2. One that cannot be read, or is refused, is missing and is tried again the next time; the others go on.
3. One that the manifest names no more is counted. What was contributed of it stays: a feed recalls nothing.
"""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import msgspec

from opsroom.connectors.origin import Misbehaved, Origin
from opsroom.connectors.sync import Batch, SyncFile, Tally
from opsroom.core.identifiers import is_uuid
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound

MANIFEST = "manifest.json"
_SECOND = 1_000_000


class _Entry(msgspec.Struct):
    """What a manifest says of an event; seconds since the epoch."""

    timestamp: int | str


Read = Callable[[str], bytes]


def misp_feed(
    source: Origin | Path, file: SyncFile, tally: Tally, *, since: Instant | None = None
) -> Iterator[Batch]:
    """The events of a feed that are not contributed as they stand, oldest change first; `since`: changed from then."""
    read = _fetching(source) if isinstance(source, Origin) else _opening(source)
    stamps = _manifest(read(MANIFEST), source)
    known = file.now.events
    fresh = [uuid for uuid in sorted(stamps, key=stamps.__getitem__) if known.get(uuid) != str(stamps[uuid])]
    wanted = [uuid for uuid in fresh if since is None or stamps[uuid] * _SECOND >= since]
    tally.count(
        listed=len(stamps),
        unchanged=len(stamps) - len(fresh),
        older=len(fresh) - len(wanted),
        gone=len(known.keys() - stamps.keys()),
        read=0,
    )
    for uuid in wanted:
        try:
            text = read(f"{uuid}.json")
        except (NotFound, Misbehaved) as error:
            tally.missing.append(f"{uuid}: {error}")
            continue
        tally.count(read=1)
        after = msgspec.structs.replace(file.now, events={**file.now.events, uuid: str(stamps[uuid])})
        yield Batch(uuid, partial(BytesIO, text), after, misp=True)
    tally.complete = not tally.missing


def _manifest(text: bytes, source: Origin | Path) -> dict[str, int]:
    """The timestamp of each event by its UUID. Misbehaved where one has none, or a name that is no UUID."""
    where = source.url if isinstance(source, Origin) else str(source)
    try:
        found = msgspec.json.decode(text, type=dict[str, _Entry])
        stamps = {uuid: int(one.timestamp) for uuid, one in found.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise Misbehaved(f"{where} has no manifest of a MISP feed: {error}") from None
    if strange := [uuid for uuid in stamps if not is_uuid(uuid)]:
        raise Misbehaved(
            f"{where} lists {strange[0]!r}, which names no event: a UUID in lower case is wanted"
        )
    return stamps


def _fetching(origin: Origin) -> Read:
    base = origin.url.removesuffix(MANIFEST)
    base = base if base.endswith("/") else f"{base}/"

    def read(name: str) -> bytes:
        reply = origin.ask("GET", base + name, accept="application/json")
        if name != MANIFEST and reply.status not in (200, 401):
            raise Misbehaved(f"{reply.url} answers {reply.status}{reply.said}")
        return reply.require().body

    return read


def _opening(directory: Path) -> Read:
    def read(name: str) -> bytes:
        try:
            return (directory / name).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"there is no {name} in {directory}") from None
        except OSError as error:
            raise Misbehaved(f"{directory / name} cannot be read: {error.strerror}") from None

    return read
