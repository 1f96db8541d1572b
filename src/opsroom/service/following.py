"""Answers which events there are after a position; a door, or the command, asks again for as long as it follows."""

from opsroom.core.feed import Tick
from opsroom.cursor import Bound
from opsroom.operations import disclose
from opsroom.operations.disclose import Added, Narrowed, Restored
from opsroom.service.items import item
from opsroom.service.notices import notice
from opsroom.service.seat import Seat, follows
from opsroom.wire import following as wire

AT_ONCE = 200
"""Events that one look tells."""


@follows(wire.Follow)
def events(seat: Seat, asked: wire.Follow) -> tuple[list[wire.Event], str]:
    """The events after the position asked for, and the position after them."""
    principal, cursors = seat.principal, seat.service.cursors
    shelf = disclose.shelf(seat.node, principal, asked.room, asked.collection)
    bound = Bound(principal.desk.id, ("stream", asked.room, shelf.id), b"")
    after: Tick = 0
    if asked.last_event_id is not None:
        after = cursors.opened(asked.last_event_id, to=bound, called="last_event_id")
    elif asked.from_now:
        after = disclose.head(seat.node, principal, asked.room)
    found, reached = disclose.events(seat.node, principal, asked.room, shelf.id, after=after, limit=AT_ONCE)
    told = [_told(one, cursors.sealed(one.position, to=bound)) for one in found]
    return told, cursors.sealed(reached, to=bound)


def _told(one: disclose.Event, position: str) -> wire.Event:
    if isinstance(one, Added):
        return wire.Event(position, "added", added=item(one.item))
    if isinstance(one, Narrowed):
        return wire.Event(position, "narrowed", narrowed=notice(one.item))
    if isinstance(one, Restored):
        return wire.Event(position, "restored", restored=notice(one.item))
    return wire.Event(position, "withdrawn", withdrawn=wire.Departure(one.id, one.kind, one.version))
