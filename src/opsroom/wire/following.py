"""The stream of a desk's feed: what comes into it and what leaves it (Server-Sent Events)."""

from typing import Annotated, Literal

import msgspec

from opsroom.wire.items import Item
from opsroom.wire.notices import Notice
from opsroom.wire.request import CollectionName, Request, RoomName, StixId, Version


class Departure(msgspec.Struct, frozen=True):
    """A version of an object that is shown no more."""

    id: StixId
    kind: str
    version: Version | None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event; its data stand under its name.

    An item was added, or one was withdrawn; an own item was narrowed (held back from a member by what it rests on),
    or restored.

    `id` is the position after it: sent as `Last-Event-ID`, the stream goes on there.
    """

    id: str
    event: Literal["added", "withdrawn", "narrowed", "restored"]
    added: Item | None = None
    withdrawn: Departure | None = None
    narrowed: Notice | None = None
    restored: Notice | None = None

    @property
    def data(self) -> Item | Departure | Notice:
        """What it is about."""
        found = self.added or self.withdrawn or self.narrowed or self.restored
        assert found is not None
        return found


class Follow(Request[Event], frozen=True):
    """Follow a collection: every item that comes into the desk's feed, and every one that leaves it.

    And every own item that what it rests on holds back from a member from now on, or no more.

    Server-Sent Events with `id`, `event` and `data`. It goes on after `last_event_id` (or the header
    `Last-Event-ID`) without loss or doubling; without one it begins with all that is there, or with `from_now`
    with what comes next.
    """

    PATH = "/rooms/{room}/stream"
    EVENTS = True
    room: RoomName
    collection: CollectionName = "released"
    last_event_id: Annotated[
        str | None,
        msgspec.Meta(
            description="the `id` of the last event that was taken; the header `Last-Event-ID` goes before it"
        ),
    ] = None
    from_now: Annotated[
        bool, msgspec.Meta(description="without a `last_event_id`: what comes next, nothing of what is there")
    ] = False
