"""A page of a collection, in the order of the reader's own feed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.match import Match
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.operations.disclose.shelves import Shelf, shelf
from opsroom.principals import Principal

EVERYTHING = Match()
_FEWEST_ROWS, _MOST_ROWS = 50, 1000
"""Rows read at once while looking for what a filter wants; a page that wants more reads more."""


@dataclass(frozen=True, slots=True)
class Page:
    """Disclosed items by tick; `more`: there are later ones. `last` is the tick to go on after."""

    entries: tuple[Disclosed, ...]
    more: bool
    last: Tick | None


def page(
    node: Node,
    principal: Principal,
    name: str,
    collection: str,
    *,
    after: Tick = 0,
    limit: int,
    match: Match = EVERYTHING,
) -> Page:
    """Up to `limit` of the objects that match, later than `after`. Refused where the principal may not read."""
    found = shelf(node, principal, name, collection)
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, _):
        return _Reader(Reading(snapshot, name, principal), found, match).page(after, limit)


def state(node: Node, principal: Principal, name: str) -> bytes:
    """A digest: for as long as it is the same, so is every page of the room. Refused where it may not be read."""
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, _):
        return Reading(snapshot, name, principal).state()


@dataclass(slots=True)
class _Reader:
    """Reads one shelf for one desk in one snapshot. What is shown under an id is looked up once."""

    reading: Reading
    shelf: Shelf
    match: Match
    _looked_up: set[str] = field(default_factory=set)
    _matching: set[Tick] = field(default_factory=set)

    def page(self, after: Tick, limit: int) -> Page:
        wanted = self.wanted(after, limit + 1)
        shown = wanted[:limit]
        return Page(
            entries=self.reading.disclosed(shown),
            more=len(wanted) > limit,
            last=shown[-1].added if shown else None,
        )

    def wanted(self, after: Tick, enough: int) -> list[FeedRow]:
        """Up to `enough` of the rows that match, later than `after`."""
        if self.match.hopeless:
            return []
        if self.match.ids is not None:
            chosen = self.match.choose(self._shown(self.match.ids))
            return [row for row in chosen if row.added > after][:enough]
        return self._scanned(after, enough)

    def _scanned(self, after: Tick, enough: int) -> list[FeedRow]:
        found: list[FeedRow] = []
        cursor = max(after, self.match.added_after)
        batch = _FEWEST_ROWS
        while len(found) < enough:
            batch = max(enough - len(found), batch)
            rows = self._later(cursor, batch)
            found += self._chosen(rows)
            if len(rows) < batch:
                break
            cursor = rows[-1].added
            batch = min(2 * batch, _MOST_ROWS)
        return found

    def _later(self, after: Tick, limit: int) -> list[FeedRow]:
        """The next rows of the shelf, of the kinds that are wanted."""
        feed, desk, collection = (
            self.reading.snapshot.feeds,
            self.reading.desk,
            self.shelf.agreement and self.shelf.id,
        )
        of_kinds = (
            feed.page(self.reading.room, desk, collection=collection, kind=kind, after=after, limit=limit)
            for kind in self.match.kinds or (None,)
        )
        return list(islice(merge(*of_kinds, key=lambda row: row.added), limit))

    def _chosen(self, rows: list[FeedRow]) -> list[FeedRow]:
        """Those of these rows that are shown and match, in their order."""
        new = {row.id for row in rows} - self._looked_up
        self._looked_up |= new
        self._matching |= {row.added for row in self.match.choose(self._shown(new))}
        return [row for row in rows if row.added in self._matching]

    def _shown(self, ids: Iterable[str]) -> list[FeedRow]:
        """All that the shelf shows under these ids, by tick: of several rows of one item the first that counts."""
        rows = [
            row
            for row in self.reading.of_ids(ids)
            if self.shelf.agreement is None or row.collection == self.shelf.id
        ]
        first: dict[int, FeedRow] = {}
        for row in self.reading.counting(rows):
            first.setdefault(row.item, row)
        return list(first.values())
