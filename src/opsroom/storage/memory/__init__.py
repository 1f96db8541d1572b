"""The store in memory: the simplest thing that keeps the promises of `opsroom.ports`. For tests and models.

A unit of work changes a copy of the state, which replaces the state at its normal exit. Trust: whoever can
read this process reads everything.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opsroom.storage.memory.agreements import MemoryAgreements
from opsroom.storage.memory.decisions import MemoryDecisions
from opsroom.storage.memory.feeds import MemoryFeeds
from opsroom.storage.memory.items import MemoryItems
from opsroom.storage.memory.narrowings import MemoryNarrowings
from opsroom.storage.memory.offers import MemoryOffers
from opsroom.storage.memory.people import MemoryPeople
from opsroom.storage.memory.state import State
from opsroom.storage.memory.terms import MemoryTerms
from opsroom.storage.memory.work import MemoryWork


class MemoryUnit:
    """A view of one state; as a unit of work, of a state of its own."""

    def __init__(self, state: State) -> None:
        self.people = MemoryPeople(state)
        self.agreements = MemoryAgreements(state)
        self.items = MemoryItems(state)
        self.offers = MemoryOffers(state)
        self.decisions = MemoryDecisions(state)
        self.feeds = MemoryFeeds(state)
        self.narrowings = MemoryNarrowings(state)
        self.terms = MemoryTerms(state)
        self.work = MemoryWork(state)
        self.discarded = False

    def discard(self) -> None:
        """Nothing of this unit is kept."""
        self.discarded = True


class MemoryStore:
    """Keeps everything until the process ends."""

    def __init__(self) -> None:
        self._state = State()
        self._writer = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[MemoryUnit]:
        """A snapshot: states are never changed once they are the state."""
        yield MemoryUnit(self._state)

    @contextmanager
    def writing(self) -> Iterator[MemoryUnit]:
        """One unit of work."""
        with self._writer:
            state = self._state.copy()
            unit = MemoryUnit(state)
            yield unit
            if not unit.discarded:
                self._state = state

    def close(self) -> None:
        """Nothing to let go."""


def open_memory() -> MemoryStore:
    """An empty store."""
    return MemoryStore()
