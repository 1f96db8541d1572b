"""Items in memory (`opsroom.ports.Items`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from opsroom.core.offer import Reference, SourceLink, StoredItem
from opsroom.errors import Conflict
from opsroom.storage.memory.state import State


class MemoryItems:
    """Item versions with their bytes, references and sources."""

    def __init__(self, state: State) -> None:
        self._state = state

    def reserve(self, room: str, count: int) -> int:
        first = self._state.numbers.get(room, 0) + 1
        self._state.numbers[room] = first + count - 1
        return first

    def add(self, items: Sequence[tuple[StoredItem, bytes]]) -> None:
        keys = [(one.room, one.originator, one.id, one.version_key) for one, _ in items]
        numbers = [(one.room, one.number) for one, _ in items]
        repeated = min(len(set(keys)), len(set(numbers))) < len(items)
        if repeated or self._state.by_version.keys() & keys or self._state.items.keys() & numbers:
            raise Conflict("an item of this originator, id and version is there already")
        for item, raw in items:
            self._state.items[item.room, item.number] = item
            self._state.bodies[item.room, item.number] = raw
            self._state.by_version[item.room, item.originator, item.id, item.version_key] = item.number
            key = (item.room, item.id)
            self._state.by_id[key] = (*self._state.by_id.get(key, ()), item.number)

    def find(
        self, room: str, originator: str, versions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StoredItem]:
        found: dict[tuple[str, str], StoredItem] = {}
        for id, key in versions:
            number = self._state.by_version.get((room, originator, id, key))
            if number is not None:
                found[id, key] = self._state.items[room, number]
        return found

    def versions(self, room: str, originator: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        found = {
            id: [one for one in listed if one.originator == originator]
            for id, listed in self.copies(room, ids).items()
        }
        return {id: listed for id, listed in found.items() if listed}

    def copies(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        found: dict[str, list[StoredItem]] = {}
        for id in ids:
            listed = [self._state.items[room, number] for number in self._state.by_id.get((room, id), ())]
            if listed:
                found[id] = sorted(listed, key=lambda one: (one.originator, one.version_key))
        return found

    def leading(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        found = {id: [one for one in listed if one.leads] for id, listed in self.copies(room, ids).items()}
        return {id: listed for id, listed in found.items() if listed}

    def preceding(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        found: dict[int, StoredItem] = {}
        for one in self.by_number(room, numbers).values():
            versions = self.versions(room, one.originator, [one.id])[one.id]
            older = [version for version in versions if version.version_key < one.version_key]
            if older:
                found[one.number] = older[-1]
        return found

    def lead(self, room: str, numbers: Mapping[int, bool]) -> None:
        for number, leads in numbers.items():
            self._state.items[room, number] = replace(self._state.items[room, number], leads=leads)

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        wanted = set(numbers)
        return {x: self._state.items[room, x] for x in wanted if (room, x) in self._state.items}

    def bodies(self, room: str, numbers: Iterable[int]) -> dict[int, bytes]:
        return {x: self._state.bodies[room, x] for x in set(numbers) if (room, x) in self._state.bodies}

    def add_references(self, room: str, references: Iterable[Reference]) -> None:
        for one in references:
            listed = self._state.references.get((room, one.item), {})
            if one.target not in listed:
                self._state.references[room, one.item] = {**listed, one.target: one}
                key = (room, one.target)
                self._state.referrers[key] = (*self._state.referrers.get(key, ()), one.item)

    def references(self, room: str, items: Iterable[int]) -> dict[int, list[Reference]]:
        found: dict[int, list[Reference]] = {}
        for number in set(items):
            listed = self._state.references.get((room, number))
            if listed:
                found[number] = [listed[target] for target in sorted(listed)]
        return found

    def referrers(self, room: str, targets: Iterable[str]) -> list[int]:
        return sorted({x for target in targets for x in self._state.referrers.get((room, target), ())})

    def add_sources(self, links: Iterable[SourceLink]) -> None:
        for one in links:
            self._state.sources[one.room, one.product, one.source_room, one.source] = one

    def sources(self, room: str, products: Iterable[int]) -> list[SourceLink]:
        wanted = set(products)
        found = [one for one in self._state.sources.values() if one.room == room and one.product in wanted]
        return sorted(found, key=_link_order)

    def products(self, source_room: str, sources: Iterable[int]) -> list[SourceLink]:
        wanted = set(sources)
        found = [
            one
            for one in self._state.sources.values()
            if one.source_room == source_room and one.source in wanted
        ]
        return sorted(found, key=_link_order)


def _link_order(link: SourceLink) -> tuple[str, int, str, int]:
    return link.room, link.product, link.source_room, link.source
