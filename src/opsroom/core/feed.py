"""From rule to read: release classes, footings, verdicts, and the rows of a desk's feed.

A release class is everything that the decision reads of an item, interned: many items, one class.
A footing is what an offer rests on: its own class, and those of its references, its newest version and
what these rest on. A verdict is the stored decision on one class for one desk. A row of a feed counts
only while the footing of its offer is open for the desk and has been since before the row was written.

1. Ticks: every row takes the next tick of its desk: the later of the clock and the last tick + 1 µs. A verdict
   opens at the next tick and takes none, so that what opens without a row changes no date; its rows are no earlier.
   One that is open from the first has always been. So one order holds rows and openings together, whatever the
   clock does, and how many classes there are beside those of the desk's own rows does not tell.
2. A footing is open when all its classes are, and of each of its alternatives (the copies of one
   reference) at least one is; it has been open since the latest tick at which that became true.
3. Closing a verdict is one write; the rows that rest on it stop counting in the same instant.
4. What opens again gets new rows with new ticks; old rows never come back.
5. Where the rule releases an offer to a member and something that it rests on holds it back, the desks of
   its originator are told: a narrowing takes a tick of each when it begins, and another when it ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opsroom.core.canonical import canonical, digest
from opsroom.core.release import Decision, Ground, Release, Withhold
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER

Tick = Instant
"""A position in a desk's feed: an instant in microseconds UTC that is used once per desk."""
ALWAYS: Tick = 0
"""Before every row there is."""


@dataclass(frozen=True, slots=True)
class ReleaseClass:
    """What the decision reads of an item. `offered` is the era: the last instant up to the real offer at
    which any pair of the originator could become live, so that all offers of one era compare alike.

    `item` is set only where a consent speaks of this item alone. `handling` is the digest of the label.
    """

    originator: str
    kind: str
    offered: Instant
    handling: str
    holder: str | None = None
    item: str | None = None
    recalled_at: Instant | None = None
    sources: tuple[tuple[int, bool], ...] = ()
    """(class, sanitised) of each source."""

    @property
    def key(self) -> str:
        """One text for one class."""
        facts = [self.originator, self.kind, str(self.offered), self.handling, self.holder, self.item]
        recalled = None if self.recalled_at is None else str(self.recalled_at)
        return digest(canonical([*facts, recalled, [[number, free] for number, free in self.sources]]))


@dataclass(frozen=True, slots=True)
class Footing:
    """What an offer rests on: all `classes`, and of each of `alternatives` one of the footings named."""

    classes: tuple[int, ...]
    alternatives: tuple[tuple[int, ...], ...] = ()

    @property
    def key(self) -> str:
        """One text for one footing."""
        return digest(canonical([list(self.classes), [list(one) for one in self.alternatives]]))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The stored decision on one class for one desk, valid until `valid_until`.

    `open_since` is the tick at which it opened, None while it is closed.
    """

    open_since: Tick | None
    ground: Ground
    authority: str | None
    version: int | None
    clauses: tuple[str, ...]
    valid_until: Instant

    def follows(self, decision: Decision) -> bool:
        """Whether the verdict says what the decision says."""
        if isinstance(decision, Withhold):
            return self.open_since is None and (self.ground, self.valid_until) == (
                decision.ground,
                decision.valid_until,
            )
        stored = (self.authority, self.version, self.clauses, self.ground, self.valid_until)
        decided = (
            decision.authority,
            decision.version,
            decision.clauses,
            decision.ground,
            decision.valid_until,
        )
        return self.open_since is not None and stored == decided


def verdict_of(decision: Decision, *, before: Verdict | None, tick: Callable[[], Tick]) -> Verdict:
    """The verdict that a decision makes; one that was open and stays open keeps its tick (rule 1).

    Nothing has rested on a class without a verdict: what comes to rest on it stood elsewhere, and stands on.
    """
    if isinstance(decision, Release):
        still = before.open_since if before is not None else ALWAYS
        since = tick() if still is None else still
        return Verdict(
            since,
            decision.ground,
            decision.authority,
            decision.version,
            decision.clauses,
            decision.valid_until,
        )
    return Verdict(None, decision.ground, None, None, (), decision.valid_until)


def shelf_of_footing(number: int) -> str:
    """The shelf of the index from which everybody is shown what rests on a footing."""
    return f"f{number}"


def shelf_of_member(name: str) -> str:
    """The shelf of the index from which a member is shown its own."""
    return f"m:{name}"


def open_since(
    footing: int, *, footings: Mapping[int, Footing], verdicts: Mapping[int, Verdict]
) -> Tick | None:
    """The tick since which a footing is open for a desk, None while it is closed (rule 2).

    `verdicts` are the desk's, by class; a class without one is closed.
    """
    found = footings[footing]
    since: Tick = -FOREVER
    for number in found.classes:
        verdict = verdicts.get(number)
        if verdict is None or verdict.open_since is None:
            return None
        since = max(since, verdict.open_since)
    for alternative in found.alternatives:
        opened = [open_since(one, footings=footings, verdicts=verdicts) for one in alternative]
        standing = [tick for tick in opened if tick is not None]
        if not standing:
            return None
        since = max(since, min(standing))
    return since


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One row of a desk's feed: an offer of an item, written at `added`.

    `originator`, `id`, `kind` and `version_key` are the item's, so that a feed is searched by itself.
    `footing` None: the member's own item, which counts whatever else is decided.
    """

    added: Tick
    collection: str
    offer: int
    item: int
    originator: str
    id: str
    kind: str
    version_key: str
    footing: int | None

    @property
    def versioned(self) -> bool:
        """Whether the object names its version; the keys of those that do not begin with no digit."""
        return self.version_key[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An offer of the desk's own member that `reader` is not shown because of what it rests on (rule 5).

    It stands from the tick `since` on, until the tick `until` where there is one.
    """

    since: Tick
    until: Tick | None
    offer: int
    item: int
    collection: str
    reader: str


def counts(row: FeedRow, *, footings: Mapping[int, Footing], verdicts: Mapping[int, Verdict]) -> bool:
    """Whether a row is part of what the desk sees now (rules 2 to 4)."""
    if row.footing is None:
        return True
    since = open_since(row.footing, footings=footings, verdicts=verdicts)
    return since is not None and since <= row.added
