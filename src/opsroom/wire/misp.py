"""What is released to the desk as a MISP feed, which a MISP server pulls by itself."""

import msgspec

from opsroom.wire.request import Request, RoomName


class File(msgspec.Struct, frozen=True):
    """A file, answered as it is."""

    media_type: str
    content: bytes


class MispFeed(Request[File], frozen=True):
    """Get one file of the MISP feed: manifest.json, hashes.csv, or UUID.json of an event.

    The address of the feed is that of this path without the file. A report or grouping becomes an event with what
    it refers to; what stands in none becomes an event for its day.
    """

    PATH = "/rooms/{room}/misp/{file}"
    room: RoomName
    file: str
