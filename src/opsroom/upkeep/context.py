"""What every part of the upkeep works with: the unit of work, the instant, the facts, the ticks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from opsroom.core.consent import Consent
from opsroom.core.feed import Tick
from opsroom.core.identifiers import uuid_from
from opsroom.core.offer import StoredItem, Task
from opsroom.core.roster import DeskRow
from opsroom.core.timestamps import Instant
from opsroom.ports import Randomness, Snapshot
from opsroom.upkeep.facts import Facts, consents_of


@dataclass(slots=True)
class Ticks:
    """Gives each desk its ticks in order (`opsroom.core.feed`, rule 1) and remembers the heads."""

    unit: Snapshot
    at: Instant
    _last: dict[tuple[str, str], Tick] = field(default_factory=dict)

    def ahead(self, room: str, desk: str) -> Tick:
        """The tick that a desk in a room comes to next; it stays free."""
        key = (room, desk)
        last = self._last[key] if key in self._last else self.unit.feeds.head(room, desk)
        return max(self.at, last + 1)

    def reach(self, room: str, desk: str, since: Tick) -> None:
        """What a desk in a room comes to next is not before `since`, though the clock was stepped back."""
        if self.ahead(room, desk) < since:
            self._last[room, desk] = since - 1

    def next(self, room: str, desk: str) -> Tick:
        """The next tick of a desk in a room, taken."""
        self._last[room, desk] = tick = self.ahead(room, desk)
        return tick

    def write(self) -> None:
        """Keeps the heads."""
        for (room, desk), last in sorted(self._last.items()):
            self.unit.feeds.put_head(room, desk, last)
        self._last.clear()


@dataclass(slots=True)
class Context:
    """One unit of work at one instant; a mere snapshot serves where nothing is written."""

    unit: Snapshot
    at: Instant
    randomness: Randomness
    facts: Facts
    ticks: Ticks
    _items: dict[str, dict[int, StoredItem]] = field(default_factory=dict)
    _consents: dict[str, tuple[Consent, ...]] = field(default_factory=dict)
    _desks: dict[str, list[DeskRow]] = field(default_factory=dict)
    _members: dict[str, str | None] = field(default_factory=dict)

    def items(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        """Items by number, those of the unit's earlier questions without asking again."""
        wanted = set(numbers)
        kept = self._items.setdefault(room, {})
        if missing := wanted - kept.keys():
            kept.update(self.unit.items.by_number(room, missing))
        return {number: kept[number] for number in wanted}

    def consents(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        """The consents, live or not, that speak of these STIX ids."""
        wanted = sorted(set(ids))
        if missing := [id for id in wanted if id not in self._consents]:
            found = consents_of(self.unit.agreements.consents(missing), known_at=self.facts.known_at)
            for id in missing:
                self._consents[id] = tuple(one for one in found if one.item == id)
        return tuple(one for id in wanted for one in self._consents[id])

    def desks(self, member: str) -> list[DeskRow]:
        """The desks of a member."""
        if member not in self._desks:
            self._desks[member] = self.unit.people.desks([member])
        return self._desks[member]

    def is_listed(self, room: str, collection: str, member: str | None) -> bool:
        """Whether a member is, or was ever, a party of the agreement that the collection belongs to."""
        found = self.facts.collection(collection, room)
        return found is not None and member in self.facts.edges.members(found.agreement)

    def member_of(self, desk: str) -> str | None:
        """Whose desk it is."""
        if desk not in self._members:
            row = self.unit.people.desk(desk)
            self._members[desk] = None if row is None else row.desk.member
        return self._members[desk]

    def add_task(self, room: str, kind: str, subject: str, *, due_at: Instant, cursor: int = 0) -> None:
        """Leaves work for later; `opsroom.operations.advance` does what is due."""
        identifier = uuid_from(self.randomness.draw(16))
        self.unit.work.add_task(Task(identifier, room, kind, subject, due_at=due_at, cursor=cursor))
