"""Work: what a request costs does not tell what is hidden. Statements, rows and bytes are the same in both worlds."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from opsroom.operations.disclose import reading
from opsroom.storage.sql import open_sqlite
from opsroom.wire.what_if import ForeseeAct, ForeseeOption, ForeseeVersion
from tests import objects
from tests.confidentiality.asked import ASKED, documents, named
from tests.confidentiality.effort import steps, turns
from tests.confidentiality.planting import guards
from tests.confidentiality.worlds import Answer, Told, hidden_items, hidden_members, nothing, told_of

WHAT_IF = (ForeseeAct, ForeseeOption, ForeseeVersion)
"""They have a body, and only read."""


@dataclass(slots=True)
class Meter:
    """Counts the statements that reach the database and the rows that come back."""

    statements: list[str] = field(default_factory=list)
    rows: int = 0

    def connected(self, connection: sqlite3.Connection, _: object) -> None:
        connection.row_factory = self.fetched

    def fetched(self, _: object, row: tuple[object, ...]) -> tuple[object, ...]:
        self.rows += 1
        return row

    def executed(self, _c: object, _cursor: object, statement: str, *_: Any) -> None:
        self.statements.append(statement)

    def taken(self) -> tuple[int, int]:
        """(statements, rows) since it was asked last."""
        found = len(self.statements), self.rows
        self.statements.clear()
        self.rows = 0
        return found


@pytest.fixture
def meter() -> Iterator[Meter]:
    found = Meter()
    event.listen(Engine, "connect", found.connected)
    event.listen(Engine, "before_cursor_execute", found.executed)
    yield found
    event.remove(Engine, "connect", found.connected)
    event.remove(Engine, "before_cursor_execute", found.executed)


@pytest.fixture
def worlds(meter: Meter, tmp_path: Path) -> Iterator[tuple[Told, Told]]:
    """Both on files, with what they keep of agreements read."""
    with asyncio.Runner() as runner:
        full = told_of(runner, hidden_members, hidden_items, open_sqlite(tmp_path / "full.db"))
        bare = told_of(runner, nothing, nothing, open_sqlite(tmp_path / "bare.db"))
        for told in (full, bare):
            told.ask("bravo", "GET", "/taxii2/")
        yield full, bare
        for told in (full, bare):
            told.world.node.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """What one answer took: statements, rows that came back, bytes that went out."""

    statements: int
    rows: int
    answered: int


def cost(told: Told, meter: Meter, ask: Callable[[Told], Answer]) -> Cost:
    told.next()
    meter.taken()
    answer = ask(told)
    return Cost(*meter.taken(), len(answer.body))


def _reads(
    full: Told, who: str, every: int = 1
) -> Iterator[tuple[tuple[str, object], Callable[[Told], Answer]]]:
    """Every request that only reads, of what is known and of what is hidden; with each of the names, or some."""
    for of in islice(named(full, who), 0, None, every):
        for kind, arguments in ASKED.items():
            for given in arguments(of) if kind.METHOD == "GET" or kind in WHAT_IF else ():
                yield (kind.__name__, given), partial(_asked, who=who, kind=kind, given=given)
        for method, target, _ in documents(of):
            if method == "GET":
                yield (method, target), partial(Told.ask, who=who, method=method, target=target)


def _asked(told: Told, *, who: str, kind: Any, given: Any) -> Answer:
    return told.asked(who, kind, given)


@pytest.mark.parametrize("who", ["bravo", "narrow", "carol", "hall", "dora"])
def test_what_is_read_costs_the_same(worlds: tuple[Told, Told], meter: Meter, who: str) -> None:
    full, bare = worlds
    for what, ask in _reads(full, who):
        one, other = (cost(told, meter, ask) for told in (full, bare))
        assert one == other, what
        assert one.statements > 0


def crowd(told: Told, size: int) -> None:
    """Members, each with a room, agreements, a token, and items that only Alfa and it see."""
    hidden_members(told)
    names = [f"member-{number}" for number in range(size)]
    told.next().member(*names)
    for name in names:
        told.next().room(f"room-{name}", name)
        told.next().agree(f"{name} apart", f"room-{name}", [name, "alfa"], ["incidents"])
        told.next().agree(name, "room", [name, "alfa"], ["incidents"])
        told.token(name, name)
        told.give("alfa", objects.identity(2, description="beacon"), objects.identity(11), name=name)


@pytest.mark.parametrize("who", ["bravo", "dora"])
def test_what_is_read_takes_the_same_steps_however_much_is_hidden(tmp_path: Path, who: str) -> None:
    """A first hidden row may be looked at where an index ends: so both worlds have some."""
    with asyncio.Runner() as runner:
        few, many = (
            told_of(runner, partial(crowd, size=size), hidden_items, open_sqlite(tmp_path / f"{size}.db"))
            for size in (2, 12)
        )
        with few.world.node, many.world.node, steps() as stepped, turns() as turned:

            def effort(told: Told, ask: Callable[[Told], Answer]) -> tuple[int, int]:
                ask(told)
                told.next()
                stepped.taken = turned.taken = 0
                ask(told)
                return stepped.taken, turned.taken

            compiled = {kind.__name__ for kind in WHAT_IF}
            differing = [what for what, ask in _reads(few, who, 4) if effort(few, ask) != effort(many, ask)]
            # What was known at an instant, and what would be, is compiled anew from all that is recorded of agreements.
            assert [one for one in differing if "known_at" not in str(one) and one[0] not in compiled] == []
            assert turned.taken > stepped.taken > 0


def test_the_meter_counts(worlds: tuple[Told, Told], meter: Meter) -> None:
    full, _ = worlds
    few, many = (
        cost(
            full,
            meter,
            partial(Told.ask, who="bravo", method="GET", target=f"/api/rooms/room/items?limit={count}"),
        )
        for count in (1, 5)
    )
    assert few.rows < many.rows
    assert few.answered < many.answered


@guards("time", "rows, statements and bytes of what is read are the same in both worlds")
def test_planted_leak_rows_scanned_for_hidden_items(
    worlds: tuple[Told, Told], meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, bare = worlds
    honest = reading.Reading.of_ids
    ask = partial(Told.ask, who="bravo", method="GET", target="/room/collections/released/objects/")

    def scanning(self: reading.Reading, ids: Iterable[str]) -> Any:
        self.snapshot.offers.by_number(self.room, range(1000))
        return honest(self, ids)

    assert cost(full, meter, ask) == cost(bare, meter, ask)
    monkeypatch.setattr(reading.Reading, "of_ids", scanning)
    assert cost(full, meter, ask) != cost(bare, meter, ask)
