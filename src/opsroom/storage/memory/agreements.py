"""Agreements in memory (`opsroom.ports.Agreements`)."""

from collections.abc import Iterable

from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, Posting, VersionRow
from opsroom.errors import Conflict
from opsroom.storage.memory.state import State


class MemoryAgreements:
    """Versions, entries, collections, postings, consents."""

    def __init__(self, state: State) -> None:
        self._state = state

    def epoch(self) -> int:
        return self._state.epoch

    def add_version(self, version: VersionRow) -> None:
        key = (version.agreement, version.number)
        digests = {one.digest for one in self._state.versions.values()}
        if key in self._state.versions or version.digest in digests:
            raise Conflict(f"version {version.number} of {version.agreement} is recorded already")
        self._state.versions[key] = version
        self._state.epoch += 1

    def versions(self, agreement: str | None = None) -> list[VersionRow]:
        return [one for key, one in sorted(self._state.versions.items()) if agreement in (None, key[0])]

    def add_entry(self, entry: Entry) -> None:
        key = (entry.agreement, entry.position)
        if key in self._state.entries:
            raise Conflict(f"entry {entry.position} of {entry.agreement} is recorded already")
        self._state.entries[key] = entry
        self._state.epoch += 1

    def entries(self, agreement: str | None = None) -> list[Entry]:
        return [one for key, one in sorted(self._state.entries.items()) if agreement in (None, key[0])]

    def add_collection(self, collection: Collection) -> None:
        named = {(one.agreement, one.field) for one in self._state.collections.values()}
        if collection.id in self._state.collections or (collection.agreement, collection.field) in named:
            raise Conflict(f"collection {collection.id} is there already")
        self._state.collections[collection.id] = collection
        self._state.epoch += 1

    def collections(self, room: str) -> list[Collection]:
        mine = [one for one in self._state.collections.values() if one.room == room]
        return sorted(mine, key=lambda one: (one.agreement, one.field))

    def put_posting(self, posting: Posting) -> None:
        self._state.postings[posting.member, posting.collection] = posting

    def posting(self, member: str, collection: str) -> Posting | None:
        return self._state.postings.get((member, collection))

    def add_consent(self, entry: ConsentEntry) -> None:
        key = (entry.consent, entry.kind)
        if key in self._state.consents:
            raise Conflict(f"{entry.kind} of {entry.consent} is recorded already")
        self._state.consents[key] = entry

    def consents(self, items: Iterable[str] | None = None) -> list[ConsentEntry]:
        wanted = None if items is None else set(items)
        found = [one for one in self._state.consents.values() if wanted is None or one.item in wanted]
        return sorted(found, key=lambda one: (one.consent, one.recorded_at, one.kind))

    def consents_of(self, member: str) -> list[ConsentEntry]:
        return [one for one in self.consents() if member in (one.originator, one.to, one.holder)]

    def consent(self, identifier: str) -> list[ConsentEntry]:
        found = [one for one in self._state.consents.values() if one.consent == identifier]
        return sorted(found, key=lambda one: (one.recorded_at, one.kind))
