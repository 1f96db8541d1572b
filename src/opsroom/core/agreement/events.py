"""What happens to an agreement: signed, append-only events, each with `effective_at` and `recorded_at`.

An act that opens (resume, accede, rescind) never takes effect before it is recorded; one that closes
may be dated back. Events count by `Event.counts_from`, at one instant in the order recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsroom.core.agreement.terms import Party, Terms
from opsroom.core.reading import Reader
from opsroom.core.timestamps import Instant

OPENING = frozenset({"resume", "accede", "rescind"})
CLOSING = frozenset({"suspend", "withdraw", "terminate"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an event bears on: at most one of the three; none of them is the whole agreement."""

    party: str | None = None
    pair: frozenset[str] | None = None
    field: str | None = None

    def as_mapping(self) -> dict[str, object]:
        """The scope as it is written; {} for the whole agreement."""
        if self.party is not None:
            return {"party": self.party}
        if self.pair is not None:
            return {"pair": sorted(self.pair)}
        return {"field": self.field} if self.field is not None else {}

    def __str__(self) -> str:
        if self.pair is not None:
            return f"between {' and '.join(sorted(self.pair))}"
        if self.party is not None:
            return f"for {self.party}"
        return f"for {self.field}" if self.field is not None else "for all"


WHOLE = Scope()


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `recorded_at` None: known from the beginning (a release case)."""

    type: str
    effective_at: Instant
    scope: Scope = WHOLE
    recorded_at: Instant | None = None
    by: frozenset[str] = frozenset()
    newcomer: Party | None = None
    digest: str = ""

    @property
    def counts_from(self) -> Instant:
        """The instant from which the event changes anything."""
        if self.type in OPENING and self.recorded_at is not None:
            return max(self.effective_at, self.recorded_at)
        return self.effective_at


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """One version and the instants at which each party's signature (and notification) was recorded.

    `signed` None: signed by all from the beginning (a release case). `ratified` holds notifications
    that a party has completed its own procedures (entry `all-notified`). `amend` is whose signatures
    bring in a version that replaces this one (`acts.amend` of its file).
    """

    number: int
    digest: str
    terms: Terms
    signed: Mapping[str, Instant] | None = None
    ratified: Mapping[str, Instant] = field(default_factory=dict)
    amend: str | int = "all"
    duties: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """All that is recorded of one agreement: versions, lowest number first, and events, in the order recorded."""

    agreement: str
    versions: tuple[SignedVersion, ...]
    events: tuple[Event, ...] = ()

    @property
    def members(self) -> frozenset[str]:
        """Everybody who was ever listed as a party or acceded."""
        listed = {member for version in self.versions for member in version.terms.parties}
        return frozenset(listed | {event.newcomer.member for event in self.events if event.newcomer})


def read_scope(reader: Reader) -> Scope:
    """The scope under `scope`; absent is the whole agreement."""
    inner = reader.inner("scope")
    if inner is None:
        return WHOLE
    pair = inner.texts("pair")
    if inner.has("pair") and len(pair) != 2:
        inner.fault("pair", "two different parties are wanted here")
    named = [key for key in ("party", "pair", "field") if inner.has(key)]
    if len(named) > 1:
        inner.fault("", f"a scope names one of party, pair, field, not {' and '.join(named)}")
    found = Scope(
        party=inner.optional_text("party"),
        pair=frozenset(pair) if inner.has("pair") else None,
        field=inner.optional_text("field"),
    )
    inner.finish()
    return found


def in_order(events: tuple[Event, ...]) -> list[Event]:
    """Events as they count: by the instant, at one instant as recorded, without withdrawals that were rescinded."""
    counting = [event for place, event in enumerate(events) if not _rescinded(event, events[place + 1 :])]
    return sorted(counting, key=lambda event: event.counts_from)


def _rescinded(event: Event, afterwards: tuple[Event, ...]) -> bool:
    """Whether a rescission recorded afterwards takes a withdrawal back before it takes effect."""
    return event.type == "withdraw" and any(
        later.type == "rescind" and later.scope == event.scope and later.counts_from < event.effective_at
        for later in afterwards
    )
