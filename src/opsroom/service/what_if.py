"""Answers what a proposed version or act would open and close. Nothing is recorded, nobody has signed."""

from opsroom.core.agreement.events import Event, SignedVersion
from opsroom.core.agreement.file import Agreement
from opsroom.core.agreement.statement import OWN_PART, Act
from opsroom.core.timestamps import render
from opsroom.errors import Conflict, Malformed, NotFound
from opsroom.operations import agree, foresee
from opsroom.operations.foresee import Proposal, Seen
from opsroom.service.agreements import act_in, agreement_in, scope_of
from opsroom.service.seat import Seat, answers
from opsroom.service.times import instant
from opsroom.wire import what_if as wire


@answers(wire.ForeseeVersion)
def of_version(seat: Seat, asked: wire.ForeseeVersion) -> wire.Effect:
    """What a version would do. A member asks about agreements that are recorded, be it as a draft."""
    found = agreement_in(asked.file)
    known = _newest(seat, found.id)
    if known is not None and found.version <= known.version and found.digest != known.digest:
        raise Conflict(f"version {found.version} is stale: version {known.version} is recorded")
    acts = known.acts if known is not None else found.acts
    version = SignedVersion(found.version, found.digest, found.terms, amend=acts.amend, duties=found.duties)
    signers = frozenset(asked.signed_by) or None
    return _effect(seat, Proposal(found.id, version=version, signers=signers), asked.at)


@answers(wire.ForeseeAct)
def of_act(seat: Seat, asked: wire.ForeseeAct) -> wire.Effect:
    """What an act that was written would do."""
    return _effect(seat, _proposed(seat, act_in(asked.envelope)), asked.at)


@answers(wire.ForeseeOption)
def of_option(seat: Seat, asked: wire.ForeseeOption) -> wire.Effect:
    """What an act would do as it would be signed now."""
    scope = scope_of(asked.scope)
    if asked.type in OWN_PART and scope.party is None:
        raise Malformed(f"--{asked.type} takes --party: whose part it is")
    everybody = agree.show(seat.node, asked.agreement, asker=seat.asker).newest.terms.parties
    act = agree.prepare(
        seat.node,
        asked.agreement,
        asked.type,
        by=everybody,
        scope=scope,
        effective_at=instant(asked.effective_at, "effective_at"),
        asker=seat.asker,
    )
    return _effect(seat, _proposed(seat, act), asked.at)


def _newest(seat: Seat, agreement: str) -> Agreement | None:
    """The newest version that is recorded; None where none is, and the operator asks."""
    try:
        return agree.show(seat.node, agreement, asker=seat.asker).newest
    except NotFound:
        if seat.asker is not None:
            raise
        return None


def _proposed(seat: Seat, act: Act) -> Proposal:
    files = agree.show(seat.node, act.agreement, asker=seat.asker).files
    levels = tuple(dict.fromkeys(level for one in files for level in one.terms.scale))
    if act.type == "notify":
        raise Malformed("a notification opens what the version opens: ask with the version's file")
    event = Event(act.type, act.effective_at, act.scope, newcomer=act.party(levels), by=frozenset(act.by))
    return Proposal(act.agreement, event=event)


def _effect(seat: Seat, proposal: Proposal, at: str | None) -> wire.Effect:
    found = foresee.foresee(seat.node, proposal, at=instant(at, "at"), asker=seat.asker)
    return wire.Effect(render(found.at), [_seen(x) for x in found.opens], [_seen(x) for x in found.closes])


def _seen(one: Seen) -> wire.SeenItem:
    return wire.SeenItem(**{key: getattr(one, key) for key in wire.SeenItem.__struct_fields__})
