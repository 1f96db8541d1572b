"""Rekey: a member's next key, introduced by its last; a lost one by the host of a room of its and a second member."""

import msgspec

from opsroom.core.agreement.statement import KEY_SCHEMA, KEY_TYPE, KeyStep
from opsroom.core.reading import Reader
from opsroom.core.roster import MemberKey
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import Conflict, Fault, Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Unit
from opsroom.signing import claimed, fingerprint, verified


def first_key(node: Node, member: str, public: bytes) -> MemberKey:
    """A member's first key, taken on trust by the node's operator. Conflict where it has one."""
    with node.working() as (unit, upkeep):
        if unit.people.member(member) is None:
            raise NotFound(f"there is no member {member}")
        if _live(unit, member, upkeep.context.at):
            raise Conflict(f"{member} has a key; its next one is introduced by it: opsroom key rotate")
        key = MemberKey(member, fingerprint(public), public, Window(since=upkeep.context.at))
        unit.people.add_key(key)
    return key


def prepare(node: Node, member: str, public: bytes, *, by: list[str]) -> KeyStep:
    """The statement that introduces the next key, as it would be signed now."""
    with node.store.reading() as snapshot:
        live = [one for one in snapshot.people.keys(member) if node.clock.now() in one.window]
    if not live:
        raise NotFound(f"{member} has no key in force; give its first one with opsroom member key")
    return KeyStep(member, public.hex(), live[-1].fingerprint, tuple(by))


def record(node: Node, envelope: bytes) -> MemberKey:
    """Record the next key; the last one ends in the same instant."""
    step = _parsed(claimed(envelope).payload)
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        live = _live(unit, step.member, at)
        if not live or live[-1].fingerprint != step.replaces:
            raise Conflict(
                f"{step.replaces} is not the key of {step.member} in force; prepare the step again"
            )
        keys = {one.fingerprint: (name, one.public) for name in step.by for one in _live(unit, name, at)}
        opened = verified(
            envelope, {name: public for name, (_, public) in keys.items()}, payload_type=KEY_TYPE
        )
        signed = {keys[name][0] for name in opened.signers}
        if step.member not in signed:
            _check_lost(unit, step.member, signed)
        public = bytes.fromhex(step.key)
        unit.people.end_key(step.member, step.replaces, at)
        key = MemberKey(step.member, fingerprint(public), public, Window(since=at), envelope)
        unit.people.add_key(key)
    return key


def _check_lost(unit: Unit, member: str, signed: set[str]) -> None:
    hosts = {room.host for room in unit.people.rooms()} - {member}
    if not signed & hosts or len(signed) < 2:
        raise Refused(
            f"the next key of {member} is signed by its last one; where that is lost, by the host"
            f" ({', '.join(sorted(hosts)) or 'no room has one'}) and a second member"
        )


def _live(unit: Unit, member: str, at: Instant) -> list[MemberKey]:
    return [one for one in unit.people.keys(member) if at in one.window]


def _parsed(payload: bytes) -> KeyStep:
    faults: list[Fault] = []
    try:
        reader = Reader.over(msgspec.json.decode(payload), "", faults)
    except msgspec.DecodeError as error:
        raise Malformed(f"what was signed is no JSON: {error}") from error
    reader.choice("schema", (KEY_SCHEMA,), KEY_SCHEMA, required=True)
    step = KeyStep(
        member=reader.text("member", required=True),
        key=reader.text("key", required=True),
        replaces=reader.text("replaces", required=True),
        by=reader.texts("by"),
    )
    reader.finish()
    if len(step.key) != 64 or set(step.key) - set("0123456789abcdef"):
        reader.fault("key", "64 hexadecimal digits (32 bytes) are wanted")
    if faults:
        raise Malformed(faults)
    return step
