"""Time: how long an observer waits for an answer, where much is hidden from it and where nothing is.

Four worlds that look the same to Bravo: nothing hidden, nothing hidden once more (its twin), 1,000 items hidden,
10,000 hidden. Each request is asked in all four, one after the other, in an order drawn anew each time; what is
compared is the difference within such a turn.
"""

import asyncio
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.crowds import FIRST, HIDDEN_ITEM, world_of
from benchmarks.paired import Estimate, estimate
from tests import objects
from tests.confidentiality.effort import steps
from tests.confidentiality.worlds import OWN, SEEN, Answer, Told

SIZES = {"none": 0, "twin": 0, "some": 1_000, "many": 10_000}
TURNS, WARMING = 40, 2
ERROR = 0.05
"""For all intervals of the table together."""
ITEM = objects.numbered("identity", FIRST)

HEADER = f"""
the time of an answer with {SIZES["many"]:,} items hidden and with none, microseconds

  measured      from the request to the last byte of its answer, in this process, through the web application,
                warm, on SQLite files; {TURNS} turns, each asks all worlds in an order drawn anew; with the hidden
                items go {SIZES["many"] // 200} hidden members, agreements and rooms
  not measured  the network, the HTTP server, cold caches, PostgreSQL, answers under load, requests that write,
                and the first answer after somebody changed an agreement
  none          median where nothing is hidden
  hidden - none median of the differences within a turn, and its interval
  twin - none   the same of two worlds alike: the noise
  visible from  the smallest difference that this run could have told from the noise
  steps         of the database, as it counts them: with none, {SIZES["some"]:,} and {SIZES["many"]:,} hidden
  intervals hold all together with 95 % (sign test, Bonferroni)
"""


@dataclass(slots=True)
class Timed:
    """A web application; how long its last answer took, in microseconds."""

    application: Any
    took: float = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        started = time.perf_counter()

        async def sending(message: Any) -> None:
            await send(message)
            self.took = (time.perf_counter() - started) * 1e6

        await self.application(scope, receive, sending)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one request: microseconds by world, turn by turn, and steps by world."""

    name: str
    who: str
    target: str
    times: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in SIZES})
    steps: dict[str, int] = field(default_factory=dict)

    def difference(self, world: str, other: str, error: float) -> Estimate:
        pairs = zip(self.times[world], self.times[other], strict=True)
        return estimate([one - another for one, another in pairs], error)


def requests(told: Told) -> list[Row]:
    """What is asked: of what is seen, and of what is hidden."""
    world = told.world
    shelf = world.collection("hidden", "skunkworks", "room")
    released, api = "/room/collections/released", "/api/rooms/room"
    asked = {
        "TAXII discovery": "/taxii2/",
        "TAXII collections": "/room/collections/",
        "TAXII page": f"{released}/objects/",
        "TAXII manifest": f"{released}/manifest/",
        "TAXII object": f"{released}/objects/{ITEM}/",
        "TAXII versions": f"{released}/objects/{ITEM}/versions/",
        "TAXII hidden object": f"{released}/objects/{HIDDEN_ITEM}/",
        "TAXII hidden collection": f"/room/collections/{shelf}/objects/",
        "TAXII hidden room": "/vault/collections/",
        "items": f"{api}/items",
        "items of a kind": f"{api}/items?kinds=relationship",
        "item": f"/api/items/{ITEM}",
        "hidden item": f"/api/items/{HIDDEN_ITEM}",
        "explain own": f"/api/items/{OWN}/explanations?to=carol",
        "explain received": f"/api/items/{ITEM}/explanations?to=bravo",
        "explain hidden": f"/api/items/{HIDDEN_ITEM}/explanations?to=bravo",
        "search": f"{api}/search?q=beacon&limit=10",
        "search, hidden word": f"{api}/search?q=skunk",
        "suggest": f"{api}/suggestions?q=be",
        "suggest, hidden word": f"{api}/suggestions?q=sk",
        "correlate": f"{api}/items/{SEEN}/correlations",
        "correlate hidden": f"{api}/items/{HIDDEN_ITEM}/correlations",
        "stream, first look": f"{api}/stream",
        "MISP manifest": f"{api}/misp/manifest.json",
        "notices": f"{api}/notices",
        "knowledge": f"{api}/knowledge",
        "waiting": f"{api}/waiting",
        "agreements": "/api/agreements",
        "hidden agreement": f"/api/agreements/{world.agreements['hidden']}",
        "member": "/api/member",
        "tokens": "/api/tokens",
        "consents": "/api/consents",
    }
    outside = {"rooms": "/api/rooms", "items": f"{api}/items", "search": f"{api}/search?q=beacon"}
    return [Row(name, "bravo", target) for name, target in asked.items()] + [
        Row(f"outsider: {name}", "dora", target) for name, target in outside.items()
    ]


def turn(worlds: dict[str, Told], row: Row, order: Iterable[str]) -> dict[str, float]:
    """One request in all worlds: what each took. The answers are the same, or the comparison means nothing."""
    took: dict[str, float] = {}
    answers: set[Answer] = set()
    for name in order:
        answers.add(worlds[name].ask(row.who, "GET", row.target))
        took[name] = worlds[name].application.took
    if len(answers) > 1:
        raise SystemExit(f"{row.name}: the worlds answer it differently: {answers}")
    return took


def measure(worlds: dict[str, Told], rows: list[Row]) -> None:
    """All requests, turn by turn; then once more for their steps, which the counting itself makes slow."""
    chance, names = random.Random(2015), list(worlds)
    gc.collect()
    gc.freeze()
    for number in range(WARMING + TURNS):
        gc.collect()
        gc.disable()
        for row in rows:
            took = turn(worlds, row, chance.sample(names, len(names)))
            for name in names if number >= WARMING else ():
                row.times[name].append(took[name])
        gc.enable()
    with steps() as counted:
        for row in rows:
            for name in names:
                counted.taken = 0
                turn(worlds, row, [name])
                row.steps[name] = counted.taken


def verdict(difference: Estimate, growth: Estimate, noise: float) -> str:
    if not difference.beyond(noise):
        return "no difference seen"
    return "differs, and grows" if growth.beyond(noise) else "differs, does not grow"


def shown(rows: list[Row]) -> None:
    error = ERROR / (3 * len(rows))
    print(
        f"  {'request':<26}{'none':>8}{'hidden - none':>24}{'':>8}{'twin - none':>22}{'visible from':>14}"
        f"{'steps':>22}  verdict"
    )
    for row in rows:
        floor = statistics.median(row.times["none"])
        many, noise = (row.difference(name, "none", error) for name in ("many", "twin"))
        growth = row.difference("many", "some", error)
        taken = " ".join(f"{row.steps[name]:,}" for name in ("none", "some", "many"))
        print(
            f"  {row.name:<26}{floor:>8,.0f}{_interval(many):>24}{many.median / floor:>+8.1%}"
            f"{_interval(noise):>22}{noise.reach:>14,.0f}{taken:>22}  {verdict(many, growth, noise.reach)}"
        )


def _interval(one: Estimate) -> str:
    return f"{one.median:+,.0f} [{one.low:+,.0f} {one.high:+,.0f}]"


def hidden() -> None:
    """Measures and prints."""
    print(HEADER)
    with ExitStack() as ending:
        runner = ending.enter_context(asyncio.Runner())
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        worlds: dict[str, Told] = {}
        for name, size in SIZES.items():
            worlds[name] = told = world_of(runner, folder / f"{name}.db", size)
            ending.enter_context(told.world.node)
            told.ask("bravo", "GET", "/taxii2/")
            told.application = Timed(told.application)
        rows = requests(worlds["many"])
        measure(worlds, rows)
    shown(rows)
