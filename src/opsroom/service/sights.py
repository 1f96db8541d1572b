"""Sights as the wire has them."""

from opsroom.upkeep.sights import Sight
from opsroom.wire import sights as wire


def sight(member: str, found: Sight | None) -> wire.Sight:
    """One item for one member; None where it can know of nothing."""
    if found is None:
        return wire.Sight(member, False, None, None, ())
    return wire.Sight(member, found.released, found.ground, found.authority, found.because)
