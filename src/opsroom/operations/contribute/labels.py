"""Labels: whether an offer that stands bears what is said of it when the same object is posted again."""

from collections.abc import Set as AbstractSet

from opsroom.core.handling import Handling, narrowed
from opsroom.core.stix.tlp import strictest
from opsroom.errors import Malformed

OTHER_LABEL = (
    "it stands here under another label, which posting it again does not change; give the changed label to a"
    " later version (a later `modified`)"
)


def bears(standing: Handling, wanted: Handling, stated: AbstractSet[str]) -> bool:
    """Whether a label is at least as narrow as the wanted one and of its level, in what was stated.

    Markings and containers that came with the object may have narrowed the standing label further.
    """
    if "level" in stated and (standing.policy, standing.level) != (wanted.policy, wanted.level):
        return False
    if "tlp" in stated and strictest(standing.tlp, wanted.tlp) != standing.tlp:
        return False
    try:
        return narrowed(wanted, standing, stated=("tlp",)) == standing
    except Malformed:
        return False
