"""How often, and how much at once, one credential may ask. What others ask changes nothing for it.

1. A credential may ask as often as a minute allows, at once or spread over it; then it waits. Time that the clock
   steps back counts for nothing.
2. It may have so many streams open at once.
3. Nothing is kept of whoever has all of its minute again, and has no stream open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import TypeAlias

from opsroom.core.timestamps import Instant
from opsroom.errors import Throttled
from opsroom.ports import Clock
from opsroom.principals import Principal

MINUTE = 60_000_000
"""Microseconds."""
KEPT = 10_000
"""Credentials that are remembered before those that need not be are forgotten."""

Who: TypeAlias = tuple[str, str]
"""A member and one of its users."""


@dataclass(slots=True)
class _Spent:
    """What is left of a minute's requests, and when that was so."""

    left: float
    at: Instant


@dataclass(slots=True)
class Rates:
    """The limits of every credential. `a_minute`: requests, 0 for no limit; `streams`: open at once."""

    clock: Clock
    a_minute: int
    streams: int
    _spent: dict[Who, _Spent] = field(default_factory=dict)
    _open: dict[Who, int] = field(default_factory=dict)

    def take(self, asker: Principal) -> None:
        """Counts one request. Throttled, with the seconds to wait, where there is none left."""
        if not self.a_minute:
            return
        now, who = self.clock.now(), _who(asker)
        spent = self._spent.get(who) or _Spent(self.a_minute, now)
        left = self._left(spent, now)
        if left < 1:
            raise Throttled(
                f"{self.a_minute} requests a minute are for you: wait, and ask for larger pages",
                after=ceil((1 - left) * 60 / self.a_minute),
            )
        self._spent[who] = _Spent(left - 1, now)
        if len(self._spent) > KEPT:
            self._spent = {
                one: kept for one, kept in self._spent.items() if self._left(kept, now) < self.a_minute
            }

    @contextmanager
    def stream(self, asker: Principal) -> Iterator[None]:
        """One more stream while it lasts. Throttled where all are open."""
        who = _who(asker)
        if self._open.get(who, 0) >= self.streams:
            raise Throttled(f"you have {self.streams} streams open, and that is all: close one", after=1)
        self._open[who] = self._open.get(who, 0) + 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    def _left(self, spent: _Spent, now: Instant) -> float:
        gained = max(now - spent.at, 0) * self.a_minute / MINUTE
        return min(spent.left + gained, self.a_minute)


def _who(asker: Principal) -> Who:
    return asker.member, asker.user
