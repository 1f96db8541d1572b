"""Agree: record versions, signatures and acts of agreements. What is recorded is never changed.

Every signature is verified against the keys of the members that are in force now, and against the key that the
agreement itself names for the party. What may not be recorded is refused with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from opsroom.core.agreement.acts import parties_at, refusals
from opsroom.core.agreement.events import Record
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.log import record as read_record
from opsroom.core.agreement.record import Collection, Entry, VersionRow
from opsroom.core.agreement.standing import standing
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE, Act, parse_act
from opsroom.core.identifiers import uuid_from
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Snapshot, Unit
from opsroom.signing import Opened, claimed, verified


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement as recorded: its rows, what they mean, and where it stands at an instant."""

    room: str
    rows: list[VersionRow]
    entries: list[Entry]
    files: list[Agreement]
    record: Record

    @property
    def newest(self) -> Agreement:
        """The newest recorded version."""
        return self.files[-1]

    @property
    def head(self) -> str | None:
        """The digest of the last act, which the next one names; None before any."""
        acts = [entry.digest for entry in self.entries if entry.kind != "sign"]
        return acts[-1] if acts else None

    def state(self, at: Instant) -> str:
        """Where it stands, in one word or two: draft, partly signed, signed, in force, suspended, ended."""
        if not any(entry.kind == "sign" for entry in self.entries):
            return "draft"
        first = standing(self.record).versions[0]
        if first.entry == FOREVER:
            return "partly signed"
        if not parties_at(self.record, at):
            return "terminated"
        window = self.newest.terms.in_force
        if at < max(window.since, first.entry):
            return "signed"
        if at >= window.until:
            return "expired"
        whole = [x for x in self.record.events if x.scope.as_mapping() == {} and x.counts_from <= at]
        stops = [x.type for x in whole if x.type in ("suspend", "resume")]
        return "suspended" if stops and stops[-1] == "suspend" else "in force"


def draft(node: Node, room: str, agreement: Agreement) -> VersionRow:
    """Record a version: the first of an agreement, or the one that replaces its newest.

    Conflict for a fork (another version of that number, or one that replaces another than the newest).
    """
    with node.working() as (unit, upkeep):
        if unit.people.room(room) is None:
            raise NotFound(f'there is no room "{room}"; `opsroom room create` makes one')
        _known_members(unit, agreement)
        known = unit.agreements.versions(agreement.id)
        _check_succession(agreement, known, room)
        row = VersionRow(
            agreement.id,
            agreement.version,
            room,
            agreement.digest,
            agreement.signed_bytes,
            upkeep.context.at,
        )
        unit.agreements.add_version(row)
        named = {one.field for one in unit.agreements.collections(room) if one.agreement == agreement.id}
        for field in agreement.terms.fields:
            if field not in named:
                identifier = uuid_from(node.randomness.draw(16))
                unit.agreements.add_collection(Collection(identifier, room, agreement.id, field))
    return row


def sign(node: Node, envelope: bytes) -> list[str]:
    """Record signatures of a version; returns the members that signed now. Those known already stay."""
    found = claimed(envelope)
    agreement = parse_agreement(_decoded(found))
    with node.working() as (unit, upkeep):
        kept = _kept(unit, agreement.id)
        row = next((one for one in kept.rows if one.digest == agreement.digest), None)
        if row is None:
            raise Conflict(
                f"no version of {agreement.id} with these words is recorded; the newest is"
                f" version {kept.newest.version}, {kept.newest.digest}"
            )
        parties = frozenset(agreement.terms.parties) | kept.record.members
        keys = _keys(unit, parties, upkeep.context.at)
        opened = verified(
            envelope, {name: public for name, (_, public) in keys.items()}, payload_type=VERSION_TYPE
        )
        signers = {keys[name][0] for name in opened.signers}
        _check_named_keys(agreement, {keys[name][0]: name for name in opened.signers})
        if agreement.version < kept.newest.version:
            raise Conflict(f"version {agreement.version} is stale: version {kept.newest.version} is recorded")
        done = {x for one in kept.entries if one.kind == "sign" and one.version == row.digest for x in one.by}
        fresh = sorted(signers - done)
        if fresh:
            at = upkeep.context.at
            _append(unit, kept, "sign", row.digest, fresh, opened.payload, row.digest, envelope, at, at)
            node.upkeep(unit).agreements_changed(kept.record.members | parties)
    node.advance()
    return fresh


def prepare(
    node: Node,
    agreement: str,
    kind: str,
    *,
    by: list[str],
    effective_at: Instant | None,
    act: Mapping[str, object],
) -> Act:
    """The statement of an act as it would be signed now; `act` holds its scope or party."""
    with node.store.reading() as snapshot:
        kept = _kept(snapshot, agreement)
    stated: dict[str, object] = {
        "schema": "opsroom.event/1",
        "agreement": agreement,
        "version": kept.newest.digest,
        "previous": kept.head,
        "type": kind,
        "by": by,
        "effective_at": "2000-01-01T00:00:00Z",
        **act,
    }
    parsed = parse_act(stated)
    instant = node.clock.now() if effective_at is None else effective_at
    return Act(
        parsed.agreement,
        parsed.version,
        parsed.previous,
        parsed.type,
        parsed.by,
        instant,
        parsed.scope,
        parsed.newcomer,
    )


def record(node: Node, envelope: bytes) -> Act:
    """Record a signed act. Refused, with every reason, where it lacks what it takes; Conflict for a fork."""
    act = parse_act(_decoded(claimed(envelope)))
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        kept = _kept(unit, act.agreement)
        if act.version != kept.newest.digest:
            raise Conflict(
                f"this act speaks of a stale version; the newest is version {kept.newest.version},"
                f" {kept.newest.digest}: look at it, and sign the act again"
            )
        if act.previous != kept.head:
            raise Conflict(
                "this act does not follow the last one that is recorded: the chain would fork;"
                f" the last is {kept.head or 'none'}. Prepare and sign it again"
            )
        newcomer = act.party(kept.newest.terms.scale)
        named = kept.record.members | ({newcomer.member} if newcomer is not None else frozenset())
        keys = _keys(unit, named, at)
        opened = verified(
            envelope, {name: public for name, (_, public) in keys.items()}, payload_type=ACT_TYPE
        )
        signed = frozenset(keys[name][0] for name in opened.signers)
        reasons = refusals(act, record=kept.record, acts=kept.newest.acts, signed=signed, at=at)
        if reasons:
            raise Refused("; ".join(reasons))
        _append(
            unit,
            kept,
            act.type,
            act.version,
            sorted(signed),
            act.payload,
            act.digest,
            envelope,
            act.effective_at,
            at,
        )
        node.upkeep(unit).agreements_changed(named)
    node.advance()
    return act


def show(node: Node, agreement: str) -> Kept:
    """Everything recorded of an agreement."""
    with node.store.reading() as snapshot:
        return _kept(snapshot, agreement)


def listed(node: Node, room: str | None = None) -> list[Kept]:
    """All agreements of a node or a room, by id."""
    with node.store.reading() as snapshot:
        found = {row.agreement for row in snapshot.agreements.versions() if room in (None, row.room)}
        return [_kept(snapshot, agreement) for agreement in sorted(found)]


def _kept(snapshot: Snapshot, agreement: str) -> Kept:
    rows = snapshot.agreements.versions(agreement)
    if not rows:
        raise NotFound(
            f"no agreement {agreement} is recorded here; `opsroom agreement draft --room R FILE` does it"
        )
    entries = snapshot.agreements.entries(agreement)
    files = [parse_agreement(msgspec.json.decode(row.content)) for row in rows]
    return Kept(rows[0].room, rows, entries, files, read_record(rows, entries))


def _check_succession(agreement: Agreement, known: list[VersionRow], room: str) -> None:
    if not known:
        if agreement.version != 1:
            raise Conflict(
                f"version {agreement.version} comes first here; version 1 is to be recorded before it"
            )
        return
    newest = known[-1]
    if newest.room != room:
        raise Conflict(f"this agreement belongs to the room {newest.room}")
    if agreement.digest == newest.digest:
        raise Conflict(f"version {newest.number} is recorded already, word for word")
    if agreement.version != newest.number + 1:
        raise Conflict(
            f"version {agreement.version} is stale or too far ahead: the newest recorded is {newest.number},"
            f" so the next is {newest.number + 1}"
        )
    if agreement.supersedes != newest.digest:
        raise Conflict(
            f"a fork: it supersedes {agreement.supersedes}, and the newest recorded version is {newest.digest}"
        )
    acts = parse_agreement(msgspec.json.decode(newest.content)).acts
    if acts.amend == "never":
        raise Refused("acts.amend says never: this agreement cannot be amended")


def _known_members(unit: Unit, agreement: Agreement) -> None:
    missing = [one for one in agreement.terms.parties if unit.people.member(one) is None]
    if missing:
        raise NotFound(f"no member of this node: {', '.join(missing)}; `opsroom member add` makes one")


def _keys(unit: Unit, members: frozenset[str], at: Instant) -> dict[str, tuple[str, bytes]]:
    """Fingerprint → (member, public key) of the keys in force."""
    return {
        key.fingerprint: (member, key.public)
        for member in members
        for key in unit.people.keys(member)
        if at in key.window
    }


def _check_named_keys(agreement: Agreement, signers: Mapping[str, str]) -> None:
    """Where the file names a party's key, that key it is (or one that it introduced since: then it is amended)."""
    for member, fingerprint in signers.items():
        party = agreement.terms.parties.get(member)
        if party is not None and party.key and party.key != fingerprint:
            raise Refused(
                f"{member} signed with {fingerprint}, and the agreement names {party.key} for it: a wrong key"
            )


def _append(
    unit: Unit,
    kept: Kept,
    kind: str,
    version: str,
    by: list[str],
    payload: bytes,
    digest: str,
    envelope: bytes,
    effective_at: Instant,
    recorded_at: Instant,
) -> None:
    unit.agreements.add_entry(
        Entry(
            agreement=kept.record.agreement,
            position=len(kept.entries) + 1,
            kind=kind,
            version=version,
            by=tuple(by),
            payload=payload,
            digest=digest,
            envelope=envelope,
            effective_at=effective_at,
            recorded_at=recorded_at,
        )
    )


def _decoded(opened: Opened) -> object:
    try:
        return msgspec.json.decode(opened.payload)
    except msgspec.DecodeError as error:
        raise Malformed(f"what was signed is no JSON: {error}") from error
