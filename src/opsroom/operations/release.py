"""Release: the originator's act that lets out what was contributed and waits, or refuses it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from opsroom.core.offer import Approval, Offer, OfferState, StoredItem
from opsroom.core.roster import Role
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, NotFound
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts, Upkeep
from opsroom.upkeep.sights import Sight, Sights

BATCH = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offer that waits for a release act: what it is, who has approved, how many it takes."""

    offer: Offer
    item: StoredItem
    approved_by: tuple[str, ...]
    takes: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What waits, and what each party would see of it."""

    waiting: Waiting
    sights: tuple[Sight, ...]


def waiting(node: Node, principal: Principal, room: str) -> list[Waiting]:
    """What the member has waiting in a room, oldest first. NotFound for a room that it may not know of."""
    found: list[Waiting] = []
    with node.answering(principal.desk.id) as (snapshot, facts):
        _enter(facts, principal, room, node.clock.now())
        after = 0
        while offers := snapshot.offers.in_state(room, principal.member, OfferState.PENDING, after, BATCH):
            found += _described(snapshot, room, offers)
            after = offers[-1].number
    return found


def foreseen(node: Node, principal: Principal, room: str, ids: Iterable[str]) -> list[Foreseen]:
    """Who would see what waits under these STIX ids if it went out now, as one unit; nothing is kept."""
    with node.working() as (unit, upkeep):
        chosen = _chosen(unit, upkeep, principal, room, ids)
        gone = {one.number: one for one in upkeep.let_out(room, [one.offer for one in chosen])}
        sights = upkeep.sights()
        found = [_foreseen(sights, room, one, gone[one.offer.number]) for one in chosen]
        unit.discard()
    return found


def approve(node: Node, principal: Principal, room: str, ids: Iterable[str]) -> list[Waiting]:
    """The principal's yes to what waits under these STIX ids; what has enough goes out, as one unit.

    Returns what was approved, with the state that it has now. Conflict where the person approved it already
    or contributed it and two releasers are asked for (nobody is both).
    """
    with node.working() as (unit, upkeep):
        chosen = _chosen(unit, upkeep, principal, room, ids)
        enough: list[Offer] = []
        for one in chosen:
            if one.takes > 1 and one.offer.posted_by == principal.user:
                raise Conflict(f"{one.item.id}: two other releasers are asked for; you contributed it")
            unit.offers.add_approval(Approval(room, one.offer.number, principal.user, upkeep.context.at))
            if len(one.approved_by) + 1 >= one.takes:
                enough.append(one.offer)
        gone = {one.number: one for one in upkeep.let_out(room, enough)}
        return [
            replace(
                one,
                offer=gone.get(one.offer.number, one.offer),
                approved_by=(*one.approved_by, principal.user),
            )
            for one in chosen
        ]


def refuse(node: Node, principal: Principal, room: str, ids: Iterable[str]) -> list[Waiting]:
    """The principal's no: what waits under these STIX ids is not let out."""
    with node.working() as (unit, upkeep):
        chosen = _chosen(unit, upkeep, principal, room, ids)
        upkeep.take_back(room, [one.offer for one in chosen])
    return [replace(one, offer=replace(one.offer, state=OfferState.REFUSED)) for one in chosen]


def _foreseen(sights: Sights, room: str, one: Waiting, offer: Offer) -> Foreseen:
    return Foreseen(one, tuple(sights.of(room, offer, reader) for reader in sights.readers(room, offer)))


def _enter(facts: Facts, principal: Principal, room: str, at: Instant) -> None:
    """Refused for who is no releasing officer; NotFound for a room that it may not know of."""
    principal.require(Role.RELEASER)
    if principal.room not in (None, room) or not facts.entered(principal.desk.desk, room, at):
        raise NotFound("there is no such room")


def _chosen(
    snapshot: Snapshot, upkeep: Upkeep, principal: Principal, room: str, ids: Iterable[str]
) -> list[Waiting]:
    _enter(upkeep.context.facts, principal, room, upkeep.context.at)
    wanted = list(ids)
    versions = snapshot.items.versions(room, principal.member, wanted)
    items = [one.number for listed in versions.values() for one in listed]
    offers = [one for one in snapshot.offers.of_items(room, items) if one.state is OfferState.PENDING]
    chosen = _described(snapshot, room, [one for one in offers if one.originator == principal.member])
    missing = [id for id in wanted if id not in {one.item.id for one in chosen}]
    if missing:
        raise NotFound(f"nothing waits under {', '.join(missing)}; `opsroom release list` shows what does")
    return chosen


def _described(snapshot: Snapshot, room: str, offers: list[Offer]) -> list[Waiting]:
    items = snapshot.items.by_number(room, {one.item for one in offers})
    approvals: dict[int, list[str]] = {}
    for one in snapshot.offers.approvals(room, [offer.number for offer in offers]):
        approvals.setdefault(one.offer, []).append(one.person)
    return [
        Waiting(one, items[one.item], tuple(approvals.get(one.number, ())), _takes(snapshot, one))
        for one in offers
    ]


def _takes(snapshot: Snapshot, offer: Offer) -> int:
    posting = snapshot.agreements.posting(offer.originator, offer.collection)
    return 2 if posting is not None and posting.release_by == "two-releasers" else 1
