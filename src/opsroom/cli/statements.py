"""What an envelope says, whatever it carries: a version, an act, a step of a consent, a next key.

Keys stay with whoever signs: what a node prepared is compared with what was asked for, signed here, and sent back.
"""

from collections.abc import Callable, Iterable

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    VERSION_TYPE,
    Act,
    ConsentStep,
    KeyStep,
    parse_act,
    parse_consent,
    parse_key,
)
from opsroom.errors import Refused
from opsroom.wire.statements import Envelope, Prepared


def stated_by(sealed: bytes) -> str:
    """In a line what an envelope says; no signature is verified. Raises `Malformed` with every fault.

    Refused where the payload is none of ours: nobody should sign what cannot be shown.
    """
    kind = signing.claimed(sealed).payload_type
    if kind not in _READERS:
        raise Refused(
            f"this is signed as {kind}, which opsroom cannot read; sign nothing that cannot be read"
        )
    return _READERS[kind](signing.stated(sealed, kind))


def sent(sealed: bytes) -> Envelope:
    """An envelope as requests carry it."""
    return msgspec.json.decode(sealed, type=Envelope)


def signed(prepared: Prepared, owners: Iterable[Ed25519PrivateKey]) -> bytes:
    """What was prepared and compared with what was asked for, in its envelope, signed by these keys."""
    return signing.add_signatures(_sealed(prepared), owners)


def prepared_act(prepared: Prepared, **asked: object) -> Act:
    """The act that was prepared. Refused where it is not the one that was asked for."""
    act = parse_act(signing.stated(_sealed(prepared), ACT_TYPE))
    _compare(act, asked)
    return act


def prepared_consent(prepared: Prepared, **asked: object) -> ConsentStep:
    """The step that was prepared. Refused where it is not the one that was asked for."""
    step = parse_consent(signing.stated(_sealed(prepared), CONSENT_TYPE))
    _compare(step, asked)
    return step


def prepared_key(prepared: Prepared, **asked: object) -> KeyStep:
    """The introduction that was prepared. Refused where it is not the one that was asked for."""
    step = parse_key(signing.stated(_sealed(prepared), KEY_TYPE))
    _compare(step, asked)
    return step


def _sealed(prepared: Prepared) -> bytes:
    return msgspec.json.encode(prepared.envelope)


def _compare(statement: Act | ConsentStep | KeyStep, asked: dict[str, object]) -> None:
    """What is None was left to the node; everything else is as it was asked for."""
    for name, wanted in asked.items():
        found = getattr(statement, name)
        if wanted is not None and found != wanted:
            raise Refused(
                f"what the server prepared is not what you asked for ({name}); nothing was signed: {statement}"
            )


_READERS: dict[str, Callable[[object], str]] = {
    VERSION_TYPE: lambda value: str(parse_agreement(value)),
    ACT_TYPE: lambda value: str(parse_act(value)),
    CONSENT_TYPE: lambda value: str(parse_consent(value)),
    KEY_TYPE: lambda value: str(parse_key(value)),
}
