"""Both clients, from the same calls: answers are typed, failures are errors of opsroom."""

import asyncio
from pathlib import Path

import pytest

from opsroom.client import AsyncClient, Client
from opsroom.core.roster import Role
from opsroom.errors import Malformed, NotFound, Refused, Unauthenticated, Unavailable
from opsroom.operations.enrol import issue_token
from tests import objects
from tests.api.conftest import Asking
from tests.builders import DAY
from tests.taxii.conftest import Served, free_port

ONE = objects.numbered("identity", 1)


def test_who_asks(asking: Asking) -> None:
    found = asking("bravo").who_am_i()
    assert (found.member, found.user, found.desk, found.roles) == (
        "bravo", "bravo", "main", ["contributor", "reader"]
    )  # fmt: skip


def test_rooms_and_collections(door: Served, asking: Asking) -> None:
    client = asking("carol")
    assert [one.name for one in client.rooms()] == ["room"]
    found = client.collections("room")
    assert [(one.kind, one.field) for one in found] == [("released", None), ("field", "incidents")]
    assert asking("delta").rooms() == []


def test_items_page_by_page_as_they_are_served(door: Served, asking: Asking) -> None:
    raws = [objects.identity(number) for number in range(1, 10)]
    door.client("alfa").post(door.objects, *raws)
    client, bodies, following = asking("alfa"), [], None
    while True:
        page = client.items("room", limit=4, next=following)
        bodies += [bytes(one.object) for one in page.items]
        following = page.next
        if following is None:
            break
    assert bodies == raws
    later = asking("bravo").items("room", added_after=asking("bravo").items("room").items[3].added)
    assert [one.id for one in later.items] == [objects.numbered("identity", number) for number in range(5, 9)]


def test_a_next_of_another_query_is_refused(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, *(objects.identity(number) for number in range(1, 9)))
    following = asking("bravo").items("room", limit=2).next
    assert following is not None
    for wrong in ({"kinds": ("malware",)}, {"collection": door.collection().split("/")[3]}):
        with pytest.raises(Malformed):
            asking("bravo").items("room", next=following, **wrong)
    with pytest.raises(Malformed):
        asking("carol").items("room", next=following)


def test_show_and_explain(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    [mine] = asking("alfa").show_item(ONE)
    assert bytes(mine.object) == objects.identity(1)
    assert mine.handling is not None
    [theirs] = asking("bravo").show_item(ONE)
    assert theirs.handling is None
    [why] = asking("alfa").explain(ONE, to="bravo")
    assert (why.released, why.ground, why.to) == (True, "provision", "bravo")
    assert why.conditions
    [own] = asking("bravo").explain(ONE, to="bravo")
    assert own.released
    assert own.conditions == []
    with pytest.raises(NotFound):
        asking("bravo").explain(ONE, to="carol")


def test_recall(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    collection = door.collection().split("/")[3]
    assert asking("alfa").recall("room", ONE, collection=collection).versions == 1
    assert asking("bravo").items("room").items == []
    door.client("alfa").post(door.objects, objects.identity(2))
    with pytest.raises(Refused):
        asking("bravo").recall("room", objects.numbered("identity", 2), collection=collection)


def test_errors_are_typed(door: Served, asking: Asking) -> None:
    with pytest.raises(Malformed) as malformed:
        asking("alfa").explain(ONE, to="bravo", at="yesterday")
    assert [one.path for one in malformed.value.faults] == ["at"]
    with pytest.raises(NotFound):
        asking("alfa").collections("nowhere")
    with pytest.raises(Unauthenticated), Client(door.url, "wrong") as stranger:
        stranger.who_am_i()
    with pytest.raises(Unavailable), Client(f"http://127.0.0.1:{free_port()}", "x") as nobody:
        nobody.who_am_i()
    with pytest.raises(Unavailable), Client(door.url + "/elsewhere", door.tokens["alfa"]) as lost:
        lost.who_am_i()


def test_the_other_client_says_the_same(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))

    async def asked() -> tuple[object, ...]:
        async with AsyncClient(door.url, door.tokens["alfa"]) as client:
            return (
                await client.who_am_i(),
                await client.items("room"),
                await client.explain(ONE, to="bravo"),
            )

    client = asking("alfa")
    assert asyncio.run(asked()) == (client.who_am_i(), client.items("room"), client.explain(ONE, to="bravo"))


def test_every_request_is_a_method_of_both(tmp_path: Path) -> None:
    from opsroom.client.calls import Calls, Following, Method, Streaming
    from opsroom.service import HANDLERS

    methods = {
        one._request for one in vars(Calls).values() if isinstance(one, Method | Streaming | Following)
    }
    assert methods == HANDLERS.keys()


def test_lists_are_sent_as_lists(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.identity(1), objects.malware(2), objects.identity(3))
    found = asking("bravo").items(
        "room", kinds=("identity", "tool"), ids=(ONE, objects.numbered("malware", 2))
    )
    assert [one.id for one in found.items] == [ONE]


def test_a_token_of_one_room_shows_and_explains_nothing_of_another(door: Served, asking: Asking) -> None:
    world = door.world
    world.room("annex", "alfa")
    world.agree("there", "annex", ["alfa", "bravo"], ["incidents"])
    door.client("alfa").post(door.objects, objects.identity(1))
    bound = issue_token(
        world.node,
        "alfa",
        user="bound",
        roles=frozenset({Role.READER}),
        expires_at=world.clock.instant + DAY,
        desk="main",
        room="annex",
    )
    with Client(door.url, bound.secret) as client:
        assert [one.name for one in client.rooms()] == ["annex"]
        with pytest.raises(NotFound):
            client.show_item(ONE)
        with pytest.raises(NotFound):
            client.explain(ONE, to="bravo")
    assert asking("alfa").show_item(ONE)


def test_a_token_goes_in_clear_to_this_machine_alone() -> None:
    for address in ("http://room.example", "http://192.0.2.7:8420", "http://localhost.example"):
        with pytest.raises(Malformed, match="https"):
            Client(address, "x")
        with pytest.raises(Malformed, match="https"):
            AsyncClient(address, "x")
    for address in ("https://room.example", "http://localhost:8420", "http://[::1]:8420", "http://127.0.0.1"):
        Client(address, "x").close()
