"""Agreements compiled to edges: what is in force from a giver to a receiver, and when.

1. Two have edges while they are live together (`opsroom.core.agreement.standing`), one for each stretch
   between events, with the provisions that run in this direction.
2. Events: `suspend` adds its scope, `resume` takes away exactly its scope; `withdraw` takes the party
   out for good, `terminate` everybody.
3. Reservations: `{peer}` removes the edges between the two, `{field}` the party's edges of that field;
   `{kind}` stays on the edge as a kind that it does not carry (and lifts no prohibition).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from opsroom.core.agreement.events import Event, Record, Scope
from opsroom.core.agreement.standing import Live, Standing, standing
from opsroom.core.agreement.terms import Provision, Terms
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
        self._standing = {record.agreement: standing(record) for record in self.records}
        self._members = {record.agreement: record.members for record in self.records}
        for record in self.records:
            for member in record.members:
                self._by_member.setdefault(member, []).append(record)

    def between(self, giver: str, receiver: str) -> Pair:
        """The edges from `giver` to `receiver`; nobody has an edge to itself."""
        pair = self._pairs.get((giver, receiver))
        if pair is None:
            records = self.listing(giver) if giver != receiver else ()
            edges = tuple(
                edge
                for record in records
                if receiver in record.members
                for edge in compile_pair(self._standing[record.agreement], giver, receiver)
            )
            bounds = {edge.window.since for edge in edges} | {edge.window.until for edge in edges}
            pair = self._pairs[giver, receiver] = Pair(edges, tuple(sorted(bounds - {BEGINNING, FOREVER})))
        return pair

    def listing(self, member: str) -> Sequence[Record]:
        """The records that list a member, or did, by agreement."""
        return self._by_member.get(member, ())

    def members(self, agreement: str) -> frozenset[str]:
        """Everybody who is, or was ever, listed in an agreement; nobody in one that is not recorded."""
        return self._members.get(agreement, frozenset())

    def is_party(self, record: Record, member: str, at: Instant, *, component: str | None = None) -> bool:
        """Whether the member is live with somebody under this agreement at `at`, suspended or not.

        With a `component`: under a version, in force between the two, that designates it.
        """
        agreement = self._standing[record.agreement]
        ended = [event for event in agreement.events if event.counts_from <= at]
        gone = {event.scope.party for event in ended if event.type == "withdraw"}
        if member in gone or any(event.type == "terminate" for event in ended):
            return False
        others = record.members - gone - {member}
        in_force = (
            live.version for other in others for live in agreement.live(member, other) if at in live.window
        )
        return any(
            component is None or component in version.terms.parties[member].designates for version in in_force
        )

    def peers(self, member: str) -> frozenset[str]:
        """Everybody who was ever a party beside `member`."""
        return frozenset(peer for record in self.listing(member) for peer in record.members) - {member}


def compile_pair(agreement: Standing, giver: str, receiver: str) -> list[Edge]:
    """The edges of one agreement from `giver` to `receiver`, by time."""
    events = [event for event in agreement.events if _bears_on(event, giver, receiver)]
    edges: list[Edge] = []
    for live in agreement.live(giver, receiver):
        whole = _edge(agreement.agreement, live, giver, receiver)
        for window, suspended in _uninterrupted(events, live.window):
            fields = {name: runs for name, runs in whole.fields.items() if name not in suspended}
            if fields:
                parties = live.version.parties_at(window.since)
                edges.append(replace(whole, window=window, fields=fields, parties=parties))
    return edges


def _edge(agreement: str, live: Live, giver: str, receiver: str) -> Edge:
    terms = live.version.terms
    gives, gets = terms.parties[giver], terms.parties[receiver]
    fields: dict[str, tuple[Provision, ...]] = {}
    if receiver not in gives.reservations.peers and giver not in gets.reservations.peers:
        reserved = gives.reservations.fields | gets.reservations.fields
        for provision in terms.provisions:
            if provision.field not in reserved and provision.runs(giver, receiver):
                fields[provision.field] = (*fields.get(provision.field, ()), provision)
    return Edge(
        agreement=agreement,
        version=live.version.number,
        giver=giver,
        receiver=receiver,
        window=live.window,
        offered_from=BEGINNING if terms.covers_existing else live.since,
        terms=terms,
        fields=fields,
        cap=terms.cap(gets.ceiling),
        reserved_kinds=gives.reservations.kinds | gets.reservations.kinds,
        components=gets.designates,
        parties=len(terms.parties),
    )


def _bears_on(event: Event, one: str, other: str) -> bool:
    """Whether the event changes anything between the two; newcomers change how many parties are listed."""
    scope = event.scope
    if event.type == "withdraw":
        return scope.party in (one, other)
    if event.type in ("suspend", "resume"):
        involved = scope.party is None or scope.party in (one, other)
        return involved and (scope.pair is None or scope.pair == {one, other})
    return True


def _uninterrupted(events: list[Event], window: Window) -> list[tuple[Window, frozenset[str]]]:
    """The parts of `window` in which the pair is not wholly cut, each with the fields suspended in it."""
    parts: list[tuple[Window, frozenset[str]]] = []
    suspended: set[Scope] = set()
    since = window.since
    for event in events:
        until = max(since, min(event.counts_from, window.until))
        _keep(parts, Window(since, until), suspended)
        since = until
        if event.type in ("withdraw", "terminate"):
            return parts
        if event.type == "suspend":
            suspended.add(event.scope)
        elif event.type == "resume":
            suspended.discard(event.scope)
    _keep(parts, Window(since, window.until), suspended)
    return parts


def _keep(parts: list[tuple[Window, frozenset[str]]], window: Window, suspended: set[Scope]) -> None:
    fields = frozenset(scope.field for scope in suspended if scope.field is not None)
    cut = any(scope.field is None for scope in suspended)
    if not (window.empty or cut):
        parts.append((window, fields))
