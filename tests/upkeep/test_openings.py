"""Openings of verdicts take no tick; what is shown after one is never earlier, whatever the clock does."""

from opsroom.ports import Store
from tests import objects
from tests.builders import SECOND, world
from tests.operations.signers import share

HOUR = 3600 * SECOND


def test_a_row_is_not_before_its_opening_though_the_clock_steps_back(store: Store) -> None:
    """The pair opens again while a class is there of which Bravo is shown nothing, then something of it is shown."""
    room = world(store)
    room.member("alfa", "bravo")
    room.room("room", "alfa")
    room.agree("all", "room", ["alfa", "bravo"], ["incidents"])
    hidden, near, far = (objects.numbered("identity", number) for number in (7, 8, 9))
    share(room, "alfa", objects.handling_marking(1, fields=["incidents"], rel_to=[]))
    mark = {"object_marking_refs": [objects.numbered("marking-definition", 1)]}
    share(room, "alfa", objects.identity(7, **mark))
    share(room, "alfa", objects.relationship(1, hidden, near))
    room.clock.instant += 2 * HOUR
    for kind in ("suspend", "resume"):
        room.event("all", kind)
    room.clock.instant -= HOUR
    share(room, "alfa", objects.relationship(2, near, far))
    assert len(room.read("bravo", "room")) == 1
