"""What an originator is told of its offers: to whom the rule releases one and what it rests on holds it back.

1. It is told by member, as the rule sees the whole of one: nobody learns of another's desks.
2. Of what is passed on nothing is told: other desks of the holder may know nothing of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from opsroom.core.feed import Narrowing, Tick
from opsroom.core.offer import Offer, OfferState
from opsroom.core.release import Desk
from opsroom.upkeep.context import Context
from opsroom.upkeep.sights import Sights


@dataclass(slots=True)
class Narrowings:
    """Keeps what is told in step with what holds."""

    context: Context
    sights: Sights
    _readers: dict[tuple[str, str, str], list[Desk]] = field(default_factory=dict)
    _held: dict[tuple[str, str, str, int, int], frozenset[str]] = field(default_factory=dict)

    def look(self, room: str, offers: Sequence[Offer]) -> None:
        """Notes which of these offers are held back from whom now, for every desk of their originators."""
        own = {offer.number: offer for offer in offers if offer.holder is None}
        standing: dict[int, dict[str, dict[str, Tick]]] = {}
        for desk, one in self.context.unit.narrowings.standing(room, own):
            standing.setdefault(one.offer, {}).setdefault(desk, {})[one.reader] = one.since
        begun: dict[str, list[Narrowing]] = {}
        ended: dict[str, dict[Tick, Tick]] = {}
        for _, offer in sorted(own.items()):
            held, known = self._held_back(room, offer), standing.get(offer.number, {})
            for desk in self._told(offer) if held or known else ():
                noted = known.get(desk, {})
                for reader in sorted(held - noted.keys()):
                    since = self.context.ticks.next(room, desk)
                    one = Narrowing(since, None, offer.number, offer.item, offer.collection, reader)
                    begun.setdefault(desk, []).append(one)
                for reader in sorted(noted.keys() - held):
                    ended.setdefault(desk, {})[noted[reader]] = self.context.ticks.next(room, desk)
        for desk, listed in begun.items():
            self.context.unit.narrowings.add(room, desk, listed)
        for desk, ticks in ended.items():
            self.context.unit.narrowings.end(room, desk, ticks)

    def _told(self, offer: Offer) -> Iterable[str]:
        """The desks of the originator; components read nothing as their member's own."""
        desks = self.context.desks(offer.originator)
        return [one.id for one in desks if one.desk.component is None]

    def _held_back(self, room: str, offer: Offer) -> frozenset[str]:
        """The members from whom what it rests on holds it back."""
        if offer.state is not OfferState.OFFERED or not self.sights.rests(room, offer):
            return frozenset()
        key = (room, offer.collection, offer.originator, offer.release_class, offer.footing)
        if key not in self._held:
            readers = self._readers.setdefault(key[:3], self.sights.readers(room, offer))
            self._held[key] = frozenset(
                one.member for one in readers if self.sights.is_held_back(room, offer, one)
            )
        return self._held[key]
