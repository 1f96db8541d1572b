"""Statements on their way to be signed: who signs them, and the envelope that they travel in."""

from collections.abc import Collection, Iterable

import msgspec

from opsroom.core.agreement.statement import Statement
from opsroom.core.canonical import digest
from opsroom.errors import Fault, Malformed
from opsroom.operations import rekey
from opsroom.service.seat import Seat
from opsroom.signing import seal
from opsroom.wire import statements as wire


def signers(
    seat: Seat, by: tuple[str, ...], keys: Iterable[str], *, among: Iterable[str] = ()
) -> tuple[str, ...]:
    """Who signs: those named, else the members whose keys these are, else the member that asks.

    A member finds its own keys, and those of members `among` whose signatures it has seen.
    """
    if by:
        return by
    owners = _owners(seat, keys, among=None if seat.asker is None else {seat.asker.member, *among})
    if not owners and seat.asker is None:
        raise Malformed("give --key, the private key of a member that signs, or --by to name those that will")
    return owners or (seat.principal.member,)


def _owners(seat: Seat, keys: Iterable[str], *, among: Collection[str] | None) -> tuple[str, ...]:
    """Whose keys these are. Malformed where one is nobody's."""
    faults: list[Fault] = []
    found: list[str] = []
    for place, key in enumerate(keys):
        owner = rekey.owner(seat.node, key, among=among)
        if owner is None:
            faults.append(
                Fault(
                    f"keys[{place}]",
                    "is no key in force of those concerned: replaced since (`opsroom member show`)? Else name who "
                    "signs (--by)",
                )
            )
        else:
            found.append(owner)
    if faults:
        raise Malformed(faults)
    return tuple(found)


def prepared(statement: Statement, payload_type: str) -> wire.Prepared:
    """A statement in its envelope, signed by nobody."""
    return unsigned(statement.payload, payload_type, says=str(statement))


def unsigned(payload: bytes, payload_type: str, *, says: str) -> wire.Prepared:
    """Canonical bytes in their envelope, signed by nobody."""
    sealed = seal(payload, payload_type, ())
    return wire.Prepared(
        says=says,
        digest=digest(payload),
        payload=payload.decode(),
        envelope=msgspec.json.decode(sealed, type=wire.Envelope),
    )


def sealed(envelope: wire.Envelope) -> bytes:
    """An envelope as its bytes."""
    return msgspec.json.encode(envelope)
