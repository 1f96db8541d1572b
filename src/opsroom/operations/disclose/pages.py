"""A page of a collection, in the order of the reader's own feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice

from opsroom.core.feed import FeedRow, Footing, Tick, Verdict, open_since
from opsroom.core.handling import Handling
from opsroom.core.offer import Offer
from opsroom.core.roster import Role
from opsroom.core.served import served_form
from opsroom.node import Node
from opsroom.operations.disclose.match import Match
from opsroom.operations.disclose.shelves import Shelf, shelf
from opsroom.ports import Snapshot
from opsroom.principals import Principal

EVERYTHING = Match()
_FEWEST_ROWS, _MOST_ROWS = 50, 1000
"""Rows read at once while looking for what a filter wants; a page that wants more reads more."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One item version that was decided and may leave: its served bytes. Only this module makes one."""

    added: Tick
    id: str
    kind: str
    version: str | None
    body: bytes


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
        return _Reader(snapshot, name, principal, found, match).page(after, limit)


@dataclass(slots=True)
class _Reader:
    """Reads one shelf for one desk in one snapshot. What is shown under an id is looked up once."""

    snapshot: Snapshot
    room: str
    principal: Principal
    shelf: Shelf
    match: Match
    _looked_up: set[str] = field(default_factory=set)
    _matching: set[Tick] = field(default_factory=set)

    def page(self, after: Tick, limit: int) -> Page:
        wanted = self._wanted(after, limit + 1)
        shown = wanted[:limit]
        return Page(
            entries=self._disclosed(shown),
            more=len(wanted) > limit,
            last=shown[-1].added if shown else None,
        )

    def _wanted(self, after: Tick, enough: int) -> list[FeedRow]:
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
            self.snapshot.feeds,
            self.principal.desk.id,
            self.shelf.agreement and self.shelf.id,
        )
        of_kinds = (
            feed.page(self.room, desk, collection=collection, kind=kind, after=after, limit=limit)
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
            for row in self.snapshot.feeds.of_ids(self.room, self.principal.desk.id, ids)
            if self.shelf.agreement is None or row.collection == self.shelf.id
        ]
        first: dict[int, FeedRow] = {}
        for row in self._counting(rows):
            first.setdefault(row.item, row)
        return list(first.values())

    def _counting(self, rows: list[FeedRow]) -> list[FeedRow]:
        resting = {row.footing for row in rows if row.footing is not None}
        footings: dict[int, Footing] = self.snapshot.decisions.footings(self.room, resting)
        classes = {number for one in footings.values() for number in one.classes}
        verdicts: dict[int, Verdict] = self.snapshot.decisions.verdicts(
            self.room, self.principal.desk.id, classes
        )
        opened = {one: open_since(one, footings=footings, verdicts=verdicts) for one in resting}
        kept: list[FeedRow] = []
        for row in rows:
            since = row.added if row.footing is None else opened[row.footing]
            if since is not None and since <= row.added:
                kept.append(row)
        return kept

    def _disclosed(self, shown: list[FeedRow]) -> tuple[Disclosed, ...]:
        numbers = {row.item for row in shown}
        items = self.snapshot.items.by_number(self.room, numbers)
        bodies = self.snapshot.items.bodies(self.room, numbers)
        offers = self.snapshot.offers.by_number(self.room, {row.offer for row in shown})
        labels = self.snapshot.offers.labels(self.room, {offer.label for offer in offers.values()})
        return tuple(
            Disclosed(
                added=row.added,
                id=row.id,
                kind=row.kind,
                version=items[row.item].version,
                body=self._served(bodies[row.item], row, offers[row.offer], labels),
            )
            for row in shown
        )

    def _served(self, raw: bytes, row: FeedRow, offer: Offer, labels: Mapping[str, Handling]) -> bytes:
        if row.footing is None:
            return raw
        under = self._authority(offer) if row.kind == "marking-definition" else None
        return served_form(raw, offer, labels[offer.label], to=self.principal.member, under=under)

    def _authority(self, offer: Offer) -> str | None:
        """The agreement that an offer is released under to the reader."""
        decisions, number = self.snapshot.decisions, offer.release_class
        return decisions.verdicts(self.room, self.principal.desk.id, [number])[number].authority
