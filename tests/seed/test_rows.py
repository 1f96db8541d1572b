"""The seed, row by row, on the worked example as it is loaded: `examples/baghdad-2015`.

The numbers are those of the rows of the report that the project was asked to build.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsroom.cli.load.file import read_room_file
from opsroom.cli.load.loader import Loader
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.statement import ACT_TYPE
from opsroom.core.knowledge import Awareness, Subject
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.errors import NotFound, Refused
from opsroom.operations import agree, disclose, enrol
from opsroom.operations.contribute import State, post
from opsroom.operations.explain import explain
from opsroom.signing import read_key, seal
from opsroom.storage.memory import open_memory
from tests import objects
from tests.builders import DAY, World, world

EXAMPLE = Path(__file__).parents[2] / "examples" / "baghdad-2015"
FOUR = ("iraq", "iran", "russia", "syria")
RUSSIAN = "report--5a1c7e2d-0b94-4f36-8c58-d2e31f6a1b12"
IRANIAN = "report--7c3e904f-2db6-4158-8e7a-f4053b8c3d14"
FOR_IRAN = "report--9e50b261-4fd8-437a-a09c-16275dae5f16"
AMERICAN = "report--d294f6a5-831c-47be-a4e0-5a6b91e2931a"


@pytest.fixture
def example(tmp_path: Path) -> Iterator[World]:
    store = open_memory()
    found = world(store)
    found.clock.instant += 300 * DAY
    file = read_room_file(EXAMPLE / "room.toml")
    loader = Loader(found.node, EXAMPLE, tmp_path / "keys", lambda _: None)
    loader.load(file)
    found.agreements.update(loader.agreements)
    yield found
    store.close()


def seen(example: World, member: str, room: str = "baghdad") -> set[str]:
    """The ids that a member reads in a room; nothing where it finds no room."""
    try:
        return {json.loads(body)["id"] for body in example.read(member, room)}
    except NotFound:
        return set()


def act(example: World, tmp_path: Path, name: str, kind: str, by: str) -> None:
    """A signed act of one party on its own part, prepared, signed and recorded."""
    agreement = example.agreements[name]
    prepared = agree.prepare(example.node, agreement, kind, by=[by], scope=Scope(party=by))
    agree.record(example.node, seal(prepared.payload, ACT_TYPE, [read_key(tmp_path / "keys" / f"{by}.key")]))


def test_row_01_a_named_room_with_its_place_host_and_state(example: World) -> None:
    with example.node.store.reading() as snapshot:
        rooms = {one.name: one for one in snapshot.people.rooms()}
    assert set(rooms) == {"baghdad", "iraq-us", "harbour-watch"}
    baghdad = rooms["baghdad"]
    assert (baghdad.title, baghdad.place, baghdad.host) == ("Baghdad Operation Room", "Baghdad", "iraq")
    assert baghdad.closed_at is None
    assert agree.show(example.node, example.agreements["sharing"]).state(example.clock.now()) == "in force"


def test_row_01_a_second_room_on_the_node_sees_nothing_of_the_first(example: World) -> None:
    ports = ("port-of-aldis", "port-of-brenn")
    assert seen(example, "port-of-brenn", "harbour-watch")
    for port in ports:
        assert [one.name for one in disclose.rooms(example.node, example.principal(port))] == [
            "harbour-watch"
        ]
        assert seen(example, port) == set()
    for member in FOUR:
        assert seen(example, member, "harbour-watch") == set()


def test_row_02_four_cooperate_and_nobody_is_above_them(example: World) -> None:
    with example.node.store.reading() as snapshot:
        facts = example.node.cache.facts(snapshot)
        known = {one.name for one in snapshot.people.members()}
        inside = {one for one in known if facts.entered(Desk(one), "baghdad", example.clock.now())}
    assert inside == set(FOUR)
    assert IRANIAN in seen(example, "iraq")
    assert FOR_IRAN not in seen(example, "russia") | seen(example, "syria")
    example.agree("theirs", "baghdad", ["russia", "syria"], ["liaison"])
    collection = example.collection("theirs", "liaison", "baghdad")
    post(example.node, example.principal("russia"), "baghdad", collection, [objects.identity(1)])
    assert objects.numbered("identity", 1) in seen(example, "syria")
    assert objects.numbered("identity", 1) not in seen(example, "iraq")


def test_row_03_sharing_is_permitted_and_never_compelled(example: World) -> None:
    assert all(RUSSIAN in seen(example, member) for member in FOUR)
    assert FOR_IRAN in seen(example, "iran")
    enrol.set_posting(
        example.node,
        "syria",
        "baghdad",
        example.agreements["sharing"],
        "counter-terrorism",
        release_by="releaser",
    )
    collection = example.collection("sharing", "counter-terrorism", "baghdad")
    receipt = post(example.node, example.principal("syria"), "baghdad", collection, [objects.identity(2)])
    assert [one.state for one in receipt.outcomes] == [State.PENDING]
    assert objects.numbered("identity", 2) not in seen(example, "iraq")


def test_row_04_no_instrument_in_force_no_access(example: World, tmp_path: Path) -> None:
    assert seen(example, "russia")
    for member in FOUR:
        act(example, tmp_path, "sharing", "suspend", member)
    assert RUSSIAN not in seen(example, "iraq") | seen(example, "iran") | seen(example, "syria")
    fresh = example.node
    example.member("stranger")
    assert disclose.rooms(fresh, example.principal("stranger")) == []


def test_row_06_not_notified_and_did_not_know_are_two_records_and_a_later_one_stands_beside_them(
    example: World,
) -> None:
    about = Subject(agreement=example.agreements["sharing"])
    for member in FOUR:
        found = disclose.recorded(example.node, example.principal(member), "baghdad", about)
        assert [(one.record.state, one.record.as_of.text) for one in found] == [
            (Awareness.SAID_NOT_TO_HAVE_KNOWN, "2015"),
            (Awareness.NOT_NOTIFIED, "2015-09~"),
            (Awareness.SAID_TO_HAVE_KNOWN, "2015-09/2015-12"),
        ]
        assert all(one.record.according_to and one.record.references for one in found)
        assert {one.by for one in found} == {"iraq"}


def test_row_06_whoever_is_spoken_of_finds_neither_the_records_nor_the_room(example: World) -> None:
    for room in ("baghdad", "no-such-room"):
        with pytest.raises(NotFound):
            disclose.recorded(example.node, example.principal("united-states"), room, Subject(room=room))


def test_row_07_each_party_signs_for_itself(example: World) -> None:
    kept = agree.show(example.node, example.agreements["sharing"])
    signed = {member for one in kept.entries if one.kind == "sign" for member in one.by}
    assert signed == set(FOUR)
    example.room("draft", "iraq")
    with example.node.store.reading() as snapshot:
        edges = example.node.cache.facts(snapshot).edges
    now = example.clock.now()
    for giver in FOUR:
        for receiver in FOUR:
            pair = edges.between(giver, receiver)
            assert bool(pair.at(now)) is (giver != receiver)


def test_row_07_commitments_may_have_a_direction(example: World) -> None:
    one_way = [{"field": "liaison", "directions": [["russia", "iraq"]]}]
    example.agree("one-way", "baghdad", ["russia", "iraq"], one_way)
    collection = example.collection("one-way", "liaison", "baghdad")
    for number, member in ((1, "russia"), (2, "iraq")):
        post(example.node, example.principal(member), "baghdad", collection, [objects.identity(number)])
    assert objects.numbered("identity", 1) in seen(example, "iraq")
    assert objects.numbered("identity", 2) not in seen(example, "russia")


def test_row_08_the_memorandum_opens_nothing_to_russia_or_syria(example: World) -> None:
    assert IRANIAN in seen(example, "iraq")
    for member in ("russia", "syria"):
        assert IRANIAN not in seen(example, member)
        collection = example.collection("memorandum", "border-security", "baghdad")
        with pytest.raises(NotFound):
            example.read(member, "baghdad", collection)
        shelves = disclose.shelves(example.node, example.principal(member), "baghdad")
        assert {one.agreement for one in shelves} == {None, example.agreements["sharing"]}


def test_row_09_named_fields_bound_what_may_be_shared_and_are_not_exhaustive(example: World) -> None:
    memorandum = agree.show(example.node, example.agreements["memorandum"]).newest
    assert memorandum.terms.fields == (
        "counter-terrorism",
        "border-security",
        "educational-support",
        "logistical-support",
        "technical-support",
        "military-support",
    )
    assert memorandum.terms.fields_exhaustive is False
    with pytest.raises(NotFound):
        example.collection("memorandum", "cultural-exchange", "baghdad")


def test_row_11_signatories_by_their_office_and_the_place(example: World) -> None:
    file = agree.show(example.node, example.agreements["memorandum"]).newest.properties
    assert file["concluded"] == {"date": None, "place": "Tehran"}
    signatories = file["signatories"]
    assert isinstance(signatories, list)
    assert {(one["member"], one["name"], one["office"]) for one in signatories} == {
        ("iran", "Hossein Dehghan", "Minister of Defence"),
        ("iraq", "Erfan al-Hiyali", "Minister of Defence"),
    }


def test_row_13_what_was_received_does_not_go_to_the_excluded_partner(example: World) -> None:
    russian = (EXAMPLE / "items" / "russia-documents.json").read_bytes()
    raws = [json.dumps(one).encode() for one in json.loads(russian)["objects"]]
    collection = example.collection("partnership", "counter-terrorism", "iraq-us")
    with example.node.store.reading() as snapshot:
        stored = snapshot.items.versions("baghdad", "russia", [RUSSIAN])[RUSSIAN]
        raws = [snapshot.items.bodies("baghdad", [stored[-1].number])[stored[-1].number], *raws]
    receipt = post(example.node, example.principal("iraq"), "iraq-us", collection, raws[:1])
    assert [one.state for one in receipt.outcomes] == [State.FAILURE]
    assert "passing on is refused" in receipt.outcomes[0].message
    assert seen(example, "united-states", "iraq-us") == {AMERICAN} | {
        one for one in seen(example, "united-states", "iraq-us") if one.startswith("indicator--e3a5")
    }


def test_row_13_what_the_partner_gave_does_not_come_into_the_room(example: World) -> None:
    assert AMERICAN in seen(example, "iraq", "iraq-us")
    assert not any(AMERICAN in seen(example, member) for member in FOUR)
    for member in ("russia", "iran", "syria"):
        with pytest.raises(NotFound):
            explain(example.node, example.principal(member), AMERICAN, to=member)


def test_row_13_the_outsider_finds_that_nothing_exists(example: World) -> None:
    principal = example.principal("united-states")
    assert [one.name for one in disclose.rooms(example.node, principal)] == ["iraq-us"]
    said = []
    for name in ("baghdad", "no-such-room"):
        with pytest.raises(NotFound) as caught:
            disclose.shelves(example.node, principal, name)
        said.append(str(caught.value))
    assert said[0] == said[1]
    [found] = explain(example.node, example.principal("russia"), RUSSIAN, to="united-states")
    assert (found.sight.released, found.sight.ground) == (False, "no-provision")


def test_row_14_a_component_inherits_nothing(example: World) -> None:
    with pytest.raises(NotFound):
        example.read("iraq", "baghdad", desk="umbrella-desk")
    with example.node.store.reading() as snapshot:
        components = {one.name: one for one in snapshot.people.components("iraq")}
    assert components["legalised-umbrella"].part_of == "iraqi-army"
    with pytest.raises(Refused):
        example.token("iraq", Role.CONTRIBUTOR, user="umbrella", desk="umbrella-desk")


def test_a_membership_ends_and_yesterday_is_asked_again(example: World, tmp_path: Path) -> None:
    yesterday = example.clock.instant
    example.clock.instant += DAY
    act(example, tmp_path, "sharing", "withdraw", "syria")
    assert RUSSIAN in seen(example, "syria")
    example.clock.instant += 92 * DAY
    assert seen(example, "syria") == set()
    [now] = explain(example.node, example.principal("russia"), RUSSIAN, to="syria")
    [then] = explain(example.node, example.principal("russia"), RUSSIAN, to="syria", at=yesterday)
    assert (now.sight.released, then.sight.released) == (False, True)


def test_every_intelligence_item_is_marked_synthetic(example: World) -> None:
    for member, room in (*((one, "baghdad") for one in FOUR), ("united-states", "iraq-us")):
        for body in example.read(member, room):
            found = json.loads(body)
            assert found["type"] == "artifact" or "synthetic" in found["labels"]
