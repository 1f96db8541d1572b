"""How often one credential may ask: a minute's worth, for each by itself; and both doors say so."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from opsroom.core.release import Desk
from opsroom.core.roster import DeskRow
from opsroom.errors import Throttled
from opsroom.principals import Principal
from opsroom.rates import KEPT, MINUTE, Rates
from opsroom.storage.memory import open_memory
from tests.builders import HandClock
from tests.confidentiality.worlds import Told, empty, opening


class Still(HandClock):
    def now(self) -> int:
        return self.instant


def person(user: str, member: str = "alfa") -> Principal:
    return Principal(user, member, DeskRow("d", "main", Desk(member), 0), frozenset())


def asked(rates: Rates, who: Principal) -> bool:
    try:
        rates.take(who)
    except Throttled:
        return False
    return True


def test_a_minutes_worth_at_once_and_then_as_time_goes_by() -> None:
    clock = Still()
    rates, who = Rates(clock, 6, 1), person("one")
    assert [asked(rates, who) for _ in range(7)] == [True] * 6 + [False]
    with pytest.raises(Throttled) as refused:
        rates.take(who)
    assert refused.value.after == 10
    clock.instant += 9 * MINUTE // 60
    assert not asked(rates, who)
    clock.instant += MINUTE // 60
    assert [asked(rates, who) for _ in range(2)] == [True, False]
    clock.instant += 100 * MINUTE
    assert [asked(rates, who) for _ in range(7)] == [True] * 6 + [False]


def test_what_others_ask_changes_nothing() -> None:
    rates = Rates(Still(), 2, 1)
    for _ in range(3):
        asked(rates, person("one"))
    assert not asked(rates, person("one"))
    assert asked(rates, person("one", "bravo"))
    assert asked(rates, person("two"))


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    clock = Still()
    rates, who = Rates(clock, 2, 1), person("one")
    assert asked(rates, who)
    clock.instant -= 10 * MINUTE
    assert [asked(rates, who) for _ in range(2)] == [True, False]


def test_no_limit_is_none() -> None:
    rates = Rates(Still(), 0, 1)
    assert all(asked(rates, person("one")) for _ in range(100))


def test_whoever_has_its_minute_again_is_forgotten() -> None:
    clock = Still()
    rates = Rates(clock, 60, 1)
    for number in range(KEPT):
        asked(rates, person(str(number)))
    clock.instant += MINUTE
    asked(rates, person("last"))
    assert len(rates._spent) == 1


def test_streams_are_counted_while_they_are_open() -> None:
    rates, who = Rates(Still(), 0, 2), person("one")
    with rates.stream(who), rates.stream(who):
        with pytest.raises(Throttled), rates.stream(who):
            pass
        with rates.stream(person("two")):
            pass
    with rates.stream(who):
        pass
    assert rates._open == {}


@pytest.fixture
def limited() -> Iterator[Told]:
    """A small world that lets everybody ask three times a minute; its clock stands."""
    with asyncio.Runner() as runner:
        told = empty(runner, open_memory())
        opening(told)
        told.settings = {"requests_per_minute": 3, "streams_at_once": 1}
        yield told


@pytest.mark.parametrize("path", ["/taxii2/", "/api/me"])
def test_each_door_says_that_it_was_too_often_and_when_to_come_back(limited: Told, path: str) -> None:
    answers = [limited.ask("bravo", "GET", path) for _ in range(3)]
    assert [one.status for one in answers] == [200] * 3
    limited.step -= 4
    refused = limited.ask("bravo", "GET", path)
    assert refused.status == 429
    said = json.loads(refused.body)
    assert "3 requests a minute" in (said.get("description") or said["detail"])
    assert said.get("http_status", "429") == "429"
    assert dict(refused.headers)[b"retry-after"].isdigit()
    assert limited.ask("carol", "GET", path).status == 200


def test_both_doors_count_together(limited: Told) -> None:
    answers = [limited.ask("bravo", "GET", path).status for path in ("/taxii2/", "/api/me", "/taxii2/")]
    limited.step -= 3
    assert [*answers, limited.ask("bravo", "GET", "/api/me").status] == [200, 200, 200, 429]


def test_a_stream_too_many_is_refused_until_one_ends(limited: Told) -> None:
    limited.ask("carol", "GET", "/api/me")
    path = "/api/rooms/room/stream"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {limited.secrets['hall']}".encode())],
    }

    async def streams() -> list[int]:
        open_ones = [_Stream() for _ in range(2)]
        first = asyncio.create_task(limited.application(scope, open_ones[0].receive, open_ones[0].send))
        await open_ones[0].begun.wait()
        await limited.application(scope, open_ones[1].receive, open_ones[1].send)
        open_ones[0].gone.set()
        await first
        third = _Stream()
        third.gone.set()
        await limited.application(scope, third.receive, third.send)
        return [one.status for one in (*open_ones, third)]

    assert limited.runner.run(streams()) == [200, 429, 200]


class _Stream:
    """Whoever listens to a stream, until it has gone."""

    def __init__(self) -> None:
        self.status = 0
        self.begun, self.gone = asyncio.Event(), asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.begun.set()
