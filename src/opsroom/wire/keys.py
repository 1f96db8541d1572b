"""Keys: a member's next one, introduced by its last; a lost one by the host of a room and a second member."""

from typing import Annotated

import msgspec

from opsroom.core.roster import Role
from opsroom.wire.request import MemberName, Request, Timestamp
from opsroom.wire.statements import Envelope, Fingerprint, Prepared, SignerKeys, Signers

PublicKey = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="32 raw bytes in hexadecimal: the public half")
]


class PrepareKey(Request[Prepared], frozen=True):
    """Prepare the statement that introduces the member's next key, as it would be signed now.

    The member's last key and the next one sign it. Where the last one is lost, the next one, the host of one of
    its rooms and a second member do.
    """

    METHOD = "POST"
    PATH = "/next-key"
    ROLE = Role.KEEPER
    member: Annotated[MemberName, msgspec.Meta(description="whose next key it is")]
    following: PublicKey
    by: Signers = ()
    keys: SignerKeys = ()


class IntroducedKey(msgspec.Struct, frozen=True):
    """A member's key, in force from an instant on."""

    member: MemberName
    fingerprint: Fingerprint
    since: Timestamp | None = msgspec.field(name="from")


class RecordKey(Request[IntroducedKey], frozen=True):
    """Record a signed introduction; the key before ends in the same instant."""

    METHOD = "POST"
    PATH = "/statements/keys"
    ROLE = Role.KEEPER
    envelope: Envelope
