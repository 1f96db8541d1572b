"""What became of each object that was posted."""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from opsroom.core.timestamps import Instant
from opsroom.upkeep.sights import Sight

KNOWN = "contributed before"
"""The message of an exact duplicate."""
PRESENT = "is here already, from another member: nothing is passed on by this"
"""The message of an exact duplicate of what another member contributed to the collection."""


class State(StrEnum):
    """The states of TAXII 2.1 section 4.3.1."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One object. `message` says why it was refused, what was narrowed, or what it waits for.

    `sights` (dry-run alone): who would see it and on what ground.
    """

    id: str | None
    version: str | None
    state: State
    message: str = ""
    offer: int = 0
    sights: tuple[Sight, ...] = ()


@dataclass(slots=True)
class Receipt:
    """The outcomes of one unit, in the order posted. `id` names the TAXII status resource."""

    id: str
    requested_at: Instant
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, state: State) -> int:
        """How many objects are in that state."""
        return sum(outcome.state is state for outcome in self.outcomes)

    def encode(self) -> str:
        """The receipt as kept."""
        rows = [[one.id, one.version, one.state, one.message, one.offer] for one in self.outcomes]
        return msgspec.json.encode(rows).decode()

    @classmethod
    def decode(cls, identifier: str, requested_at: Instant, body: str) -> "Receipt":
        """A receipt as it was kept."""
        rows = msgspec.json.decode(body, type=list[tuple[str | None, str | None, State, str, int]])
        return cls(identifier, requested_at, [Outcome(*row) for row in rows])
