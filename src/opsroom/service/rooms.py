"""Answers who asks, and which rooms and collections it may know of."""

from opsroom.operations import disclose
from opsroom.operations.disclose import Shelf
from opsroom.service.seat import Seat, answers
from opsroom.wire import rooms as wire


@answers(wire.WhoAmI)
def who_am_i(seat: Seat, _: wire.WhoAmI) -> wire.Desk:
    """Who asks."""
    asker = seat.principal
    return wire.Desk(asker.user, asker.member, asker.desk.name, sorted(asker.roles), asker.room)


@answers(wire.Rooms)
def rooms(seat: Seat, _: wire.Rooms) -> list[wire.Room]:
    """The rooms that the asker may know of."""
    return [
        wire.Room(one.name, one.title, one.host, one.place)
        for one in disclose.rooms(seat.node, seat.principal)
    ]


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
