"""Feed rows: written when an offer becomes visible to a desk, taken out when it stops for good."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

import msgspec

from opsroom.core.feed import ALWAYS, FeedRow, Tick
from opsroom.core.offer import Offer, OfferState
from opsroom.core.roster import DeskRow
from opsroom.upkeep.context import Context
from opsroom.upkeep.narrowings import Narrowings
from opsroom.upkeep.verdicts import Verdicts

BATCH = 2000
"""Offers read at a time."""
AT_ONCE = 10_000
"""Rows that an opening writes in its own unit of work; what is left becomes a task."""


@dataclass(slots=True)
class Rows:
    """Writes the rows of feeds."""

    context: Context
    verdicts: Verdicts
    narrowings: Narrowings

    def show_own(self, room: str, offers: Sequence[Offer]) -> None:
        """Rows for the desks of the member that contributed; components read nothing as their member's own."""
        by_member: dict[str, list[Offer]] = {}
        for offer in offers:
            if offer.holder is None:
                by_member.setdefault(offer.originator, []).append(offer)
        for member, own in by_member.items():
            for desk in self.context.desks(member):
                if desk.desk.component is None:
                    self._write(room, desk.id, own, own=True)

    def show_own_to(self, room: str, desk: DeskRow, state: OfferState) -> None:
        """Rows for one desk on what its member contributed and stands in `state`."""
        after = 0
        if desk.desk.component is not None:
            return
        while offers := self.context.unit.offers.in_state(room, desk.desk.member, state, after, BATCH):
            self._write(room, desk.id, [one for one in offers if one.holder is None], own=True)
            self.narrowings.look(room, offers)
            after = offers[-1].number

    def show(self, room: str, offers: Sequence[Offer]) -> None:
        """Rows for every desk for which an offer is open and which has no row for it that counts.

        In the order in which they were posted: that of classes and footings tells which others there are.
        Whoever posted an offer is told from whom what it rests on holds it back.
        """
        self.narrowings.look(room, offers)
        shown = self._shown(room, offers)
        by_footing: dict[tuple[int, int], list[Offer]] = {}
        for offer in offers:
            if offer.state is OfferState.OFFERED:
                by_footing.setdefault((offer.release_class, offer.footing), []).append(offer)
        decisions = self.context.unit.decisions
        by_desk: dict[str, list[Offer]] = {}
        for (release_class, footing), group in by_footing.items():
            for desk in decisions.desks_open(room, release_class):
                if self.verdicts.since(room, desk, footing) is not None:
                    new = [one for one in group if (desk, one.number) not in shown]
                    by_desk.setdefault(desk, []).extend(x for x in new if self._invited(room, desk, x))
        for desk, listed in sorted(by_desk.items()):
            self._write(room, desk, sorted(listed, key=lambda one: one.number))

    def drop_dead(self, room: str, offers: Sequence[Offer]) -> None:
        """Takes out the rows of these offers that do not count any more."""
        rows = self.context.unit.feeds.of_offers(room, [offer.number for offer in offers])
        self.drop(room, [(desk, row) for desk, row in rows if not self._counts(room, desk, row)])

    def drop(self, room: str, rows: Iterable[tuple[str, FeedRow]]) -> None:
        """Takes these rows, each of a desk, out of its feed, each at the next tick of it."""
        ticks: dict[str, dict[Tick, Tick]] = {}
        for desk, row in rows:
            ticks.setdefault(desk, {})[row.added] = self.context.ticks.next(room, desk)
        for desk, listed in ticks.items():
            self.context.unit.feeds.remove(room, desk, listed)

    def refill_later(self, room: str, footings: Sequence[int], after: int = 0) -> None:
        """The same as `refill`, as a task of its own."""
        subject = msgspec.json.encode({"footings": footings}).decode()
        self.context.add_task(room, "refill", subject, due_at=self.context.at, cursor=after)

    def refill(self, room: str, footings: Sequence[int], after: int = 0) -> None:
        """Rows in step with verdicts for all offers on these footings, in the order in which they were posted.

        A long rest is left to a task.
        """
        written = 0
        listed = self._on(room, footings, after)
        while offers := list(islice(listed, BATCH)):
            self.drop_dead(room, offers)
            self.show(room, offers)
            written += len(offers)
            if written >= AT_ONCE:
                self.refill_later(room, footings, offers[-1].number)
                return

    def look_again(self, room: str, footings: Sequence[int], collections: Container[str]) -> None:
        """Whom what is offered in these collections is held back from, once others are listed there."""
        listed = (one for one in self._on(room, footings, 0) if one.collection in collections)
        while offers := list(islice(listed, BATCH)):
            self.narrowings.look(room, offers)

    def _on(self, room: str, footings: Sequence[int], after: int) -> Iterator[Offer]:
        """The offers on these footings with a number above `after`, by number."""
        at_once = BATCH // max(len(footings), 1) + 1
        return merge(*(self._on_one(room, one, after, at_once) for one in footings), key=_number)

    def _on_one(self, room: str, footing: int, after: int, at_once: int) -> Iterator[Offer]:
        while offers := self.context.unit.offers.of_footing(room, footing, after, at_once):
            yield from offers
            after = offers[-1].number

    def _invited(self, room: str, desk: str, offer: Offer) -> bool:
        """Not who posted it: its own row stands already. What is passed on reaches the parties of the
        agreement under which it is passed on, and nobody else.
        """
        member = self.context.member_of(desk)
        if offer.holder is None:
            return member != offer.originator
        return self.context.is_listed(room, offer.collection, member)

    def visible(self, room: str, desks: Iterable[str], items: Iterable[int]) -> set[int]:
        """Those of the items that one of the desks sees now."""
        rows = self.context.unit.feeds.of_items(room, desks, items)
        return {row.item for desk, row in rows if self._counts(room, desk, row)}

    def counting(self, room: str, desk: str, ids: Iterable[str]) -> list[FeedRow]:
        """The rows of a desk under these STIX ids that count now."""
        return self.counting_of(room, desk, self.context.unit.feeds.of_ids(room, desk, ids))

    def counting_of(self, room: str, desk: str, rows: Iterable[FeedRow]) -> list[FeedRow]:
        """Those of these rows of a desk that count now."""
        return [row for row in rows if self._counts(room, desk, row)]

    def _shown(self, room: str, offers: Sequence[Offer]) -> set[tuple[str, int]]:
        """(desk, offer) of the rows that there are of these and that count; notes what they rest on now."""
        footings = {offer.number: offer.footing for offer in offers}
        rows = self.context.unit.feeds.of_offers(room, footings)
        shown = {(desk, row.offer) for desk, row in rows if self._counts(room, desk, row)}
        resting: dict[str, set[int]] = {}
        for desk, offer in shown:
            if footings[offer]:
                resting.setdefault(desk, set()).add(footings[offer])
        for desk, listed in sorted(resting.items()):
            self.context.unit.feeds.put_footings(room, desk, listed)
        return shown

    def _counts(self, room: str, desk: str, row: FeedRow) -> bool:
        if row.footing is None:
            return True
        since = self.verdicts.since(room, desk, row.footing)
        return since is not None and since <= row.added

    def _write(self, room: str, desk: str, offers: Sequence[Offer], *, own: bool = False) -> None:
        items = self.context.items(room, {offer.item for offer in offers})
        footings = set() if own else {offer.footing for offer in offers}
        opened = [self.verdicts.since(room, desk, one) for one in footings]
        self.context.ticks.reach(room, desk, max((one for one in opened if one is not None), default=ALWAYS))
        rows: list[FeedRow] = []
        for offer in offers:
            item = items[offer.item]
            rows.append(
                FeedRow(
                    added=self.context.ticks.next(room, desk),
                    collection=offer.collection,
                    offer=offer.number,
                    item=offer.item,
                    originator=item.originator,
                    id=item.id,
                    kind=item.kind,
                    version_key=item.version_key,
                    footing=None if own else offer.footing,
                )
            )
        self.context.unit.feeds.add(room, desk, rows)
        self.context.unit.feeds.put_footings(room, desk, footings)


def _number(offer: Offer) -> int:
    return offer.number
