"""The facts of a node that every decision reads: rooms, agreements compiled to edges, holdings; consents on demand."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Record
from opsroom.core.agreement.file import Agreement
from opsroom.core.agreement.log import agreement_of, records
from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, VersionRow
from opsroom.core.agreement.standing import standing
from opsroom.core.consent import Consent
from opsroom.core.release import Desk, Held
from opsroom.core.roster import Holding, Room
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.ports import Snapshot


@dataclass(slots=True)
class Facts:
    """What is recorded, as known at one recording instant (`known_at` None: all of it).

    `recorded`: what was read of agreements. `rooms` by name, in its order; `shelves`: their collections, by room.
    Consents grow with the items and are not among them: `Context.consents` reads those that a question needs.
    """

    edges: Edges
    holdings: tuple[Holding, ...]
    newest: Mapping[str, Agreement]
    recorded: tuple[Sequence[VersionRow], Sequence[Entry]]
    rooms: Mapping[str, Room]
    shelves: Mapping[str, tuple[Collection, ...]]
    known_at: Instant | None = None
    _eras: dict[str, tuple[Instant, ...]] = field(default_factory=dict)
    _by_id: dict[str, Collection] = field(init=False, default_factory=dict)
    _by_agreement: dict[str, list[Collection]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for listed in self.shelves.values():
            for one in listed:
                self._by_id[one.id] = one
                self._by_agreement.setdefault(one.agreement, []).append(one)

    def as_known(self, at: Instant) -> "Facts":
        """The same as they were known at a recording instant; rooms, collections and holdings are those of now."""
        return replace(self, edges=Edges(records(*self.recorded, known_at=at)), known_at=at, _eras={})

    def held(self, at: Instant) -> Held:
        """Member → the categories that it holds at that instant."""
        found: dict[str, set[str]] = {}
        for holding in self.holdings:
            if at in holding.window:
                found.setdefault(holding.member, set()).add(holding.category)
        return {member: frozenset(categories) for member, categories in found.items()}

    def holdings_change(self, at: Instant) -> Instant:
        """The first instant after `at` at which anybody's categories change by what is recorded."""
        bounds = (x for one in self.holdings for x in (one.window.since, one.window.until))
        return min((bound for bound in bounds if bound > at), default=FOREVER)

    def era(self, originator: str, offered: Instant) -> Instant:
        """The last instant up to `offered` at which a pair of the originator may become live.

        Two offers of one era compare alike with every start of every pair, so they share a class.
        """
        starts = self._eras.get(originator)
        if starts is None:
            touched = self.edges.listing(originator)
            starts = self._eras[originator] = tuple(sorted({x for one in touched for x in _starts(one)}))
        index = bisect_right(starts, offered)
        return starts[index - 1] if index else BEGINNING

    def agreement(self, identifier: str) -> Agreement:
        """The newest recorded version of an agreement."""
        return self.newest[identifier]

    def collections(self, room: str) -> tuple[Collection, ...]:
        """The collections of a room; none of one that is not there."""
        return self.shelves.get(room, ())

    def collection(self, id: str, room: str) -> Collection | None:
        """The collection of this id, where it is of the room."""
        found = self._by_id.get(id)
        return found if found is not None and found.room == room else None

    def place(self, id: str) -> Collection:
        """The collection that something was offered in."""
        return self._by_id[id]

    def listing(self, member: str, room: str | None = None) -> list[Collection]:
        """The collections of the agreements that list a member, or did, by agreement and field; of a room or all.

        Found from the member's own agreements: how many others there are takes no time.
        """
        return [
            one
            for record in self.edges.listing(member)
            for one in self._by_agreement.get(record.agreement, ())
            if room in (None, one.room)
        ]

    def rooms_of(self, member: str) -> list[str]:
        """The rooms in which an agreement lists a member, or did, by name."""
        return sorted({one.room for one in self.listing(member)})

    def entered(self, desk: Desk, room: str, at: Instant) -> frozenset[str]:
        """Those agreements of a room under which the desk's member is live with somebody.

        A suspended agreement is among them. A component's desk enters where its component is designated.
        """
        wanted = {one.agreement for one in self.listing(desk.member, room)}
        return frozenset(
            record.agreement
            for record in self.edges.listing(desk.member)
            if record.agreement in wanted
            and self.edges.is_party(record, desk.member, at, component=desk.component)
        )


class FactsCache:
    """Keeps the facts of the last epoch read, so that reading costs nothing while none of them changes."""

    def __init__(self) -> None:
        self._kept: tuple[int, Facts] | None = None

    def facts(self, snapshot: Snapshot) -> Facts:
        """The facts of a snapshot (or of a unit that has not changed any agreement)."""
        epoch = snapshot.agreements.epoch()
        kept = self._kept
        if kept is None or kept[0] != epoch:
            kept = self._kept = (epoch, load_facts(snapshot))
        return kept[1]


def load_facts(snapshot: Snapshot) -> Facts:
    """All facts."""
    agreements = snapshot.agreements
    versions, entries = agreements.versions(), agreements.entries()
    rooms = {one.name: one for one in snapshot.people.rooms()}
    return Facts(
        edges=Edges(records(versions, entries)),
        holdings=tuple(snapshot.people.holdings()),
        newest={one.agreement: agreement_of(one) for one in versions},
        recorded=(versions, entries),
        rooms=rooms,
        shelves={name: tuple(agreements.collections(name)) for name in rooms},
    )


def consents_of(entries: Iterable[ConsentEntry], *, known_at: Instant | None = None) -> tuple[Consent, ...]:
    """The consents given, with their revocations. What opens counts from its recording at the earliest."""
    given: dict[str, ConsentEntry] = {}
    revoked: dict[str, Instant] = {}
    for entry in entries:
        if known_at is not None and entry.recorded_at > known_at:
            continue
        if entry.kind == "give":
            given[entry.consent] = entry
        elif entry.kind == "revoke":
            revoked[entry.consent] = entry.effective_at
    return tuple(
        Consent(
            to=entry.to,
            by=entry.originator,
            item=entry.item,
            holder=entry.holder,
            under=entry.under,
            since=max(entry.recorded_at, entry.effective_at, entry.since or BEGINNING),
            until=FOREVER if entry.until is None else entry.until,
            revoked_at=revoked.get(name),
        )
        for name, entry in given.items()
    )


def _starts(record: Record) -> set[Instant]:
    """Every instant at which some pair under this agreement could become live (a superset is fine)."""
    found: set[Instant] = set()
    for version in standing(record).versions:
        found |= {version.terms.in_force.since, version.entry}
        found |= {party.window.since for party in version.terms.parties.values()}
        found |= set((version.signed or {}).values())
    return found - {BEGINNING, FOREVER}
