"""Agreements compiled to edges: what is in force from a giver to a receiver, and when.

1. A version governs a pair from the latest of `in_force.from`, both parties' `from`, the completion of
   its entry and both signatures, to the earliest of `in_force.to` and both parties' `to`.
2. Entry: version 1 as its `entry` says; a later version as `acts.amend` of the one before says (`all`:
   once all parties of both have signed; a number: once that many have, among those who signed).
3. A pair is under the newest version that both signed; once a version has begun for a pair, older ones
   have ended for it. A party that signed and is not listed any more has no edge.
4. A pair is live from its first governing version; the start runs through amendments without a gap.
5. Events: `suspend` adds its scope, `resume` takes away exactly its scope; `withdraw` takes the party
   out for good, `terminate` everybody; `accede` lists the newcomer from that instant.
6. Reservations: `{peer}` removes the edges between the two, `{field}` the party's edges of that field;
   `{kind}` stays on the edge as a kind that it does not carry (and lifts no prohibition).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from opsroom.core.agreement.events import WHOLE, Event, Record, Scope, SignedVersion, in_order
from opsroom.core.agreement.terms import Party, Provision, Terms
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window


@dataclass(frozen=True, slots=True)
class Edge:
    """One agreement version in force from `giver` to `receiver` over `window`.

    Covers items offered at or after `offered_from`; `cap` is the receiver's own ceiling as a rank;
    `components` are those that the receiver designates; `parties` counts the parties listed.
    """

    agreement: str
    version: int
    giver: str
    receiver: str
    window: Window
    offered_from: Instant
    terms: Terms
    fields: Mapping[str, tuple[Provision, ...]]
    cap: int
    reserved_kinds: frozenset[str]
    components: frozenset[str]
    parties: int


@dataclass(slots=True)
class Pair:
    """All edges from one member to another, over all of time."""

    edges: tuple[Edge, ...]
    bounds: tuple[Instant, ...]
    _in_force: dict[int, tuple[Edge, ...]] = field(default_factory=dict)

    def at(self, at: Instant) -> tuple[Edge, ...]:
        """The edges in force at that instant."""
        index = bisect_right(self.bounds, at)
        found = self._in_force.get(index)
        if found is None:
            found = tuple(edge for edge in self.edges if at in edge.window)
            self._in_force[index] = found
        return found

    def next_change(self, at: Instant) -> Instant:
        """The first instant after `at` at which an edge begins or ends; FOREVER where none does."""
        index = bisect_right(self.bounds, at)
        return self.bounds[index] if index < len(self.bounds) else FOREVER


class Edges:
    """The compiled agreements: pairs are compiled when first asked for, and kept."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_member: dict[str, list[Record]] = {}
        self._pairs: dict[tuple[str, str], Pair] = {}
        self.records = tuple(sorted(records, key=lambda record: record.agreement))
        for record in self.records:
            for member in record.members:
                self._by_member.setdefault(member, []).append(record)

    def between(self, giver: str, receiver: str) -> Pair:
        """The edges from `giver` to `receiver`; nobody has an edge to itself."""
        pair = self._pairs.get((giver, receiver))
        if pair is None:
            records = self._by_member.get(giver, ()) if giver != receiver else ()
            edges = tuple(
                edge
                for record in records
                if receiver in record.members
                for edge in compile_pair(record, giver, receiver)
            )
            bounds = {edge.window.since for edge in edges} | {edge.window.until for edge in edges}
            pair = self._pairs[giver, receiver] = Pair(edges, tuple(sorted(bounds - {BEGINNING, FOREVER})))
        return pair

    def is_party(self, record: Record, member: str, at: Instant) -> bool:
        """Whether the member is live with somebody under this agreement at `at`, suspended or not."""
        ended = {
            event.scope.party
            for event in in_order(record.events)
            if event.type in ("withdraw", "terminate") and event.counts_from <= at
        }
        if member not in record.members or member in ended or None in ended:
            return False
        others = record.members - ended - {member}
        return any(at in window for other in others for window in pair_windows(record, member, other))

    def peers(self, member: str) -> frozenset[str]:
        """Everybody who was ever a party beside `member`."""
        records = self._by_member.get(member, ())
        return frozenset(peer for record in records for peer in record.members) - {member}


def compile_pair(record: Record, giver: str, receiver: str) -> list[Edge]:
    """The edges of one agreement from `giver` to `receiver`, by time."""
    events = [event for event in in_order(record.events) if _bears_on(event.scope, giver, receiver)]
    edges: list[Edge] = []
    for version, window, live_since in _governing(record, giver, receiver):
        if giver not in version.terms.parties or receiver not in version.terms.parties:
            continue
        whole = _edge(record.agreement, version, giver, receiver, live_since)
        for open_window, suspended in _uninterrupted(events, window):
            fields = {name: runs for name, runs in whole.fields.items() if name not in suspended}
            if fields:
                edges.append(replace(whole, window=open_window, fields=fields))
    return edges


def pair_windows(record: Record, one: str, other: str) -> list[Window]:
    """When the two are live together under this agreement, whatever is suspended."""
    return [
        window
        for version, window, _ in _governing(record, one, other)
        if {one, other} <= version.terms.parties.keys()
    ]


def entry_instant(version: SignedVersion, before: SignedVersion | None) -> Instant:
    """When the entry of a version is complete; FOREVER while it is not (rule 2)."""
    if version.signed is None:
        return BEGINNING
    parties = version.terms.parties.keys()
    if before is not None:
        return _quorum_instant(version.signed, parties | before.terms.parties.keys(), version.amend)
    entry = version.terms.entry
    if entry.kind == "signatures":
        return _quorum_instant(version.signed, parties, entry.signatures)
    signed = _quorum_instant(version.signed, parties, "all")
    if entry.kind == "all-notified":
        return max(signed, _quorum_instant(version.ratified, parties, "all"))
    return signed


def with_newcomers(record: Record) -> tuple[SignedVersion, ...]:
    """The versions, the newest at each accession listing the newcomer from then on (rule 5)."""
    versions = list(record.versions)
    for event in in_order(record.events):
        if event.type != "accede" or event.newcomer is None:
            continue
        begun = [
            index
            for index, version in enumerate(versions)
            if entry_instant(version, versions[index - 1] if index else None) <= event.counts_from
        ]
        if begun:
            versions[begun[-1]] = _listing(versions[begun[-1]], event.newcomer, event.counts_from)
    return tuple(versions)


def _listing(version: SignedVersion, newcomer: Party, since: Instant) -> SignedVersion:
    party = replace(newcomer, window=newcomer.window & Window(since))
    terms = replace(version.terms, parties={**version.terms.parties, newcomer.member: party})
    signed = None if version.signed is None else {**version.signed, newcomer.member: since}
    return replace(version, terms=terms, signed=signed)


def _quorum_instant(given: Mapping[str, Instant], among: Iterable[str], quorum: str | int) -> Instant:
    members = set(among)
    instants = sorted(instant for member, instant in given.items() if member in members)
    needed = len(members) if quorum in ("all", "all-others") else quorum
    if not isinstance(needed, int) or len(instants) < needed:
        return FOREVER
    return instants[needed - 1]


def _governing(record: Record, one: str, other: str) -> list[tuple[SignedVersion, Window, Instant]]:
    """The versions that govern the pair, each with its span and the instant since which the pair is live."""
    found: list[tuple[SignedVersion, Window, Instant]] = []
    acceded = with_newcomers(record)
    before: SignedVersion | None = None
    for original, version in zip(record.versions, acceded, strict=True):
        window = _version_window(version, entry_instant(original, before), one, other)
        before = original
        if window is None or window.empty:
            continue
        found = [(kept, span & Window(until=window.since), since) for kept, span, since in found]
        found = [entry for entry in found if not entry[1].empty]
        runs_on = bool(found) and found[-1][1].until == window.since
        found.append((version, window, found[-1][2] if runs_on else window.since))
    return found


def _version_window(version: SignedVersion, entry: Instant, one: str, other: str) -> Window | None:
    signed = version.signed
    if signed is not None and not {one, other} <= signed.keys():
        return None
    starts = [entry] if signed is None else [entry, signed[one], signed[other]]
    window = version.terms.in_force & Window(max(starts))
    for member in (one, other):
        party = version.terms.parties.get(member)
        if party is not None:
            window = window & party.window
    return window


def _edge(agreement: str, version: SignedVersion, giver: str, receiver: str, live_since: Instant) -> Edge:
    terms = version.terms
    gives, gets = terms.parties[giver], terms.parties[receiver]
    fields: dict[str, tuple[Provision, ...]] = {}
    if receiver not in gives.reservations.peers and giver not in gets.reservations.peers:
        reserved = gives.reservations.fields | gets.reservations.fields
        for provision in terms.provisions:
            if provision.field not in reserved and provision.runs(giver, receiver):
                fields[provision.field] = (*fields.get(provision.field, ()), provision)
    return Edge(
        agreement=agreement,
        version=version.number,
        giver=giver,
        receiver=receiver,
        window=Window(),
        offered_from=BEGINNING if terms.covers_existing else live_since,
        terms=terms,
        fields=fields,
        cap=terms.cap(gets.ceiling),
        reserved_kinds=gives.reservations.kinds | gets.reservations.kinds,
        components=gets.designates,
        parties=len(terms.parties),
    )


def _bears_on(scope: Scope, one: str, other: str) -> bool:
    if scope.party is not None:
        return scope.party in (one, other)
    return scope.pair is None or scope.pair == {one, other}


def _uninterrupted(events: list[Event], window: Window) -> list[tuple[Window, frozenset[str]]]:
    """The parts of `window` in which the pair is not wholly cut, each with the fields suspended in it."""
    parts: list[tuple[Window, frozenset[str]]] = []
    suspended: set[Scope] = set()
    since, ended = window.since, False
    for event in events:
        until = max(since, min(event.counts_from, window.until))
        _keep(parts, Window(since, until), suspended, ended)
        since = until
        if event.type == "suspend":
            suspended.add(event.scope)
        elif event.type == "resume":
            suspended.discard(event.scope)
        ended = ended or event.type == "terminate" or (event.type == "withdraw" and event.scope != WHOLE)
    _keep(parts, Window(since, window.until), suspended, ended)
    return parts


def _keep(
    parts: list[tuple[Window, frozenset[str]]], window: Window, suspended: set[Scope], ended: bool
) -> None:
    fields = frozenset(scope.field for scope in suspended if scope.field is not None)
    cut = any(scope.field is None for scope in suspended)
    if not (window.empty or ended or cut):
        parts.append((window, fields))
