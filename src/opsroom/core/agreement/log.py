"""From what is kept of agreements to the facts that are compiled to edges.

Entries were verified when they were recorded; here they are only read. `known_at` replays what was known at
a recording instant: whatever was recorded later is left out.
"""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from opsroom.core.agreement.events import Event, Record, SignedVersion, read_scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.record import Entry, VersionRow
from opsroom.core.agreement.terms import read_party
from opsroom.core.reading import Reader
from opsroom.core.timestamps import Instant
from opsroom.errors import Fault, Malformed


@lru_cache(maxsize=2048)
def agreement_of(row: VersionRow) -> Agreement:
    """The version that a row keeps, read once: rows never change, and every change of one reads them all."""
    return parse_agreement(msgspec.json.decode(row.content))


def records(
    versions: Iterable[VersionRow], entries: Iterable[Entry], *, known_at: Instant | None = None
) -> list[Record]:
    """The record of each agreement, by id. `versions` by number, `entries` by position, within an agreement."""
    known_versions: dict[str, list[VersionRow]] = {}
    for row in versions:
        if known_at is None or row.recorded_at <= known_at:
            known_versions.setdefault(row.agreement, []).append(row)
    known_entries: dict[str, list[Entry]] = {}
    for entry in entries:
        if known_at is None or entry.recorded_at <= known_at:
            known_entries.setdefault(entry.agreement, []).append(entry)
    return [
        record(rows, known_entries.get(agreement, [])) for agreement, rows in sorted(known_versions.items())
    ]


def record(rows: list[VersionRow], entries: list[Entry]) -> Record:
    """The record of one agreement."""
    files = [agreement_of(row) for row in rows]
    signed = tuple(_signed(row, file, entries) for row, file in zip(rows, files, strict=True))
    levels = tuple(dict.fromkeys(level for file in files for level in file.terms.scale))
    events = tuple(event_of(entry, levels) for entry in entries if entry.kind not in ("sign", "notify"))
    return Record(rows[0].agreement, signed, events)


def event_of(entry: Entry, levels: tuple[str, ...]) -> Event:
    """The event that an act entry states; `levels`: those of every version, for any of them may list a newcomer."""
    faults: list[Fault] = []
    reader = Reader.over(msgspec.json.decode(entry.payload), "", faults)
    party = reader.inner("party")
    event = Event(
        type=entry.kind,
        effective_at=entry.effective_at,
        scope=read_scope(reader),
        recorded_at=entry.recorded_at,
        by=frozenset(entry.by),
        newcomer=read_party(party, levels) if party is not None else None,
        digest=entry.digest,
    )
    if faults:
        raise Malformed(faults)
    return event


def _signed(row: VersionRow, file: Agreement, entries: list[Entry]) -> SignedVersion:
    mine = [entry for entry in entries if entry.version == row.digest]
    return SignedVersion(
        number=row.number,
        digest=row.digest,
        terms=file.terms,
        signed=_first(entry for entry in mine if entry.kind == "sign"),
        ratified=_first(entry for entry in mine if entry.kind == "notify"),
        amend=file.acts.amend,
        duties=file.duties,
    )


def _first(entries: Iterable[Entry]) -> dict[str, Instant]:
    """Member → when its first entry of this kind was recorded."""
    found: dict[str, Instant] = {}
    for entry in entries:
        for member in entry.by:
            found.setdefault(member, entry.recorded_at)
    return found
