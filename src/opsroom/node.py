"""A node: what every operation is handed. It holds any number of rooms.

What falls due (verdicts whose validity ends, versions that begin, rows that follow a closing) is applied at
its instant by whoever comes first: the server's own loop, start-up, or the next answer that it concerns.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from opsroom.core.timestamps import Instant
from opsroom.ports import Clock, Randomness, Snapshot, Store, Unit
from opsroom.upkeep import Facts, FactsCache, Upkeep

TASKS_AT_ONCE = 20


@dataclass(slots=True)
class Node:
    """Store, clock and randomness of one node, and the facts that reading keeps."""

    store: Store
    clock: Clock
    randomness: Randomness
    cache: FactsCache = field(default_factory=FactsCache)

    @contextmanager
    def working(self) -> Iterator[tuple[Unit, Upkeep]]:
        """One unit of work with its upkeep, at one instant (`upkeep.context.at`)."""
        with self.store.writing() as unit:
            yield unit, self.upkeep(unit, facts=self.cache.facts(unit))

    @contextmanager
    def answering(self, desk: str) -> Iterator[tuple[Snapshot, Facts]]:
        """A snapshot to answer a desk from, after what is due for it was applied, with the facts."""
        self.advance([desk])
        with self.store.reading() as snapshot:
            yield snapshot, self.cache.facts(snapshot)

    def upkeep(self, unit: Snapshot, *, facts: Facts | None = None) -> Upkeep:
        """The upkeep of a unit, now; hand in no facts after changing an agreement in the unit."""
        return Upkeep.of(unit, at=self.clock.now(), randomness=self.randomness, facts=facts)

    def advance(self, desks: Iterable[str] | None = None) -> None:
        """Apply what is due now: verdicts whose validity has ended (of these desks, or of all), then tasks."""
        wanted = None if desks is None else list(desks)
        with self.store.reading() as snapshot:
            now = self.clock.now()
            stale = bool(snapshot.decisions.due(now, wanted))
            tasks = bool(snapshot.work.due_tasks(now, 1))
        if stale:
            with self.working() as (unit, upkeep):
                upkeep.fallen_due(unit.decisions.due(upkeep.context.at, wanted))
        while tasks:
            tasks = self._perform_some()

    def next_due(self) -> Instant | None:
        """When something is due next; None where nothing ever is."""
        with self.store.reading() as snapshot:
            instants = (snapshot.decisions.next_due(), snapshot.work.next_task())
        return min((instant for instant in instants if instant is not None), default=None)

    def close(self) -> None:
        """Lets the store go."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _perform_some(self) -> bool:
        """One unit of work with some tasks; whether there may be more."""
        with self.working() as (unit, upkeep):
            tasks = unit.work.due_tasks(upkeep.context.at, TASKS_AT_ONCE)
            for task in tasks:
                upkeep.perform(task)
                unit.work.finish_task(task.id)
        return len(tasks) == TASKS_AT_ONCE
