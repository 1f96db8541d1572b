"""The shelf of work: tasks and status resources."""

import pytest

from opsroom.core.offer import Status
from opsroom.errors import Conflict
from opsroom.ports import Store
from tests.builders import START
from tests.storage import records
from tests.storage.records import OTHER, ROOM


def test_tasks_are_due_in_order(store: Store) -> None:
    tasks = [records.task("b", 5), records.task("a", 5), records.task("c", 2), records.task("d", 9)]
    with store.writing() as unit:
        assert unit.work.next_task() is None
        for one in tasks:
            unit.work.add_task(one)
        with pytest.raises(Conflict):
            unit.work.add_task(records.task("b", 1))
    with store.reading() as snapshot:
        assert snapshot.work.due_tasks(1, 9) == []
        assert snapshot.work.due_tasks(5, 9) == [tasks[2], tasks[1], tasks[0]]
        assert snapshot.work.due_tasks(5, 2) == [tasks[2], tasks[1]]
        assert snapshot.work.next_task() == 2


def test_a_task_advances_until_it_is_finished(store: Store) -> None:
    with store.writing() as unit:
        unit.work.add_task(records.task("a"))
        unit.work.add_task(records.task("b"))
        unit.work.finish_task("b")
        unit.work.finish_task("b")
        assert unit.work.due_tasks(START, 9) == [records.task("a")]


def test_a_status_is_its_rooms(store: Store) -> None:
    status = Status(ROOM, "s", "alfa", "d", 3, '{"é":1}')
    with store.writing() as unit:
        unit.work.add_status(status)
        with pytest.raises(Conflict):
            unit.work.add_status(status)
    with store.reading() as snapshot:
        assert snapshot.work.status(ROOM, "s") == status
        assert snapshot.work.status(OTHER, "s") is None
