"""Posting a unit: to a collection over TAXII, by file from the command line, or as a rehearsal."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from opsroom.core.handling import Handling, bound
from opsroom.core.identifiers import uuid_from
from opsroom.core.jsontext import decode
from opsroom.core.offer import LET_OUT, Offer, OfferState, SourceLink, Status
from opsroom.core.roster import Role
from opsroom.core.stix.objects import StixObject, examine
from opsroom.errors import Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.operations.contribute.intake import Destination, Intake
from opsroom.operations.contribute.passing import Received, received
from opsroom.operations.contribute.receipt import Outcome, Receipt, State
from opsroom.operations.contribute.settle import TIERS, Settling
from opsroom.ports import Snapshot, Unit
from opsroom.principals import Principal
from opsroom.upkeep import Facts, Upkeep
from opsroom.upkeep.sights import REFERENCE, Sight, Sights

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
Watch = Callable[[Outcome], None]


def post(node: Node, principal: Principal, room: str, collection: str, raws: Iterable[bytes]) -> Receipt:
    """A TAXII post: one unit, one unit of work, and a status resource that only the posting desk reads."""
    plan = _Plan(node, principal, room, collection, PLAIN)
    examined = list(_examined(raws, strict=False))
    with node.working() as (unit, upkeep):
        receipt = Receipt(uuid_from(node.randomness.draw(16)), upkeep.context.at)
        receipt.outcomes = plan.whole(unit, upkeep, examined)
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
) -> Receipt:
    """A dry-run: what would become of each object and who would see it; nothing is kept."""
    plan = _Plan(node, principal, room, collection, options)
    examined = list(_examined(raws, strict=options.strict))
    with node.working() as (unit, upkeep):
        outcomes = plan.whole(unit, upkeep, examined)
        receipt = Receipt("", upkeep.context.at, [plan.seen(unit, upkeep, one) for one in outcomes])
        unit.discard()
    return receipt


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
    plan = _Plan(node, principal, room, collection, options)
    intake = Intake(plan.to)
    stream = _examined(raws, strict=options.strict)
    while batch := list(islice(stream, BATCH)):
        with node.working() as (unit, upkeep):
            outcomes = plan.staged(intake, unit, upkeep, batch)
        for one in outcomes:
            if one.state is not State.SUCCESS or one.message:
                watch(one)
    settling = Settling(plan.to, intake.containers.reach(), plan.release_by)
    for tier in range(len(TIERS)):
        after = 0
        while True:
            with node.working() as (unit, upkeep):
                listed = unit.offers.of_unit(room, plan.to.unit, after, BATCH)
                settled = plan.settled(settling, unit, upkeep, settling.of_tier(unit, listed, tier))
            for one in settled:
                watch(one)
            if not listed:
                break
            after = listed[-1].number
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
    to: Destination = field(init=False)
    release_by: str = field(init=False)

    def __post_init__(self) -> None:
        with self.node.answering(self.principal.desk.id) as (snapshot, facts):
            self._resolve(snapshot, facts)

    def whole(self, unit: Unit, upkeep: Upkeep, examined: list[Outcome | StixObject]) -> list[Outcome]:
        """Everything in one unit of work; with strict references, without what would be narrowed."""
        intake = Intake(self.to)
        outcomes = self.staged(intake, unit, upkeep, examined)
        settling = Settling(self.to, intake.containers.reach(), self.release_by)
        listed = unit.offers.of_unit(self.room, self.to.unit, 0, len(examined) + 1)
        settled = {one.offer: one for one in self.settled(settling, unit, upkeep, listed)}
        return [settled.get(one.offer, one) if one.offer else one for one in outcomes]

    def staged(
        self, intake: Intake, unit: Unit, upkeep: Upkeep, examined: list[Outcome | StixObject]
    ) -> list[Outcome]:
        """One batch staged; outcomes in its order."""
        objects = [one for one in examined if isinstance(one, StixObject)]
        taken = iter(intake.stage(unit, upkeep, objects))
        return [next(taken) if isinstance(one, StixObject) else one for one in examined]

    def settled(self, settling: Settling, unit: Unit, upkeep: Upkeep, listed: list[Offer]) -> list[Outcome]:
        """One batch let out, or waiting, or refused."""
        offers, refused = settling.settle(unit, upkeep, listed)
        items = unit.items.by_number(self.room, {one.item for one in offers})
        sights = upkeep.sights()
        outcomes: list[Outcome] = []
        withdrawn: list[Offer] = []
        for offer in offers:
            item = items[offer.item]
            state, message = State.SUCCESS, ""
            if offer.number in refused:
                state, message = State.FAILURE, refused[offer.number]
            elif offer.state is OfferState.PENDING:
                state, message = State.PENDING, "waits for a release act: opsroom release approve"
            else:
                message = self._narrowed(sights, offer)
                if message and self.options.references == "strict":
                    state, message = State.FAILURE, f"refused: {message}"
                    withdrawn.append(offer)
            outcomes.append(Outcome(item.id, item.version, state, message, offer.number))
        upkeep.take_back(self.room, withdrawn)
        return outcomes

    def seen(self, unit: Unit, upkeep: Upkeep, outcome: Outcome) -> Outcome:
        """The outcome with who would see the object; what waits is shown as if it were released now."""
        if not outcome.offer or outcome.state is State.FAILURE:
            return outcome
        offer = unit.offers.by_number(self.room, [outcome.offer])[outcome.offer]
        if offer.state is OfferState.PENDING:
            offer = upkeep.let_out(self.room, [offer])[0]
        sights = upkeep.sights()
        return replace(
            outcome,
            sights=tuple(sights.of(self.room, offer, one) for one in sights.readers(self.room, offer)),
        )

    def _narrowed(self, sights: Sights, offer: Offer) -> str:
        """What a reference holds back, told to the originator at once."""
        if offer.state not in LET_OUT or offer.dangle:
            return ""
        held = [one for one in self._looks(sights, offer) if one.ground == REFERENCE]
        reasons = (f"{one.reader.member} (without {', '.join(one.because)})" for one in held)
        return f"narrowed: withheld from {'; '.join(reasons)}" if held else ""

    def _looks(self, sights: Sights, offer: Offer) -> list[Sight]:
        return [sights.of(self.room, offer, reader) for reader in sights.readers(self.room, offer)]

    def _resolve(self, snapshot: Snapshot, facts: Facts) -> None:
        """Where the unit goes and what binds it; NotFound and Refused before anything is read of it."""
        at = self.node.clock.now()
        listed = snapshot.agreements.collections(self.room)
        desk = self.principal.desk.desk
        entered = facts.entered(desk, listed, at) if self.principal.room in (None, self.room) else ()
        found = next((x for x in listed if x.id == self.collection and x.agreement in entered), None)
        if found is None:
            raise NotFound("there is no such collection")
        self.principal.require(Role.CONTRIBUTOR)
        if desk.component is not None:
            raise Refused("a component's desk reads what it is designated for; its member contributes")
        label, self.release_by = self._default(snapshot, facts, found.agreement, found.field)
        self.to = Destination(
            room=self.room,
            collection=found.id,
            agreement=found.agreement,
            parties=frozenset(
                member
                for one in facts.edges.records
                if one.agreement == found.agreement
                for member in one.members
            ),
            member=self.principal.member,
            person=self.principal.user,
            unit=uuid_from(self.node.randomness.draw(16)),
            label=label,
            stated_tlp=self.options.label.tlp
            if self.options.label and "tlp" in self.options.stated
            else None,
            dangle=self.options.references == "dangle",
            sources=self._sources(snapshot),
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

    def _sources(self, snapshot: Snapshot) -> tuple[SourceLink, ...]:
        """The items that the unit rests on: the member's own of this room, or received ones of any room."""
        links: list[SourceLink] = []
        for id, sanitised in self.options.sources:
            own = snapshot.items.versions(self.room, self.principal.member, [id]).get(id, [])
            others = [one.item for one in _received(snapshot, self.principal.member, id)]
            if not own and not others:
                raise Malformed(
                    f"--source {id}: you have neither contributed nor received an object of this id"
                )
            if sanitised and not own:
                raise Refused(f"--source {id}: only its originator can declare a product sanitised of it")
            chosen = own[-1:] or others
            links += [SourceLink("", 0, one.room, one.number, sanitised) for one in chosen]
        return tuple(links)


def _received(snapshot: Snapshot, member: str, id: str) -> list[Received]:
    return received(snapshot, member, [id]).get(id, [])


def _examined(raws: Iterable[bytes], *, strict: bool) -> Iterator[Outcome | StixObject]:
    """Each object, or its refusal with every fault."""
    for raw in raws:
        found = examine(raw, strict=strict)
        if found.object is not None:
            yield found.object
        else:
            reasons = "; ".join(str(fault) for fault in found.faults)
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


def _since(outcome: Outcome, offer: Offer | None) -> Outcome:
    if outcome.state is not State.PENDING or offer is None or offer.state is OfferState.PENDING:
        return outcome
    if offer.state is OfferState.REFUSED:
        return replace(outcome, state=State.FAILURE, message="refused by a releasing officer")
    return replace(outcome, state=State.SUCCESS, message="")
