"""Statements as they are signed: prepared unsigned, signed where the key is, and sent back. No key ever travels."""

from typing import Annotated

import msgspec

Fingerprint = Annotated[str, msgspec.Meta(description="sha256: of the 32 raw bytes of a public key")]


class Signature(msgspec.Struct, frozen=True):
    """A signature; `keyid` is the fingerprint of the key that made it."""

    keyid: Fingerprint
    sig: Annotated[str, msgspec.Meta(description="Base64")]


class Envelope(msgspec.Struct, frozen=True):
    """A DSSE envelope around the canonical bytes of a statement."""

    payload: Annotated[str, msgspec.Meta(description="Base64")]
    payload_type: str = msgspec.field(name="payloadType")
    signatures: list[Signature]


class Prepared(msgspec.Struct, frozen=True):
    """A statement as it would be signed now. `says`: what it says, in a line; `payload`: its canonical JSON.

    The envelope bears no signature yet. Read what you sign: the signature is on the payload alone.
    """

    says: str
    digest: str
    payload: str
    envelope: Envelope
