"""Half-open spans of time [since, until): a bound that nobody set is the beginning or the end of time."""

from dataclasses import dataclass

from opsroom.core.timestamps import Instant

BEGINNING: Instant = -(2**62)
"""Before every instant that a date can name: a lower bound that nobody set."""
FOREVER: Instant = 2**62
"""After every instant that a date can name: an upper bound that nobody set."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """[since, until) in microseconds UTC. Empty when `until` is not after `since`."""

    since: Instant = BEGINNING
    until: Instant = FOREVER

    def __contains__(self, at: Instant) -> bool:
        return self.since <= at < self.until

    def __and__(self, other: "Window") -> "Window":
        return Window(max(self.since, other.since), min(self.until, other.until))

    @property
    def empty(self) -> bool:
        """Whether no instant lies inside."""
        return self.until <= self.since


ALWAYS = Window()
"""All of time."""


def first_after(at: Instant, bounds: "tuple[Instant | None, ...]") -> Instant:
    """The earliest of `bounds` that lies after `at`; FOREVER where none does."""
    return min((bound for bound in bounds if bound is not None and bound > at), default=FOREVER)
