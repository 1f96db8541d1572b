"""Objects of the types that are ours: what the standard leaves open about them is checked before they are kept."""

from opsroom.core import knowledge
from opsroom.core.stix.objects import StixObject
from opsroom.errors import Fault, Malformed
from opsroom.operations.contribute.intake import Destination


def unfit(found: StixObject, to: Destination) -> tuple[Fault, ...]:
    """What is wrong with an object of such a type, or with where it is to go; nothing of any other."""
    if found.type != knowledge.TYPE:
        return ()
    try:
        record = knowledge.read_knowledge(found.properties)
    except Malformed as error:
        return error.faults
    fault = knowledge.misplaced(record, room=to.room, agreement=to.agreement)
    return (fault,) if fault else ()
