"""Stored decisions: made when a class is new, made again when a fact that they read changes or falls due."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from opsroom.core.feed import Footing, Tick, Verdict, open_since, verdict_of
from opsroom.core.release import Decision, Ground, decide
from opsroom.core.roster import DeskRow
from opsroom.upkeep.classes import Classes
from opsroom.upkeep.context import Context


@dataclass(frozen=True, slots=True)
class Change:
    """A class that opened or closed for a desk, or that its sources began or ceased to hold back while closed."""

    room: str
    desk: str
    release_class: int
    opened: bool


@dataclass(slots=True)
class Verdicts:
    """Decides cells (class, desk) and keeps the verdicts of the desks that it has looked at."""

    context: Context
    classes: Classes
    _kept: dict[tuple[str, str], dict[int, Verdict]] = field(default_factory=dict)
    _footings: dict[str, dict[int, Footing]] = field(default_factory=dict)

    def decision(self, room: str, number: int, desk: DeskRow) -> Decision:
        """What the rule says now of a class for a desk."""
        facts, at = self.context.facts, self.context.at
        item = self.classes.item(room, number)
        decision = decide(
            item,
            to=desk.desk,
            at=at,
            by=facts.edges,
            holder=self.classes.facts(room, [number])[number].holder,
            consents=self.classes.consents(item),
            held=facts.held(at),
        )
        return replace(decision, valid_until=min(decision.valid_until, facts.holdings_change(at)))

    def introduce(self) -> None:
        """Decides every new class for every desk that it could ever reach."""
        fresh, self.classes.fresh = self.classes.fresh, set()
        by_room: dict[str, list[int]] = {}
        for room, number in sorted(fresh):
            by_room.setdefault(room, []).append(number)
        for room, numbers in by_room.items():
            self.review(room, numbers)

    def review(self, room: str, numbers: Iterable[int], members: Iterable[str] | None = None) -> list[Change]:
        """Decides these classes again, for the desks of `members` or of all that they could reach."""
        among = None if members is None else frozenset(members)
        cells: dict[str, tuple[DeskRow, list[int]]] = {}
        for number in sorted(set(numbers)):
            reach = self.reach(room, number) | {self.classes.facts(room, [number])[number].originator}
            for member in sorted(reach if among is None else reach & among):
                for desk in self.context.desks(member):
                    cells.setdefault(desk.id, (desk, []))[1].append(number)
        return [change for desk, wanted in cells.values() for change in self._review(room, desk, wanted)]

    def reach(self, room: str, number: int) -> frozenset[str]:
        """The members that a class could ever be released to, by the agreements on record."""
        found = self.classes.facts(room, [number])[number]
        edges = self.context.facts.edges
        return edges.peers(found.originator) | (edges.peers(found.holder) if found.holder else frozenset())

    def since(self, room: str, desk: str, footing: int) -> Tick | None:
        """The tick since which a footing is open for a desk, None while it is closed."""
        footings = self._footings.setdefault(room, {})
        if footing not in footings:
            footings.update(self.context.unit.decisions.footings(room, [footing]))
        self.known(room, desk, {number for one in self._below(footings, footing) for number in one.classes})
        return open_since(footing, footings=footings, verdicts=self._kept[room, desk])

    def known(self, room: str, desk: str, numbers: Iterable[int]) -> dict[int, Verdict]:
        """The desk's verdicts on these classes (and others that were looked at)."""
        kept = self._kept.setdefault((room, desk), {})
        missing = [number for number in numbers if number not in kept]
        if missing:
            kept.update(self.context.unit.decisions.verdicts(room, desk, missing))
        return kept

    def _review(self, room: str, desk: DeskRow, numbers: list[int]) -> list[Change]:
        before = self.known(room, desk.id, numbers)
        changed: dict[int, Verdict] = {}
        changes: list[Change] = []
        for number in numbers:
            old = before.get(number)
            decision = self.decision(room, number, desk)
            if old is not None and old.follows(decision):
                continue
            new = verdict_of(decision, before=old, tick=lambda: self.context.ticks.ahead(room, desk.id))
            changed[number] = new
            was_open, is_open = old is not None and old.open_since is not None, new.open_since is not None
            was_held = old is not None and old.ground is Ground.SOURCE
            if was_open != is_open or was_held != (new.ground is Ground.SOURCE):
                changes.append(Change(room, desk.id, number, opened=is_open))
        self.context.unit.decisions.put_verdicts(room, desk.id, changed)
        before.update(changed)
        return changes

    def _below(self, footings: dict[int, Footing], number: int) -> list[Footing]:
        found = [footings[number]]
        for alternative in footings[number].alternatives:
            for one in alternative:
                found += self._below(footings, one)
        return found
