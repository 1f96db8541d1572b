"""Notices: which of the member's own items are held back from whom by what they rest on."""

from typing import Annotated

import msgspec

from opsroom.wire.request import (
    CollectionName,
    Limit,
    MemberName,
    Next,
    Request,
    RoomName,
    StixId,
    Timestamp,
    Version,
)


class Notice(msgspec.Struct, frozen=True):
    """An own item version that the member `to` is not shown, though its label and the agreements would release it.

    `ground` is `reference` (something it refers to, or a newer version of it, is withheld from that member) or
    `source`; `because` are the ids that it is held back by, where they may be told. Both are as it stands now, and
    empty where it ended.
    """

    since: Timestamp
    until: Timestamp | None
    id: StixId
    kind: str
    version: Version | None
    collection: CollectionName
    to: MemberName
    ground: str
    because: tuple[str, ...]


class NoticePage(msgspec.Struct, frozen=True):
    """A page of notices, oldest first. `next` None: there is no later one."""

    notices: list[Notice]
    next: Next | None = None


class Notices(Request[NoticePage], frozen=True):
    """List which of the member's own items are held back from whom by what they refer to or rest on.

    Those that stand, or with `ended` also those that ended. The stream tells each as it begins and ends.
    """

    PATH = "/rooms/{room}/notices"
    room: RoomName
    ended: Annotated[bool, msgspec.Meta(description="those that ended, too")] = False
    limit: Limit | None = None
    next: Next | None = None
