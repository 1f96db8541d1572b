"""Foresee: what a proposed version or event would open and close, for whom, before anybody signs it.

The answer is the difference of who can see what, before and after, at one instant; nothing is written.

A member that asks is told of its own items, as far as the agreement that they are offered under lists it, and
of what it sees now and would lose; never of what others have that would open to it, nor of others among
themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from opsroom.core.agreement.acts import withdrawals
from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, SignedVersion
from opsroom.core.offer import Offer
from opsroom.core.release import Desk
from opsroom.core.roster import Holding
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts, Upkeep
from opsroom.upkeep.sights import Sights

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for an agreement: a version or an event.

    A version is taken as signed by `signers`, beside those who have signed it already; None: by all its parties
    and all those of the version before it.
    """

    agreement: str
    version: SignedVersion | None = None
    event: Event | None = None
    signers: frozenset[str] | None = None

    def applied(self, records: tuple[Record, ...], at: Instant) -> list[Record]:
        """The records as they would be once the proposal is recorded at `at`."""
        found = {record.agreement: record for record in records}
        record = found.get(self.agreement, Record(self.agreement, ()))
        if self.version is not None:
            others = tuple(one for one in record.versions if one.digest != self.version.digest)
            record = replace(record, versions=(*others, self._signed(self.version, record, at)))
        if self.event is not None:
            record = replace(record, events=(*record.events, replace(self.event, recorded_at=at)))
        found[self.agreement] = record
        return list(found.values())

    def takes_effect(self, records: tuple[Record, ...], now: Instant) -> Instant:
        """When it would change something: not before it is recorded, where it opens."""
        if self.event is None:
            return max(now, self.version.terms.in_force.since if self.version is not None else BEGINNING)
        begins = [now, replace(self.event, recorded_at=now).counts_from]
        if self.event.newcomer is not None:
            begins.append(self.event.newcomer.window.since)
        if self.event.type == "rescind":
            ahead = (x for one in records if one.agreement == self.agreement for x in withdrawals(one, now))
            begins += [x.effective_at for x in ahead if x.scope == self.event.scope]
        return max(begins)

    def _signed(self, version: SignedVersion, record: Record, at: Instant) -> SignedVersion:
        """The version with the signatures that it has, and those proposed as if recorded at `at`."""
        [known] = [one for one in record.versions if one.digest == version.digest] or [version]
        if known is not version and known.signed is None:
            return known
        before = [one for one in record.versions if one.digest != version.digest][-1:]
        signers = self.signers
        if signers is None:
            signers = frozenset(version.terms.parties).union(*(one.terms.parties for one in before))
        proposed = dict.fromkeys(signers, at)
        return replace(
            version, signed={**proposed, **(known.signed or {})}, ratified={**proposed, **known.ratified}
        )


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """One member can see one offered item version."""

    member: str
    room: str
    id: str
    version: str
    originator: str
    agreement: str
    field: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What opens and what closes at an instant, by member."""

    at: Instant
    opens: tuple[Seen, ...]
    closes: tuple[Seen, ...]


def foresee(
    node: Node, proposal: Proposal, *, at: Instant | None = None, asker: Principal | None = None
) -> Effect:
    """The effect of a proposal at `at`, or at the instant at which it would take effect if recorded now.

    `asker`: the member that is told, None for the operator of the node.
    """
    with node.store.reading() as snapshot:
        before = _known_to(asker, node.cache.facts(snapshot))
        now = node.clock.now()
        instant = proposal.takes_effect(before.edges.records, now) if at is None else at
        edges = Edges(proposal.applied(before.edges.records, now))
        after = replace(before, edges=edges, _eras={})
        seen_before = set(who_can_see(node, snapshot, before, at=instant))
        seen_after = set(who_can_see(node, snapshot, after, at=instant))
        opens, closes = seen_after - seen_before, seen_before - seen_after
        if asker is not None:
            own = {one for one in opens | closes if _is_own(one, asker, before)}
            opens &= own
            shown = _shown(snapshot, node.upkeep(snapshot, facts=before), asker, closes)
            closes = {one for one in closes if one in own or one in shown}
    return Effect(instant, tuple(sorted(opens)), tuple(sorted(closes)))


def who_can_see(node: Node, snapshot: Snapshot, facts: Facts, *, at: Instant) -> Iterator[Seen]:
    """Every item version that every member can see of others, under these facts at this instant."""
    upkeep = node.upkeep(snapshot, facts=facts)
    sights = upkeep.sights(at=at)
    for room in facts.rooms:
        named = {one.id: (one.agreement, one.field) for one in facts.collections(room)}
        classes = snapshot.decisions.classes(room)
        for footing in snapshot.decisions.footings_on(room, classes):
            for offers in _offers(snapshot, room, footing):
                yield from _seen(snapshot, upkeep, sights, room, footing, offers, named)


def _known_to(asker: Principal | None, facts: Facts) -> Facts:
    """The same facts without the categories of others, but for those that decide already on what the asker gives.

    Else a proposal that asks for a category would tell who holds it.
    """
    if asker is None:
        return facts
    me = asker.member
    mine = {one.category for one in facts.holdings if me in (one.owner, one.member)}

    def is_known(one: Holding) -> bool:
        edges = facts.edges.between(me, one.member).edges
        return one.category in mine or any(one.category in edge.terms.need_to_know for edge in edges)

    return replace(facts, holdings=tuple(one for one in facts.holdings if is_known(one)))


def _is_own(one: Seen, asker: Principal, facts: Facts) -> bool:
    """Whether it is the asker's own item, offered under an agreement that lists the asker."""
    [record] = [found for found in facts.edges.records if found.agreement == one.agreement]
    return one.originator == asker.member and asker.member in record.members and _may_enter(asker, one.room)


def _shown(snapshot: Snapshot, upkeep: Upkeep, asker: Principal, among: set[Seen]) -> set[Seen]:
    """Those of the asker's member that its desk is shown now."""
    mine = [one for one in among if one.member == asker.member and _may_enter(asker, one.room)]
    shown: set[tuple[str, ...]] = set()
    for room in {one.room for one in mine}:
        rows = upkeep.rows.counting(room, asker.desk.id, {one.id for one in mine if one.room == room})
        items = snapshot.items.by_number(room, {row.item for row in rows})
        named = {one.id: (one.agreement, one.field) for one in upkeep.context.facts.collections(room)}
        shown |= {
            (room, row.id, items[row.item].version or "", row.originator, *named[row.collection])
            for row in rows
        }
    return {x for x in mine if (x.room, x.id, x.version, x.originator, x.agreement, x.field) in shown}


def _may_enter(asker: Principal, room: str) -> bool:
    return asker.room in (None, room)


def _seen(
    snapshot: Snapshot,
    upkeep: Upkeep,
    sights: Sights,
    room: str,
    footing: int,
    offers: list[Offer],
    named: Mapping[str, tuple[str, str]],
) -> Iterator[Seen]:
    items = snapshot.items.by_number(room, {offer.item for offer in offers})
    reach: dict[int, list[str]] = {}
    for offer in offers:
        if offer.release_class not in reach:
            members = sorted(upkeep.verdicts.reach(room, offer.release_class))
            reach[offer.release_class] = [x for x in members if sights.is_open(room, footing, Desk(x))]
        item = items[offer.item]
        for member in reach[offer.release_class]:
            if offer.holder is not None and not upkeep.context.is_listed(room, offer.collection, member):
                continue
            yield Seen(member, room, item.id, item.version or "", item.originator, *named[offer.collection])


def _offers(snapshot: Snapshot, room: str, footing: int) -> Iterator[list[Offer]]:
    after = 0
    while offers := snapshot.offers.of_footing(room, footing, after, BATCH):
        yield offers
        after = offers[-1].number
