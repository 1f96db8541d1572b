"""Notices through the API: pages that resume, and the stream, which tells each as it begins and as it ends."""

from itertools import islice

import pytest

from opsroom.client import Client
from opsroom.core.handling import Handling
from opsroom.errors import Malformed, NotFound
from opsroom.operations.contribute import Options, contribute
from opsroom.wire.following import Event
from opsroom.wire.notices import Notice
from tests import objects
from tests.api.conftest import Asking
from tests.taxii.conftest import Served

END = objects.numbered("malware", 1)
LINKS = [objects.numbered("relationship", number) for number in (3, 4, 5)]
NEWER, NEWEST = "2026-02-02T00:00:00.000Z", "2026-02-03T00:00:00.000Z"


def link(number: int) -> bytes:
    return objects.relationship(number, END, END)


def kept_from_carol(door: Served, raw: bytes) -> None:
    world = door.world
    collection = world.collection("all", "incidents", "room")
    label = Handling(not_to=frozenset({"carol"}))
    options = Options(label, frozenset({"not_to"}))
    contribute(world.node, world.principal("alfa"), "room", collection, [raw], options, watch=lambda _: None)


def taken(client: Client, count: int, position: str | None = None) -> list[Event]:
    return list(islice(client.follow("room", last_event_id=position), count))


@pytest.fixture
def narrowed(door: Served) -> Served:
    """Three links to an end that Carol is not shown."""
    kept_from_carol(door, objects.malware(1))
    door.client("alfa").post(door.objects, *map(link, (3, 4, 5)))
    return door


def test_a_page_says_who_does_not_get_what_and_why(narrowed: Served, asking: Asking) -> None:
    found = asking("alfa").notices("room").notices
    assert [(one.id, one.to, one.ground, one.because) for one in found] == [
        (id, "carol", "reference", (END,)) for id in LINKS
    ]
    assert found[0].kind == "relationship"
    assert found[0].until is None


def test_pages_go_on_where_they_ended(narrowed: Served, asking: Asking) -> None:
    alfa = asking("alfa")
    first = alfa.notices("room", limit=2)
    rest = alfa.notices("room", limit=2, next=first.next)
    assert [one.id for one in (*first.notices, *rest.notices)] == LINKS
    assert rest.next is None
    with pytest.raises(Malformed):
        alfa.notices("room", ended=True, next=first.next)
    with pytest.raises(Malformed):
        asking("bravo").notices("room", next=first.next)


def test_those_that_ended_are_listed_on_demand(narrowed: Served, asking: Asking) -> None:
    narrowed.client("alfa").post(narrowed.objects, objects.malware(1, modified=NEWER))
    alfa = asking("alfa")
    assert alfa.notices("room").notices == []
    ended = [one for one in alfa.notices("room", ended=True).notices if one.id in LINKS]
    assert [one.until is not None and not one.ground for one in ended] == [True] * 3


def test_nobody_else_is_told(narrowed: Served, asking: Asking) -> None:
    assert asking("bravo").notices("room").notices == asking("carol").notices("room").notices == []
    with pytest.raises(NotFound):
        asking("delta").notices("room")


def test_the_stream_tells_it_when_it_begins_and_when_it_ends(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.malware(1), link(3))
    alfa = asking("alfa")
    before = taken(alfa, 2)
    kept_from_carol(door, objects.malware(1, modified=NEWER))
    told = taken(alfa, 3, before[-1].id)
    assert [(one.event, one.data.id) for one in told] == [
        ("added", END),
        ("narrowed", END),
        ("narrowed", LINKS[0]),
    ]
    assert isinstance(told[-1].data, Notice)
    assert (told[-1].data.to, told[-1].data.because) == ("carol", (END,))
    door.client("alfa").post(door.objects, objects.malware(1, modified=NEWEST))
    ended = taken(alfa, 3, told[-1].id)
    assert [(one.event, one.data.id) for one in ended] == [
        ("added", END),
        ("restored", END),
        ("restored", LINKS[0]),
    ]
    assert [(one.event, one.data.id) for one in taken(alfa, 4)] == [
        ("added", END),
        ("added", LINKS[0]),
        ("added", END),
        ("added", END),
    ]


def test_the_stream_can_be_resumed_at_every_event(narrowed: Served, asking: Asking) -> None:
    alfa = asking("alfa")
    everything = taken(alfa, 7)
    assert sorted(one.event for one in everything) == ["added"] * 4 + ["narrowed"] * 3
    for place, event in enumerate(everything[:-1]):
        rest = everything[place + 1 :]
        assert taken(alfa, len(rest), event.id) == rest
