"""What a member does at its desk: one function answers one kind of request, whatever door it comes through.

Modules have the names of those in `opsroom.wire`, which say what is asked and answered.
"""

from opsroom.service import (
    agreements,
    consents,
    contributions,
    following,
    items,
    keys,
    knowledge,
    members,
    misp,
    notices,
    releases,
    rooms,
    searching,
    what_if,
)
from opsroom.service.seat import HANDLERS, Seat, Service

__all__ = [
    "HANDLERS",
    "Seat",
    "Service",
    "agreements",
    "consents",
    "contributions",
    "following",
    "items",
    "keys",
    "knowledge",
    "members",
    "misp",
    "notices",
    "releases",
    "rooms",
    "searching",
    "what_if",
]
