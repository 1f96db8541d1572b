"""Decisions in memory (`opsroom.ports.Decisions`)."""

from collections.abc import Iterable, Mapping

from opsroom.core.feed import Footing, ReleaseClass, Verdict
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.storage.memory.state import State


class MemoryDecisions:
    """Release classes, footings and verdicts."""

    def __init__(self, state: State) -> None:
        self._state = state

    def intern_class(self, room: str, found: ReleaseClass) -> tuple[int, bool]:
        key = (room, found.key)
        if key in self._state.class_keys:
            return self._state.class_keys[key], False
        number = 1 + sum(one[0] == room for one in self._state.classes)
        self._state.class_keys[key] = number
        self._state.classes[room, number] = found
        return number, True

    def classes(self, room: str, numbers: Iterable[int] | None = None) -> dict[int, ReleaseClass]:
        wanted = None if numbers is None else set(numbers)
        mine = ((key[1], one) for key, one in self._state.classes.items() if key[0] == room)
        return {number: one for number, one in mine if wanted is None or number in wanted}

    def intern_footing(self, room: str, footing: Footing) -> int:
        key = (room, footing.key)
        if key not in self._state.footing_keys:
            number = 1 + sum(one[0] == room for one in self._state.footings)
            self._state.footing_keys[key] = number
            self._state.footings[room, number] = footing
        return self._state.footing_keys[key]

    def footings(self, room: str, numbers: Iterable[int]) -> dict[int, Footing]:
        found: dict[int, Footing] = {}
        wave = set(numbers)
        while wave:
            fresh = {x: self._state.footings[room, x] for x in wave if (room, x) in self._state.footings}
            found |= fresh
            named = {x for one in fresh.values() for options in one.alternatives for x in options}
            wave = named - found.keys()
        return found

    def footings_on(self, room: str, classes: Iterable[int]) -> list[int]:
        wanted = set(classes)
        found: list[int] = []
        for key in self._state.footings:
            if key[0] == room:
                below = self.footings(room, [key[1]]).values()
                if any(wanted & set(one.classes) for one in below):
                    found.append(key[1])
        return sorted(found)

    def verdicts(self, room: str, desk: str, classes: Iterable[int] | None = None) -> dict[int, Verdict]:
        wanted = None if classes is None else set(classes)
        mine = ((key[2], one) for key, one in self._state.verdicts.items() if key[:2] == (room, desk))
        return {number: one for number, one in mine if wanted is None or number in wanted}

    def put_verdicts(self, room: str, desk: str, verdicts: Mapping[int, Verdict]) -> None:
        self._state.verdicts.update({(room, desk, number): one for number, one in verdicts.items()})

    def desks_open(self, room: str, release_class: int) -> list[str]:
        return sorted(
            key[1]
            for key, one in self._state.verdicts.items()
            if key[0] == room and key[2] == release_class and one.open_since is not None
        )

    def due(self, at: Instant, desks: Iterable[str] | None = None) -> list[tuple[str, str, int]]:
        wanted = None if desks is None else set(desks)
        return sorted(
            key
            for key, one in self._state.verdicts.items()
            if one.valid_until <= at and (wanted is None or key[1] in wanted)
        )

    def next_due(self) -> Instant | None:
        bounds = (one.valid_until for one in self._state.verdicts.values())
        return min((bound for bound in bounds if bound < FOREVER), default=None)
