"""Disclose: what a desk sees of a room, read from its own feed in one snapshot.

A room, a collection or an object that the desk may not know of is `NotFound`, as if it were not there.
"""

from opsroom.operations.disclose.events import Added, Event, Narrowed, Restored, Withdrawn, events, head
from opsroom.operations.disclose.find import Correlation, Found, correlate, find, suggest
from opsroom.operations.disclose.match import FIRST, LAST, Match
from opsroom.operations.disclose.notices import Notice, notices
from opsroom.operations.disclose.pages import Page, page, state
from opsroom.operations.disclose.reading import Disclosed
from opsroom.operations.disclose.recorded import Recorded, recorded
from opsroom.operations.disclose.search import Hit, Place, Wanted
from opsroom.operations.disclose.shelves import RELEASED, Shelf, peers, room, rooms, shelf, shelves

__all__ = [
    "FIRST",
    "LAST",
    "RELEASED",
    "Added",
    "Correlation",
    "Disclosed",
    "Event",
    "Found",
    "Hit",
    "Match",
    "Narrowed",
    "Notice",
    "Page",
    "Place",
    "Recorded",
    "Restored",
    "Shelf",
    "Wanted",
    "Withdrawn",
    "correlate",
    "events",
    "find",
    "head",
    "notices",
    "page",
    "peers",
    "recorded",
    "room",
    "rooms",
    "shelf",
    "shelves",
    "state",
    "suggest",
]
