"""Records of knowledge are items: contributed, labelled, released by the same rule, and read by what they are about."""

import inspect
from typing import Any

import pytest

from opsroom.cli.knowledge import list_
from opsroom.core import conditions, footing, handling, release
from opsroom.core.knowledge import TYPE, Subject, knowledge_object
from opsroom.errors import NotFound
from opsroom.operations import disclose
from opsroom.operations.contribute import State
from opsroom.wire.knowledge import Knowledge
from tests import objects
from tests.builders import World
from tests.operations.test_contribute import given, posted

ITEM = objects.numbered("malware", 1)


def record(number: int, about: Subject, **changed: Any) -> bytes:
    said: dict[str, Any] = {
        "who": "Delta",
        "state": "not-notified",
        "as_of": "2015",
        "according_to": "a news report",
        "source": ("a news report", None),
    }
    id = objects.numbered(TYPE, number)
    at = str(changed.pop("at", "2026-02-01T00:00:00.000Z"))
    return objects.encoded(knowledge_object(about, id=id, at=at, **{**said, **changed}))


def told(room: World, member: str, about: Subject) -> list[tuple[str, str, str]]:
    found = disclose.recorded(room.node, room.principal(member), "room", about)
    return [(one.record.as_of.text, one.record.state.value, one.by) for one in found]


@pytest.fixture
def pact(room: World) -> Subject:
    return Subject(agreement=room.agreements["all"])


def test_what_is_recorded_is_read_by_date_with_who_recorded_it(room: World, pact: Subject) -> None:
    posted(room, "alfa", [record(1, pact, state="said-to-have-known", as_of="2017")])
    posted(room, "bravo", [record(2, pact, as_of="2015-09~")])
    posted(room, "alfa", [record(3, pact, state="said-not-to-have-known", as_of="2015")])
    assert told(room, "carol", pact) == [
        ("2015", "said-not-to-have-known", "alfa"),
        ("2015-09~", "not-notified", "bravo"),
        ("2017", "said-to-have-known", "alfa"),
    ]


def test_records_of_other_things_are_apart(room: World, pact: Subject) -> None:
    posted(room, "alfa", [objects.malware(1), record(1, pact), record(2, Subject(room="room"))])
    posted(room, "alfa", [record(3, Subject(item=ITEM), state="notified")])
    assert [state for _, state, _ in told(room, "bravo", Subject(item=ITEM))] == ["notified"]
    assert len(told(room, "bravo", pact)) == len(told(room, "bravo", Subject(room="room"))) == 1


def test_a_correction_is_a_newer_version_and_the_older_one_is_not_listed(room: World, pact: Subject) -> None:
    posted(room, "alfa", [record(1, pact)])
    posted(room, "alfa", [record(1, pact, as_of="2016", at="2026-02-02T00:00:00.000Z")])
    assert [date for date, _, _ in told(room, "bravo", pact)] == ["2016"]


def test_its_label_binds_it_like_any_other(room: World, pact: Subject) -> None:
    given(room, "alfa", [record(1, pact)], not_to=frozenset({"carol"}))
    assert len(told(room, "bravo", pact)) == 1
    assert told(room, "carol", pact) == []
    with pytest.raises(NotFound):
        told(room, "delta", pact)


def test_what_is_about_a_hidden_item_goes_where_the_item_goes(room: World) -> None:
    given(room, "alfa", [objects.malware(1)], not_to=frozenset({"carol"}))
    posted(room, "alfa", [record(1, Subject(item=ITEM))])
    assert len(told(room, "bravo", Subject(item=ITEM))) == 1
    assert told(room, "carol", Subject(item=ITEM)) == []


def test_what_is_about_an_agreement_or_a_room_goes_nowhere_else(room: World) -> None:
    other = Subject(agreement=room.agreements["two"])
    [outcome] = posted(room, "alfa", [record(1, other)])
    assert outcome.state is State.FAILURE
    assert "posted under that agreement" in outcome.message
    absent = Subject(agreement=objects.numbered("agreement", 99))
    [unknown] = posted(room, "alfa", [record(1, absent)])
    assert unknown.message == outcome.message
    [elsewhere] = posted(room, "alfa", [record(2, Subject(room="cellar"))])
    assert "posted in that room" in elsewhere.message


def test_a_record_with_faults_is_refused_with_all_of_them(room: World, pact: Subject) -> None:
    [outcome] = posted(room, "alfa", [record(1, pact, as_of="late 2016", who="", source=(None, None))])
    assert outcome.state is State.FAILURE
    for word in ("as_of", "who", "has a source"):
        assert word in outcome.message


def test_it_is_no_list_of_whom_to_keep_unaware() -> None:
    """Nothing that decides reads it, and it is asked for by what it is about alone."""
    for rule in (release, handling, footing, conditions):
        assert "knowledge" not in inspect.getsource(rule)
    assert set(Knowledge.__struct_fields__) == {"room", "agreement", "item"}
    assert {one.name for one in list_.params} <= {
        "room",
        "agreement",
        "item",
        "member",
        "person",
        "desk",
        "as_json",
    }
