"""The stream of a desk's feed: what comes into it and what leaves it (Server-Sent Events)."""

from typing import Annotated, Literal

import msgspec

from opsroom.wire.items import Item
from opsroom.wire.request import CollectionName, Request, RoomName, StixId, Version


class Departure(msgspec.Struct, frozen=True):
    """A version of an object that is shown no more."""

    id: StixId
    kind: str
    version: Version | None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event: an item was added, or one was withdrawn; its data stand under the event's name.

    `id` is the position after it: sent as `Last-Event-ID`, the stream goes on there.
    """

    id: StixId
    event: Literal["added", "withdrawn"]
    added: Item | None = None
    withdrawn: Departure | None = None

    @property
    def data(self) -> Item | Departure:
        """What it is about."""
        found = self.added or self.withdrawn
        assert found is not None
        return found


class Follow(Request[Event], frozen=True):
    """Follow a collection: every item that comes into the desk's feed, and every one that leaves it.

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
