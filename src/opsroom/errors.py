"""The families of errors. Every error that opsroom raises on purpose belongs to one of them.

Withholding is no error: it is a value (`opsroom.core.release.Withhold`). A door turns a family into
its own form (an exit status, an HTTP status) in one place. This module imports nothing of opsroom.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

MOST_FAULTS = 1000
"""Faults that are told of one input: the rest is found once these are mended."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with one input: where (`provisions[1].ceiling`; empty for the whole) and what."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


def told(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults that are told of one input, and whether there are more; the rest is not even looked for."""
    found = tuple(islice(faults, MOST_FAULTS + 1))
    if len(found) <= MOST_FAULTS:
        return found
    return (*found[:MOST_FAULTS], Fault("", f"there is more: these are the first {MOST_FAULTS} faults"))


class OpsroomError(Exception):
    """What all families share: a message for people that says what to do next."""


class Malformed(OpsroomError):
    """The input is wrong in itself, whatever the room holds. Carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault] | str) -> None:
        self.faults = (Fault("", faults),) if isinstance(faults, str) else tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


class Unauthenticated(OpsroomError):
    """No credential, or one that does not hold."""


class NotFound(OpsroomError):
    """Absent, or hidden from the asker: the two are the same answer."""


class Refused(OpsroomError):
    """Understood, and against a rule that the asker may know of: the message names the rule."""


class Conflict(OpsroomError):
    """Stale or contradicting what is recorded: a fork of a chain, an old version, a name in use."""


class Unavailable(OpsroomError):
    """A part that is needed does not answer now; trying again may help."""


class Throttled(Unavailable):
    """Asked too often, or too much at once; `after` so many seconds it may be asked again."""

    def __init__(self, message: str, *, after: int = 1) -> None:
        self.after = after
        super().__init__(message)
