"""Explain: why an item is released to a member, or withheld; now, or at a past instant.

To the originator the explanation also says which condition failed under each agreement.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsroom.core.agreement.file import Duty
from opsroom.core.agreement.record import Collection
from opsroom.core.conditions import Condition, conditions
from opsroom.core.handling import Handling
from opsroom.core.offer import LET_OUT, Offer, StoredItem
from opsroom.core.release import Desk, Release
from opsroom.core.served import served_form
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Upkeep, load_facts
from opsroom.upkeep.sights import Sight


@dataclass(frozen=True, slots=True)
class Explanation:
    """One offer of an item for one reader. `conditions` is filled for the originator alone."""

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


@dataclass(frozen=True, slots=True)
class Shown:
    """One offer of an item with what its owner, or its reader, may know of it."""

    room: str
    item: StoredItem
    offer: Offer
    agreement: str
    field: str
    handling: Handling | None
    body: bytes


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

    A principal asks about its own member's items (with conditions), and about what was released to itself
    (`to` its own member). None is the node's operator on the machine. NotFound where there is nothing.
    """
    with node.store.reading() as snapshot:
        facts = node.cache.facts(snapshot) if known_at is None else load_facts(snapshot, known_at=known_at)
        upkeep = node.upkeep(snapshot, facts=facts)
        instant = upkeep.context.at if at is None else at
        bound_to = None if principal is None else principal.room
        found = list(_explanations(snapshot, upkeep, id, Desk(to), instant, holder, bound_to))
    mine = [one for one in found if principal is None or _may_ask(principal, one, to)]
    if not mine:
        raise NotFound(
            f"there is no {id} that you may ask about; `opsroom show {id}` says what is known of it"
        )
    return [one if _is_own(principal, one) else replace(one, conditions=()) for one in mine]


def show(node: Node, principal: Principal | None, id: str) -> list[Shown]:
    """Every offer of a STIX id that is the principal's own or released to it, oldest first."""
    with node.store.reading() as snapshot:
        upkeep = node.upkeep(snapshot, facts=node.cache.facts(snapshot))
        sights = upkeep.sights()
        found: list[Shown] = []
        for room, item, offer, collection in _offers(
            snapshot, id, None if principal is None else principal.room
        ):
            label = snapshot.offers.labels(room, [offer.label])[offer.label]
            raw = snapshot.items.bodies(room, [item.number])[item.number]
            shown = Shown(room, item, offer, collection.agreement, collection.field, label, raw)
            if principal is not None:
                sight = sights.of(room, offer, principal.desk.desk)
                if not sight.released:
                    continue
                if offer.originator != principal.member:
                    body = served_form(raw, offer, label, to=principal.member, under=sight.authority)
                    shown = replace(shown, handling=None, body=body)
            found.append(shown)
    if not found:
        raise NotFound(f"there is no {id}")
    return found


def _explanations(
    snapshot: Snapshot,
    upkeep: Upkeep,
    id: str,
    to: Desk,
    at: Instant,
    holder: str | None,
    bound_to: str | None,
) -> Iterator[Explanation]:
    facts = upkeep.context.facts
    sights = upkeep.sights(at=at)
    for room, item, offer, collection in _offers(snapshot, id, bound_to):
        sight = sights.of(room, offer, to) if holder is None else sights.passed_on(room, offer, to, holder)
        decision = sight.decision
        authority = sight.authority
        agreement = facts.agreement(authority) if authority else None
        asked = upkeep.classes.item(room, offer.release_class) if offer.state in LET_OUT else None
        yield Explanation(
            room=room,
            item=item,
            offer=offer,
            agreement=collection.agreement,
            field=collection.field,
            handling=snapshot.offers.labels(room, [offer.label])[offer.label],
            sight=sight,
            clauses=decision.clauses if isinstance(decision, Release) and sight.released else (),
            obligations=agreement.duties if agreement else (),
            conditions=conditions(asked, to=to, at=at, by=facts.edges, held=facts.held(at)) if asked else (),
        )


def _offers(
    snapshot: Snapshot, id: str, bound_to: str | None
) -> Iterator[tuple[str, StoredItem, Offer, Collection]]:
    """All offers of an id in all rooms, or in the one that a credential is bound to, by room and number."""
    for room in snapshot.people.rooms():
        if bound_to not in (None, room.name):
            continue
        collections = {one.id: one for one in snapshot.agreements.collections(room.name)}
        items = {one.number: one for one in snapshot.items.copies(room.name, [id]).get(id, ())}
        for offer in snapshot.offers.of_items(room.name, items):
            yield room.name, items[offer.item], offer, collections[offer.collection]


def _is_own(principal: Principal | None, one: Explanation) -> bool:
    return principal is None or one.item.originator == principal.member


def _may_ask(principal: Principal, one: Explanation, to: str) -> bool:
    return _is_own(principal, one) or (to == principal.member and one.sight.released)
