"""Answers a contribution: the file is read as it streams, and each object's outcome is told once it is settled."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from msgspec import UNSET

from opsroom.core.handling import parse_handling
from opsroom.core.jsontext import split_objects
from opsroom.errors import Fault, Malformed, NotFound
from opsroom.operations import disclose, enrol
from opsroom.operations.contribute import KNOWN, Options, State, rehearse
from opsroom.operations.contribute import Outcome as Settled
from opsroom.operations.contribute import contribute as post_file
from opsroom.service.misp import events_in
from opsroom.service.reports import MOST, Particulars, report_objects
from opsroom.service.seat import Emit, Seat, streams
from opsroom.service.sights import sight
from opsroom.wire.contributions import Contribute, Outcome

CHUNK = 65_536
"""Bytes read at once."""
GZIP = b"\x1f\x8b"

_WORDS = {State.SUCCESS: "accepted", State.PENDING: "pending", State.FAILURE: "refused"}
_LABEL = ("policy", "level", "tlp", "not_to", "cites", "need_to_know", "originator_control", "pap")
_LABEL_TIMES = ("not_before", "expires")
LABEL_KEYS = frozenset({*_LABEL, *_LABEL_TIMES, "rel_to", "foreign"})
"""What a label may say where something is contributed; the field is the collection's."""
_OF_REPORTS = {"published": "date"}
"""Which field says what a report's objects state."""


@streams(Contribute)
def contribute(seat: Seat, asked: Contribute, upload: BinaryIO, emit: Emit[Outcome]) -> None:
    """A file in."""
    options = options_of(asked)
    _require_peers(seat, asked)
    collection = _collection(seat, asked)
    send = rehearse if asked.dry_run else post_file

    def watch(found: Settled) -> None:
        emit(_told(found, rehearsed=asked.dry_run))

    for raws, label in _units(seat, asked, upload, collection, options, emit):
        send(seat.node, seat.principal, asked.room, collection, raws, label, watch=watch)


def _units(
    seat: Seat, asked: Contribute, upload: BinaryIO, collection: str, options: Options, emit: Emit[Outcome]
) -> Iterator[tuple[Iterable[bytes], Options]]:
    """What goes in as one, and what is said of all of it; a MISP event is parted by the labels of its parts."""
    if asked.report is not None:
        yield _report(seat, asked, upload), options
    elif asked.misp:
        for arrived in events_in(upload, options, unstated=_unstated(seat, collection, options)):
            yield from arrived.units
            for one in arrived.reported:
                emit(Outcome(None, None, "reported", f"{one.path}: {one.what}: {one.why}"))
    else:
        yield split_objects(_chunks(upload)), options


def _unstated(seat: Seat, collection: str, options: Options) -> str:
    """The TLP of what names none: the one that is said of the file, else the collection's."""
    if options.label is not None and "tlp" in options.stated:
        return options.label.tlp
    kept = enrol.postings(seat.node, seat.principal.member, [collection]).get(collection)
    return "amber" if kept is None else kept.tlp


def options_of(asked: Contribute) -> Options:
    """What is said of everything in the file. Malformed with every fault."""
    faults = [
        Fault(path, reason)
        for wrong, path, reason in (
            (bool(asked.policy) != bool(asked.level), "policy", "goes with a level, and a level with it"),
            (asked.misp and asked.report, "misp", "is one format, and a report another: name one"),
            (asked.to_nobody and asked.rel_to, "to_nobody", "names nobody, so it stands without rel_to"),
        )
        if wrong
    ]
    if faults:
        raise Malformed(faults)
    label: dict[str, object] = {key: value for key in _LABEL if (value := getattr(asked, key))}
    label |= {key: value for key in _LABEL_TIMES if (value := getattr(asked, key)) is not None}
    label = {key: list(value) if isinstance(value, tuple) else value for key, value in label.items()}
    if asked.rel_to or asked.to_nobody:
        label["rel_to"] = list(asked.rel_to)
    if asked.foreign:
        keys = ("from", "terms", "consent")
        label["foreign"] = [dict(zip(keys, one.split(":", 2), strict=False)) for one in asked.foreign]
    return Options(
        label=parse_handling(label, "label") if label else None,
        stated=frozenset(label),
        sources=(*((id, False) for id in asked.sources), *((id, True) for id in asked.sanitised)),
        references=asked.references,
        strict=asked.strict,
    )


def _require_peers(seat: Seat, asked: Contribute) -> None:
    """Malformed where a list names nobody that the member shares an agreement with: a slip could widen."""
    if not (asked.rel_to or asked.not_to):
        return
    peers = disclose.peers(seat.node, seat.principal)
    faults = [
        Fault(key, f"you share no agreement with {name}; you do with {', '.join(sorted(peers)) or 'nobody'}")
        for key in ("rel_to", "not_to")
        for name in getattr(asked, key)
        if name not in peers
    ]
    if faults:
        raise Malformed(faults)


def _collection(seat: Seat, asked: Contribute) -> str:
    """The collection of an agreement and field. NotFound names those that the asker may know of."""
    shelves = disclose.shelves(seat.node, seat.principal, asked.room)
    for one in shelves:
        if (one.agreement, one.field) == (asked.agreement, asked.field):
            return one.id
    known = "; ".join(f"{one.field} under {one.agreement}" for one in shelves if one.agreement is not None)
    raise NotFound(
        f"{asked.room} has no {asked.field} under {asked.agreement} for you; it has: {known or 'nothing'}"
    )


def _chunks(upload: BinaryIO) -> Iterator[bytes]:
    """The file, a piece at a time, without the byte order mark that some editors put before it."""
    first = upload.read(CHUNK)
    if first.startswith(GZIP):
        raise Malformed("the file is a gzip archive: unpack it (gunzip -c FILE | opsroom contribute - ...)")
    yield first.removeprefix(BOM_UTF8)
    while chunk := upload.read(CHUNK):
        yield chunk


def _report(seat: Seat, asked: Contribute, upload: BinaryIO) -> Iterable[bytes]:
    """The objects of a report; its faults named by the fields that they lie in."""
    said = Particulars(asked.title, asked.date, asked.source_name, asked.source_url, asked.labels)
    try:
        return report_objects(seat.node, upload.read(MOST), asked.report or "report", said)
    except Malformed as error:
        faults = [replace(one, path=_OF_REPORTS.get(one.path, one.path)) for one in error.faults]
        raise Malformed(faults) from None


def _told(found: Settled, *, rehearsed: bool) -> Outcome:
    return Outcome(
        id=found.id,
        version=found.version,
        state=_WORDS[found.state],  # type: ignore[arg-type]
        message=found.message,
        known=found.message == KNOWN,
        sights=tuple(sight(one.reader.member, one) for one in found.sights) if rehearsed else UNSET,
    )
