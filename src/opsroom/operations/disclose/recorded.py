"""Records of knowledge: what is said of who was told of a thing or knew of it, as far as the desk is shown it."""

from dataclasses import dataclass

from opsroom.core.feed import FeedRow
from opsroom.core.jsontext import decode
from opsroom.core.knowledge import TYPE, Knowledge, Subject, read_knowledge
from opsroom.core.roster import Role
from opsroom.node import Node
from opsroom.operations.disclose.reading import Disclosed, Reading
from opsroom.operations.disclose.shelves import room as known_room
from opsroom.principals import Principal

BATCH = 500
"""Rows of a feed that are read at once."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record, the member that recorded it, and the object as it is served."""

    record: Knowledge
    by: str
    item: Disclosed


def recorded(node: Node, principal: Principal, room: str, subject: Subject) -> list[Recorded]:
    """The newest version of each record about a subject, by date as far as the dates say, then as they came.

    Refused where the principal may not read; NotFound for a room that it may not know of.
    """
    known_room(node, principal, room)
    principal.require(Role.READER)
    with node.answering(principal.desk.id) as (snapshot, _):
        reading = Reading(snapshot, room, principal)
        newest: dict[tuple[str, str], FeedRow] = {}
        after = 0
        while page := snapshot.feeds.page(
            room, reading.desk, collection=None, kind=TYPE, after=after, limit=BATCH
        ):
            for row in reading.counting(page):
                key = (row.originator, row.id)
                newest[key] = max(newest.get(key, row), row, key=lambda one: one.version_key)
            after = page[-1].added
        rows = list(newest.values())
        found = [
            Recorded(read_knowledge(decode(item.body)), row.originator, item)
            for row, item in zip(rows, reading.disclosed(rows), strict=True)
        ]
    about = [one for one in found if one.record.subject == subject]
    return sorted(about, key=lambda one: (one.record.as_of.earliest, one.record.as_of.latest, one.item.added))
