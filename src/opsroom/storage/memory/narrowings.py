"""Narrowings in memory (`opsroom.ports.Narrowings`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from opsroom.core.feed import Narrowing, Tick
from opsroom.errors import Conflict
from opsroom.storage.memory.state import State


class MemoryNarrowings:
    """What each desk is told of offers of its own member that are held back."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, room: str, desk: str, narrowings: Sequence[Narrowing]) -> None:
        kept = {(room, desk, one.since): one for one in narrowings}
        if len(kept) < len(narrowings) or kept.keys() & self._state.narrowings.keys():
            raise Conflict("a narrowing begins at this tick already")
        self._state.narrowings.update(kept)

    def end(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        for since, until in ticks.items():
            key = (room, desk, since)
            self._state.narrowings[key] = replace(self._state.narrowings[key], until=until)

    def standing(self, room: str, offers: Iterable[int]) -> list[tuple[str, Narrowing]]:
        wanted = set(offers)
        return [
            (key[1], one)
            for key, one in sorted(self._state.narrowings.items())
            if key[0] == room and one.offer in wanted and one.until is None
        ]

    def page(self, room: str, desk: str, *, standing: bool, after: Tick, limit: int) -> list[Narrowing]:
        later = [one for one in self._of(room, desk) if one.since > after]
        return [one for one in later if not standing or one.until is None][:limit]

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, Narrowing]]:
        mine = [one for one in self._of(room, desk) if collection in (None, one.collection)]
        moves = [(tick, one) for one in mine for tick in (one.since, one.until) if tick is not None]
        return sorted(((tick, one) for tick, one in moves if tick > after), key=lambda one: one[0])[:limit]

    def _of(self, room: str, desk: str) -> list[Narrowing]:
        return [one for key, one in sorted(self._state.narrowings.items()) if key[:2] == (room, desk)]
