"""Keys: a member's next one, introduced by its last; a lost one by the host of a room and a second member."""

from typing import Annotated

import msgspec

from opsroom.core.roster import Role
from opsroom.wire.request import Request, Timestamp
from opsroom.wire.statements import Envelope, Fingerprint, Prepared

PublicKey = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="32 raw bytes in hexadecimal: the public half")
]


class PrepareKey(Request[Prepared], frozen=True):
    """Prepare the statement that introduces the member's next key, as it would be signed now.

    `by` are the members that sign it; where none is named, those whose keys are named, else the member itself.
    """

    METHOD = "POST"
    PATH = "/next-key"
    ROLE = Role.KEEPER
    member: str
    following: PublicKey
    by: tuple[str, ...] = ()
    keys: tuple[Fingerprint, ...] = ()


class IntroducedKey(msgspec.Struct, frozen=True):
    """A member's key, in force from an instant on."""

    member: str
    fingerprint: Fingerprint
    since: Timestamp | None = msgspec.field(name="from")


class RecordKey(Request[IntroducedKey], frozen=True):
    """Record a signed introduction; the key before ends in the same instant."""

    METHOD = "POST"
    PATH = "/statements/keys"
    ROLE = Role.KEEPER
    envelope: Envelope
