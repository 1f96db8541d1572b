"""Statements as they are signed: prepared unsigned, signed where the key is, and sent back. No key ever travels."""

from typing import Annotated

import msgspec

from opsroom.core.agreement.statement import ACT_TYPE, CONSENT_TYPE, KEY_TYPE, VERSION_TYPE
from opsroom.wire.request import Digest

Fingerprint = Annotated[
    str,
    msgspec.Meta(
        description="the name of a public key: `sha256:` and the SHA-256 of its 32 raw bytes, in hexadecimal",
        examples=["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ),
]
Signers = Annotated[
    tuple[str, ...],
    msgspec.Meta(
        description="the members that will sign; none named: those whose `keys` are named, else the asker's"
    ),
]
SignerKeys = Annotated[
    tuple[Fingerprint, ...],
    msgspec.Meta(description="instead of `by`: the keys that it will be signed with"),
]


class Signature(msgspec.Struct, frozen=True):
    """A signature; `keyid` is the fingerprint of the key that made it."""

    keyid: Fingerprint
    sig: Annotated[
        str,
        msgspec.Meta(description="Base64 of the 64 bytes of an Ed25519 signature (RFC 8032) over the PAE"),
    ]


class Envelope(msgspec.Struct, frozen=True):
    """A DSSE envelope around the canonical bytes of a statement.

    What is signed is its PAE: `DSSEv1 LT TYPE LP PAYLOAD`, one space between two parts, where TYPE is
    `payloadType`, PAYLOAD the decoded payload, LT and LP their lengths in bytes, in decimal.
    """

    payload: Annotated[str, msgspec.Meta(description="Base64 of the statement as canonical JSON (RFC 8785)")]
    payload_type: Annotated[
        str,
        msgspec.Meta(
            description="what the statement is",
            extra_json_schema={"enum": [VERSION_TYPE, ACT_TYPE, CONSENT_TYPE, KEY_TYPE]},
        ),
    ] = msgspec.field(name="payloadType")
    signatures: list[Signature]


class Prepared(msgspec.Struct, frozen=True):
    """A statement as it would be signed now: in an envelope that bears no signature yet.

    Read the payload and not `says` alone: the signature is on the payload. Add one entry to
    `envelope.signatures` for each signer, and send the envelope to the matching path under `/statements`.
    """

    says: Annotated[str, msgspec.Meta(description="what it says, in a line for people")]
    digest: Digest
    payload: Annotated[
        str, msgspec.Meta(description="the statement, as JSON text: what `envelope` has in Base64")
    ]
    envelope: Envelope
