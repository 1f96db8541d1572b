"""Agreements in SQL (`opsroom.ports.Agreements`)."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import select

from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, Posting, VersionRow
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row, reader


class SqlAgreements(Shelf):
    """Versions, entries, collections, postings, consents."""

    def epoch(self) -> int:
        return self._epoch()

    def add_version(self, version: VersionRow) -> None:
        taken = f"version {version.number} of {version.agreement} is recorded already"
        self._insert(schema.agreement_version, [as_row(version)], taken)
        self._move_on()

    def versions(self, agreement: str | None = None) -> list[VersionRow]:
        table = schema.agreement_version
        statement = select(table).order_by(table.c.agreement, table.c.number)
        if agreement is not None:
            statement = statement.where(table.c.agreement == agreement)
        return [_version(row) for row in self._rows(statement)]

    def add_entry(self, entry: Entry) -> None:
        row = {**as_row(entry), "by": msgspec.json.encode(entry.by).decode()}
        taken = f"entry {entry.position} of {entry.agreement} is recorded already"
        self._insert(schema.agreement_entry, [row], taken)
        self._move_on()

    def entries(self, agreement: str | None = None) -> list[Entry]:
        table = schema.agreement_entry
        statement = select(table).order_by(table.c.agreement, table.c.position)
        if agreement is not None:
            statement = statement.where(table.c.agreement == agreement)
        return [
            Entry(**{**row._mapping, "by": tuple(msgspec.json.decode(row.by, type=list[str]))})
            for row in self._rows(statement)
        ]

    def add_collection(self, collection: Collection) -> None:
        taken = f"the collection of {collection.field} is there already"
        self._insert(schema.collection, [as_row(collection)], taken)
        self._move_on()

    def collections(self, room: str) -> list[Collection]:
        table = schema.collection
        mine = select(table).where(table.c.room == room).order_by(table.c.agreement, table.c.field)
        return [_collection(row) for row in self._rows(mine)]

    def put_posting(self, posting: Posting) -> None:
        self._put(schema.posting, [as_row(posting)])

    def posting(self, member: str, collection: str) -> Posting | None:
        table = schema.posting
        row = self._one(select(table).where(table.c.member == member, table.c.collection == collection))
        return None if row is None else _posting(row)

    def add_consent(self, entry: ConsentEntry) -> None:
        taken = f"{entry.kind} of {entry.consent} is recorded already"
        self._insert(schema.consent, [as_row(entry)], taken)

    def consents(self, items: Iterable[str] | None = None) -> list[ConsentEntry]:
        table = schema.consent
        rows = self._rows(select(table)) if items is None else self._among(select(table), table.c.item, items)
        return sorted(
            (_consent(row) for row in rows), key=lambda one: (one.consent, one.recorded_at, one.kind)
        )

    def consents_of(self, member: str) -> list[ConsentEntry]:
        table = schema.consent
        named = (table.c.originator, table.c.to, table.c.holder)
        listed = (row for column in named for row in self._rows(select(table).where(column == member)))
        rows = {(row.consent, row.kind): row for row in listed}
        return sorted(map(_consent, rows.values()), key=lambda one: (one.consent, one.recorded_at, one.kind))

    def consent(self, identifier: str) -> list[ConsentEntry]:
        table = schema.consent
        rows = self._rows(select(table).where(table.c.consent == identifier))
        return sorted(map(_consent, rows), key=lambda one: (one.recorded_at, one.kind))


_version = reader(VersionRow)
_collection = reader(Collection)
_posting = reader(Posting)
_consent = reader(ConsentEntry)
