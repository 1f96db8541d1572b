"""Two rooms with the same ids and numbers never mix, whatever is asked."""

from opsroom.ports import Store
from tests.storage.everything import OF_NODE, OF_ROOM, asked, fill, told
from tests.storage.records import OTHER, ROOM


def test_every_question_of_the_port_is_asked() -> None:
    assert asked() == OF_ROOM.keys() | OF_NODE.keys()


def test_a_room_answers_alike_whatever_another_holds(store: Store) -> None:
    with store.writing() as unit:
        fill(unit, ROOM, count=3)
    with store.reading() as snapshot:
        alone = told(snapshot, ROOM)
    with store.writing() as unit:
        fill(unit, OTHER, count=5)
    with store.reading() as snapshot:
        assert told(snapshot, ROOM) == alone
        others = told(snapshot, OTHER)
    assert [name for name in OF_ROOM if others[name] == alone[name]] == []


def test_writing_in_one_room_leaves_the_other(store: Store) -> None:
    with store.writing() as unit:
        fill(unit, ROOM, count=3)
        fill(unit, OTHER, count=5)
        before = told(unit, OTHER)
        unit.offers.replace(list(unit.offers.by_number(ROOM, [1, 2]).values()))
        unit.feeds.remove(ROOM, "d", {1: 90, 2: 91})
        unit.feeds.put_head(ROOM, "d", 99)
        unit.decisions.put_verdicts(
            ROOM, "d", {1: next(iter(unit.decisions.verdicts(ROOM, "desk 1").values()))}
        )
    with store.reading() as snapshot:
        assert told(snapshot, OTHER) == before
