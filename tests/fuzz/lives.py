"""A world that lives for some requests: each is asked, and what must hold of every answer is held against it.

1. No answer is the server's failure (5xx).
2. Every answer has the form that its door promises (`tests.fuzz.forms`).
3. A request that is refused (4xx), and one that only asks (GET, HEAD), changes nothing in the store.

A failure names the request with the seed and the number of the life, which lead to it again.
"""

import asyncio
import base64
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from opsroom.app import web
from opsroom.config import load
from tests.builders import SECOND, START
from tests.confidentiality.asked import Names, named
from tests.confidentiality.worlds import Told, empty, hidden_items, hidden_members, opening, shared
from tests.fuzz.asking import Heard, Sent, answered
from tests.fuzz.forms import form
from tests.fuzz.watching import OPENINGS, Watch

SEED = int(os.environ.get("OPSROOM_TEST_FUZZ_SEED", "2015"))
REQUESTS = int(os.environ.get("OPSROOM_TEST_FUZZ_REQUESTS", "2000"))
"""Requests of all fuzzers together."""
LIFE = 500
"""Requests that one world is asked."""
LIMITS = {
    "page_size": 4,
    "page_size_max": 6,
    "max_body_bytes": 20_000,
    "max_upload_bytes": 60_000,
    "max_objects_per_post": 12,
}
USERS = ("bravo", "narrow", "coast", "carol", "hall", "dora", "yankee", "alfa")


@dataclass(slots=True)
class Life:
    """One world, what was asked of it, and what it answered."""

    told: Told
    watch: Watch
    number: int
    names: Sequence[Names]
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def secrets(self) -> dict[str, str]:
        """The token of each user."""
        return self.told.secrets

    def any_names(self, chance: random.Random) -> Names:
        """What the member knows, mostly; else what is there and hidden, or not there."""
        return self.names[-1] if chance.random() < 0.7 else chance.choice(self.names)

    def ask(self, sent: Sent) -> Heard:
        """The answer, once it is known that all that must hold does."""
        self._step()
        heard = self.told.runner.run(answered(self.told.application, sent))
        self.answers[heard.status] += 1
        try:
            assert heard.status < 500, "a request made the server fail"
            form(sent, heard)
            moved = self.watch.moved()
            refused = heard.status >= 400
            assert not (moved and refused), "a refused request changed the state"
            assert not (moved and sent.method in ("GET", "HEAD")), (
                "a request that only asks changed the state"
            )
        except AssertionError as error:
            place = f"seed {SEED}, life {self.number}, request {self.answers.total()}"
            raise AssertionError(
                f"{error}\n{place}\n{sent}\n→ {heard.status} {heard.body[:2000]!r}"
            ) from error
        return heard

    def _step(self) -> None:
        """The next instant; what is due then is done before the request."""
        self.told.world.clock.instant += SECOND
        self.told.world.node.advance()
        self.watch.moved()


@contextmanager
def life(number: int, *, whose: str = "bravo") -> Iterator[Life]:
    """A world of its own; the names in it are those of one member that knows some and not others."""
    with TemporaryDirectory() as directory, asyncio.Runner() as runner:
        store, watch = OPENINGS[number % len(OPENINGS)](Path(directory))
        told = empty(runner, store)
        for start, part in ((0, opening), (100, hidden_members), (200, shared), (300, hidden_items)):
            told.step = start
            part(told)
        told.world.clock.instant = START + 1000 * SECOND
        told.application = web(told.world.node, load(given=LIMITS, environ={}).settings)
        try:
            yield Life(told, watch, number, tuple(named(told, whose)))
        finally:
            watch.close()


Draw: TypeAlias = Callable[[random.Random, Life], Sent]
"""The next request."""


def live(share: float, draw: Draw) -> Counter[int]:
    """Asks a share of all requests, life after life; how many answers had which status."""
    wanted, found = int(REQUESTS * share), Counter[int]()
    for number in range(-(-wanted // LIFE)):
        chance = random.Random(f"{SEED} {number}")
        with life(number) as one:
            for _ in range(min(LIFE, wanted - found.total())):
                one.ask(draw(chance, one))
            found += one.answers
        report(found, wanted)
    return found


def report(found: "Counter[int]", wanted: int) -> None:
    """Says how far it is, where somebody looks on."""
    if wanted > LIFE * 8:
        statuses = " ".join(f"{status}:{count}" for status, count in sorted(found.items()))
        print(f"{found.total()}/{wanted} {statuses}", flush=True)


def credential(chance: random.Random, life: Life) -> tuple[bytes, bytes] | None:
    """An Authorization header: somebody's mostly, or one that does not hold."""
    user = chance.choice(USERS) if chance.random() < 0.3 else USERS[0]
    secret = life.secrets[user]
    if chance.random() < 0.9:
        return b"authorization", f"Bearer {secret}".encode()
    basic = base64.b64encode(f"{user}:{secret}".encode())
    wrong: list[Any] = [
        b"Basic " + basic,
        b"basic  " + basic,
        b"Basic " + basic[:-3],
        b"Basic \xff\xfe",
        b"Basic " + base64.b64encode(b"\xff\xfe:x"),
        b"Bearer",
        b"Bearer " + secret.encode() * 300,
        b"Bearer \xed\xa0\x80",
        b"Digest x=y",
        b"",
        None,
    ]
    found = chance.choice(wrong)
    return None if found is None else (b"authorization", found)
