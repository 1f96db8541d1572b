"""A member's own administration by its keeper: desks, components, tokens, and how it posts.

1. No request names the member: it is the asker's.
2. A token bound to one room administers what is that room's: the tokens bound to it, and the postings in it.
   Components and desks are the whole member's, and are made by a keeper whose token is bound to no room.
"""

from typing import Annotated, Literal

import msgspec

from opsroom.core.roster import Role
from opsroom.core.timestamps import parse_duration, parse_instant
from opsroom.wire.contributions import Tlp
from opsroom.wire.request import READS, AgreementId, FieldName, MemberName, Request, RoomName, Timestamp
from opsroom.wire.statements import Fingerprint

MemberRole = Annotated[
    Literal["reader", "contributor", "releaser", "keeper", "overseer"],
    msgspec.Meta(
        description="reader: reads and searches; contributor: contributes; releaser: release acts, recall,"
        " consents; keeper: agreements, keys, and the member's own desks and tokens; overseer: reads what its"
        " member did. Roles add up"
    ),
]
ReleaseBy = Annotated[
    Literal["contributor", "releaser", "two-releasers"],
    msgspec.Meta(
        description="whose act lets out what is contributed: the contribution itself, one releasing officer, or"
        " two different ones"
    ),
]
Name = Annotated[
    str,
    msgspec.Meta(
        description="1 to 63 of a-z, 0-9 and -, a letter or digit at each end", examples=["night-watch"]
    ),
]
User = Annotated[
    str, msgspec.Meta(description="who holds the token: its user name in Basic", examples=["ann"])
]
Title = Annotated[str, msgspec.Meta(max_length=300)]
Clearance = Annotated[
    str, msgspec.Meta(description="POLICY/LEVEL, the highest that it may read", examples=["ALF/GEHEIM"])
]


def _read_end(text: str) -> None:
    parse_duration(text) if text.startswith("P") else parse_instant(text)


class MemberKey(msgspec.Struct, frozen=True):
    """A public key of the member. `introduced`: by a statement signed with an earlier one."""

    fingerprint: Fingerprint
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None = msgspec.field(name="to")
    introduced: bool


class Component(msgspec.Struct, frozen=True):
    """A body inside the member, or inside another one of its bodies."""

    name: str
    title: str
    part_of: str | None
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None = msgspec.field(name="to")


class MemberDesk(msgspec.Struct, frozen=True):
    """A desk and what it narrows to; None does not narrow."""

    name: str
    fields: list[str] | None
    held: list[str] | None
    clearance: str | None
    component: str | None
    added_at: Timestamp


class Token(msgspec.Struct, frozen=True):
    """A token without its secret. `room` None: every room that its desk may enter."""

    user: User
    roles: list[str]
    desk: str | None
    room: RoomName | None
    expires_at: Timestamp
    revoked_at: Timestamp | None


class Member(msgspec.Struct, frozen=True):
    """A member as its keeper sees it."""

    name: str
    title: str
    identity: str
    added_at: Timestamp
    keys: list[MemberKey]
    components: list[Component]
    desks: list[MemberDesk]
    tokens: list[Token]


class ShowMember(Request[Member], frozen=True):
    """Show the member itself: keys, components, desks, tokens without their secrets."""

    PATH = "/member"
    ROLE = Role.KEEPER


class AddComponent(Request[Component], frozen=True):
    """Record a body inside the member. It has no access of its own; an agreement may designate it."""

    METHOD = "POST"
    PATH = "/components"
    ROLE = Role.KEEPER
    name: Name
    title: Title
    part_of: Annotated[str | None, msgspec.Meta(description="the component that it is a body of")] = None
    since: Timestamp | None = msgspec.field(name="from", default=None)
    until: Timestamp | None = msgspec.field(name="to", default=None)


class AddDesk(Request[MemberDesk], frozen=True):
    """Make a desk: a group of readers. A desk only narrows what its member may receive; null does not narrow."""

    METHOD = "POST"
    PATH = "/desks"
    ROLE = Role.KEEPER
    name: Name
    fields: Annotated[
        tuple[str, ...] | None, msgspec.Meta(description="the fields of cooperation that it works on")
    ] = None
    held: Annotated[tuple[str, ...] | None, msgspec.Meta(description="the categories that it holds")] = None
    clearance: Clearance | None = None
    component: Annotated[
        str | None,
        msgspec.Meta(
            description="the component that reads there, and does nothing else; null: the member itself"
        ),
    ] = None


class ListTokens(Request[list[Token]], frozen=True):
    """List the member's tokens, by user; those that ended too."""

    PATH = "/tokens"
    ROLE = Role.KEEPER


class IssuedToken(msgspec.Struct, frozen=True):
    """A new token. The secret is told this once, and kept nowhere."""

    member: MemberName
    user: User
    roles: list[str]
    desk: str
    room: RoomName | None
    expires_at: Timestamp
    secret: str


class IssueToken(Request[IssuedToken], frozen=True):
    """Issue a token for a desk of the member.

    Without `room` it opens every room that the desk may enter; issued by a token bound to one room, that room.
    """

    METHOD = "POST"
    PATH = "/tokens"
    ROLE = Role.KEEPER
    user: User
    roles: Annotated[tuple[MemberRole, ...], msgspec.Meta(min_length=1)]
    desk: Annotated[str, msgspec.Meta(description="the desk that it reads at")] = "main"
    room: RoomName | None = None
    expires: Annotated[
        str | None,
        msgspec.Meta(
            description="an instant (RFC 3339), or an ISO 8601 duration from now; else as the node is set",
            examples=["P90D"],
            extra={READS: _read_end},
        ),
    ] = None


class ChangeRoles(Request[IssuedToken], frozen=True):
    """Put a token with other roles in place of a user's, which ends now; desk, room and expiry stay."""

    METHOD = "PUT"
    PATH = "/tokens/{user}/roles"
    ROLE = Role.KEEPER
    user: User
    roles: Annotated[tuple[MemberRole, ...], msgspec.Meta(min_length=1)]


class RevokeToken(Request[Token], frozen=True):
    """End a user's token now."""

    METHOD = "DELETE"
    PATH = "/tokens/{user}"
    ROLE = Role.KEEPER
    user: User


class Posting(msgspec.Struct, frozen=True):
    """How the member posts under an agreement and field: the level and TLP of what says nothing else.

    `release_by`: whose act lets out what is contributed.
    """

    room: RoomName
    agreement: AgreementId
    field: FieldName
    policy: str | None
    level: str | None
    tlp: Tlp
    release_by: ReleaseBy


class ListPostings(Request[list[Posting]], frozen=True):
    """List how the member posts, in one room or in all of its rooms."""

    PATH = "/posting"
    ROLE = Role.KEEPER
    room: RoomName | None = None


class SetPosting(Request[Posting], frozen=True):
    """Set how the member posts under an agreement and field from now on; what is not given stays as it is."""

    METHOD = "PUT"
    PATH = "/posting"
    ROLE = Role.KEEPER
    room: RoomName
    agreement: AgreementId
    field: FieldName
    policy: str | None = None
    level: str | None = None
    tlp: Tlp | None = None
    release_by: ReleaseBy | None = None
