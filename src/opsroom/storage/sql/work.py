"""Work in SQL (`opsroom.ports.Work`)."""

from sqlalchemy import delete, func, select

from opsroom.core.offer import Status, Task
from opsroom.core.timestamps import Instant
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row, reader


class SqlWork(Shelf):
    """Tasks that are due, and status resources."""

    def add_task(self, task: Task) -> None:
        self._insert(schema.task, [as_row(task)], f"task {task.id} is there already")

    def due_tasks(self, at: Instant, limit: int) -> list[Task]:
        table = schema.task
        due = select(table).where(table.c.due_at <= at).order_by(table.c.due_at, table.c.id)
        return [_task(row) for row in self._rows(due.limit(limit))]

    def next_task(self) -> Instant | None:
        row = self._one(select(func.min(schema.task.c.due_at).label("first")))
        return None if row is None else row.first

    def finish_task(self, identifier: str) -> None:
        self._connection.execute(delete(schema.task).where(schema.task.c.id == identifier))

    def add_status(self, status: Status) -> None:
        self._insert(schema.status, [as_row(status)], f"status {status.id} is there already")

    def status(self, room: str, identifier: str) -> Status | None:
        table = schema.status
        row = self._one(select(table).where(table.c.room == room, table.c.id == identifier))
        return None if row is None else _status(row)


_task = reader(Task)
_status = reader(Status)
