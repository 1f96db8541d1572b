"""Release acts: what waits, who would see it, and the officer's yes or no."""

import msgspec
from msgspec import UNSET, UnsetType

from opsroom.core.roster import Role
from opsroom.wire.request import Request, StixId, Timestamp
from opsroom.wire.sights import Sight


class Waiting(msgspec.Struct, frozen=True):
    """An object that waits, or waited: who has approved it, and how many it takes.

    `sights`: who would see it if it were let out now, where that was asked.
    """

    id: str
    version: str | None
    state: str
    posted_by: str
    posted_at: Timestamp
    approved_by: tuple[str, ...]
    takes: int
    sights: tuple[Sight, ...] | UnsetType = UNSET


class ListWaiting(Request[list[Waiting]], frozen=True):
    """List what the member has waiting in a room, oldest first."""

    PATH = "/rooms/{room}/waiting"
    ROLE = Role.RELEASER
    room: str


class ForeseeRelease(Request[list[Waiting]], frozen=True):
    """Say who would see what waits under these ids if it were let out now; nothing is kept."""

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/foresee"
    ROLE = Role.RELEASER
    room: str
    ids: tuple[StixId, ...]


class Approve(Request[list[Waiting]], frozen=True):
    """Say yes to what waits under these ids; what has as many as it takes goes out, as one unit."""

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/approve"
    ROLE = Role.RELEASER
    room: str
    ids: tuple[StixId, ...]


class Refuse(Request[list[Waiting]], frozen=True):
    """Say no to what waits under these ids: it is not let out."""

    METHOD = "POST"
    PATH = "/rooms/{room}/waiting/refuse"
    ROLE = Role.RELEASER
    room: str
    ids: tuple[StixId, ...]
