"""Disclose: what a desk sees of a room, read from its own feed in one snapshot.

A room, a collection or an object that the desk may not know of is `NotFound`, as if it were not there.
"""

from opsroom.operations.disclose.events import Added, Event, Withdrawn, events, head
from opsroom.operations.disclose.find import (
    Correlation,
    Found,
    Hit,
    Wanted,
    correlate,
    find,
    suggest,
)
from opsroom.operations.disclose.match import FIRST, LAST, Match
from opsroom.operations.disclose.pages import Page, page, state
from opsroom.operations.disclose.reading import Disclosed
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
    "Page",
    "Shelf",
    "Wanted",
    "Withdrawn",
    "correlate",
    "events",
    "find",
    "head",
    "page",
    "peers",
    "room",
    "rooms",
    "shelf",
    "shelves",
    "state",
    "suggest",
]
