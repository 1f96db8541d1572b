"""Records of knowledge: attributed, dated, with a source, about one thing; every fault at once."""

from typing import Any

import pytest

from opsroom.core.knowledge import (
    EXTENSION,
    TYPE,
    Awareness,
    Subject,
    knowledge_object,
    misplaced,
    read_knowledge,
)
from opsroom.core.stix.objects import examine
from opsroom.errors import Malformed
from tests import objects

PACT = objects.numbered("agreement", 1)
SOUND: dict[str, Any] = knowledge_object(
    Subject(agreement=PACT),
    id=objects.numbered(TYPE, 1),
    at="2026-02-01T00:00:00.000Z",
    who="Delta",
    state="not-notified",
    as_of="2015-09~",
    according_to="a news report",
    quote="without notifying Delta",
    source=("a news report", "https://news.example/1"),
    sources=[objects.numbered("report", 1)],
    labels=["synthetic"],
)


def faults(**changed: Any) -> list[str]:
    found = {key: value for key, value in {**SOUND, **changed}.items() if value is not None}
    with pytest.raises(Malformed) as error:
        read_knowledge(found)
    return [one.path for one in error.value.faults]


def test_a_record_says_what_was_said() -> None:
    found = read_knowledge(SOUND)
    assert found.subject == Subject(agreement=PACT)
    assert (found.who, found.state) == ("Delta", Awareness.NOT_NOTIFIED)
    assert (found.as_of.text, found.according_to) == ("2015-09~", "a news report")
    assert found.sources == (objects.numbered("report", 1),)
    assert found.references == ("a news report",)


def test_it_is_an_object_of_the_standard_by_our_extension() -> None:
    found = examine(objects.encoded(SOUND), strict=True)
    assert found.faults == ()
    assert found.object is not None
    assert [one.id for one in found.object.references] == [objects.numbered("report", 1)]


@pytest.mark.parametrize("state", list(Awareness))
def test_four_states_are_told_apart(state: Awareness) -> None:
    assert read_knowledge({**SOUND, "state": state.value}).state is state


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"who": None}, ["who"]),
        ({"who": " "}, ["who"]),
        ({"according_to": None}, ["according_to"]),
        ({"state": "unaware"}, ["state"]),
        ({"state": None}, ["state"]),
        ({"as_of": None}, ["as_of"]),
        ({"as_of": "late 2016"}, ["as_of"]),
        ({"external_references": None, "source_refs": None}, [""]),
        ({"about_room": "room"}, [""]),
        ({"about_agreement": None}, [""]),
        ({"about_agreement": "Pact"}, ["about_agreement"]),
        ({"about_agreement": None, "about_ref": "report"}, ["about_ref"]),
        ({"extensions": {"extension-definition--x": {}}}, [f"extensions.{EXTENSION}"]),
        ({"who": None, "state": "x", "as_of": "y"}, ["who", "state", "as_of"]),
    ],
)
def test_every_fault_is_named(changed: dict[str, Any], paths: list[str]) -> None:
    assert sorted(faults(**changed)) == sorted(paths)


def test_a_record_goes_where_its_subject_is_known() -> None:
    of_pact = read_knowledge(SOUND)
    of_room = read_knowledge({**SOUND, "about_agreement": None, "about_room": "room"})
    of_item = read_knowledge({**SOUND, "about_agreement": None, "about_ref": objects.numbered("report", 2)})
    other = objects.numbered("agreement", 2)
    assert misplaced(of_pact, room="room", agreement=PACT) is None
    assert misplaced(of_room, room="room", agreement=other) is None
    assert misplaced(of_item, room="cellar", agreement=other) is None
    for record, path in ((of_pact, "about_agreement"), (of_room, "about_room")):
        fault = misplaced(record, room="cellar", agreement=other)
        assert fault is not None
        assert fault.path == path
