"""What one desk reads of a room in one snapshot: which rows of its feed count, and their served bytes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.feed import FeedRow, Footing, Tick, Verdict, open_since
from opsroom.core.handling import Handling
from opsroom.core.offer import Offer
from opsroom.core.served import served_form
from opsroom.ports import Snapshot
from opsroom.principals import Principal


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One item version that was decided and may leave: its served bytes. Only this module makes one."""

    added: Tick
    id: str
    kind: str
    version: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads for one principal."""

    snapshot: Snapshot
    room: str
    principal: Principal

    @property
    def desk(self) -> str:
        """Whose feed it is."""
        return self.principal.desk.id

    def of_ids(self, ids: Iterable[str]) -> list[FeedRow]:
        """The rows of the feed under these STIX ids, by tick, whether they count or not."""
        return self.snapshot.feeds.of_ids(self.room, self.desk, ids)

    def open_footings(self) -> list[int]:
        """The footings that rows of the desk rest on and that are open for it."""
        decisions = self.snapshot.decisions
        touched = self.snapshot.feeds.footings(self.room, self.desk)
        footings = decisions.footings(self.room, touched)
        classes = {number for one in footings.values() for number in one.classes}
        verdicts = decisions.verdicts(self.room, self.desk, classes)
        return [one for one in touched if open_since(one, footings=footings, verdicts=verdicts) is not None]

    def state(self) -> bytes:
        """A digest of what decides which rows count, and under which agreement they are served.

        Rows come and go, and what was closed opens, with a tick of the desk; what closes takes none, but its verdict
        says so.
        """
        feeds, decisions = self.snapshot.feeds, self.snapshot.decisions
        footings = decisions.footings(self.room, feeds.footings(self.room, self.desk))
        classes = {number for one in footings.values() for number in one.classes}
        verdicts = decisions.verdicts(self.room, self.desk, classes)
        said = (feeds.head(self.room, self.desk), sorted(footings.items()), sorted(verdicts.items()))
        return hashlib.sha256(repr(said).encode()).digest()

    def counting(self, rows: list[FeedRow]) -> list[FeedRow]:
        """Those of these rows that count now, in the same order."""
        resting = {row.footing for row in rows if row.footing is not None}
        footings: dict[int, Footing] = self.snapshot.decisions.footings(self.room, resting)
        classes = {number for one in footings.values() for number in one.classes}
        verdicts: dict[int, Verdict] = self.snapshot.decisions.verdicts(self.room, self.desk, classes)
        opened = {one: open_since(one, footings=footings, verdicts=verdicts) for one in resting}
        kept: list[FeedRow] = []
        for row in rows:
            since = row.added if row.footing is None else opened[row.footing]
            if since is not None and since <= row.added:
                kept.append(row)
        return kept

    def disclosed(self, shown: list[FeedRow]) -> tuple[Disclosed, ...]:
        """What the desk is served for these rows, which count."""
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
        return decisions.verdicts(self.room, self.desk, [number])[number].authority
