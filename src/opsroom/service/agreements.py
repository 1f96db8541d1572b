"""Answers what is recorded of agreements, where they stand, and records what their parties signed."""

from dataclasses import replace
from typing import Any

import msgspec

from opsroom.core.agreement.acts import bound, suspensions, withdrawals
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.record import Entry
from opsroom.core.agreement.standing import standing
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    OWN_PART,
    VERSION_TYPE,
    Act,
    parse_act,
)
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.errors import Malformed, NotFound, Refused
from opsroom.operations import agree
from opsroom.service.seat import Seat, answers
from opsroom.service.statements import prepared, sealed, signers, unsigned
from opsroom.service.times import instant, told
from opsroom.signing import claimed, stated
from opsroom.wire import agreements as wire
from opsroom.wire.statements import Envelope, Prepared

FIRST = ("schema", "id", "version", "supersedes", "title")
"""What stands at the head of a file; the rest follows by name."""
_ELSEWHERE = {CONSENT_TYPE: "consent", KEY_TYPE: "key"}


@answers(wire.Agreements)
def agreements(seat: Seat, asked: wire.Agreements) -> list[wire.Agreement]:
    """Those that there are for the asker."""
    now = seat.node.clock.now()
    return [_described(one, now) for one in agree.listed(seat.node, asked.room, asker=seat.asker)]


@answers(wire.ShowAgreement)
def show(seat: Seat, asked: wire.ShowAgreement) -> wire.Agreement:
    """One of them."""
    return _described(agree.show(seat.node, asked.agreement, asker=seat.asker), seat.node.clock.now())


@answers(wire.ShowVersion)
def version(seat: Seat, asked: wire.ShowVersion) -> dict[str, Any]:
    """A version of it."""
    return dict(_version(seat, asked.agreement, asked.version).properties)


@answers(wire.PrepareVersion)
def prepare_version(seat: Seat, asked: wire.PrepareVersion) -> Prepared:
    """A version to be signed."""
    found = _version(seat, asked.agreement, asked.version)
    return unsigned(found.signed_bytes, VERSION_TYPE, says=str(found))


@answers(wire.ShowSuccessor)
def successor(seat: Seat, asked: wire.ShowSuccessor) -> dict[str, Any]:
    """The next version, to be edited."""
    kept = agree.show(seat.node, asked.agreement, asker=seat.asker)
    newest, properties = kept.newest, kept.newest.properties
    numbered = {**properties, "version": newest.version + 1, "supersedes": newest.digest}
    listed = properties["parties"]
    numbered["parties"] = [*(listed if isinstance(listed, list) else []), *kept.newcomers]
    return {key: numbered[key] for key in dict.fromkeys((*FIRST, *sorted(numbered)))}


@answers(wire.AgreementEntries)
def entries(seat: Seat, asked: wire.AgreementEntries) -> list[wire.AgreementEntry]:
    """What was signed of it."""
    return [_entry(one) for one in agree.show(seat.node, asked.agreement, asker=seat.asker).entries]


@answers(wire.RecordVersion)
def record_version(seat: Seat, asked: wire.RecordVersion) -> wire.RecordedVersion:
    """A version in, unsigned."""
    row = agree.draft(seat.node, asked.room, agreement_in(asked.file), asker=seat.asker)
    return wire.RecordedVersion(row.agreement, row.number, row.digest, asked.room)


@answers(wire.PrepareAct)
def prepare(seat: Seat, asked: wire.PrepareAct) -> Prepared:
    """An act to be signed; one of a member's own part is that of its first signer."""
    kept = agree.show(seat.node, asked.agreement, asker=seat.asker)
    by = signers(seat, asked.by, asked.keys, among={name for one in kept.entries for name in one.by})
    scope = scope_of(asked.scope)
    act = agree.prepare(
        seat.node,
        asked.agreement,
        asked.type,
        by=by,
        scope=Scope(party=by[0]) if asked.type in OWN_PART and scope.party is None else scope,
        newcomer=asked.newcomer,
        effective_at=instant(asked.effective_at, "effective_at"),
        asker=seat.asker,
    )
    return prepared(act, ACT_TYPE)


@answers(wire.ForetellAct)
def foretell(seat: Seat, asked: wire.ForetellAct) -> wire.Foretold:
    """Whether an act will do once it is signed."""
    act = act_in(asked.envelope)
    agree.foretell(seat.node, act, asker=seat.asker)
    return wire.Foretold(str(act), act.digest)


@answers(wire.RecordStatement)
def record(seat: Seat, asked: wire.RecordStatement) -> wire.Recorded:
    """An act, or signatures of a version, in."""
    envelope = sealed(asked.envelope)
    kind = claimed(envelope).payload_type
    if kind in _ELSEWHERE:
        raise Refused(f"this is no act on an agreement; `opsroom {_ELSEWHERE[kind]} record` records it")
    if kind == ACT_TYPE:
        act = agree.record(seat.node, envelope, asker=seat.asker)
        return wire.Recorded(act.type, act.agreement, sorted(act.by))
    return wire.Recorded("sign", by=agree.sign(seat.node, envelope, asker=seat.asker))


def _version(seat: Seat, agreement: str, number: int) -> Agreement:
    """A recorded version. NotFound where there is none."""
    for one in agree.show(seat.node, agreement, asker=seat.asker).files:
        if one.version == number:
            return one
    raise NotFound(f"version {number} of {agreement} is not recorded")


def agreement_in(file: dict[str, Any]) -> Agreement:
    """The version in a request. Malformed with every fault, each with its path in the request."""
    try:
        return parse_agreement(file)
    except Malformed as error:
        faults = [replace(one, path=f"file.{one.path}" if one.path else "file") for one in error.faults]
        raise Malformed(faults) from None


def act_in(envelope: Envelope) -> Act:
    """The act in an envelope, whoever has signed it."""
    return parse_act(stated(sealed(envelope), ACT_TYPE))


def scope_of(scope: wire.Scope) -> Scope:
    """What an act bears on. Malformed where it names more than one thing."""
    if sum(one is not None for one in (scope.party, scope.pair, scope.field)) > 1:
        raise Malformed("a scope names one of party, pair and field")
    return Scope(scope.party, None if scope.pair is None else frozenset(scope.pair), scope.field)


def _scope(found: dict[str, Any]) -> wire.Scope:
    pair = found.get("pair")
    return wire.Scope(found.get("party"), None if pair is None else tuple(pair), found.get("field"))


def _entry(one: Entry) -> wire.AgreementEntry:
    stated_by_it = {} if one.kind == "sign" else msgspec.json.decode(one.payload)
    scope = stated_by_it.get("scope")
    return wire.AgreementEntry(
        position=one.position,
        type=one.kind,
        scope=None if scope is None else _scope(scope),
        party=stated_by_it.get("party"),
        by=list(one.by),
        effective_at=told(one.effective_at),
        recorded_at=told(one.recorded_at),
        version=one.version,
        digest=one.digest,
    )


def _described(kept: agree.Kept, now: Instant) -> wire.Agreement:
    newest, versions = kept.newest, _versions(kept)
    return wire.Agreement(
        id=newest.id,
        title=newest.title,
        room=kept.room,
        state=kept.state(now),
        version=newest.version,
        digest=newest.digest,
        signed=versions[-1].signed,
        awaited=_awaited(kept, now),
        parties=_parties(kept, now),
        suspended=[
            wire.Suspension(_scope(x.scope.as_mapping()), sorted(x.by), told(x.effective_at))
            for x in suspensions(kept.record, now)
        ],
        leaving=[
            wire.Leaving(str(x.scope.party), told(x.effective_at)) for x in withdrawals(kept.record, now)
        ],
        versions=versions,
        previous=kept.head,
        file=dict(newest.properties),
    )


def _versions(kept: agree.Kept) -> list[wire.AgreementVersion]:
    return [
        wire.AgreementVersion(
            version=row.number,
            digest=row.digest,
            recorded_at=told(row.recorded_at),
            entered_at=told(one.entry),
            signed={member: told(at) for member, at in kept.signed(row.digest).items()},
        )
        for row, one in zip(kept.rows, standing(kept.record).versions, strict=True)
    ]


def _awaited(kept: agree.Kept, now: Instant) -> list[str]:
    """Who has not signed the newest version, while it has not entered."""
    if standing(kept.record).versions[-1].entry != FOREVER:
        return []
    concerned = {*kept.newest.terms.parties, *bound(kept.record, now)}
    return sorted(concerned - kept.signed(kept.newest.digest).keys())


def _parties(kept: agree.Kept, now: Instant) -> list[wire.AgreementParty]:
    """The parties of the newest version and everybody who is bound by an earlier one, newcomers too."""
    binding, versions = bound(kept.record, now), standing(kept.record).versions
    signed = kept.signed(kept.newest.digest)
    found: list[wire.AgreementParty] = []
    for member in dict.fromkeys((*kept.newest.terms.parties, *sorted(binding))):
        place = binding.get(member, -1)
        party = versions[place].terms.parties[member]
        found.append(
            wire.AgreementParty(
                member=member,
                version=kept.rows[place].number if member in binding else None,
                ceiling=party.ceiling,
                since=told(party.window.since),
                until=told(party.window.until),
                signed=told(signed.get(member)),
                acceded=told(versions[place].joined.get(member)),
            )
        )
    return found
