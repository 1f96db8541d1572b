"""What reading costs on SQLite, counted and not timed: statements, their plans, steps of the database's machine."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from opsroom.core.offer import OfferState, Reference, StoredItem
from opsroom.ports import Snapshot
from opsroom.storage.sql import SqlStore, open_sqlite
from tests.storage import records
from tests.storage.everything import OF_NODE, OF_ROOM, fill, fill_node
from tests.storage.records import OTHER, ROOM


def _of_the_room(ask: Callable[[Snapshot, str], object], of: Snapshot) -> object:
    return ask(of, ROOM)


LISTINGS = {
    "people.rooms", "people.members", "people.keys", "people.components", "people.desks", "people.credentials",
    "people.holdings", "agreements.versions", "agreements.entries", "agreements.consents",
}  # fmt: skip
"""Whole lists of what stays small; they are read when something changed, not for each request."""
HOT: dict[str, Callable[[Snapshot], object]] = {
    **{name: partial(_of_the_room, ask) for name, ask in OF_ROOM.items()},
    **{name: ask for name, ask in OF_NODE.items() if name not in LISTINGS},
}
SHOWN, PAGE = 20, 7
FEW, MANY = 30, 600


@dataclass(slots=True)
class Meter:
    """Counts what is asked of the database through any engine."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    steps: int = 0

    def connected(self, connection: sqlite3.Connection, _: object) -> None:
        connection.set_progress_handler(self.step, 1)

    def step(self) -> int:
        self.steps += 1
        return 0

    def executed(
        self, _c: object, _cursor: object, statement: str, values: Any, _x: object, _many: bool
    ) -> None:
        self.statements.append((statement, values))

    def of(self, ask: Callable[[], object]) -> tuple[int, int]:
        """(statements, steps) that a question takes."""
        self.statements.clear()
        self.steps = 0
        ask()
        return len(self.statements), self.steps


@pytest.fixture
def meter() -> Iterator[Meter]:
    found = Meter()
    event.listen(Engine, "connect", found.connected)
    event.listen(Engine, "before_cursor_execute", found.executed)
    yield found
    event.remove(Engine, "connect", found.connected)
    event.remove(Engine, "before_cursor_execute", found.executed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "opsroom.db"


@pytest.fixture
def store(path: Path, meter: Meter) -> Iterator[SqlStore]:
    opened = open_sqlite(path)
    yield opened
    opened.close()


def plan(path: Path, statement: str, values: Any) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize("name", HOT)
def test_a_hot_read_goes_by_an_index_and_sorts_nothing(
    path: Path, store: SqlStore, meter: Meter, name: str
) -> None:
    with store.writing() as unit:
        fill(unit, ROOM, count=3)
        fill_node(unit)
    with store.reading() as snapshot:
        meter.of(lambda: HOT[name](snapshot))
    asked = list(meter.statements)
    assert asked
    steps = [step for statement, values in asked for step in plan(path, statement, values)]
    assert [step for step in steps if "TEMP B-TREE" in step] == []
    allowed = (
        {"SCAN room USING COVERING INDEX sqlite_autoindex_room_1"} if name == "feeds.received" else set()
    )
    scans = [step for step in steps if step.startswith("SCAN") and not step.endswith("CONSTANT ROWS")]
    assert [step for step in scans if step not in allowed] == []


def test_the_number_of_statements_does_not_grow_with_what_is_found(store: SqlStore, meter: Meter) -> None:
    with store.writing() as unit:
        fill(unit, ROOM, count=2)
        fill(unit, OTHER, count=8)
    with store.reading() as snapshot:
        for name, ask in OF_ROOM.items():
            few, many = (meter.of(partial(ask, snapshot, room))[0] for room in (ROOM, OTHER))
            assert (name, many) == (name, few)


def test_the_number_of_statements_does_not_grow_with_what_is_written(store: SqlStore, meter: Meter) -> None:
    def write(room: str, count: int) -> None:
        numbers = range(1, count + 1)
        items = [(records.item(number, room), b"") for number in numbers]
        offers = [records.offer(number, room) for number in numbers]
        unit.items.reserve(room, count)
        unit.items.add(items)
        unit.items.add_references(room, [Reference(number, "t") for number in numbers])
        unit.offers.add(offers)
        unit.offers.replace(offers)
        unit.decisions.put_verdicts(room, "d", {number: records.verdict() for number in numbers})
        unit.feeds.add(room, "d", [records.row(number, number) for number in numbers])
        unit.feeds.remove(room, "d", {one: one + 10**6 for one in numbers})

    with store.writing() as unit:
        few = meter.of(lambda: write(ROOM, 2))[0]
        assert meter.of(lambda: write(OTHER, 200))[0] == few


def version_of_one(number: int, *, last: int) -> StoredItem:
    return records.item(9999 + number, id="malware--one", version_key=f"{number:04}", leads=number == last)


def crowd(store: SqlStore, size: int) -> None:
    """A room with `SHOWN` offers and rows of one kind after, and among, `size` of others; `size` versions of one id."""
    last = size + SHOWN
    shown = range(size + 1, last + 1)
    with store.writing() as unit:
        unit.people.add_room(records.room())
        unit.items.add([(records.item(number), b"body") for number in range(1, last + 1)])
        unit.items.add([(version_of_one(number, last=size), b"") for number in range(1, size + 1)])
        others = [
            records.offer(number, unit=f"u{number}", state=OfferState.RECALLED)
            for number in range(1, size + 1)
        ]
        unit.offers.add([*others, *map(records.offer, shown)])
        rows = [records.row(number, number, collection="e", kind="note") for number in range(1, size + 1)]
        unit.feeds.add(ROOM, "d", [*rows, *(records.row(number, number) for number in shown)])
        unit.feeds.add(ROOM, "e", rows)
        unit.feeds.add(ROOM, "gone", rows)
        unit.feeds.remove(ROOM, "gone", {one: one + size for one in range(1, size + 1)})
        unit.items.add_references(
            ROOM, [Reference(number, f"target {number}") for number in range(1, size + 1)]
        )
        later = {number: records.verdict(until=2) for number in range(1, size + 1)}
        unit.decisions.put_verdicts(ROOM, "e", later)
        unit.decisions.put_verdicts(ROOM, "d", {1: records.verdict(until=1)})
        for number in range(size):
            unit.work.add_task(records.task(f"t{number}", number))


def pages(size: int) -> dict[str, Callable[[Snapshot], object]]:
    """Questions whose answers are as long in a crowd of any size."""
    return {
        "of_unit": lambda of: of.offers.of_unit(ROOM, "unit", 0, PAGE),
        "of_footing": lambda of: of.offers.of_footing(ROOM, 4, 0, PAGE),
        "in_state": lambda of: of.offers.in_state(ROOM, "alfa", OfferState.OFFERED, 0, PAGE),
        "first page": lambda of: of.feeds.page(ROOM, "d", collection=None, after=0, limit=PAGE),
        "last page": lambda of: of.feeds.page(ROOM, "d", collection=None, after=size + 2, limit=PAGE),
        "page of one collection": lambda of: of.feeds.page(ROOM, "d", collection="c", after=0, limit=PAGE),
        "page of one kind": lambda of: of.feeds.page(
            ROOM, "d", collection=None, kind="malware", after=0, limit=PAGE
        ),
        "page of one kind of a collection": lambda of: of.feeds.page(
            ROOM, "d", collection="c", kind="malware", after=0, limit=PAGE
        ),
        "of_ids": lambda of: of.feeds.of_ids(ROOM, "d", ["malware--1", f"malware--{size}"]),
        "leading": lambda of: of.items.leading(ROOM, ["malware--one"]),
        "preceding": lambda of: of.items.preceding(ROOM, [9999 + size]),
        "find": lambda of: of.items.find(ROOM, "alfa", [("malware--one", "0007")]),
        "of_items": lambda of: of.feeds.of_items(ROOM, ["d", "e"], [1, size]),
        "of_offers": lambda of: of.feeds.of_offers(ROOM, [1, size]),
        "received": lambda of: of.feeds.received([ROOM], ["d", "e", "gone"], ["malware--1"]),
        "references": lambda of: of.items.references(ROOM, [1]),
        "referrers": lambda of: of.items.referrers(ROOM, ["target 1"]),
        "offers of items": lambda of: of.offers.of_items(ROOM, [1, size]),
        "versions": lambda of: of.items.versions(ROOM, "alfa", ["malware--1"]),
        "due": lambda of: of.decisions.due(1),
        "due of desks": lambda of: of.decisions.due(2, ["d"]),
        "next_due": lambda of: of.decisions.next_due(),
        "desks_open": lambda of: of.decisions.desks_open(ROOM, 1),
        "due_tasks": lambda of: of.work.due_tasks(9**9, PAGE),
        "next_task": lambda of: of.work.next_task(),
    }


def test_a_page_costs_the_same_in_any_crowd(tmp_path: Path, meter: Meter) -> None:
    costs = []
    for size in (FEW, MANY):
        opened = open_sqlite(tmp_path / f"{size}.db")
        crowd(opened, size)
        with opened.reading() as snapshot:
            asking = pages(size).items()
            costs.append({name: meter.of(partial(ask, snapshot)) for name, ask in asking})
        opened.close()
    assert all(statements and steps for statements, steps in costs[0].values())
    assert costs[1] == costs[0]
