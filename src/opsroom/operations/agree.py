"""Agree: record versions, signatures and acts of agreements. What is recorded is never changed.

Every signature is verified against the keys of the members that are in force now, and against the key that the
agreement itself names for the party. What may not be recorded is refused with the reason.

Everything takes an `asker`, None for the operator of the node, who sees all. For a member:

1. An agreement is there where a recorded version or accession lists it, as far as its token and desk go;
   any other is not found, before anything else of it is looked at.
2. It records a first version that lists itself, in a room that it hosts or may know of.
3. Whether others whom it names are enrolled on the node it does not learn: who is not has not signed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from opsroom.core.agreement.acts import bound, refusals, withdrawal_day
from opsroom.core.agreement.events import WHOLE, Record, Scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.log import agreement_of
from opsroom.core.agreement.log import record as read_record
from opsroom.core.agreement.record import Collection, Entry, VersionRow
from opsroom.core.agreement.standing import standing
from opsroom.core.agreement.state import state
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE, Act, parse_act
from opsroom.core.canonical import digest
from opsroom.core.identifiers import uuid_from
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Snapshot, Unit
from opsroom.principals import Principal
from opsroom.signing import Keyring, Signed, claimed, stated
from opsroom.upkeep import Facts, Upkeep

_TOGETHER = (
    ". Name all who sign (--by), write it with --out act.json, let each run `opsroom agreement sign act.json"
    " --key …`, then `opsroom agreement record act.json`"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement as recorded: its rows with what they say, by number; its entries, and what all this means."""

    room: str
    rows: list[VersionRow]
    entries: list[Entry]
    files: list[Agreement]
    record: Record

    @property
    def newest(self) -> Agreement:
        """The newest recorded version, signed or not."""
        return self.files[-1]

    @property
    def fields(self) -> list[str]:
        """The fields of all its versions, in the order in which they came."""
        return list(dict.fromkeys(name for one in self.files for name in one.terms.fields))

    @property
    def head(self) -> str | None:
        """The digest of the last act, which the next one names; None before any."""
        acts = [entry.digest for entry in self.entries if entry.kind != "sign"]
        return acts[-1] if acts else None

    @property
    def newcomers(self) -> list[Mapping[str, object]]:
        """Those who acceded and whom the newest version does not list, as they were stated."""
        acceded = (msgspec.json.decode(one.payload)["party"] for one in self.entries if one.kind == "accede")
        return [party for party in acceded if party["member"] not in self.newest.terms.parties]

    def lists(self, asker: Principal) -> bool:
        """Whether it is there for somebody: as a party or newcomer, or as a component that one designates."""
        if asker.member not in self.record.members or asker.room not in (None, self.room):
            return False
        component = asker.desk.desk.component
        parties = (one.terms.parties.get(asker.member) for one in standing(self.record).versions)
        return component is None or any(one is not None and component in one.designates for one in parties)

    def state(self, at: Instant) -> str:
        """Where it stands (`opsroom.core.agreement.state`)."""
        return state(self.record, at)

    def signed(self, version: str) -> dict[str, Instant]:
        """Who has signed the version of this digest, and when that was recorded."""
        [found] = [one for one in self.record.versions if one.digest == version]
        return dict(found.signed or {})


def draft(node: Node, room: str, agreement: Agreement, *, asker: Principal | None = None) -> VersionRow:
    """Record a version: the first of an agreement, or the one that replaces its newest.

    Conflict for a fork (another version of that number, or one that replaces another than the newest).
    """
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        if asker is not None:
            _check_drafter(asker, upkeep, room, agreement)
        else:
            _check_room(unit, room)
            _check_members(unit, agreement.terms.parties)
        if unit.agreements.versions(agreement.id):
            _check_succession(agreement, _kept(unit, agreement.id, upkeep.context.facts), room, at)
        elif agreement.version != 1:
            raise Conflict(
                f"version {agreement.version} comes first here; version 1 is to be recorded before it"
            )
        row = VersionRow(agreement.id, agreement.version, room, agreement.digest, agreement.signed_bytes, at)
        unit.agreements.add_version(row)
        named = {one.field for one in unit.agreements.collections(room) if one.agreement == agreement.id}
        for field in agreement.terms.fields:
            if field not in named:
                identifier = uuid_from(node.randomness.draw(16))
                unit.agreements.add_collection(Collection(identifier, room, agreement.id, field))
        if row.number > 1:
            node.upkeep(unit).parties_listed(room, agreement.id)
    return row


def sign(node: Node, envelope: bytes, *, asker: Principal | None = None) -> list[str]:
    """Record signatures of a version; returns the members that signed now. Those known already stay."""
    agreement = parse_agreement(stated(envelope, VERSION_TYPE))
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        kept = _kept(unit, agreement.id, upkeep.context.facts, asker)
        _check_signable(agreement, kept, at)
        concerned = agreement.terms.parties.keys() | bound(kept.record, at).keys()
        signed = Keyring.of(unit.people, concerned, at=at).open(envelope, VERSION_TYPE)
        for party in agreement.terms.parties.values():
            _check_named_key(party.member, party.key, signed)
        fresh = sorted(signed.by - kept.signed(agreement.digest).keys())
        if fresh:
            unit.agreements.add_entry(
                Entry(
                    agreement=agreement.id,
                    position=len(kept.entries) + 1,
                    kind="sign",
                    version=agreement.digest,
                    by=tuple(fresh),
                    payload=signed.payload,
                    digest=agreement.digest,
                    envelope=signed.envelope,
                    effective_at=at,
                    recorded_at=at,
                )
            )
            node.upkeep(unit).agreements_changed(kept.record.members)
    node.advance()
    return fresh


def prepare(
    node: Node,
    agreement: str,
    kind: str,
    *,
    by: Iterable[str],
    scope: Scope = WHOLE,
    newcomer: Mapping[str, object] | None = None,
    effective_at: Instant | None = None,
    asker: Principal | None = None,
) -> Act:
    """The act as it would be signed now. Without `effective_at` it counts at once, a withdrawal after its notice."""
    kept = show(node, agreement, asker=asker)
    now = node.clock.now()
    if effective_at is None:
        effective_at = _at_once(kept, scope, now) if kind == "withdraw" else now
    act = Act(
        agreement=agreement,
        version=kept.newest.digest,
        previous=kept.head,
        type=kind,
        by=tuple(by),
        effective_at=effective_at,
        scope=scope,
        newcomer=newcomer,
    )
    return parse_act(msgspec.json.decode(act.payload))


def foretell(node: Node, act: Act, *, asker: Principal | None = None) -> None:
    """Refused where the act would be, even once all whom it names had signed it."""
    _check_allowed(act, show(node, act.agreement, asker=asker), frozenset(act.by), node.clock.now())


def record(node: Node, envelope: bytes, *, asker: Principal | None = None) -> Act:
    """Record a signed act. Refused, with every reason, where it lacks what it takes; Conflict for a fork."""
    act = parse_act(stated(envelope, ACT_TYPE))
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        kept = _kept(unit, act.agreement, upkeep.context.facts, asker)
        _check_chain(act, claimed(envelope).payload, kept)
        newcomers = [str(act.newcomer.get("member"))] if act.newcomer is not None else []
        if asker is None:
            _check_members(unit, newcomers)
        concerned = kept.record.members | set(newcomers)
        signed = Keyring.of(unit.people, concerned, at=at).open(envelope, ACT_TYPE)
        _check_allowed(act, kept, signed.by, at)
        if act.newcomer is not None:
            _check_named_key(newcomers[0], str(act.newcomer.get("key") or ""), signed)
        unit.agreements.add_entry(
            Entry(
                agreement=act.agreement,
                position=len(kept.entries) + 1,
                kind=act.type,
                version=act.version,
                by=tuple(sorted(signed.by)),
                payload=signed.payload,
                digest=digest(signed.payload),
                envelope=signed.envelope,
                effective_at=act.effective_at,
                recorded_at=at,
            )
        )
        following = node.upkeep(unit)
        following.agreements_changed(frozenset(concerned))
        if newcomers:
            following.parties_listed(kept.room, act.agreement)
    node.advance()
    return act


def show(node: Node, agreement: str, *, asker: Principal | None = None) -> Kept:
    """Everything recorded of an agreement."""
    with node.store.reading() as snapshot:
        return _kept(snapshot, agreement, node.cache.facts(snapshot), asker)


def listed(node: Node, room: str | None = None, *, asker: Principal | None = None) -> list[Kept]:
    """All agreements of a node or a room, by id."""
    with node.store.reading() as snapshot:
        facts = node.cache.facts(snapshot)
        if asker is None:
            there = [one for name in facts.rooms if room in (None, name) for one in facts.collections(name)]
        else:
            there = facts.listing(asker.member, room)
        kept = [_recorded(snapshot, one) for one in sorted({one.agreement for one in there})]
    return [one for one in kept if one is not None and (asker is None or one.lists(asker))]


def _at_once(kept: Kept, leaving: Scope, now: Instant) -> Instant:
    """The first day on which a party may leave by the version that binds it."""
    place = bound(kept.record, now).get(leaving.party or "", -1)
    return withdrawal_day(kept.files[place].acts, now)


def _may_know(facts: Facts, agreement: str, asker: Principal | None) -> bool:
    """Whether an agreement lists somebody, known without a look at what is recorded of it."""
    return asker is None or asker.member in facts.edges.members(agreement)


def _kept(snapshot: Snapshot, agreement: str, facts: Facts, asker: Principal | None = None) -> Kept:
    found = _recorded(snapshot, agreement) if _may_know(facts, agreement, asker) else None
    if found is None or (asker is not None and not found.lists(asker)):
        raise NotFound(
            f"no agreement {agreement} is recorded here; `opsroom agreement draft --room R FILE` does it"
        )
    return found


def _recorded(snapshot: Snapshot, agreement: str) -> Kept | None:
    rows = snapshot.agreements.versions(agreement)
    if not rows:
        return None
    entries = snapshot.agreements.entries(agreement)
    files = [agreement_of(row) for row in rows]
    return Kept(rows[0].room, rows, entries, files, read_record(rows, entries))


def _check_room(unit: Unit, room: str) -> None:
    if unit.people.room(room) is None:
        raise NotFound(f'there is no room "{room}"; `opsroom room create` makes one')


def _check_drafter(asker: Principal, upkeep: Upkeep, room: str, agreement: Agreement) -> None:
    """What a version that names nothing recorded says of itself comes first; then rules 1 and 2."""
    if agreement.version == 1 and asker.member not in agreement.terms.parties:
        raise Refused(f"you record agreements that list you: {asker.member} is no party of this one")
    if agreement.version > 1 or upkeep.context.unit.agreements.versions(agreement.id):
        _kept(upkeep.context.unit, agreement.id, upkeep.context.facts, asker)
    elif not _may_open(asker, upkeep, room):
        raise NotFound(f'there is no room "{room}" that you may know of; `opsroom room list` shows those')


def _may_open(asker: Principal, upkeep: Upkeep, room: str) -> bool:
    """Whether somebody may record an agreement in a room: its host may, and whoever may know of it."""
    facts, at = upkeep.context.facts, upkeep.context.at
    found = facts.rooms.get(room)
    if found is None or asker.room not in (None, room):
        return False
    desk = asker.desk.desk
    is_host = found.host == asker.member and desk.component is None
    return is_host or bool(facts.entered(desk, room, at))


def _check_succession(agreement: Agreement, kept: Kept, room: str, at: Instant) -> None:
    newest = kept.newest
    if kept.room != room:
        raise Conflict(f"this agreement belongs to the room {kept.room}")
    if agreement.digest == newest.digest:
        raise Conflict(f"version {newest.version} is recorded already, word for word; it is to be signed")
    if agreement.version != newest.version + 1:
        raise Conflict(
            f"version {agreement.version} is stale or too far ahead: the newest recorded is {newest.version},"
            f" so the next is {newest.version + 1}"
        )
    if agreement.supersedes != newest.digest:
        raise Conflict(
            f"a fork: it supersedes {agreement.supersedes}, and the newest recorded version is {newest.digest}"
        )
    _check_alive(kept, at)
    if any(kept.files[place].acts.amend == "never" for place in bound(kept.record, at).values()):
        raise Refused("acts.amend says never: this agreement cannot be amended")


def _check_signable(agreement: Agreement, kept: Kept, at: Instant) -> None:
    newest = kept.newest
    if agreement.digest == newest.digest:
        _check_alive(kept, at)
    elif any(one.digest == agreement.digest for one in kept.files):
        raise Conflict(f"version {agreement.version} is stale: version {newest.version} is recorded")
    else:
        raise Conflict(
            f"no version of {agreement.id} with these words is recorded; the newest is"
            f" version {newest.version}, {newest.digest}"
        )


def _check_chain(act: Act, payload: bytes, kept: Kept) -> None:
    if any(entry.digest == digest(payload) for entry in kept.entries):
        raise Conflict("this act is recorded already")
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


def _check_allowed(act: Act, kept: Kept, signed: frozenset[str], at: Instant) -> None:
    acts = [file.acts for file in kept.files]
    if reasons := refusals(act, record=kept.record, acts=acts, signed=signed, at=at):
        raise Refused("; ".join(reasons) + (_TOGETHER if "missing" in reasons[-1] else ""))


def _check_alive(kept: Kept, at: Instant) -> None:
    if not bound(kept.record, at):
        raise Refused("the agreement is over for everybody; a new instrument is needed")


def _check_members(unit: Unit, names: Iterable[str]) -> None:
    if missing := [name for name in names if unit.people.member(name) is None]:
        raise NotFound(f"no member of this node: {', '.join(missing)}; `opsroom member add` makes one")


def _check_named_key(member: str, key: str, signed: Signed) -> None:
    """Where the file names a party's key, that key it is; after a rotation the file is amended."""
    used = signed.keys.get(member, key)
    if key and used != key:
        raise Refused(f"{member} signed with {used}, and the agreement names {key} for it: a wrong key")
