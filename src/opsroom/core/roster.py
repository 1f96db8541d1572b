"""Who is here: rooms, members with their keys, components, desks, credentials and their roles."""

from dataclasses import dataclass
from enum import StrEnum

from opsroom.core.release import Desk
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window


class Role(StrEnum):
    """What a credential may do. Roles add up; none contains another."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    RELEASER = "releaser"
    KEEPER = "keeper"
    OVERSEER = "overseer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Room:
    """A named place where members share. `host` runs it and sees no more than any other member."""

    name: str
    title: str
    host: str
    place: str | None
    created_at: Instant
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A sovereign party. `identity` is its STIX identity id."""

    name: str
    title: str
    identity: str
    added_at: Instant


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A public Ed25519 key of a member, in force over `window`; `public` is its 32 raw bytes.

    `introduced` is the signed statement that brought it in, None for the first.
    """

    member: str
    fingerprint: str
    public: bytes
    window: Window
    introduced: bytes | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A body inside a member (or inside another component of it), over [since, until)."""

    member: str
    name: str
    title: str
    part_of: str | None
    window: Window


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk as it is kept: its own id (random), its name within the member, what it narrows to."""

    id: str
    name: str
    desk: Desk
    added_at: Instant


@dataclass(frozen=True, slots=True)
class Credential:
    """A token at rest: the SHA-256 of its secret, never the secret. `room` None: all rooms of its desk."""

    id: str
    user: str
    secret_hash: bytes
    member: str | None
    desk: str | None
    room: str | None
    roles: frozenset[Role]
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None = None

    def live(self, at: Instant) -> bool:
        """Whether it holds at that instant."""
        return at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)


@dataclass(frozen=True, slots=True)
class Holding:
    """`member` holds `category`, which `owner` made, over `window`."""

    owner: str
    category: str
    member: str
    window: Window
