"""The index of words and values: each item on the shelves from which it is shown.

1. An item stands on the shelf of every footing that one of its offers rests on, so that a reader of an open
   footing finds it, and nothing is looked at that rests on a closed one.
2. It stands on the shelf of its originator while it waits, and for as long as it rests on what others let out
   too: that could close for the originator, who reads its own all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from opsroom.core.feed import shelf_of_footing, shelf_of_member
from opsroom.core.footing import NOBODY
from opsroom.core.offer import Offer, OfferState
from opsroom.core.search import terms_of
from opsroom.upkeep.classes import Classes
from opsroom.upkeep.context import Context


@dataclass(slots=True)
class Index:
    """Keeps the index of one unit of work in step with its offers."""

    context: Context
    classes: Classes
    _terms: dict[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    _alone: dict[tuple[str, int, str], bool] = field(default_factory=dict)

    def wait(self, room: str, offers: Iterable[Offer]) -> None:
        """Offers that wait for a release act (rule 2)."""
        self._put(room, self._shelves(room, [one for one in offers if one.state is OfferState.PENDING]))

    def rest(self, room: str, before: Mapping[int, Offer], placed: Iterable[Offer]) -> None:
        """Items follow the footings of their offers; `before` by number, as they were."""
        moved = [one for one in placed if _stands(one) != _stands(before[one.number])]
        self._put(room, self._shelves(room, moved))
        self._leave(room, [before[one.number] for one in moved])

    def withdraw(self, room: str, offers: Iterable[Offer]) -> None:
        """These offers, as they were, are taken back: items leave the shelves that no offer keeps them on."""
        self._leave(room, offers)

    def make(self, room: str, offers: Iterable[Offer]) -> None:
        """The entries of these offers, whatever there is of them already."""
        self._put(room, self._shelves(room, offers))

    def _shelves(self, room: str, offers: Iterable[Offer]) -> dict[str, set[int]]:
        """The items of these offers by the shelves that they belong on now."""
        found: dict[str, set[int]] = {}
        for one in offers:
            if one.state is OfferState.OFFERED:
                found.setdefault(shelf_of_footing(one.footing), set()).add(one.item)
            if self._is_own(room, one):
                found.setdefault(shelf_of_member(one.originator), set()).add(one.item)
        return found

    def _is_own(self, room: str, offer: Offer) -> bool:
        """Whether an offer keeps its item on the shelf of its originator (rule 2)."""
        if offer.holder is not None:
            return False
        waits = offer.state is OfferState.PENDING
        return waits or (
            offer.state is OfferState.OFFERED and not self._rests_alone(room, offer.footing, offer.originator)
        )

    def _rests_alone(self, room: str, footing: int, member: str) -> bool:
        """Whether a footing names nothing but what a member let out itself: then it is open for that member."""
        key = (room, footing, member)
        if key not in self._alone:
            below = self.context.unit.decisions.footings(room, [footing]).values()
            numbers = {number for one in below for number in one.classes}
            known = self.classes.facts(room, numbers - {NOBODY}).values()
            self._alone[key] = NOBODY not in numbers and all(
                one.originator == member and one.holder is None for one in known
            )
        return self._alone[key]

    def _leave(self, room: str, offers: Iterable[Offer]) -> None:
        """Items leave the shelves of these offers, as they were, that no offer keeps them on now."""
        left = self._shelves(room, offers)
        items = {item for there in left.values() for item in there}
        kept = self._shelves(room, self.context.unit.offers.of_items(room, items))
        for shelf, there in left.items():
            if gone := there - kept.get(shelf, set()):
                terms = self._terms_of(room, gone)
                self.context.unit.terms.drop(room, shelf, {item: terms[item].keys() for item in gone})

    def _put(self, room: str, shelves: Mapping[str, set[int]]) -> None:
        for shelf, items in shelves.items():
            self.context.unit.terms.put(room, shelf, self._terms_of(room, items))

    def _terms_of(self, room: str, items: Iterable[int]) -> dict[int, Mapping[str, int]]:
        wanted = sorted(items)
        missing = [one for one in wanted if (room, one) not in self._terms]
        for number, raw in self.context.unit.items.bodies(room, missing).items():
            self._terms[room, number] = terms_of(raw)
        return {one: self._terms[room, one] for one in wanted}


def _stands(offer: Offer) -> tuple[OfferState, int]:
    """What of an offer says on which shelves its item belongs."""
    return offer.state, offer.footing
