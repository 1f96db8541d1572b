"""Who asks, and the rooms and collections that it may know of."""

from typing import Literal

import msgspec

from opsroom.wire.request import AgreementId, FieldName, MemberName, Request, RoomName, Timestamp


class Desk(msgspec.Struct, frozen=True):
    """Who asks, at which desk of which member, and what it may do. `room` None: every room of the desk."""

    user: str
    member: MemberName
    desk: str
    roles: list[str]
    room: RoomName | None = None


class WhoAmI(Request[Desk], frozen=True):
    """Say who asks."""

    PATH = "/me"
    ROLE = None


class Room(msgspec.Struct, frozen=True):
    """A room that the desk may know of. `host` runs it."""

    name: str
    title: str
    host: MemberName
    place: str | None
    created_at: Timestamp


class Rooms(Request[list[Room]], frozen=True):
    """List the rooms that the desk may know of."""

    PATH = "/rooms"
    ROLE = None


class RoomAgreement(msgspec.Struct, frozen=True):
    """An agreement of a room, by its newest version."""

    id: str
    title: str
    state: str
    version: int
    fields: list[str]


class Relation(msgspec.Struct, frozen=True):
    """One span of one member under one agreement, and what is so now. No bounds and "not in force": none yet."""

    member: MemberName
    agreement: AgreementId
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None = msgspec.field(name="to")
    now: Literal["not in force", "ahead", "in force", "suspended", "ended"]


class RoomShown(msgspec.Struct, frozen=True):
    """A room with those of its agreements that the desk may know of, and the members that follow from them.

    `state`: active where one of these is in force.
    """

    name: str
    title: str
    host: MemberName
    place: str | None
    created_at: Timestamp
    state: Literal["active", "inactive"]
    agreements: list[RoomAgreement]
    members: list[Relation]


class ShowRoom(Request[RoomShown], frozen=True):
    """Show a room: its agreements, and its members as the dated relations that follow from them."""

    PATH = "/rooms/{room}"
    ROLE = None
    room: RoomName


class Collection(msgspec.Struct, frozen=True):
    """A TAXII collection: one agreement and field, or `released`, which shows everything once."""

    id: str
    title: str
    description: str
    alias: str | None
    agreement: AgreementId | None
    field: FieldName | None
    can_read: bool
    can_write: bool
    kind: Literal["field", "released"]


class Collections(Request[list[Collection]], frozen=True):
    """List the collections of a room."""

    PATH = "/rooms/{room}/collections"
    ROLE = None
    room: RoomName
