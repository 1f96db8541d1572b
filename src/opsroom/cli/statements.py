"""What an envelope says, whatever it carries: a version, an act, a step of a consent, a next key."""

from collections.abc import Callable

from opsroom import signing
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    VERSION_TYPE,
    parse_act,
    parse_consent,
    parse_key,
)
from opsroom.errors import Refused


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


def _version(value: object) -> str:
    found = parse_agreement(value)
    return f'version {found.version} of {found.id}, "{found.title}", between {", ".join(found.terms.parties)}'


_READERS: dict[str, Callable[[object], str]] = {
    VERSION_TYPE: _version,
    ACT_TYPE: lambda value: str(parse_act(value)),
    CONSENT_TYPE: lambda value: str(parse_consent(value)),
    KEY_TYPE: lambda value: str(parse_key(value)),
}
