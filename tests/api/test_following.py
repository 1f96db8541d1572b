"""The stream: what comes and what leaves, in order, resumed at any event without loss or doubling."""

import asyncio
from itertools import islice
from random import Random

import httpx
import pytest

from opsroom.client import AsyncClient, Client
from opsroom.errors import Malformed, NotFound, OpsroomError
from opsroom.operations.enrol import revoke_token
from opsroom.wire.following import Event
from tests import objects
from tests.api.conftest import Asking
from tests.taxii.conftest import Served

ONE, TWO, THREE = (objects.numbered("identity", number) for number in (1, 2, 3))


def taken(client: Client, count: int, **asked: object) -> list[Event]:
    """The first events of a stream."""
    return list(islice(client.follow("room", **asked), count))  # type: ignore[arg-type]


def said(events: list[Event]) -> list[tuple[str, str]]:
    return [(one.event, one.data.id) for one in events]


def deleted(door: Served, id: str, member: str = "alfa") -> None:
    assert door.client(member).ask("DELETE", f"{door.objects}{id}/").status_code == 200


def test_what_comes_and_what_leaves(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1), objects.identity(2))
    first = taken(asking("bravo"), 2)
    assert said(first) == [("added", ONE), ("added", TWO)]
    deleted(door, ONE)
    door.client("alfa").post(door.objects, objects.identity(3))
    after = taken(asking("bravo"), 2, last_event_id=first[-1].id)
    assert said(after) == [("withdrawn", ONE), ("added", THREE)]


def test_an_item_is_served_as_in_the_feed(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    [event] = taken(asking("bravo"), 1)
    assert event.data == asking("bravo").items("room").items[0]


def test_it_can_be_resumed_at_every_event(door: Served, asking: Asking) -> None:
    raws = [objects.identity(number) for number in range(1, 10)]
    door.client("alfa").post(door.objects, *raws)
    everything = taken(asking("bravo"), 9)
    for place, event in enumerate(everything[:-1]):
        rest = taken(asking("bravo"), 9 - place - 1, last_event_id=event.id)
        assert rest == everything[place + 1 :]


def test_the_header_is_taken_as_browsers_send_it(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1), objects.identity(2))
    first = taken(asking("bravo"), 1)[0]
    headers = {"Authorization": f"Bearer {door.tokens['bravo']}", "Last-Event-ID": first.id}
    with httpx.stream("GET", f"{door.url}/api/rooms/room/stream", headers=headers) as response:
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["cache-control"] == "no-store"
        lines = islice(response.iter_lines(), 4)
        assert [line for line in lines if line.startswith(("id:", "event:"))][-1] == "event: added"


def test_what_was_never_told_is_not_withdrawn(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    deleted(door, ONE)
    door.client("alfa").post(door.objects, objects.identity(2))
    assert said(taken(asking("bravo"), 1)) == [("added", TWO)]


def test_what_is_shown_through_another_collection_has_not_left(door: Served, asking: Asking) -> None:
    other = door.collection("two", "logistics") + "objects/"
    door.client("alfa").post(door.objects, objects.identity(1))
    door.client("alfa").post(other, objects.identity(1))
    [first] = taken(asking("bravo"), 1)
    door.world.event("two", "suspend")
    door.client("alfa").post(door.objects, objects.identity(2))
    assert said(taken(asking("bravo"), 1, last_event_id=first.id)) == [("added", TWO)]
    collection = door.world.collection("two", "logistics", "room")
    with pytest.raises(OpsroomError):
        taken(asking("bravo"), 1, collection=collection, last_event_id=first.id)


def test_a_suspension_withdraws_and_a_resumption_adds_again(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    other = door.collection("two", "logistics") + "objects/"
    door.client("alfa").post(other, objects.identity(2))
    first = taken(asking("bravo"), 2)
    door.world.event("two", "suspend")
    door.world.node.advance()
    [gone] = taken(asking("bravo"), 1, last_event_id=first[-1].id)
    assert said([gone]) == [("withdrawn", TWO)]
    door.world.event("two", "resume")
    assert said(taken(asking("bravo"), 1, last_event_id=gone.id)) == [("added", TWO)]


def test_from_now_on(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    stream = asking("bravo").follow("room", from_now=True)

    async def listened() -> Event:
        async with AsyncClient(door.url, door.tokens["bravo"]) as client:
            events = client.follow("room", from_now=True)
            waiting = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(door.client("alfa").post, door.objects, objects.identity(2))
            return await asyncio.wait_for(waiting, 10)

    assert said([asyncio.run(listened())]) == [("added", TWO)]
    stream.close()  # type: ignore[attr-defined]


def test_hidden_looks_absent_and_positions_are_bound_to_desk_and_collection(
    door: Served, asking: Asking
) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    [first] = taken(asking("bravo"), 1)
    with pytest.raises(NotFound):
        taken(asking("delta"), 1)
    with pytest.raises(NotFound):
        taken(asking("bravo"), 1, collection="00000000-0000-4000-8000-000000000000")
    for member, collection in (
        ("carol", "released"),
        ("bravo", door.world.collection("all", "incidents", "room")),
    ):
        with pytest.raises(Malformed) as wrong:
            taken(asking(member), 1, collection=collection, last_event_id=first.id)
        assert [one.path for one in wrong.value.faults] == ["last_event_id"]


def test_it_ends_with_the_credential(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    stream = asking("bravo").follow("room")
    next(stream)
    revoke_token(door.world.node, "bravo", "bravo")
    assert list(stream) == []


def test_following_by_fits_and_starts_gives_what_is_there(door: Served, asking: Asking) -> None:
    """A client that comes back now and then, at its last event, holds at the end what the feed shows."""
    rng, client, position = Random(7), asking("bravo"), None
    held: set[tuple[str, str | None]] = set()
    for step in range(40):
        id = objects.numbered("identity", rng.randint(1, 6))
        if rng.random() < 0.4:
            door.client("alfa").ask("DELETE", f"{door.objects}{id}/")
        else:
            modified = f"2026-02-02T00:00:{step:02}.000Z"
            number = int(id[-1])
            door.client("alfa").post(door.objects, objects.identity(number, modified=modified))
        if rng.random() < 0.5:
            continue
        door.client("alfa").post(door.objects, objects.malware(1000 + step))
        for event in client.follow("room", last_event_id=position):
            position = event.id
            key = (event.data.id, event.data.version)
            assert (key in held) == (event.event == "withdrawn"), (step, event)
            (held.discard if event.event == "withdrawn" else held.add)(key)
            if event.data.id == objects.numbered("malware", 1000 + step):
                break
    shown = client.items("room", versions="all", limit=6)
    found = {(one.id, one.version) for one in shown.items}
    while shown.next is not None:
        shown = client.items("room", versions="all", limit=6, next=shown.next)
        found |= {(one.id, one.version) for one in shown.items}
    assert held == found
