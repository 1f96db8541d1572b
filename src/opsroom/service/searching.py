"""Answers searches over the asker's own feed."""

import msgspec

from opsroom.core.search import last, parse_query, suggestion_range
from opsroom.core.timestamps import Instant
from opsroom.cursor import Bound
from opsroom.errors import Fault, Malformed
from opsroom.operations import disclose
from opsroom.operations.disclose import Hit, Place, Wanted
from opsroom.service.items import item
from opsroom.service.seat import Seat, answers
from opsroom.service.times import instant
from opsroom.wire import searching as wire

_TICK_BITS = 52
"""Room for microseconds until the year 2112; 12 bits are left for a score, of which 32 words give 3200 at most."""


@answers(wire.Search)
def search(seat: Seat, asked: wire.Search) -> wire.SearchPage:
    """A page of hits."""
    query = None if asked.q is None else parse_query(asked.q)
    wanted = Wanted(
        kinds=asked.kinds,
        originators=asked.originators,
        agreements=asked.agreements,
        fields=asked.fields,
        tlps=asked.tlps,
        since=_since(seat, asked),
        until=instant(asked.until, "until"),
    )
    bound = Bound(
        seat.principal.desk.id,
        ("search", asked.room),
        msgspec.json.encode(msgspec.structs.replace(asked, next=None, limit=None)),
    )
    service = seat.service
    after = None if asked.next is None else _place(service.cursors.opened(asked.next, to=bound))
    limit = min(asked.limit or service.page, service.page_most)
    disclose.room(seat.node, seat.principal, asked.room)
    found = disclose.find(
        seat.node, seat.principal, asked.room, query, wanted=wanted, after=after, limit=limit
    )
    return wire.SearchPage(
        hits=[_hit(one) for one in found.hits],
        total=found.total,
        counts={name: dict(counts) for name, counts in found.counts.items()},
        next=service.cursors.sealed(_number(found.hits[-1].place), to=bound) if found.more else None,
    )


@answers(wire.Suggest)
def suggest(seat: Seat, asked: wire.Suggest) -> list[wire.Suggestion]:
    """Completions of what is being typed."""
    among = suggestion_range(asked.q)
    disclose.room(seat.node, seat.principal, asked.room)
    if among is None:
        return []
    found = disclose.suggest(seat.node, seat.principal, asked.room, among)
    return [wire.Suggestion(text, objects) for text, objects in found]


@answers(wire.Correlate)
def correlate(seat: Seat, asked: wire.Correlate) -> list[wire.Correlation]:
    """What shares a value with an object."""
    disclose.room(seat.node, seat.principal, asked.room)
    found = disclose.correlate(seat.node, seat.principal, asked.room, asked.id)
    return [wire.Correlation(one.value, one.total, [_hit(hit) for hit in one.hits]) for one in found]


def _since(seat: Seat, asked: wire.Search) -> Instant | None:
    """The later of `since` and the beginning of `last`; both together would say two things."""
    if asked.last is None:
        return instant(asked.since, "since")
    if asked.since is not None:
        raise Malformed([Fault("last", "stands without since: each says where the time begins")])
    return seat.node.clock.now() - last(asked.last)


def _number(place: Place) -> int:
    """A place in one number, as a cursor holds it: the score fits in the bits above those of a tick."""
    return place.score << _TICK_BITS | place.added


def _place(number: int) -> Place:
    return Place(number >> _TICK_BITS, number & ((1 << _TICK_BITS) - 1))


def _hit(one: Hit) -> wire.Hit:
    return wire.Hit(item(one.object), one.originator, one.agreements, one.fields, one.tlp, one.score)
