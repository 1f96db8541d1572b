"""Explain: why an item is released to a member, or withheld; now, or at a past instant.

1. The originator asks about its own item for any member, of where it offered it itself and of where it is
   passed on under an agreement that lists it. It is also told which condition failed under each agreement.
2. A reader asks about what its desk was shown, for itself, up to now; and is told of what is released to the desk.
3. Until when an answer holds is told as far as it depends on what the asker knows: its own agreements, and the
   label of its own item. What bounds it beyond that holds among others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsroom.core.agreement.file import Duty
from opsroom.core.agreement.record import Collection
from opsroom.core.conditions import Condition, conditions
from opsroom.core.handling import Handling
from opsroom.core.offer import LET_OUT, Offer, StoredItem
from opsroom.core.release import Desk, Ground, Release
from opsroom.core.served import served_form
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts, Upkeep
from opsroom.upkeep.sights import Sight


@dataclass(frozen=True, slots=True)
class Explanation:
    """One offer of an item for one reader. `conditions` is filled for the originator alone.

    `valid_until` None: it is not decided yet.
    """

    room: str
    item: StoredItem
    offer: Offer
    agreement: str
    field: str
    handling: Handling
    sight: Sight
    clauses: tuple[str, ...]
    obligations: tuple[Duty, ...]
    conditions: tuple[Condition, ...]
    valid_until: Instant | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One offer of an item with what its owner, or its reader, may know of it.

    `sources`, for the owner alone: the items that it rests on, and whether it was declared sanitised of each.
    """

    room: str
    item: StoredItem
    offer: Offer
    agreement: str
    field: str
    handling: Handling | None
    body: bytes
    sources: tuple[tuple[StoredItem, bool], ...] = ()


def explain(
    node: Node,
    principal: Principal | None,
    id: str,
    *,
    to: str,
    at: Instant | None = None,
    holder: str | None = None,
    known_at: Instant | None = None,
) -> list[Explanation]:
    """Every offer of a STIX id that the principal may ask about, for the member `to` at `at` (now).

    A principal is answered as rules 1 to 3 say. None is the node's operator on the machine. NotFound where there
    is nothing.
    """
    with node.store.reading() as snapshot:
        facts = node.cache.facts(snapshot)
        then = facts if known_at is None else facts.as_known(known_at)
        upkeep = node.upkeep(snapshot, facts=then)
        instant = upkeep.context.at if at is None else at
        explaining = _Explaining(snapshot, facts, upkeep, principal, to, instant, holder)
        found = list(explaining.of(id))
    if not found:
        raise NotFound(
            f"there is no {id} that you may ask about; `opsroom show {id}` says what is known of it"
        )
    return found


def show(node: Node, principal: Principal | None, id: str) -> list[Shown]:
    """Every offer of a STIX id that is the principal's own or released to it, oldest first."""
    with node.store.reading() as snapshot:
        facts = node.cache.facts(snapshot)
        upkeep = node.upkeep(snapshot, facts=facts)
        sights = upkeep.sights()
        found: list[Shown] = []
        for room, item, offer, collection in _offers(snapshot, facts, id, principal):
            label = snapshot.offers.labels(room, [offer.label])[offer.label]
            raw = snapshot.items.bodies(room, [item.number])[item.number]
            sources = _sources(snapshot, room, item.number, principal)
            shown = Shown(room, item, offer, collection.agreement, collection.field, label, raw, sources)
            if principal is not None:
                sight = sights.of(room, offer, principal.desk.desk)
                if not sight.released:
                    continue
                if sight.ground is not Ground.OWN:
                    body = served_form(raw, offer, label, to=principal.member, under=sight.authority)
                    shown = replace(shown, handling=None, body=body, sources=())
            found.append(shown)
    if not found:
        raise NotFound(f"there is no {id}")
    return found


@dataclass(frozen=True, slots=True)
class _Explaining:
    """One question: who asks, for which member, at which instant, as if passed on by whom.

    `facts` are those of now; the upkeep has those that were known when it is asked about.
    """

    snapshot: Snapshot
    facts: Facts
    upkeep: Upkeep
    principal: Principal | None
    to: str
    at: Instant
    holder: str | None

    def of(self, id: str) -> Iterator[Explanation]:
        """Every offer of a STIX id that the asker is told of."""
        sights = self.upkeep.sights(at=self.at)
        for room, item, offer, collection in _offers(self.snapshot, self.facts, id, self.principal):
            if not self._may_ask(room, offer):
                continue
            reader = self._reader(offer)
            if self.holder is None:
                sight = sights.of(room, offer, reader)
            else:
                sight = sights.passed_on(room, offer, reader, self.holder)
            if self._is_own(offer) or sight.released:
                yield self._explained(room, item, offer, collection, sight)

    def _explained(
        self, room: str, item: StoredItem, offer: Offer, collection: Collection, sight: Sight
    ) -> Explanation:
        facts, authority = self.upkeep.context.facts, sight.authority
        agreement = facts.agreement(authority) if authority else None
        return Explanation(
            room=room,
            item=item,
            offer=offer,
            agreement=collection.agreement,
            field=collection.field,
            handling=self.snapshot.offers.labels(room, [offer.label])[offer.label],
            sight=sight,
            clauses=sight.decision.clauses if authority and isinstance(sight.decision, Release) else (),
            obligations=agreement.duties if agreement else (),
            conditions=self._conditions(room, offer),
            valid_until=self._valid_until(room, item, offer, sight),
        )

    def _is_own(self, offer: Offer) -> bool:
        """Whether the asker decides on it: the operator, or its originator; a component owns nothing."""
        asker = self.principal
        return asker is None or (offer.originator == asker.member and asker.desk.desk.component is None)

    def _may_ask(self, room: str, offer: Offer) -> bool:
        """Rules 1 and 2, before anything is decided."""
        asker, context = self.principal, self.upkeep.context
        if asker is None:
            return True
        if self._is_own(offer):
            own_offer = offer.holder in (None, asker.member)
            return own_offer or context.is_listed(room, offer.collection, asker.member)
        if self.to != asker.member or self.holder is not None or self.at > context.at:
            return False
        shown = self.snapshot.feeds.lives(room, asker.desk.id, [offer.item])
        return any(one.offer == offer.number for one, _ in shown)

    def _reader(self, offer: Offer) -> Desk:
        """For whom it is decided: the desk that asks about itself, else the whole of a member."""
        asker = self.principal
        return Desk(self.to) if asker is None or self._is_own(offer) else asker.desk.desk

    def _conditions(self, room: str, offer: Offer) -> tuple[Condition, ...]:
        if offer.state not in LET_OUT or not self._is_own(offer):
            return ()
        facts = self.upkeep.context.facts
        item = self.upkeep.classes.item(room, offer.release_class)
        found = conditions(item, to=Desk(self.to), at=self.at, by=facts.edges, held=facts.held(self.at))
        bound = None if self.principal is None else self.principal.room
        here = {one.agreement for one in facts.collections(bound)} if bound is not None else None
        return tuple(one for one in found if here is None or one.agreement in here)

    def _valid_until(self, room: str, item: StoredItem, offer: Offer, sight: Sight) -> Instant | None:
        """Rule 3."""
        if sight.decision is None or self.principal is None:
            return None if sight.decision is None else sight.decision.valid_until
        asker, edges = self.principal.member, self.upkeep.context.facts.edges
        others = {offer.originator, self.to, self.holder or offer.holder or asker} - {asker}
        bounds = [edges.between(asker, other).next_change(self.at) for other in others]
        if self._is_own(offer):
            label = self.snapshot.offers.labels(room, [offer.label])[offer.label]
            consents = self.upkeep.context.consents([item.id])
            given = [one for one in consents if (one.by, one.to) == (asker, self.to)]
            own = (label.not_before, label.expires, offer.recalled_at)
            windows = (bound for one in given for bound in (one.window.since, one.window.until))
            bounds += [x for x in (*own, *windows) if x is not None and x > self.at]
        return min(bounds, default=FOREVER)


def _offers(
    snapshot: Snapshot, facts: Facts, id: str, asker: Principal | None
) -> Iterator[tuple[str, StoredItem, Offer, Collection]]:
    """The offers of an id that somebody may ask about, and others of the same items, by room and number.

    The operator's are all. A member's are those of its own items, and those that its desk was ever shown.
    """
    for room in facts.rooms if asker is None else facts.rooms_of(asker.member):
        if asker is None:
            listed = snapshot.items.copies(room, [id]).get(id, [])
        elif asker.room in (None, room):
            listed = _known(snapshot, room, id, asker)
        else:
            continue
        items = {one.number: one for one in listed}
        for offer in snapshot.offers.of_items(room, items):
            yield room, items[offer.item], offer, facts.place(offer.collection)


def _sources(
    snapshot: Snapshot, room: str, number: int, asker: Principal | None
) -> tuple[tuple[StoredItem, bool], ...]:
    """What an item rests on, each source once, as far as the asker knows of it: another desk may have received it."""
    found = (
        (snapshot.items.by_number(one.source_room, [one.source])[one.source], one.sanitised)
        for one in snapshot.items.sources(room, [number])
    )
    return tuple(dict.fromkeys(one for one in found if _knows(snapshot, one[0], asker)))


def _knows(snapshot: Snapshot, item: StoredItem, asker: Principal | None) -> bool:
    if asker is None:
        return True
    return asker.room in (None, item.room) and item in _known(snapshot, item.room, item.id, asker)


def _known(snapshot: Snapshot, room: str, id: str, asker: Principal) -> list[StoredItem]:
    """The items of an id in a room that are the member's own, or that its desk was shown."""
    own = snapshot.items.versions(room, asker.member, [id]).get(id, [])
    shown = snapshot.feeds.received([room], [asker.desk.id], [id])
    return [*own, *(item for _, _, item in shown)]
