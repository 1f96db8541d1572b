"""The rooms and collections that a desk may know of. What it may not know of is `NotFound`, as if it were not there."""

from dataclasses import dataclass

from opsroom.core.agreement.record import Collection
from opsroom.core.roster import Role, Room
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts

RELEASED = "released"
"""The shelf with everything released to the reader, once; also the alias of its collection."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as one desk sees it. `agreement` and `field` are None for `released`."""

    id: str
    title: str
    description: str
    alias: str | None
    can_read: bool
    can_write: bool
    agreement: str | None = None
    field: str | None = None


def rooms(node: Node, principal: Principal) -> list[Room]:
    """The rooms that the principal may know of, by name."""
    with node.answering(principal.desk.id) as (_, facts):
        now = node.clock.now()
        listing = facts.rooms_of(principal.member)
        return [facts.rooms[name] for name in listing if _knows(facts, principal, name, now)]


def room(node: Node, principal: Principal, name: str) -> Room:
    """One room."""
    with node.answering(principal.desk.id) as (_, facts):
        return _room(facts, principal, name, node.clock.now())


def shelves(node: Node, principal: Principal, name: str) -> list[Shelf]:
    """The collections of a room: `released` first, then by agreement and field."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        now = node.clock.now()
        return _shelves(snapshot, facts, principal, _room(facts, principal, name, now), now)


def shelf(node: Node, principal: Principal, name: str, collection: str) -> Shelf:
    """One collection, by its id or its alias."""
    for found in shelves(node, principal, name):
        if collection in (found.id, found.alias):
            return found
    raise NotFound("there is no such collection")


def peers(node: Node, principal: Principal) -> frozenset[str]:
    """The members, itself included, that some recorded agreement lists together with the principal's.

    To a token that is bound to a room, those of its agreements alone.
    """
    with node.answering(principal.desk.id) as (_, facts):
        listing = facts.listing(principal.member, principal.room)
        together = (facts.edges.members(one.agreement) for one in listing)
        return frozenset({principal.member}).union(*together)


def _knows(facts: Facts, principal: Principal, name: str, at: Instant) -> bool:
    if principal.room not in (None, name):
        return False
    return bool(facts.entered(principal.desk.desk, name, at))


def _room(facts: Facts, principal: Principal, name: str, at: Instant) -> Room:
    if not _knows(facts, principal, name, at):
        raise NotFound("there is no such room")
    return facts.rooms[name]


def _shelves(snapshot: Snapshot, facts: Facts, principal: Principal, found: Room, at: Instant) -> list[Shelf]:
    listed = facts.listing(principal.member, found.name)
    entered = facts.entered(principal.desk.desk, found.name, at)
    can_read = Role.READER in principal.roles
    released = snapshot.people.setting(f"released/{found.name}") or b""
    first = Shelf(
        id=released.decode(),
        title="Released to you",
        description="Everything in this room that is released to you, once. Read-only.",
        alias=RELEASED,
        can_read=can_read,
        can_write=False,
    )
    own = [_shelf(snapshot, facts, principal, one, can_read) for one in listed if one.agreement in entered]
    return [first, *own]


def _shelf(snapshot: Snapshot, facts: Facts, principal: Principal, one: Collection, can_read: bool) -> Shelf:
    agreement = facts.agreement(one.agreement)
    posting = snapshot.agreements.posting(principal.member, one.id)
    level_wanted = bool(agreement.terms.scale) and (posting is None or posting.level is None)
    may_post = Role.CONTRIBUTOR in principal.roles and principal.desk.desk.component is None
    description = f"Posting here offers an object under {agreement.title}, field {one.field}."
    if level_wanted:
        description += (
            " Read-only until your keeper sets the level of what is posted here"
            " (`opsroom member posting`), since this agreement has levels."
        )
    return Shelf(
        id=one.id,
        title=f"{agreement.title}: {one.field}",
        description=description,
        alias=None,
        can_read=can_read,
        can_write=may_post and not level_wanted,
        agreement=one.agreement,
        field=one.field,
    )
