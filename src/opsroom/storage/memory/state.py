"""Everything that the in-memory store keeps, as plain dictionaries of immutable records."""

from dataclasses import dataclass, field, fields

from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, Posting, VersionRow
from opsroom.core.feed import FeedRow, Footing, Narrowing, ReleaseClass, Tick, Verdict
from opsroom.core.handling import Handling
from opsroom.core.offer import Approval, Offer, Reference, SourceLink, Status, StoredItem, Task
from opsroom.core.roster import Component, Credential, DeskRow, Holding, Member, MemberKey, Room
from opsroom.core.timestamps import Instant


@dataclass(slots=True)
class State:
    """Keys are what makes a record unique; values never change in place."""

    rooms: dict[str, Room] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    keys: dict[tuple[str, str], MemberKey] = field(default_factory=dict)
    components: dict[tuple[str, str], Component] = field(default_factory=dict)
    desks: dict[str, DeskRow] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    holdings: dict[tuple[str, str, str, Instant], Holding] = field(default_factory=dict)
    settings: dict[str, bytes] = field(default_factory=dict)
    versions: dict[tuple[str, int], VersionRow] = field(default_factory=dict)
    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    postings: dict[tuple[str, str], Posting] = field(default_factory=dict)
    consents: dict[tuple[str, str], ConsentEntry] = field(default_factory=dict)
    epoch: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    items: dict[tuple[str, int], StoredItem] = field(default_factory=dict)
    bodies: dict[tuple[str, int], bytes] = field(default_factory=dict)
    by_version: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    by_id: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    references: dict[tuple[str, int], dict[str, Reference]] = field(default_factory=dict)
    referrers: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    sources: dict[tuple[str, int, str, int], SourceLink] = field(default_factory=dict)
    labels: dict[tuple[str, str], Handling] = field(default_factory=dict)
    offers: dict[tuple[str, int], Offer] = field(default_factory=dict)
    approvals: dict[tuple[str, int, str], Approval] = field(default_factory=dict)
    classes: dict[tuple[str, int], ReleaseClass] = field(default_factory=dict)
    class_keys: dict[tuple[str, str], int] = field(default_factory=dict)
    footings: dict[tuple[str, int], Footing] = field(default_factory=dict)
    footing_keys: dict[tuple[str, str], int] = field(default_factory=dict)
    verdicts: dict[tuple[str, str, int], Verdict] = field(default_factory=dict)
    heads: dict[tuple[str, str], Tick] = field(default_factory=dict)
    rows: dict[tuple[str, str, Tick], FeedRow] = field(default_factory=dict)
    removed: dict[tuple[str, str, Tick], tuple[Tick, FeedRow]] = field(default_factory=dict)
    shown_on: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    narrowings: dict[tuple[str, str, Tick], Narrowing] = field(default_factory=dict)
    terms: dict[tuple[str, str, str, int], int] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    statuses: dict[tuple[str, str], Status] = field(default_factory=dict)

    def copy(self) -> "State":
        """A state that can be changed without this one changing; nested values are replaced, never mutated."""
        copied = State()
        for one in fields(self):
            value = getattr(self, one.name)
            setattr(copied, one.name, dict(value) if isinstance(value, dict) else value)
        return copied
