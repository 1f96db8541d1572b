"""Release acts: what waits, who would see it, and the officer's yes or no."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from opsroom.core.roster import Role
from opsroom.wire.items import OfferStateWord
from opsroom.wire.request import Request, RoomName, StixId, Timestamp, Version
from opsroom.wire.sights import Sight

WaitingIds = Annotated[tuple[StixId, ...], msgspec.Meta(description="STIX ids of objects that wait")]


class Waiting(msgspec.Struct, frozen=True):
    """An object that waits, or waited: who has approved it, and how many it takes.

    `sights`: who would see it if it were let out now, where that was asked.
    """

    id: StixId
    version: Version | None
    state: OfferStateWord
    posted_by: str
    posted_at: Timestamp
    approved_by: tuple[str, ...]
    takes: Annotated[int, msgspec.Meta(description="how many different officers must approve it")]
    sights: tuple[Sight, ...] | UnsetType = UNSET


class ListWaiting(Request[list[Waiting]], frozen=True):
    """List what the member has waiting in a room, oldest first."""

    PATH = "/rooms/{room}/waiting"
    ROLE = Role.RELEASER
    room: RoomName


class ForeseeRelease(Request[list[Waiting]], frozen=True):
    """Say who would see what waits under these ids if it were let out now; nothing is kept."""

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/foresee"
    ROLE = Role.RELEASER
    room: RoomName
    ids: WaitingIds


class Approve(Request[list[Waiting]], frozen=True):
    """Say yes to what waits under these ids; what has as many as it takes goes out, as one unit.

    Where it takes two, they are two users, and neither of them contributed it.
    """

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/approve"
    ROLE = Role.RELEASER
    room: RoomName
    ids: WaitingIds


class Refuse(Request[list[Waiting]], frozen=True):
    """Say no to what waits under these ids: it is not let out."""

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/refuse"
    ROLE = Role.RELEASER
    room: RoomName
    ids: WaitingIds
