"""Posting a unit: to a collection over TAXII, by file from the command line, or as a rehearsal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from opsroom.core.handling import Handling, bound
from opsroom.core.identifiers import uuid_from
from opsroom.core.jsontext import decode
from opsroom.core.offer import Offer, OfferState, SourceLink, Status
from opsroom.core.release import Desk, Ground
from opsroom.core.roster import Role
from opsroom.core.stix.objects import StixObject, examine
from opsroom.core.timestamps import Instant, render
from opsroom.errors import Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.operations.contribute import remarks
from opsroom.operations.contribute.intake import Destination, Intake
from opsroom.operations.contribute.ours import unfit
from opsroom.operations.contribute.passing import received
from opsroom.operations.contribute.receipt import Outcome, Receipt, State
from opsroom.operations.contribute.settle import TIERS, Settling
from opsroom.ports import Snapshot, Unit
from opsroom.principals import Principal
from opsroom.upkeep import Facts, Upkeep
from opsroom.upkeep.sights import Sight, Sights

BATCH = 1000
"""Objects of a file in one unit of work."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is said of everything in a unit, beside the collection's default.

    `label` narrows; `stated` names the keys of it that were given. `sources`: (STIX id, sanitised).
    `references`: narrow (default), strict (refuse what would be narrowed), dangle (send out all the same).
    """

    label: Handling | None = None
    stated: frozenset[str] = frozenset()
    sources: tuple[tuple[str, bool], ...] = ()
    references: str = "narrow"
    strict: bool = False


PLAIN = Options()
WAITS = "waits for a release act: opsroom release approve"
Watch = Callable[[Outcome], None]
Working = Callable[[], AbstractContextManager[tuple[Unit, Upkeep]]]
Each = Callable[[Unit, Upkeep, list[Offer]], list[Outcome]]


def post(node: Node, principal: Principal, room: str, collection: str, raws: Iterable[bytes]) -> Receipt:
    """A TAXII post: one unit, one unit of work, and a status resource that only the posting desk reads."""
    plan = _Plan(node, principal, room, collection, PLAIN)
    examined = list(_examined(raws, plan.to, strict=False))
    with node.working() as (unit, upkeep):
        receipt = Receipt(uuid_from(node.randomness.draw(16)), upkeep.context.at)
        receipt.outcomes = _dated(unit, plan.to, plan.whole(unit, upkeep, examined))
        unit.work.add_status(
            Status(
                room, receipt.id, principal.member, principal.desk.id, receipt.requested_at, receipt.encode()
            )
        )
    return receipt


def rehearse(
    node: Node,
    principal: Principal,
    room: str,
    collection: str,
    raws: Iterable[bytes],
    options: Options = PLAIN,
    *,
    watch: Watch,
) -> None:
    """A dry-run of a file of any size: `watch` gets what would become of each object, and who would see it.

    Nothing is kept. What would wait is shown as if it were released now.
    """
    plan = _Plan(node, principal, room, collection, options, rehearsed=True)
    with node.working() as (unit, _):
        plan.stream(raws, lambda: nullcontext((unit, node.upkeep(unit))), watch)
        unit.discard()


def contribute(
    node: Node,
    principal: Principal,
    room: str,
    collection: str,
    raws: Iterable[bytes],
    options: Options = PLAIN,
    *,
    watch: Watch,
) -> None:
    """A file of any size, batch by batch in bounded memory; `watch` gets each outcome as it is settled.

    Killed half-way, nothing that was reported is lost, and the same file again goes on where it stopped.
    """
    _Plan(node, principal, room, collection, options).stream(raws, node.working, watch)
    node.advance()


def status(node: Node, principal: Principal, room: str, identifier: str) -> Receipt:
    """The receipt of a post of this desk; what waited and was released since counts as success."""
    with node.answering(principal.desk.id) as (snapshot, _):
        found = snapshot.work.status(room, identifier)
        if found is None or (found.member, found.desk) != (principal.member, principal.desk.id):
            raise NotFound("there is no such status")
        receipt = Receipt.decode(found.id, found.requested_at, found.body)
        waiting = [one.offer for one in receipt.outcomes if one.state is State.PENDING]
        offers = snapshot.offers.by_number(room, waiting)
    receipt.outcomes = [_since(one, offers.get(one.offer)) for one in receipt.outcomes]
    return receipt


@dataclass(slots=True)
class _Plan:
    """One unit to be posted by one principal to one collection, checked before anything is written."""

    node: Node
    principal: Principal
    room: str
    collection: str
    options: Options
    rehearsed: bool = False
    to: Destination = field(init=False)
    release_by: str = field(init=False)
    _readers: dict[str, list[Desk]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.node.answering(self.principal.desk.id) as (snapshot, facts):
            self._resolve(snapshot, facts)

    def whole(self, unit: Unit, upkeep: Upkeep, examined: list[Outcome | StixObject]) -> list[Outcome]:
        """Everything in one unit of work; outcomes in the order posted."""
        intake = Intake(self.to)
        outcomes = self._staged(intake, unit, upkeep, examined)
        listed = unit.offers.of_unit(self.room, self.to.unit, 0, len(examined) + 1)
        offers, refused = self._settled(self._settling(intake), unit, upkeep, listed)
        told = {one.offer: one for one in self._told(unit, upkeep, offers, refused)}
        return [told.get(one.offer, one) if one.offer else one for one in outcomes]

    def stream(self, raws: Iterable[bytes], working: Working, watch: Watch) -> None:
        """Everything, batch by batch, each in a unit of work; `watch` gets each outcome once it is final."""
        intake = Intake(self.to)
        examined = _examined(raws, self.to, strict=self.options.strict)
        while batch := list(islice(examined, BATCH)):
            with working() as (unit, upkeep):
                outcomes = self._staged(intake, unit, upkeep, batch)
                known = [self._seen(unit, upkeep, one) for one in outcomes if one.message]
            for one in known:
                watch(one)
        settling = self._settling(intake)
        for tier in range(len(TIERS)):
            self._paged(working, partial(self._failed, settling, tier), watch)
        self._paged(working, self._kept, watch)

    def _paged(self, working: Working, each: Each, watch: Watch) -> None:
        """Does something with all offers of the unit, batch by batch; `watch` hears of it once it is durable."""
        after = 0
        while True:
            with working() as (unit, upkeep):
                listed = unit.offers.of_unit(self.room, self.to.unit, after, BATCH)
                outcomes = each(unit, upkeep, listed)
            for one in outcomes:
                watch(one)
            if not listed:
                return
            after = listed[-1].number

    def _failed(
        self, settling: Settling, tier: int, unit: Unit, upkeep: Upkeep, listed: list[Offer]
    ) -> list[Outcome]:
        """Settles those of a tier; what is refused is told at once."""
        offers, refused = self._settled(settling, unit, upkeep, settling.of_tier(unit, listed, tier))
        return self._told(unit, upkeep, [one for one in offers if one.number in refused], refused)

    def _kept(self, unit: Unit, upkeep: Upkeep, listed: list[Offer]) -> list[Outcome]:
        """What is not refused, once all of the unit is settled."""
        return self._told(unit, upkeep, [one for one in listed if one.state is not OfferState.REFUSED], {})

    def _settling(self, intake: Intake) -> Settling:
        release_by = "contributor" if self.rehearsed else self.release_by
        return Settling(self.to, intake.containers.reach(), release_by)

    def _staged(
        self, intake: Intake, unit: Unit, upkeep: Upkeep, examined: list[Outcome | StixObject]
    ) -> list[Outcome]:
        """One batch staged; outcomes in its order. Those that are not settled yet have no message."""
        objects = [one for one in examined if isinstance(one, StixObject)]
        taken = iter(intake.stage(unit, upkeep, objects))
        return [next(taken) if isinstance(one, StixObject) else one for one in examined]

    def _settled(
        self, settling: Settling, unit: Unit, upkeep: Upkeep, listed: list[Offer]
    ) -> tuple[list[Offer], dict[int, str]]:
        """One batch let out, or waiting; with refusals by offer, and with strict references those narrowed."""
        offers, refused = settling.settle(unit, upkeep, listed)
        if self.options.references == "strict":
            sights = upkeep.sights()
            held = {one.number: remarks.narrowed(one, self._looks(sights, one)) for one in offers}
            withdrawn = [one for one in offers if one.number not in refused and held[one.number]]
            refused |= {one.number: f"by --strict-refs, it would be {held[one.number]}" for one in withdrawn}
            upkeep.take_back(self.room, withdrawn)
        return offers, refused

    def _told(
        self, unit: Unit, upkeep: Upkeep, offers: list[Offer], refused: Mapping[int, str]
    ) -> list[Outcome]:
        """What became of these offers; in a rehearsal with who would see each."""
        items = unit.items.by_number(self.room, {one.item for one in offers})
        replaced = remarks.replaced(unit, self.room, items)
        sights = upkeep.sights()
        outcomes: list[Outcome] = []
        for offer in offers:
            item = items[offer.item]
            looks = self._looks(sights, offer)
            state, said = State.SUCCESS, [remarks.narrowed(offer, looks) or remarks.unseen(offer, looks)]
            if offer.holder is None and item.number in replaced:
                said.append(remarks.lost(sights, self.room, item, replaced[item.number]))
            if offer.number in refused:
                state, said, looks = State.FAILURE, [refused[offer.number]], []
            elif offer.state is OfferState.PENDING or self._would_wait(offer):
                state, said = State.PENDING, [WAITS, *said]
            shown = tuple(looks) if self.rehearsed else ()
            message = "; ".join(filter(None, said))
            outcomes.append(Outcome(item.id, item.version, state, message, offer.number, shown))
        return outcomes

    def _would_wait(self, offer: Offer) -> bool:
        return self.rehearsed and self.release_by != "contributor" and offer.holder is None

    def _seen(self, unit: Unit, upkeep: Upkeep, outcome: Outcome) -> Outcome:
        """In a rehearsal: what was contributed before, with who sees it, or would once it is released."""
        if not (self.rehearsed and outcome.offer):
            return outcome
        offer = unit.offers.by_number(self.room, [outcome.offer])[outcome.offer]
        if offer.unit == self.to.unit:
            return outcome
        if offer.state is OfferState.PENDING:
            [offer] = upkeep.let_out(self.room, [offer])
        return replace(outcome, sights=tuple(self._looks(upkeep.sights(), offer)))

    def _looks(self, sights: Sights, offer: Offer) -> list[Sight]:
        giver = offer.holder or offer.originator
        if giver not in self._readers:
            self._readers[giver] = sights.readers(self.room, offer)
        looks = [sights.of(self.room, offer, reader) for reader in self._readers[giver]]
        return looks if offer.holder is None else [_to_holder(one) for one in looks]

    def _resolve(self, snapshot: Snapshot, facts: Facts) -> None:
        """Where the unit goes and what binds it; NotFound and Refused before anything is read of it."""
        at = self.node.clock.now()
        desk, found = self.principal.desk.desk, facts.collection(self.collection, self.room)
        entered = facts.entered(desk, self.room, at) if self.principal.room in (None, self.room) else ()
        if found is None or found.agreement not in entered:
            raise NotFound("there is no such collection")
        self.principal.require(Role.CONTRIBUTOR)
        if desk.component is not None:
            raise Refused("a component's desk reads what it is designated for; its member contributes")
        label, self.release_by = self._default(snapshot, facts, found.agreement, found.field)
        self.to = Destination(
            room=self.room,
            collection=found.id,
            agreement=found.agreement,
            parties=facts.edges.members(found.agreement),
            member=self.principal.member,
            desk=self.principal.desk.id,
            person=self.principal.user,
            unit=uuid_from(self.node.randomness.draw(16)),
            label=label,
            categories=frozenset(
                one.category
                for one in facts.holdings
                if self.principal.member in (one.owner, one.member) and at in one.window
            ),
            stated=self.options.stated,
            stated_tlp=self.options.label.tlp
            if self.options.label and "tlp" in self.options.stated
            else None,
            dangle=self.options.references == "dangle",
            sources=self._sources(snapshot, facts),
        )

    def _default(self, snapshot: Snapshot, facts: Facts, agreement: str, name: str) -> tuple[Handling, str]:
        posting = snapshot.agreements.posting(self.principal.member, self.collection)
        terms = facts.agreement(agreement).terms
        default = Handling(
            fields=(name,),
            policy=(posting.policy or "") if posting else "",
            level=(posting.level or "") if posting else "",
            tlp=posting.tlp if posting else "amber",
            cites=frozenset({agreement}),
        )
        given = self.options.label
        if given is not None:
            stated = self.options.stated - {"tlp"}
            default = bound(default, (given, stated), on_object=())
        if terms.scale and not default.level:
            raise Refused(
                "this agreement has levels and none is set for what you post here: give --policy and --level,"
                " or let your keeper set them (`opsroom member posting`)"
            )
        return default, posting.release_by if posting else "contributor"

    def _sources(self, snapshot: Snapshot, facts: Facts) -> tuple[SourceLink, ...]:
        """The items that the unit rests on: the member's own of this room, or those that the desk received in any."""
        rooms = facts.rooms_of(self.principal.member)
        links: list[SourceLink] = []
        for id, sanitised in self.options.sources:
            own = snapshot.items.versions(self.room, self.principal.member, [id]).get(id, [])
            found = received(snapshot, self.principal.member, [id], rooms=rooms).get(id, [])
            others = [one.item for one in found if one.desk == self.principal.desk.id]
            if not own and not others:
                raise Malformed(
                    f"--source {id}: you have neither contributed nor received an object of this id"
                )
            if sanitised and not own:
                raise Refused(f"--source {id}: only its originator can declare a product sanitised of it")
            chosen = own[-1:] or others
            links += [SourceLink("", 0, one.room, one.number, sanitised) for one in chosen]
        return tuple(links)


def _examined(raws: Iterable[bytes], to: Destination, *, strict: bool) -> Iterator[Outcome | StixObject]:
    """Each object, or its refusal with every fault."""
    for raw in raws:
        found = examine(raw, strict=strict)
        faults = found.faults if found.object is None else unfit(found.object, to)
        if found.object is not None and not faults:
            yield found.object
        else:
            reasons = "; ".join(str(fault) for fault in faults)
            yield Outcome(*_named(raw), State.FAILURE, reasons)


def _named(raw: bytes) -> tuple[str | None, str | None]:
    """The id and version of a refused object, where they can be read at all."""
    try:
        found = decode(raw)
    except Malformed:
        return None, None
    version = found.get("modified", found.get("created"))
    return (
        str(found["id"])[:300] if isinstance(found.get("id"), str) else None,
        version[:60] if isinstance(version, str) else None,
    )


def _dated(unit: Snapshot, to: Destination, outcomes: list[Outcome]) -> list[Outcome]:
    """An object without a version has the date of its row in its poster's own feed as one, here as there."""
    ids = {one.id for one in outcomes if one.id and one.offer and one.version is None}
    added: dict[int, Instant] = {}
    for row in unit.feeds.of_ids(to.room, to.desk, ids):
        added.setdefault(row.offer, row.added)
    return [
        replace(one, version=render(added[one.offer])) if one.version is None and one.offer in added else one
        for one in outcomes
    ]


def _to_holder(look: Sight) -> Sight:
    """What who passes an item on is told: who gets it. Why others do not is its originator's own."""
    return look if look.released else Sight(look.reader, False, Ground.THIRD_PARTY, None)


def _since(outcome: Outcome, offer: Offer | None) -> Outcome:
    if outcome.state is not State.PENDING or offer is None or offer.state is OfferState.PENDING:
        return outcome
    if offer.state is OfferState.REFUSED:
        return replace(outcome, state=State.FAILURE, message="refused by a releasing officer")
    return replace(outcome, state=State.SUCCESS, message="")
