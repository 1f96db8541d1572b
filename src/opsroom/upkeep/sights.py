"""Who sees an offer and on what ground: the answer for dry-runs, explanations and what-if.

It asks the same rule as the feeds, for a member (or one of its desks) at any instant, and adds what an offer
rests on: a newer version or a reference that is withheld holds the offer back too (`reference`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from opsroom.core.feed import Footing
from opsroom.core.footing import NOBODY
from opsroom.core.offer import LET_OUT, Offer
from opsroom.core.release import Decision, Desk, Ground, Release, Withhold, decide
from opsroom.core.timestamps import Instant
from opsroom.upkeep.classes import Classes
from opsroom.upkeep.context import Context
from opsroom.upkeep.facts import Facts
from opsroom.upkeep.graph import Graph

REFERENCE = "reference"
"""The ground of an offer that the rule releases and that something it refers to holds back."""
NOT_RELEASED = "not-released"
"""The ground before the release act."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One offer for one reader: released or not, on what ground, and because of which STIX ids (references).

    `decision` is the rule's own; None before the release act.
    """

    reader: Desk
    released: bool
    ground: str
    decision: Decision | None
    because: tuple[str, ...] = ()

    @property
    def authority(self) -> str | None:
        """The agreement that it is released under."""
        return self.decision.authority if self.released and isinstance(self.decision, Release) else None


@dataclass(slots=True)
class Sights:
    """Asks about offers of a unit of work (or snapshot) at an instant, under the facts handed in."""

    context: Context
    classes: Classes
    facts: Facts
    at: Instant
    _decided: dict[tuple[str, int, Desk], Decision] = field(default_factory=dict)
    _footings: dict[str, dict[int, Footing]] = field(default_factory=dict)

    def of(self, room: str, offer: Offer, reader: Desk) -> Sight:
        """What a reader sees of one offer."""
        own = offer.originator == reader.member and offer.holder is None and reader.component is None
        if own:
            return Sight(reader, True, Ground.OWN, Release(Ground.OWN))
        if offer.state not in LET_OUT or offer.offered_at is None or self.at < offer.offered_at:
            return Sight(reader, False, NOT_RELEASED, None)
        decision = self.decision(room, offer.release_class, reader)
        if isinstance(decision, Withhold):
            return Sight(reader, False, decision.ground, decision)
        if offer.holder is not None and not self.context.is_listed(room, offer.collection, reader.member):
            return Sight(reader, False, Ground.THIRD_PARTY, decision)
        if self.is_open(room, offer.footing, reader):
            return Sight(reader, True, decision.ground, decision)
        return Sight(reader, False, REFERENCE, decision, self._withheld_needs(room, offer, reader))

    def passed_on(self, room: str, offer: Offer, reader: Desk, holder: str) -> Sight:
        """What a reader could be shown of one offer by `holder`; what it refers to is not looked at."""
        if offer.state not in LET_OUT or offer.offered_at is None or self.at < offer.offered_at:
            return Sight(reader, False, NOT_RELEASED, None)
        found = self._ask(room, offer.release_class, reader, holder)
        return Sight(reader, isinstance(found, Release), found.ground, found)

    def decision(self, room: str, number: int, reader: Desk) -> Decision:
        """What the rule says of a class."""
        if number == NOBODY:
            return Withhold(Ground.LABEL)
        key = (room, number, reader)
        if key not in self._decided:
            holder = self.classes.facts(room, [number])[number].holder
            self._decided[key] = self._ask(room, number, reader, holder)
        return self._decided[key]

    def _ask(self, room: str, number: int, reader: Desk, holder: str | None) -> Decision:
        item = self.classes.item(room, number)
        return decide(
            item,
            to=reader,
            at=self.at,
            by=self.facts.edges,
            holder=holder,
            consents=self.classes.consents(item),
            held=self.facts.held(self.at),
        )

    def readers(self, room: str, offer: Offer) -> list[Desk]:
        """The members listed in the agreement that an offer was posted under, besides who posted it."""
        found = self.context.facts.collection(offer.collection, room)
        members = self.facts.edges.members(found.agreement) if found else frozenset[str]()
        return [Desk(member) for member in sorted(members - {offer.holder or offer.originator})]

    def rests(self, room: str, offer: Offer) -> bool:
        """Whether anything but the label of an offer that is let out decides on it: a source, or its footing."""
        found = self._footing(room, offer.footing)
        own = found.classes == (offer.release_class,) and not found.alternatives
        return not own or bool(self.classes.facts(room, [offer.release_class])[offer.release_class].sources)

    def is_held_back(self, room: str, offer: Offer, reader: Desk) -> bool:
        """Whether a reader is not shown an offer that is let out because of what it rests on, and not by its label."""
        decision = self.decision(room, offer.release_class, reader)
        if isinstance(decision, Withhold):
            return decision.ground is Ground.SOURCE
        return not self.is_open(room, offer.footing, reader)

    def is_open(self, room: str, footing: int, reader: Desk) -> bool:
        """Whether everything that a footing names is released to a reader."""
        found = self._footing(room, footing)
        return all(
            isinstance(self.decision(room, number, reader), Release) for number in found.classes
        ) and all(any(self.is_open(room, one, reader) for one in options) for options in found.alternatives)

    def _footing(self, room: str, number: int) -> Footing:
        footings = self._footings.setdefault(room, {})
        if number not in footings:
            footings.update(self.context.unit.decisions.footings(room, [number]))
        return footings[number]

    def _withheld_needs(self, room: str, offer: Offer, reader: Desk) -> tuple[str, ...]:
        needs = Graph(self.context, room).needs([offer])[offer.number]
        return tuple(
            dict.fromkeys(
                need[0].id for need in needs if not self._any_open(room, [one.number for one in need], reader)
            )
        )

    def _any_open(self, room: str, items: Iterable[int], reader: Desk) -> bool:
        offers = self.context.unit.offers.of_items(room, items)
        return any(
            one.state in LET_OUT
            and (
                (one.originator == reader.member and one.holder is None)
                or (one.footing != 0 and self.is_open(room, one.footing, reader))
            )
            for one in offers
        )
