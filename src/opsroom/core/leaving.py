"""What may leave the room for a server outside of it: an own object on which nothing is bound that it could not keep.

A server outside is no party, so no agreement grants it anything, and no consent names it. What was received from
others therefore never goes there, nor what rests on it. An originator may give away what is its own, as far as its
own label says that it may be had by anybody of its TLP:

1. Its TLP is no stricter than the one that is asked for, and never red.
2. Every other word of the label is an instruction that the room keeps and a server outside would not learn of: a
   list, a citation, a need to know, a level, a time, a purpose, a permitted action, a source outside. One of them and
   it stays.
3. A label that cannot be applied keeps everything in, as in the room.
4. A handling is an instruction to this room and goes nowhere.
"""

from collections.abc import Iterator

from opsroom.core.handling import Handling
from opsroom.core.stix.tlp import TLP_ORDER

TLPS = TLP_ORDER[:-1]
"""What may be asked for at most (rule 1)."""
RECEIVED = "received from others: passing it on takes their consent, and there is none for a server outside"
RESTING = "it rests on what was received from others"
REFERENCE = "it refers to, or rests on, what stays here"
HANDLING = "it carries a handling, which is an instruction to this room"
GONE = "it was taken back meanwhile"
WAITING = "it waits for a release act"


def obstacles(label: Handling, *, under: str, tlp_at_most: str) -> Iterator[str]:
    """Why an object of this label stays, each reason a line; nothing where it may go (rules 1 to 3).

    `under`: the agreement that it was offered under, which its label cites without having been told to.
    """
    if label.fault is not None:
        yield "its label cannot be applied"
    elif label.tlp == "red" or TLP_ORDER.index(label.tlp) > TLP_ORDER.index(tlp_at_most):
        yield f"its TLP is {label.tlp}"
    for bound, word in (
        (label.rel_to is not None or bool(label.not_to), "its label names recipients"),
        (bool(label.cites - {under}), "its label cites other agreements"),
        (bool(label.need_to_know), "it is for those who need to know"),
        (label.originator_control, "it is under originator control"),
        (bool(label.level), "it has a level"),
        ((label.not_before, label.expires) != (None, None), "its label has dates"),
        (bool(label.foreign), "it came from outside the room"),
        (bool(label.pap) and label.pap != "clear", "its PAP says what may be done with it"),
        (bool(label.evidence or label.purposes), "its label says what it may be used for"),
    ):
        if bound:
            yield word
