"""Offers in memory (`opsroom.ports.Offers`)."""

from collections.abc import Iterable, Sequence

from opsroom.core.handling import Handling
from opsroom.core.offer import Approval, Offer, OfferState
from opsroom.errors import Conflict, NotFound
from opsroom.storage.memory.state import State


class MemoryOffers:
    """Offers, labels, approvals."""

    def __init__(self, state: State) -> None:
        self._state = state

    def put_label(self, room: str, handling: Handling) -> None:
        self._state.labels[room, handling.digest] = handling

    def labels(self, room: str, digests: Iterable[str]) -> dict[str, Handling]:
        return {
            one: self._state.labels[room, one] for one in set(digests) if (room, one) in self._state.labels
        }

    def add(self, offers: Sequence[Offer]) -> None:
        keys = {(one.room, one.number) for one in offers}
        if len(keys) < len(offers) or keys & self._state.offers.keys():
            raise Conflict("an offer of this number is there already")
        self._state.offers.update({(one.room, one.number): one for one in offers})

    def replace(self, offers: Sequence[Offer]) -> None:
        for one in offers:
            if (one.room, one.number) not in self._state.offers:
                raise NotFound("one of the offers to replace is not there; none is replaced")
        self._state.offers.update({(one.room, one.number): one for one in offers})

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, Offer]:
        return {x: self._state.offers[room, x] for x in set(numbers) if (room, x) in self._state.offers}

    def of_items(self, room: str, items: Iterable[int]) -> list[Offer]:
        wanted = set(items)
        return [one for one in self._of(room) if one.item in wanted]

    def of_unit(self, room: str, unit: str, after: int, limit: int) -> list[Offer]:
        return [one for one in self._of(room) if one.unit == unit and one.number > after][:limit]

    def of_footing(self, room: str, footing: int, after: int, limit: int) -> list[Offer]:
        resting = (x for x in self._of(room) if x.footing == footing and x.state is OfferState.OFFERED)
        return [one for one in resting if one.number > after][:limit]

    def in_state(self, room: str, originator: str, state: OfferState, after: int, limit: int) -> list[Offer]:
        mine = (one for one in self._of(room) if one.originator == originator and one.state is state)
        return [one for one in mine if one.number > after][:limit]

    def add_approval(self, approval: Approval) -> None:
        key = (approval.room, approval.offer, approval.person)
        if key in self._state.approvals:
            raise Conflict(f"{approval.person} has approved this already")
        self._state.approvals[key] = approval

    def approvals(self, room: str, offers: Iterable[int]) -> list[Approval]:
        wanted = set(offers)
        found = [one for one in self._state.approvals.values() if one.room == room and one.offer in wanted]
        return sorted(found, key=lambda one: (one.offer, one.at, one.person))

    def _of(self, room: str) -> list[Offer]:
        mine = [one for key, one in self._state.offers.items() if key[0] == room]
        return sorted(mine, key=lambda one: one.number)
