"""Rates of one run, as ratios to a floor that is measured beside them.

The works of a table are interleaved round by round; a row shows the median of the rounds, its ratio to the
floor, and the slowest and fastest round, so that the machine's noise is seen. A rate alone proves nothing.
"""

import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Record, SignedVersion
from opsroom.core.agreement.terms import read_terms
from opsroom.core.handling import Handling
from opsroom.core.reading import Reader
from opsroom.core.release import Desk, Item, decide
from opsroom.core.stix.objects import examine
from opsroom.operations.contribute import post
from opsroom.operations.disclose import page
from opsroom.storage.sql import open_sqlite
from tests import objects
from tests.builders import world

ROUNDS = 7
BATCH = 1000

Work = Callable[[], int]
"""Does something once, and says how many units of it."""


def rate(work: Work) -> float:
    """Units a second."""
    started = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - started)


def table(title: str, works: dict[str, Work]) -> None:
    """Measures the works, interleaved, and prints them as ratios to the first, the floor."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rates[name].append(rate(work))
    floor = statistics.median(rates[next(iter(works))])
    print(f"\n{title}")
    for name, found in rates.items():
        middle = statistics.median(found)
        spread = f"{min(found):,.0f} to {max(found):,.0f}"
        print(f"  {name:<28}{middle:>12,.0f}/s  {middle / floor:8.4f}   {spread}")


def validation() -> None:
    """Every MUST of STIX 2.1 on one object, beside parsing it."""
    raws = [objects.malware(number, description="x" * 400) for number in range(2 * BATCH)]
    table(
        "validation, objects",
        {
            "json.loads": lambda: sum(bool(json.loads(raw)) for raw in raws),
            "msgspec.json.decode": lambda: sum(bool(msgspec.json.decode(raw)) for raw in raws),
            "examine": lambda: sum(examine(raw).object is not None for raw in raws),
        },
    )


def decision() -> None:
    """`decide()` between two parties of five agreements, beside making one small value."""
    file = {
        "parties": [{"member": "alfa"}, {"member": "bravo"}],
        "provisions": [{"field": "f"}],
        "release": "field-match",
    }
    version = SignedVersion(1, "", read_terms(Reader(file, "", [])))
    edges = Edges([Record(f"A{number}", (version,)) for number in range(5)])
    item, desk = Item("alfa", "report", 1, Handling(("f",))), Desk("bravo")
    table(
        "decisions",
        {
            "a frozen dataclass": lambda: sum(Desk("bravo") is not None for _ in range(5 * BATCH)),
            "decide": lambda: sum(
                decide(item, to=desk, at=at, by=edges) is not None for at in range(5 * BATCH)
            ),
        },
    )


class BareSqlite:
    """A durable SQLite table of (position, id, bytes) with an index on the id: what a store costs at least."""

    def __init__(self, file: Path) -> None:
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.execute("CREATE TABLE object (position INTEGER PRIMARY KEY, id TEXT UNIQUE, raw BLOB)")

    def insert(self, raws: list[bytes]) -> int:
        rows = [(json.loads(raw)["id"], raw) for raw in raws]
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO object (id, raw) VALUES (?, ?)", rows)
        self.database.execute("COMMIT")
        return len(rows)

    def page(self) -> int:
        select = "SELECT raw FROM object WHERE position > 0 ORDER BY position LIMIT ?"
        return len(self.database.execute(select, (BATCH,)).fetchall())


def batches() -> Iterator[list[bytes]]:
    """Objects that were not there before, a thousand at a time."""
    start = 0
    while True:
        yield [objects.identity(number) for number in range(start, start + BATCH)]
        start += BATCH


def store() -> None:
    """Posting to one other member, and reading its feed, beside a bare table of the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        bare = BareSqlite(Path(folder) / "bare.db")
        found = world(open_sqlite(Path(folder) / "opsroom.db"))
        found.member("alfa", "bravo")
        found.room("room", "alfa")
        found.agree("all", "room", ["alfa", "bravo"], ["incidents"])
        collection = found.collection("all", "incidents", "room")
        writer, reader = found.principal("alfa"), found.principal("bravo")
        bare_batches, batches_to_post = batches(), batches()

        def posted() -> int:
            return len(post(found.node, writer, "room", collection, next(batches_to_post)).outcomes)

        def read() -> int:
            return len(page(found.node, reader, "room", "released", limit=BATCH).entries)

        table(
            f"posting {BATCH:,} objects in one unit of work, objects",
            {"bare SQLite": lambda: bare.insert(next(bare_batches)), "post": posted},
        )
        table(
            f"a page of {BATCH:,}, with {ROUNDS * BATCH:,} objects in the feed, objects",
            {"bare SQLite": bare.page, "page": read},
        )


def rates() -> None:
    """Measures and prints all tables."""
    print(f"per second, ratio to the first row, slowest to fastest of {ROUNDS} rounds")
    for measured in (validation, decision, store):
        measured()
