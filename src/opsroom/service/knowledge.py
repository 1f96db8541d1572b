"""Answers what is recorded of who was told of a thing, or knew of it."""

from opsroom.core.knowledge import Subject
from opsroom.core.timestamps import render
from opsroom.errors import Fault, Malformed
from opsroom.operations import disclose
from opsroom.operations.disclose import Recorded
from opsroom.service.seat import Seat, answers
from opsroom.wire import knowledge as wire


@answers(wire.Knowledge)
def knowledge(seat: Seat, asked: wire.Knowledge) -> list[wire.KnowledgeRecord]:
    """The records about one thing."""
    if asked.agreement is not None and asked.item is not None:
        raise Malformed([Fault("item", "stands without agreement: records are listed about one thing")])
    is_room = asked.agreement is None and asked.item is None
    subject = Subject(asked.agreement, asked.room if is_room else None, asked.item)
    return [_told(one) for one in disclose.recorded(seat.node, seat.principal, asked.room, subject)]


def _told(one: Recorded) -> wire.KnowledgeRecord:
    found, item = one.record, one.item
    return wire.KnowledgeRecord(
        id=item.id,
        version=item.version,
        recorded_by=one.by,
        added=render(item.added),
        who=found.who,
        state=found.state.value,
        as_of=found.as_of.text,
        according_to=found.according_to,
        quote=found.quote,
        sources=found.sources,
        references=found.references,
    )
