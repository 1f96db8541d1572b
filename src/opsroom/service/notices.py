"""Answers which of the asker's own items are held back from whom."""

from opsroom.core.timestamps import render
from opsroom.cursor import Bound
from opsroom.operations import disclose
from opsroom.operations.disclose import Notice
from opsroom.service.seat import Seat, answers
from opsroom.service.times import told
from opsroom.wire import notices as wire


@answers(wire.Notices)
def notices(seat: Seat, asked: wire.Notices) -> wire.NoticePage:
    """A page of them."""
    service, principal = seat.service, seat.principal
    bound = Bound(principal.desk.id, ("notices", asked.room), str(asked.ended).encode())
    found, more = disclose.notices(
        seat.node,
        principal,
        asked.room,
        standing=not asked.ended,
        after=0 if asked.next is None else service.cursors.opened(asked.next, to=bound),
        limit=min(asked.limit or service.page, service.page_most),
    )
    following = service.cursors.sealed(found[-1].since, to=bound) if more else None
    return wire.NoticePage([notice(one) for one in found], following)


def notice(one: Notice) -> wire.Notice:
    """One of them as it is told."""
    return wire.Notice(
        since=render(one.since),
        until=told(one.until),
        id=one.id,
        kind=one.kind,
        version=one.version,
        collection=one.collection,
        to=one.reader,
        ground=one.ground,
        because=one.because,
    )
