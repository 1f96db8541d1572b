"""Answers who asks, and which rooms and collections it may know of."""

from collections.abc import Iterator
from typing import Literal

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.membership import memberships
from opsroom.core.roster import Room
from opsroom.core.timestamps import Instant, render
from opsroom.core.windows import Window
from opsroom.operations import agree, disclose, enrol
from opsroom.operations.agree import Kept
from opsroom.operations.disclose import Shelf
from opsroom.service.seat import Seat, answers
from opsroom.service.times import told
from opsroom.wire import rooms as wire


@answers(wire.WhoAmI)
def who_am_i(seat: Seat, _: wire.WhoAmI) -> wire.Desk:
    """Who asks."""
    asker = seat.principal
    return wire.Desk(asker.user, asker.member, asker.desk.name, sorted(asker.roles), asker.room)


@answers(wire.Rooms)
def rooms(seat: Seat, _: wire.Rooms) -> list[wire.Room]:
    """The rooms that the asker may know of; all of them for the operator."""
    found = enrol.rooms(seat.node) if seat.asker is None else disclose.rooms(seat.node, seat.asker)
    return [wire.Room(one.name, one.title, one.host, one.place, render(one.created_at)) for one in found]


@answers(wire.ShowRoom)
def show(seat: Seat, asked: wire.ShowRoom) -> wire.RoomShown:
    """One room, with the agreements that the asker may know of; all of them for the operator."""
    room = _room(seat, asked.room)
    kept = agree.listed(seat.node, room.name, asker=seat.asker)
    now = seat.node.clock.now()
    agreements = [_agreement(one, now) for one in kept]
    return wire.RoomShown(
        name=room.name,
        title=room.title,
        host=room.host,
        place=room.place,
        created_at=render(room.created_at),
        state="active" if any(one.state == "in force" for one in agreements) else "inactive",
        agreements=agreements,
        members=[one for each in kept for one in _relations(each, now)],
    )


@answers(wire.Collections)
def collections(seat: Seat, asked: wire.Collections) -> list[wire.Collection]:
    """The collections of one of them."""
    return [_collection(one) for one in disclose.shelves(seat.node, seat.principal, asked.room)]


def _collection(shelf: Shelf) -> wire.Collection:
    return wire.Collection(
        id=shelf.id,
        title=shelf.title,
        description=shelf.description,
        alias=shelf.alias,
        agreement=shelf.agreement,
        field=shelf.field,
        can_read=shelf.can_read,
        can_write=shelf.can_write,
        kind="released" if shelf.agreement is None else "field",
    )


def _room(seat: Seat, name: str) -> Room:
    if seat.asker is None:
        return enrol.room(seat.node, name)
    return disclose.room(seat.node, seat.asker, name)


def _agreement(kept: Kept, now: Instant) -> wire.RoomAgreement:
    newest = kept.newest
    return wire.RoomAgreement(
        newest.id, newest.title, kept.state(now), newest.version, list(newest.terms.fields)
    )


def _relations(kept: Kept, now: Instant) -> Iterator[wire.Relation]:
    edges = Edges([kept.record])
    for one in memberships(kept.record):
        if not one.spans:
            yield wire.Relation(one.member, one.agreement, None, None, "not in force")
        for span in one.spans:
            state = _state(edges, one.member, kept.record.members, span, now)
            yield wire.Relation(one.member, one.agreement, told(span.since), told(span.until), state)


def _state(
    edges: Edges, member: str, others: frozenset[str], span: Window, now: Instant
) -> Literal["ahead", "in force", "suspended", "ended"]:
    if now not in span:
        return "ahead" if now < span.since else "ended"
    running = (
        edges.between(*pair).at(now) for other in others for pair in ((member, other), (other, member))
    )
    return "in force" if any(running) else "suspended"
