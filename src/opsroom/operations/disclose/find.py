"""Search over what is released to the reader: hits, counts, suggestions and correlations of its own feed alone.

1. Only shelves of the index are looked at from which the reader is shown something: those of footings that are
   open for its desk, and its member's own. What is found there counts as far as its row in the reader's feed does.
2. An object is found by its newest version that the reader sees, of each originator.
3. The rank of a hit is the sum of the weights of what matched, then the later one comes first. Nothing in it
   depends on how frequent a term is, here or elsewhere.
4. A page goes on after a hit, not after a number of hits: what comes or goes meanwhile shifts nothing.
"""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opsroom.core.agreement.record import Collection
from opsroom.core.feed import FeedRow, Tick, shelf_of_footing, shelf_of_member
from opsroom.core.search import Query, Range, shown, terms_of
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.operations.disclose.match import LAST, Match
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.principals import Principal
from opsroom.upkeep import Facts

NEWEST = Match(versions=frozenset({LAST}))
SUGGESTED = 10
SHOWN, SHOWN_IN_ALL = 20, 1000
"""How many others are shown that share one value with an object, and that share any."""
BATCH = 5000
"""Rows of a feed read at a time where nothing is searched for and everything is asked for."""
_VALUES = ("o:", "4:", "6:")
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


EVERYTHING = Wanted()


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
class Found:
    """One page of hits; how many there are, and by kind, originator, agreement, field and TLP.

    `more`: whether hits follow after these.
    """

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    more: bool


@dataclass(frozen=True, slots=True)
class Correlation:
    """A value that an object shares with others that are released to the reader.

    `total`: how many those are; `hits`: the latest of them, `SHOWN` at most, and none once `SHOWN_IN_ALL` of all
    values together are shown.
    """

    value: str
    total: int
    hits: tuple[Hit, ...]


def find(
    node: Node,
    principal: Principal,
    room: str,
    query: Query | None,
    *,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int,
) -> Found:
    """The hits after a place (None: from the best on), best first.

    No query: everything that the filters leave, newest first.
    """
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = _Search(Reading(snapshot, room, principal), facts)
        scores = search.everything() if query is None else search.scores(query)
        seen = [one for one in search.seen(scores) if one.admitted(wanted)]
        ranked = sorted(seen, key=lambda one: one.place(scores).order)
        counts = {
            "kind": Counter(one.row.kind for one in seen),
            "originator": Counter(one.row.originator for one in seen),
            "agreement": Counter(name for one in seen for name in one.agreements),
            "field": Counter(name for one in seen for name in one.fields),
            "tlp": Counter(one.tlp for one in seen),
        }
        left = [one for one in ranked if after is None or one.place(scores).order > after.order]
        return Found(search.hits(left[:limit], scores), len(seen), counts, more=len(left) > limit)


def suggest(node: Node, principal: Principal, room: str, among: Range) -> list[tuple[str, int]]:
    """The terms of a range that stand in what the reader sees, with how many objects, the most frequent first."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = _Search(Reading(snapshot, room, principal), facts)
        items: dict[str, set[int]] = {}
        for term, item, _ in search.between(among):
            items.setdefault(term, set()).add(item)
        seen = {one.row.item for one in search.seen(set().union(*items.values()))}
        having: dict[str, set[int]] = {}
        for term, standing in items.items():
            having.setdefault(shown(term), set()).update(standing & seen)
        counts = [(text, len(those)) for text, those in having.items() if those]
        return sorted(counts, key=lambda one: (-one[1], one[0]))[:SUGGESTED]


def correlate(node: Node, principal: Principal, room: str, id: str) -> list[Correlation]:
    """What an object that the reader sees shares with others that it sees, value by value."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = _Search(Reading(snapshot, room, principal), facts)
        if not search.seen(search.versions(id)):
            raise NotFound("there is no such object")
        sharing: dict[str, set[int]] = {}
        for term, item, _ in search.under(search.values(id) - {f"o:{id}"}):
            sharing.setdefault(term, set()).add(item)
        items = {item for listed in sharing.values() for item in listed}
        seen = {one.row.item: one for one in search.seen(items) if one.row.id != id}
        return search.correlations(
            {
                shown(value): [seen[item] for item in listed if item in seen]
                for value, listed in sharing.items()
            }
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """An object that the reader sees: its first row that counts, and all that stands of it."""

    row: FeedRow
    collections: tuple[Collection, ...]
    tlp: str

    def place(self, scores: Mapping[int, int]) -> Place:
        """Where it stands in the rank, given the scores by item."""
        return Place(scores[self.row.item], self.row.added)

    @property
    def agreements(self) -> tuple[str, ...]:
        return tuple(sorted({one.agreement for one in self.collections}))

    @property
    def fields(self) -> tuple[str, ...]:
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
class _Search:
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

    def seen(self, items: Iterable[int]) -> list[_Seen]:
        """Those of these items that the reader sees, and that are the newest version of theirs that it sees."""
        wanted, snapshot, room = set(items), self.reading.snapshot, self.reading.room
        ids = {one.id for one in snapshot.items.by_number(room, wanted).values()}
        by_item: dict[int, list[FeedRow]] = {}
        for row in self.reading.counting(self.reading.of_ids(ids)):
            by_item.setdefault(row.item, []).append(row)
        newest = NEWEST.choose([rows[0] for rows in by_item.values()])
        offers = snapshot.offers.by_number(room, {row.offer for row in newest})
        labels = snapshot.offers.labels(room, {one.label for one in offers.values()})
        collections = {one.id: one for one in self.facts.collections(room)}
        return [
            _Seen(
                row,
                tuple(collections[one.collection] for one in by_item[row.item]),
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
        return {term for raw in bodies.values() for term in terms_of(raw) if term.startswith(_VALUES)}

    def correlations(self, sharing: Mapping[str, Several[_Seen]]) -> list[Correlation]:
        """By value, those that share it; the values that fewest share come first, since they say most."""
        listed = sorted(((value, list(seen)) for value, seen in sharing.items() if seen), key=_rarity)
        latest: list[list[_Seen]] = []
        room = SHOWN_IN_ALL
        for _, seen in listed:
            latest.append(sorted(seen, key=lambda one: -one.row.added)[: min(SHOWN, room)])
            room -= len(latest[-1])
        distinct = {one.row.item: one for some in latest for one in some}
        hits = dict(zip(distinct, self.hits(distinct.values(), dict.fromkeys(distinct, 0)), strict=True))
        return [
            Correlation(value, len(seen), tuple(hits[one.row.item] for one in some))
            for (value, seen), some in zip(listed, latest, strict=True)
        ]

    def hits(self, seen: Iterable[_Seen], scores: Mapping[int, int]) -> tuple[Hit, ...]:
        """Served bytes for those that are shown."""
        listed = list(seen)
        bodies = self.reading.disclosed([one.row for one in listed])
        return tuple(
            Hit(body, one.row.originator, one.agreements, one.fields, one.tlp, scores[one.row.item])
            for one, body in zip(listed, bodies, strict=True)
        )


def _rarity(one: tuple[str, list[_Seen]]) -> tuple[int, str]:
    value, seen = one
    return len(seen), value
