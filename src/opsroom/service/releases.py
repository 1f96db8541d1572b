"""Answers a releasing officer: what waits, who would see it, yes and no."""

from collections.abc import Iterable

from msgspec import UNSET

from opsroom.core.timestamps import render
from opsroom.operations import release
from opsroom.service.seat import Seat, answers
from opsroom.service.sights import sight
from opsroom.upkeep.sights import Sight
from opsroom.wire import releases as wire


@answers(wire.ListWaiting)
def waiting(seat: Seat, asked: wire.ListWaiting) -> list[wire.Waiting]:
    """What waits, oldest first."""
    return [_told(one) for one in release.waiting(seat.node, seat.principal, asked.room)]


@answers(wire.ForeseeRelease)
def foresee(seat: Seat, asked: wire.ForeseeRelease) -> list[wire.Waiting]:
    """Who would see it."""
    found = release.foreseen(seat.node, seat.principal, asked.room, asked.ids)
    return [_told(one.waiting, one.sights) for one in found]


@answers(wire.Approve)
def approve(seat: Seat, asked: wire.Approve) -> list[wire.Waiting]:
    """The officer's yes."""
    found = release.approve(seat.node, seat.principal, asked.room, asked.ids)
    seat.node.advance()
    return [_told(one) for one in found]


@answers(wire.Refuse)
def refuse(seat: Seat, asked: wire.Refuse) -> list[wire.Waiting]:
    """The officer's no."""
    return [_told(one) for one in release.refuse(seat.node, seat.principal, asked.room, asked.ids)]


def _told(one: release.Waiting, sights: Iterable[Sight] | None = None) -> wire.Waiting:
    return wire.Waiting(
        id=one.item.id,
        version=one.item.version,
        state=one.offer.state,
        posted_by=one.offer.posted_by,
        posted_at=render(one.offer.posted_at),
        approved_by=one.approved_by,
        takes=one.takes,
        sights=UNSET if sights is None else tuple(sight(x.reader.member, x) for x in sights),
    )
