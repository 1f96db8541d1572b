"""Work in memory (`opsroom.ports.Work`)."""

from opsroom.core.offer import Status, Task
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict
from opsroom.storage.memory.state import State


class MemoryWork:
    """Tasks that are due, and status resources."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_task(self, task: Task) -> None:
        if task.id in self._state.tasks:
            raise Conflict(f"task {task.id} is there already")
        self._state.tasks[task.id] = task

    def due_tasks(self, at: Instant, limit: int) -> list[Task]:
        due = [one for one in self._state.tasks.values() if one.due_at <= at]
        return sorted(due, key=lambda one: (one.due_at, one.id))[:limit]

    def next_task(self) -> Instant | None:
        return min((one.due_at for one in self._state.tasks.values()), default=None)

    def finish_task(self, identifier: str) -> None:
        self._state.tasks.pop(identifier, None)

    def add_status(self, status: Status) -> None:
        key = (status.room, status.id)
        if key in self._state.statuses:
            raise Conflict(f"status {status.id} is there already")
        self._state.statuses[key] = status

    def status(self, room: str, identifier: str) -> Status | None:
        return self._state.statuses.get((room, identifier))
