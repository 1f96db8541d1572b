"""Rekey: a member's next key, introduced by its last; a lost one by the host of a room of its and a second member.

The next key signs its introduction too: nobody can name another's key as its own, nor find out whose one is.
Where a member asks, the keys are its own: of any other it learns nothing, not even that there is one.
"""

from collections.abc import Iterable, Sequence

from opsroom.core.agreement.statement import KEY_TYPE, KeyStep, parse_key
from opsroom.core.roster import MemberKey
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Snapshot, Unit
from opsroom.principals import Principal
from opsroom.signing import Keyring, fingerprint, stated
from opsroom.upkeep import Upkeep

NEXT = ""
"""Whose the key is that is being introduced: nobody's yet."""


def first_key(node: Node, member: str, public: bytes) -> MemberKey:
    """A member's first key, taken on trust by the node's operator. Conflict where it has one."""
    with node.working() as (unit, upkeep):
        if unit.people.member(member) is None:
            raise NotFound(f"there is no member {member}")
        if _live(unit, member, upkeep.context.at):
            raise Conflict(f"{member} has a key; its next one is introduced by it: opsroom key rotate")
        key = MemberKey(member, fingerprint(public), public, Window(since=upkeep.context.at))
        _check_fresh(unit, key)
        unit.people.add_key(key)
    return key


def owner(node: Node, name: str, *, among: Iterable[str] | None = None) -> str | None:
    """The member whose key in force this is, if any; looked for `among` these alone, where they are given."""
    now = node.clock.now()
    with node.store.reading() as snapshot:
        members = [one.name for one in snapshot.people.members()] if among is None else among
        for member in members:
            if any(one.fingerprint == name for one in _live(snapshot, member, now)):
                return member
    return None


def prepare(
    node: Node, member: str, public: bytes, *, by: Sequence[str], asker: Principal | None = None
) -> KeyStep:
    """The statement that introduces the next key, as it would be signed now."""
    with node.store.reading() as snapshot:
        live = _live(snapshot, member, node.clock.now()) if _may_change(member, asker) else []
    if not live:
        raise NotFound(f"{member} has no key in force; give its first one with `opsroom member key`")
    return KeyStep(member, public.hex(), live[-1].fingerprint, tuple(by))


def record(node: Node, envelope: bytes, *, asker: Principal | None = None) -> MemberKey:
    """Record the next key; the last one ends in the same instant."""
    step = parse_key(stated(envelope, KEY_TYPE))
    if not _may_change(step.member, asker):
        raise NotFound(f"{step.member} has no key that you can change")
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        live = _live(unit, step.member, at)
        if not live or live[-1].fingerprint != step.replaces:
            raise Conflict(
                f"{step.replaces} is not the key of {step.member} in force; prepare the step again"
            )
        public = bytes.fromhex(step.key)
        following = fingerprint(public)
        ring = Keyring.of(unit.people, step.by, at=at).including(NEXT, following, public)
        signed = ring.open(envelope, KEY_TYPE)
        if following not in signed.keys.values():
            raise Refused(
                f"the next key, {following}, does not sign its own introduction; who has it runs"
                " `opsroom agreement sign FILE --key …`"
            )
        if missing := sorted(set(step.by) - signed.by):
            raise Refused(
                f"it says that {', '.join(missing)} signs it, whose signature is missing;"
                " `opsroom agreement sign FILE --key …` adds it"
            )
        introducing = signed.by - {NEXT}
        if step.member not in introducing:
            _check_lost(step.member, introducing, _hosts(unit, upkeep, step.member))
        key = MemberKey(step.member, following, public, Window(since=at), signed.envelope)
        _check_fresh(unit, key, asker)
        unit.people.end_key(step.member, step.replaces, at)
        unit.people.add_key(key)
    return key


def _may_change(member: str, asker: Principal | None) -> bool:
    return asker is None or asker.member == member


def _hosts(unit: Unit, upkeep: Upkeep, member: str) -> frozenset[str]:
    """The other members that host a room whose agreements list this one."""
    listing = {one.agreement for one in upkeep.context.facts.edges.records if member in one.members}
    rooms = {row.room for row in unit.agreements.versions() if row.agreement in listing}
    return frozenset(room.host for room in unit.people.rooms() if room.name in rooms) - {member}


def _check_lost(member: str, signed: frozenset[str], hosts: frozenset[str]) -> None:
    if not signed & hosts or len(signed) < 2:
        raise Refused(
            f"the next key of {member} is signed by its last one; where that is lost, by the host of a room"
            f" of its ({', '.join(sorted(hosts)) or 'no room has one'}) and a second member"
        )


def _check_fresh(unit: Unit, key: MemberKey, asker: Principal | None = None) -> None:
    """A key is one member's, once: else nobody could say who signed, or a key given up would count again."""
    for member in unit.people.members():
        if any(one.fingerprint == key.fingerprint for one in unit.people.keys(member.name)):
            whose = member.name if asker is None else "somebody"
            raise Conflict(f"this key is, or was, that of {whose}; `opsroom key new` makes another")


def _live(snapshot: Snapshot, member: str, at: Instant) -> list[MemberKey]:
    return [one for one in snapshot.people.keys(member) if at in one.window]
