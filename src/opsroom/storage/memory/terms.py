"""Terms in memory (`opsroom.ports.Terms`)."""

from collections.abc import Iterable, Iterator, Mapping

from opsroom.storage.memory.state import State


class MemoryTerms:
    """The index of words and values."""

    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, room: str, shelf: str, items: Mapping[int, Mapping[str, int]]) -> None:
        for item, weights in items.items():
            for term, weight in weights.items():
                self._state.terms[room, shelf, term, item] = weight

    def drop(self, room: str, shelf: str, items: Mapping[int, Iterable[str]]) -> None:
        for item, terms in items.items():
            for term in terms:
                self._state.terms.pop((room, shelf, term, item), None)

    def between(self, room: str, shelves: Iterable[str], low: str, high: str) -> list[tuple[str, int, int]]:
        return sorted(row for row in self._of(room, shelves) if low <= row[0] < high)

    def under(self, room: str, shelves: Iterable[str], terms: Iterable[str]) -> list[tuple[str, int, int]]:
        wanted = set(terms)
        return sorted(row for row in self._of(room, shelves) if row[0] in wanted)

    def _of(self, room: str, shelves: Iterable[str]) -> Iterator[tuple[str, int, int]]:
        wanted = {(room, shelf) for shelf in shelves}
        for (place, shelf, term, item), weight in self._state.terms.items():
            if (place, shelf) in wanted:
                yield term, item, weight
