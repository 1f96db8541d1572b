"""A member's own administration by its keeper: desks, components, tokens, and how it posts.

1. No request names the member: it is the asker's.
2. A token bound to one room administers what is that room's: the tokens bound to it, and the postings in it.
   Components and desks are the whole member's, and are made by a keeper whose token is bound to no room.
"""

from typing import Annotated, Literal

import msgspec

from opsroom.core.roster import Role
from opsroom.wire.contributions import Tlp
from opsroom.wire.request import Request, Timestamp

MemberRole = Literal["reader", "contributor", "releaser", "keeper", "overseer"]
ReleaseBy = Literal["contributor", "releaser", "two-releasers"]
Title = Annotated[str, msgspec.Meta(max_length=300)]
Clearance = Annotated[
    str, msgspec.Meta(description="POLICY/LEVEL, the highest that it may read", examples=["ALF/GEHEIM"])
]


class MemberKey(msgspec.Struct, frozen=True):
    """A public key of the member. `introduced`: by a statement signed with an earlier one."""

    fingerprint: str
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

    user: str
    roles: list[str]
    desk: str | None
    room: str | None
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
    name: str
    title: Title
    part_of: str | None = None
    since: Timestamp | None = msgspec.field(name="from", default=None)
    until: Timestamp | None = msgspec.field(name="to", default=None)


class AddDesk(Request[MemberDesk], frozen=True):
    """Make a desk: a group of readers. A desk only narrows what its member may receive; null does not narrow."""

    METHOD = "POST"
    PATH = "/desks"
    ROLE = Role.KEEPER
    name: str
    fields: tuple[str, ...] | None = None
    held: Annotated[tuple[str, ...] | None, msgspec.Meta(description="the categories that it holds")] = None
    clearance: Clearance | None = None
    component: str | None = None


class ListTokens(Request[list[Token]], frozen=True):
    """List the member's tokens, by user; those that ended too."""

    PATH = "/tokens"
    ROLE = Role.KEEPER


class IssuedToken(msgspec.Struct, frozen=True):
    """A new token. The secret is told this once, and kept nowhere."""

    member: str
    user: str
    roles: list[str]
    desk: str
    room: str | None
    expires_at: Timestamp
    secret: str


class IssueToken(Request[IssuedToken], frozen=True):
    """Issue a token for a desk of the member.

    Without `room` it opens every room that the desk may enter; issued by a token bound to one room, that room.
    """

    METHOD = "POST"
    PATH = "/tokens"
    ROLE = Role.KEEPER
    user: Annotated[str, msgspec.Meta(description="who holds it: the user name of Basic")]
    roles: Annotated[tuple[MemberRole, ...], msgspec.Meta(min_length=1)]
    desk: str = "main"
    room: str | None = None
    expires: Annotated[
        str | None,
        msgspec.Meta(description="a timestamp, or an ISO 8601 duration from now", examples=["P90D"]),
    ] = None


class ChangeRoles(Request[IssuedToken], frozen=True):
    """Put a token with other roles in place of a user's, which ends now; desk, room and expiry stay."""

    METHOD = "PUT"
    PATH = "/tokens/{user}/roles"
    ROLE = Role.KEEPER
    user: str
    roles: Annotated[tuple[MemberRole, ...], msgspec.Meta(min_length=1)]


class RevokeToken(Request[Token], frozen=True):
    """End a user's token now."""

    METHOD = "DELETE"
    PATH = "/tokens/{user}"
    ROLE = Role.KEEPER
    user: str


class Posting(msgspec.Struct, frozen=True):
    """How the member posts under an agreement and field: the level and TLP of what says nothing else.

    `release_by`: whose act lets out what is contributed.
    """

    room: str
    agreement: str
    field: str
    policy: str | None
    level: str | None
    tlp: Tlp
    release_by: ReleaseBy


class ListPostings(Request[list[Posting]], frozen=True):
    """List how the member posts, in one room or in all of its rooms."""

    PATH = "/posting"
    ROLE = Role.KEEPER
    room: str | None = None


class SetPosting(Request[Posting], frozen=True):
    """Set how the member posts under an agreement and field from now on; what is not given stays as it is."""

    METHOD = "PUT"
    PATH = "/posting"
    ROLE = Role.KEEPER
    room: str
    agreement: str
    field: str
    policy: str | None = None
    level: str | None = None
    tlp: Tlp | None = None
    release_by: ReleaseBy | None = None
