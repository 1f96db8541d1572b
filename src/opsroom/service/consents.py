"""Answers which consents there are, prepares their steps, and records them once they are signed."""

from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.agreement.statement import CONSENT_TYPE
from opsroom.operations import permit
from opsroom.service.seat import Seat, answers
from opsroom.service.statements import prepared, sealed, signers
from opsroom.service.times import instant, told
from opsroom.wire import consents as wire
from opsroom.wire.statements import Prepared


@answers(wire.Consents)
def consents(seat: Seat, asked: wire.Consents) -> list[wire.ConsentStep]:
    """Every step of those that concern the asker."""
    return [_step(one) for one in permit.history(seat.node, member=asked.member, asker=seat.asker)]


@answers(wire.PrepareConsent)
def prepare(seat: Seat, asked: wire.PrepareConsent) -> Prepared:
    """A step to be signed."""
    keys = () if asked.key is None else (asked.key,)
    [by] = signers(seat, () if asked.by is None else (asked.by,), keys)
    step = permit.prepare(
        seat.node,
        asked.step,
        by=by,
        terms=None if asked.terms is None else _terms(asked.terms, by),
        consent=asked.consent,
        reason=asked.reason,
        asker=seat.asker,
    )
    return prepared(step, CONSENT_TYPE)


@answers(wire.RecordConsent)
def record(seat: Seat, asked: wire.RecordConsent) -> wire.RecordedStep:
    """A step in."""
    step = permit.record(seat.node, sealed(asked.envelope), asker=seat.asker)
    return wire.RecordedStep(step.consent, step.kind, step.item, step.to, step.by)


def _terms(terms: wire.ConsentTerms, by: str) -> permit.Terms:
    return permit.Terms(
        item=terms.item,
        originator=terms.originator or by,
        to=terms.to,
        holder=terms.holder,
        under=terms.under,
        since=instant(terms.since, "terms.from"),
        until=instant(terms.until, "terms.until"),
    )


def _step(one: ConsentEntry) -> wire.ConsentStep:
    return wire.ConsentStep(
        consent=one.consent,
        step=one.kind,  # type: ignore[arg-type]
        item=one.item,
        originator=one.originator,
        to=one.to,
        holder=one.holder,
        under=one.under,
        since=told(one.since),
        until=told(one.until),
        by=one.by,
        reason=one.reason,
        effective_at=told(one.effective_at),
        recorded_at=told(one.recorded_at),
    )
