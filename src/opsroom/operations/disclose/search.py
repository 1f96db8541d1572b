"""What one reader searches among: the shelves of the index that it may look at, and what it sees of them.

1. Only shelves are looked at from which the reader is shown something: those of footings that are open for its
   desk, and its member's own. What is found there counts as far as its row in the reader's feed does.
2. An object is found by its newest version that the reader sees, of each originator.
"""

from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opsroom.core.agreement.record import Collection
from opsroom.core.feed import FeedRow, Tick, shelf_of_footing, shelf_of_member
from opsroom.core.search import Query, Range, terms_of
from opsroom.core.timestamps import Instant
from opsroom.operations.disclose.match import LAST, Match
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.upkeep import Facts

NEWEST = Match(versions=frozenset({LAST}))
BATCH = 5000
"""Rows of a feed read at a time where nothing is searched for and everything is asked for."""
_VALUE = "o:"
"""How the terms of values begin, by which items correlate."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty admits everything. `since` and `until` bound when the reader got it: [since, until)."""

    kinds: Several[str] = ()
    originators: Several[str] = ()
    agreements: Several[str] = ()
    fields: Several[str] = ()
    tlps: Several[str] = ()
    since: Instant | None = None
    until: Instant | None = None


class Place(NamedTuple):
    """A place in the rank of hits: one of its score, then the tick at which the reader got it."""

    score: int
    added: Tick

    @property
    def order(self) -> tuple[int, int]:
        """By which places are sorted, best first."""
        return -self.score, -self.added


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found, as it is served, and what a filter could ask of it."""

    object: Disclosed
    originator: str
    agreements: tuple[str, ...]
    fields: tuple[str, ...]
    tlp: str
    score: int

    @property
    def place(self) -> Place:
        """Where it stands in the rank."""
        return Place(self.score, self.object.added)


@dataclass(frozen=True, slots=True)
class Seen:
    """An object that the reader sees: its first row that counts, and all that stands of it."""

    row: FeedRow
    collections: tuple[Collection, ...]
    tlp: str

    def place(self, scores: Mapping[int, int]) -> Place:
        """Where it stands in the rank, given the scores by item."""
        return Place(scores[self.row.item], self.row.added)

    @property
    def agreements(self) -> tuple[str, ...]:
        """Under which it is offered."""
        return tuple(sorted({one.agreement for one in self.collections}))

    @property
    def fields(self) -> tuple[str, ...]:
        """In which it is offered."""
        return tuple(sorted({one.field for one in self.collections}))

    def admitted(self, wanted: Wanted) -> bool:
        """Whether all filters let it through; agreement and field those of one offer."""
        places = (
            (not wanted.agreements or one.agreement in wanted.agreements)
            and (not wanted.fields or one.field in wanted.fields)
            for one in self.collections
        )
        return (
            (not wanted.kinds or self.row.kind in wanted.kinds)
            and (not wanted.originators or self.row.originator in wanted.originators)
            and (not wanted.tlps or self.tlp in wanted.tlps)
            and (wanted.since is None or self.row.added >= wanted.since)
            and (wanted.until is None or self.row.added < wanted.until)
            and any(places)
        )


@dataclass(slots=True)
class Search:
    """Searches for one reader in one snapshot."""

    reading: Reading
    facts: Facts
    _shelves: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._shelves = [shelf_of_footing(one) for one in self.reading.open_footings()]
        desk = self.reading.principal.desk.desk
        if desk.component is None:
            self._shelves.append(shelf_of_member(desk.member))

    def between(self, among: Range) -> list[tuple[str, int, int]]:
        """(term, item, weight) in a range."""
        return self.reading.snapshot.terms.between(self.reading.room, self._shelves, among.low, among.high)

    def under(self, terms: Iterable[str]) -> list[tuple[str, int, int]]:
        """(term, item, weight) of these terms."""
        return self.reading.snapshot.terms.under(self.reading.room, self._shelves, terms)

    def scores(self, query: Query) -> dict[int, int]:
        """By item, the weight of what matches all clauses and none that is excluded."""
        found: dict[int, int] | None = None
        for clause in sorted(query.clauses, key=lambda one: one.excluded):
            if found == {}:
                break
            weights: dict[int, int] = {}
            for among in clause.ranges:
                for _, item, weight in self.between(among):
                    weights[item] = max(weights.get(item, 0), weight)
            if clause.excluded:
                before = self.everything() if found is None else found
                found = {item: score for item, score in before.items() if item not in weights}
            elif found is None:
                found = weights
            else:
                found = {item: score + weights[item] for item, score in found.items() if item in weights}
        return found or {}

    def everything(self) -> dict[int, int]:
        """All items of the feed."""
        found: dict[int, int] = {}
        after, reading = 0, self.reading
        while rows := reading.snapshot.feeds.page(
            reading.room, reading.desk, collection=None, after=after, limit=BATCH
        ):
            found |= dict.fromkeys((row.item for row in rows), 0)
            after = rows[-1].added
        return found

    def seen(self, items: Iterable[int]) -> list[Seen]:
        """Those of these items that the reader sees, and that are the newest version of theirs that it sees."""
        wanted, snapshot, room = set(items), self.reading.snapshot, self.reading.room
        ids = {one.id for one in snapshot.items.by_number(room, wanted).values()}
        by_item: dict[int, list[FeedRow]] = {}
        for row in self.reading.counting(self.reading.of_ids(ids)):
            by_item.setdefault(row.item, []).append(row)
        newest = NEWEST.choose([rows[0] for rows in by_item.values()])
        offers = snapshot.offers.by_number(room, {row.offer for row in newest})
        labels = snapshot.offers.labels(room, {one.label for one in offers.values()})
        return [
            Seen(
                row,
                tuple(self.facts.place(one.collection) for one in by_item[row.item]),
                labels[offers[row.offer].label].tlp,
            )
            for row in newest
            if row.item in wanted
        ]

    def versions(self, id: str) -> set[int]:
        """The items of an object in the reader's feed."""
        return {row.item for row in self.reading.of_ids([id])}

    def values(self, id: str) -> set[str]:
        """The terms of the values in an object that the reader sees."""
        rows = self.reading.counting(self.reading.of_ids([id]))
        newest = NEWEST.choose(list({row.item: row for row in reversed(rows)}.values()))
        bodies = self.reading.snapshot.items.bodies(self.reading.room, {row.item for row in newest})
        return {term for raw in bodies.values() for term in terms_of(raw) if term.startswith(_VALUE)}

    def hits(self, seen: Iterable[Seen], scores: Mapping[int, int]) -> tuple[Hit, ...]:
        """Served bytes for those that are shown."""
        listed = list(seen)
        bodies = self.reading.disclosed([one.row for one in listed])
        return tuple(
            Hit(body, one.row.originator, one.agreements, one.fields, one.tlp, scores[one.row.item])
            for one, body in zip(listed, bodies, strict=True)
        )
