"""Foresee: what a proposed version or event would open and close, for whom, before anybody signs it.

The answer is the difference of who can see what, before and after, at one instant; nothing is written.

A member that asks is told of its own items, as far as the agreement that they are offered under lists it, and
of what it sees now and would lose; never of what others have that would open to it, nor of others among
themselves. Nothing else is looked at: what the answer costs tells nothing of what others have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from opsroom.core.agreement.acts import withdrawals
from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, SignedVersion
from opsroom.core.offer import Offer, OfferState, StoredItem
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
        if asker is None:
            views = [set(who_can_see(node, snapshot, facts, at=instant)) for facts in (before, after)]
        else:
            known = _Known(node, snapshot, asker, before)
            views = [set(known.seen(facts, at=instant)) for facts in (before, after)]
            views[1] -= {one for one in views[1] - views[0] if one.originator != asker.member}
    seen_before, seen_after = views
    opens, closes = seen_after - seen_before, seen_before - seen_after
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What a member that asks is told of: its own offers, and what its desk is shown now. `facts`: those of now."""

    node: Node
    snapshot: Snapshot
    asker: Principal
    facts: Facts

    def seen(self, facts: Facts, *, at: Instant) -> Iterator[Seen]:
        """Who would see its own offers, and which of what its desk is shown its member would see."""
        upkeep = self.node.upkeep(self.snapshot, facts=facts)
        sights = upkeep.sights(at=at)
        for room in self.facts.rooms_of(self.asker.member):
            if self.asker.room not in (None, room):
                continue
            named = {one.id: (one.agreement, one.field) for one in facts.collections(room)}
            for footing, offers in _by_footing(self._own(room)):
                for one in _seen(self.snapshot, upkeep, sights, room, footing, offers, named):
                    if one.originator == self.asker.member and self._lists(one.agreement):
                        yield one
            for footing, offers in _by_footing(self._shown(room)):
                if sights.is_open(room, footing, Desk(self.asker.member)):
                    items = self.snapshot.items.by_number(room, {offer.item for offer in offers})
                    for offer in offers:
                        yield _as_seen(self.asker.member, offer, items[offer.item], named)

    def _lists(self, agreement: str) -> bool:
        return self.asker.member in self.facts.edges.members(agreement)

    def _own(self, room: str) -> Iterator[Offer]:
        """The offers of its own items, also those that others made."""
        after = 0
        while offers := self.snapshot.offers.in_state(
            room, self.asker.member, OfferState.OFFERED, after, BATCH
        ):
            yield from offers
            after = offers[-1].number

    def _shown(self, room: str) -> Iterator[Offer]:
        """The offers of others that its desk is shown now."""
        rows = self.node.upkeep(self.snapshot, facts=self.facts).rows
        after = 0
        while page := self.snapshot.feeds.page(
            room, self.asker.desk.id, collection=None, after=after, limit=BATCH
        ):
            counting = rows.counting_of(room, self.asker.desk.id, page)
            yield from self.snapshot.offers.by_number(
                room, {row.offer for row in counting if row.footing is not None}
            ).values()
            after = page[-1].added


def _by_footing(offers: Iterator[Offer]) -> Iterator[tuple[int, list[Offer]]]:
    found: dict[int, list[Offer]] = {}
    for one in offers:
        found.setdefault(one.footing, []).append(one)
    yield from found.items()


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
        for member in reach[offer.release_class]:
            if offer.holder is None or upkeep.context.is_listed(room, offer.collection, member):
                yield _as_seen(member, offer, items[offer.item], named)


def _as_seen(member: str, offer: Offer, item: StoredItem, named: Mapping[str, tuple[str, str]]) -> Seen:
    return Seen(member, offer.room, item.id, item.version or "", item.originator, *named[offer.collection])


def _offers(snapshot: Snapshot, room: str, footing: int) -> Iterator[list[Offer]]:
    after = 0
    while offers := snapshot.offers.of_footing(room, footing, after, BATCH):
        yield offers
        after = offers[-1].number
