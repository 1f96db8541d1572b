"""Real keys for the members of a world, and what they sign."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.core.agreement.events import WHOLE, Scope
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE, Act
from opsroom.core.identifiers import uuid_from
from opsroom.core.timestamps import Instant
from opsroom.operations import agree, rekey
from opsroom.operations.contribute import post
from tests.builders import World


def key_of(member: str, number: int = 1) -> Ed25519PrivateKey:
    """A member's key, its next one, …: the same every time."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{member} {number}".encode()).digest())


def public_of(member: str, number: int = 1) -> bytes:
    return signing.public_bytes(key_of(member, number))


def name_of(member: str, number: int = 1) -> str:
    return signing.fingerprint(public_of(member, number))


def give_keys(world: World, *members: str) -> None:
    for member in members:
        rekey.first_key(world.node, member, public_of(member))


def written(world: World, *parties: str | Mapping[str, Any], **terms: Any) -> dict[str, Any]:
    """An agreement on incidents as a file; the world has not seen it."""
    return {
        "schema": "opsroom.agreement/1",
        "id": f"agreement--{uuid_from(world.node.randomness.draw(16))}",
        "version": 1,
        "title": "Sharing incidents",
        "parties": [{"member": one} if isinstance(one, str) else dict(one) for one in parties],
        "in_force": {"from": "2026-01-01T00:00:00Z"},
        "provisions": [{"field": "incidents"}],
        **terms,
    }


def drafted(world: World, file: dict[str, Any], name: str = "new") -> Agreement:
    """The agreement, recorded and unsigned; tests call it by its name."""
    found = parse_agreement(file)
    agree.draft(world.node, "room", found)
    world.agreements[name] = found.id
    return found


def successor(agreement: Agreement, **changed: Any) -> dict[str, Any]:
    """The file of the version that replaces this one."""
    numbers = {"version": agreement.version + 1, "supersedes": agreement.digest}
    return {**agreement.properties, **numbers, **changed}


def signed(agreement: Agreement, *members: str) -> bytes:
    return signing.seal(agreement.signed_bytes, VERSION_TYPE, [key_of(one) for one in members])


def sign(world: World, agreement: Agreement, *members: str) -> list[str]:
    return agree.sign(world.node, signed(agreement, *members))


def prepared(
    world: World,
    name: str,
    kind: str,
    *by: str,
    scope: Scope = WHOLE,
    newcomer: Mapping[str, object] | None = None,
    at: Instant | None = None,
) -> Act:
    return agree.prepare(
        world.node,
        world.agreements[name],
        kind,
        by=by,
        scope=scope,
        newcomer=newcomer,
        effective_at=at,
    )


def sealed(act: Act, *members: str) -> bytes:
    return signing.seal(act.payload, ACT_TYPE, [key_of(one) for one in members or act.by])


def acted(world: World, name: str, kind: str, *by: str, **more: Any) -> Act:
    """An act, signed by all whom it names, and recorded."""
    return agree.record(world.node, sealed(prepared(world, name, kind, *by, **more)))


def share(world: World, member: str, raw: bytes, name: str = "all", field: str = "incidents") -> str:
    """Posts an object; returns the state of what became of it."""
    collection = world.collection(name, field, "room")
    [outcome] = post(world.node, world.principal(member), "room", collection, [raw]).outcomes
    return str(outcome.state)
