"""Where an agreement stands at an instant, in a word or two. It follows from what is recorded and is never stored."""

from opsroom.core.agreement.acts import bound, suspensions
from opsroom.core.agreement.events import WHOLE, Record
from opsroom.core.agreement.standing import standing
from opsroom.core.timestamps import Instant


def state(record: Record, at: Instant) -> str:
    """One of: draft, partly signed, signed, in force, suspended, expired, terminated.

    "signed": it has entered, and its first day is ahead. "suspended": as a whole. "expired": no version runs any
    more, or nobody is left to share with.
    """
    if any(event.type == "terminate" and event.counts_from <= at for event in record.events):
        return "terminated"
    entered = [one for one in standing(record).versions if one.entry <= at]
    if not entered:
        return "partly signed" if any(one.signed for one in record.versions) else "draft"
    if not any(at in one.terms.in_force for one in entered) or len(bound(record, at)) < 2:
        return "signed" if at < entered[-1].terms.in_force.since else "expired"
    return "suspended" if any(one.scope == WHOLE for one in suspensions(record, at)) else "in force"
