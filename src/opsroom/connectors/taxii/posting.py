"""Objects out to a TAXII collection: envelopes of a size that the server takes, each seen through to its end.

An object that the server refuses is told with its reason. What a server has already it may refuse (section 5.5 leaves
that open), so a run that is repeated can end with refusals of what arrived the first time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsroom.connectors.origin import Origin, Reply, plain
from opsroom.connectors.taxii.finding import Place
from opsroom.connectors.taxii.resources import TAXII, Detail, Status, asked, read, spoken
from opsroom.core.stix.objects import kept
from opsroom.errors import Refused

MOST_BYTES = 5_000_000
"""Bytes of one envelope, where the server takes more or does not say."""
MOST_OBJECTS = 500
LOOKS = 4
"""How often a status that is pending is looked at, with growing pauses; it may wait for a person."""
FAULTS = 20
"""Envelopes in a row that may be turned away before it is the server that is at fault."""
_TURNED_AWAY = frozenset({400, 413, 422, 500})
_HEAD, _TAIL = b'{"objects":[', b"]}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one envelope. `pending`: the server had not settled so many when it was last asked.

    `unnamed`: it refused so many more than it names in `failures`.
    """

    objects: int
    taken: int
    failures: tuple[Detail, ...]
    pending: int
    unnamed: int = 0


def post(origin: Origin, place: Place, raws: Iterable[bytes]) -> Iterator[Sent]:
    """Posts objects as they are, envelope by envelope; each is told once it is settled.

    Some servers turn a whole envelope away for one object in it: it is posted again in halves, down to that object.
    Refused where the collection takes nothing.
    """
    if not place.collection.can_write:
        raise Refused(f'the collection "{plain(place.collection.title)}" takes no objects from you')
    most = min(place.most or MOST_BYTES, MOST_BYTES) - len(_HEAD) - len(_TAIL)
    failed = 0
    pending = list(_batches(raws, most))[::-1]
    while pending:
        batch = pending.pop()
        if len(batch[0]) > most:
            yield _failed(batch[0], f"it is larger than the {most:,} bytes that the server takes")
            continue
        reply = _posted(origin, place, batch)
        failed = failed + 1 if reply.status in _TURNED_AWAY else 0
        if not failed or failed > FAULTS:
            yield _settled(origin, place, len(batch), read(spoken(reply.require(202, 200)), Status))
        elif len(batch) == 1:
            yield _failed(batch[0], f"the server answers {reply.status}{reply.said}")
        else:
            half = len(batch) // 2
            pending += [batch[half:], batch[:half]]


def _posted(origin: Origin, place: Place, batch: list[bytes]) -> Reply:
    return origin.ask(
        "POST",
        f"{place.url}objects/",
        accept=TAXII,
        content=_HEAD + b",".join(batch) + _TAIL,
        headers={"Content-Type": TAXII},
    )


def _failed(raw: bytes, message: str) -> Sent:
    found = kept(raw)
    return Sent(1, 0, (Detail(found.id, found.version, message),), 0)


def _settled(origin: Origin, place: Place, objects: int, status: Status) -> Sent:
    """The status once nothing is pending, or when there is no more patience."""
    url = origin.at(f"status/{status.id}/", base=place.root)
    for look in range(LOOKS):
        if status.status == "complete":
            break
        origin.wait(2.0**look)
        status = read(asked(origin, url), Status)
    failures = tuple(map(_shown, status.failures))
    unnamed = max(status.failure_count - len(failures), 0)
    return Sent(objects, status.success_count, failures, status.pending_count, unnamed)


def _shown(one: Detail) -> Detail:
    return Detail(plain(one.id), one.version and plain(one.version), plain(one.message))


def _batches(raws: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """Envelopes of `most` bytes, or one object that is larger."""
    batch: list[bytes] = []
    size = 0
    for raw in raws:
        if batch and (size + len(raw) > most or len(batch) == MOST_OBJECTS):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw) + 1
    if batch:
        yield batch
