"""Membership as dated relations: over which spans a member is a party that lives with another one.

It asks what `Edges.is_party` asks at one instant, for all of time: a suspension takes nobody out, a
withdrawal takes its party out for good, a termination everybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from opsroom.core.agreement.events import Record
from opsroom.core.agreement.standing import Standing, standing
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER, Window


@dataclass(frozen=True, slots=True)
class Membership:
    """A member as party of an agreement; `spans` by time, apart from one another; none: never live yet."""

    member: str
    agreement: str
    spans: tuple[Window, ...]


def memberships(record: Record) -> tuple[Membership, ...]:
    """Everybody who was ever listed in an agreement, by name."""
    agreement = standing(record)
    ends = {member: _end(agreement, member) for member in record.members}
    return tuple(
        Membership(member, record.agreement, merged(_spans(agreement, member, ends)))
        for member in sorted(record.members)
    )


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The union of spans, each as long as it can be.

    >>> merged([Window(5, 9), Window(1, 3), Window(3, 4)])
    (Window(since=1, until=4), Window(since=5, until=9))
    """
    found: list[Window] = []
    for window in sorted(one for one in windows if not one.empty):
        if found and window.since <= found[-1].until:
            found[-1] = Window(found[-1].since, max(found[-1].until, window.until))
        else:
            found.append(window)
    return tuple(found)


def _spans(agreement: Standing, member: str, ends: dict[str, Instant]) -> Iterable[Window]:
    for other, end in ends.items():
        if other != member:
            for live in agreement.live(member, other):
                yield live.window & Window(until=min(end, ends[member]))


def _end(agreement: Standing, member: str) -> Instant:
    """When the member's withdrawal or the termination takes it out."""
    ending = (
        event.counts_from
        for event in agreement.events
        if event.type == "terminate" or (event.type == "withdraw" and event.scope.party == member)
    )
    return min(ending, default=FOREVER)
