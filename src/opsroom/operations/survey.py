"""Survey: who sees what in the rooms of a node, item by item and member by member, on what ground.

For the operator of the node on the machine. A member that cannot know of a room finds nothing in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from opsroom.core.jsontext import decode
from opsroom.core.offer import Offer, OfferState, StoredItem
from opsroom.core.release import Desk
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.upkeep import Upkeep
from opsroom.upkeep.sights import Sight, Sights

BATCH = 500
PASSES_ON = "passes-on"
"""The ground of the member that posted what it had received from another."""
STATES = (OfferState.PENDING, OfferState.OFFERED, OfferState.RECALLED)


@dataclass(frozen=True, slots=True)
class Line:
    """One offer. `sights` by member; None: the member cannot know of the room. `name`: what the item calls itself."""

    room: str
    item: StoredItem
    offer: Offer
    name: str
    agreement: str
    field: str
    sights: Mapping[str, Sight | None]


def survey(node: Node) -> Iterator[Line]:
    """Every offer that was not refused, by room, oldest first; read as it goes, in one snapshot."""
    node.advance()
    with node.store.reading() as snapshot:
        upkeep = node.upkeep(snapshot, facts=node.cache.facts(snapshot))
        members = [one.name for one in snapshot.people.members()]
        for room in snapshot.people.rooms():
            yield from _of_room(snapshot, upkeep, room.name, members)


def _of_room(snapshot: Snapshot, upkeep: Upkeep, room: str, members: list[str]) -> Iterator[Line]:
    collections = {one.id: one for one in snapshot.agreements.collections(room)}
    at, facts, sights = upkeep.context.at, upkeep.context.facts, upkeep.sights()
    inside = {one for one in members if facts.entered(Desk(one), room, at)}
    streams = [_offers(snapshot, room, member, state) for member in members for state in STATES]
    offers = merge(*streams, key=lambda one: one.number)
    while batch := list(islice(offers, BATCH)):
        items = snapshot.items.by_number(room, {one.item for one in batch})
        bodies = snapshot.items.bodies(room, items)
        for offer in batch:
            collection = collections[offer.collection]
            yield Line(
                room=room,
                item=items[offer.item],
                offer=offer,
                name=_name(bodies[offer.item]),
                agreement=collection.agreement,
                field=collection.field,
                sights={one: _sight(sights, room, offer, one) if one in inside else None for one in members},
            )


def _offers(snapshot: Snapshot, room: str, originator: str, state: OfferState) -> Iterator[Offer]:
    after = 0
    while listed := snapshot.offers.in_state(room, originator, state, after, BATCH):
        yield from listed
        after = listed[-1].number


def _sight(sights: Sights, room: str, offer: Offer, member: str) -> Sight:
    if member == offer.holder:
        return Sight(Desk(member), True, PASSES_ON, None)
    return sights.of(room, offer, Desk(member))


def _name(body: bytes) -> str:
    content = decode(body)
    name = content.get("name", content.get("value"))
    return name if isinstance(name, str) else ""
