"""Who asks, and the rooms and collections that it may know of."""

from typing import Literal

import msgspec

from opsroom.wire.request import Request


class Desk(msgspec.Struct, frozen=True):
    """Who asks, at which desk of which member, and what it may do. `room` None: every room of the desk."""

    user: str
    member: str
    desk: str
    roles: list[str]
    room: str | None = None


class WhoAmI(Request[Desk], frozen=True):
    """Say who asks."""

    PATH = "/me"
    ROLE = None


class Room(msgspec.Struct, frozen=True):
    """A room that the desk may know of. `host` runs it."""

    name: str
    title: str
    host: str
    place: str | None


class Rooms(Request[list[Room]], frozen=True):
    """List the rooms that the desk may know of."""

    PATH = "/rooms"
    ROLE = None


class Collection(msgspec.Struct, frozen=True):
    """A TAXII collection: one agreement and field, or `released`, which shows everything once."""

    id: str
    title: str
    description: str
    alias: str | None
    agreement: str | None
    field: str | None
    can_read: bool
    can_write: bool
    kind: Literal["field", "released"]


class Collections(Request[list[Collection]], frozen=True):
    """List the collections of a room."""

    PATH = "/rooms/{room}/collections"
    ROLE = None
    room: str
