"""Permit: consents, asked for by whom they would serve, given, refused and revoked by the item's originator.

Everything takes an `asker`, None for the operator of the node, who sees all. For a member:

1. A consent is there where the member is its originator, recipient or holder; any other is not found, before
   anything else of it is looked at. Consents are of no one room: a token of one room, or the desk of a
   component, has none.
2. It records an answer to its own items alone: whether others contributed an item it does not learn.
3. Whether others whom it names are enrolled on the node it does not learn either.
"""

from dataclasses import dataclass

from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.agreement.statement import CONSENT_TYPE, ConsentStep, parse_consent
from opsroom.core.identifiers import uuid_from
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Unit
from opsroom.principals import Principal
from opsroom.signing import Keyring, stated


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent is about: an item of an originator, for a member, through a holder, under an agreement."""

    item: str
    originator: str
    to: str
    holder: str | None = None
    under: str | None = None
    since: Instant | None = None
    until: Instant | None = None


def prepare(
    node: Node,
    kind: str,
    *,
    by: str,
    terms: Terms | None = None,
    consent: str | None = None,
    reason: str = "",
    asker: Principal | None = None,
) -> ConsentStep:
    """The statement of a step as it would be signed now: a new consent of these terms, or a step of a known one."""
    if consent is not None:
        known = history(node, consent, asker=asker)[0]
        terms = Terms(
            known.item, known.originator, known.to, known.holder, known.under, known.since, known.until
        )
    if terms is None:
        raise Malformed("a new consent needs its item and who it is for; another step needs the consent's id")
    return ConsentStep(
        consent=consent or f"consent--{uuid_from(node.randomness.draw(16))}",
        kind=kind,
        item=terms.item,
        originator=terms.originator,
        to=terms.to,
        by=by,
        effective_at=node.clock.now(),
        holder=terms.holder,
        under=terms.under,
        since=terms.since,
        until=terms.until,
        reason=reason,
    )


def record(node: Node, envelope: bytes, *, asker: Principal | None = None) -> ConsentStep:
    """Record a signed step. Refused where its signer may not take it; Conflict where it does not follow."""
    step = parse_consent(stated(envelope, CONSENT_TYPE))
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        if asker is None:
            _check_members(unit, step)
        else:
            _check_recorder(asker, unit, step)
        signed = Keyring.of(unit.people, [step.by], at=at).open(envelope, CONSENT_TYPE)
        _check_signer(unit, step)
        _check_order(unit, step)
        if step.kind == "revoke" and step.effective_at > at:
            raise Refused("a consent is revoked when it is to end: it is revoked once, and not ahead of time")
        unit.agreements.add_consent(
            ConsentEntry(
                consent=step.consent,
                kind=step.kind,
                item=step.item,
                originator=step.originator,
                to=step.to,
                holder=step.holder,
                under=step.under,
                since=step.since,
                until=step.until,
                by=step.by,
                reason=step.reason,
                effective_at=step.effective_at,
                recorded_at=at,
                envelope=signed.envelope,
            )
        )
        if step.kind in ("give", "revoke"):
            node.upkeep(unit).consents_changed(frozenset({step.item}))
    node.advance()
    return step


def history(
    node: Node, consent: str | None = None, *, member: str | None = None, asker: Principal | None = None
) -> list[ConsentEntry]:
    """The steps of one consent, or of all that concern a member, in their order."""
    with node.store.reading() as snapshot:
        agreements = snapshot.agreements
        if consent is not None:
            entries = agreements.consent(consent)
        else:
            entries = agreements.consents() if asker is None else agreements.consents_of(asker.member)
    found = [
        one
        for one in entries
        if member in (None, one.originator, one.to, one.holder) and _concerns(one, asker)
    ]
    if consent is not None and not found:
        raise _absent(consent)
    return found


def _absent(consent: str) -> NotFound:
    return NotFound(f"there is no consent {consent}; `opsroom consent list` shows those that there are")


def _concerns(one: ConsentEntry | ConsentStep, asker: Principal | None) -> bool:
    """Rule 1."""
    if asker is None:
        return True
    of_the_member = asker.room is None and asker.desk.desk.component is None
    return of_the_member and asker.member in (one.originator, one.to, one.holder)


def _check_recorder(asker: Principal, unit: Unit, step: ConsentStep) -> None:
    steps: list[ConsentEntry | ConsentStep] = [step, *unit.agreements.consent(step.consent)]
    if not all(_concerns(one, asker) for one in steps):
        raise _absent(step.consent)
    if step.kind != "ask" and asker.member != step.originator:
        raise Refused(f"what {step.originator} says of its items is recorded by {step.originator}")


def _check_members(unit: Unit, step: ConsentStep) -> None:
    for member in {step.originator, step.to, *([step.holder] if step.holder else [])}:
        if unit.people.member(member) is None:
            raise NotFound(f"there is no member {member}")


def _check_signer(unit: Unit, step: ConsentStep) -> None:
    asks = step.kind == "ask"
    if asks and step.by not in (step.to, step.holder):
        raise Refused("a consent is asked for by the member that it would serve, or by the one passing on")
    if not asks and step.by != step.originator:
        raise Refused(f"only the item's originator, {step.originator}, can {step.kind} its consent")
    if asks:
        return
    rooms = [room.name for room in unit.people.rooms()]
    if not any(
        one.originator == step.originator
        for room in rooms
        for one in unit.items.leading(room, [step.item]).get(step.item, ())
    ):
        raise NotFound(f"{step.originator} has contributed no {step.item}")


def _check_order(unit: Unit, step: ConsentStep) -> None:
    known = unit.agreements.consent(step.consent)
    kinds = {one.kind for one in known}
    same = (step.item, step.originator, step.to, step.holder, step.under)
    for one in known:
        if (one.item, one.originator, one.to, one.holder, one.under) != same:
            raise Conflict("this step is about something else than the consent that it names")
    if step.kind == "revoke" and "revoke" in kinds:
        raise Conflict("this consent is revoked already; to let the item out again, give a new one")
    if step.kind in kinds or (step.kind in ("give", "refuse") and kinds & {"give", "refuse"}):
        raise Conflict("this consent was answered already; what is asked anew is a new consent")
    if step.kind == "revoke" and "give" not in kinds:
        raise Conflict("there is nothing to revoke: this consent was not given")
    if step.kind == "refuse" and "ask" not in kinds:
        raise Conflict("there is nothing to refuse: nobody asked")
