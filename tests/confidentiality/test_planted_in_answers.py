"""Leaks planted in how a request is answered: identifiers, errors, counts, pages, cursors."""

import asyncio
import json
from dataclasses import replace
from importlib import import_module
from typing import Any

from opsroom.core.search import Query
from opsroom.cursor import Cursors
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.node import Node
from opsroom.operations import contribute as contributing
from opsroom.operations import disclose
from opsroom.operations.contribute import intake
from opsroom.operations.disclose import pages
from opsroom.principals import Principal
from opsroom.taxii import endpoints
from opsroom.upkeep.context import Ticks
from opsroom.wire import problems
from tests import objects
from tests.confidentiality.planting import (
    LISTED,
    ROOM,
    Apart,
    Plant,
    guards,
    posted,
    search_everywhere,
    seen,
)
from tests.confidentiality.worlds import Told, both_of, nothing, told_of

SHELVES = import_module("opsroom.operations.disclose.shelves")


# --- identifiers, errors -------------------------------------------------------------------------------------


@guards("identifiers", "no number of the server's own leaves it; dates are of the desk's own feed")
def test_planted_leak_one_sequence_for_all_feeds(monkeypatch: Plant, apart: Apart) -> None:
    def next_of_all(self: Ticks, room: str, desk: str) -> int:
        everybody = self.unit.people.desks([one.name for one in self.unit.people.members()])
        last = max(self._last.get((room, one.id), self.unit.feeds.head(room, one.id)) for one in everybody)
        self._last[room, desk] = tick = max(self.at, last + 1)
        return tick

    seen(monkeypatch, lambda: monkeypatch.setattr(Ticks, "next", next_of_all), lambda: apart("bravo", LISTED))


@guards("identifiers", "an id that another originator has used is never taken")
def test_planted_leak_already_exists(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    honest = intake._Staging._new

    def taken(self: Any, found: Any, key: str, digest: str) -> Any:
        if any(
            one.originator != self.to.member
            for one in self.unit.items.copies(self.to.room, [found.id]).get(found.id, ())
        ):
            raise Conflict("an object of this id is there already")
        return honest(self, found, key, digest)

    worlds, hidden = both_of(runner), iter((11, 13))

    def told_apart() -> bool:
        number = next(hidden)
        answers = [posted(told, objects.identity(number)) for told in worlds]
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(intake._Staging, "_new", taken), told_apart)


@guards("errors", "hidden looks absent: the same status, headers and body")
def test_planted_leak_403_for_a_hidden_room(monkeypatch: Plant, apart: Apart) -> None:
    honest = SHELVES._room

    def refusing(facts: Any, principal: Principal, name: str, at: int) -> Any:
        try:
            return honest(facts, principal, name, at)
        except NotFound:
            if name not in facts.rooms:
                raise
            raise Refused("this room is not yours") from None

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(SHELVES, "_room", refusing),
        lambda: apart("bravo", "/vault/"),
    )


@guards("errors", "no error names anybody whom the asker does not know")
def test_planted_leak_an_error_that_names_a_member(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    def everybody(node: Node, principal: Principal) -> frozenset[str]:
        with node.store.reading() as snapshot:
            return frozenset(one.name for one in snapshot.people.members())

    def told_apart() -> bool:
        answers = [posted(told, objects.identity(71), rel_to="nobody") for told in both_of(runner)]
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(disclose, "peers", everybody), told_apart)


@guards("errors", "the receipt of a post is for the desk that posted")
def test_planted_leak_the_status_of_a_post_of_another(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    told = told_of(runner, nothing, nothing)
    shelf = told.world.collection("all", "incidents", "room")
    answer = told.ask(
        "carol", "POST", f"/room/collections/{shelf}/objects/", b'{"objects":[' + objects.identity(70) + b"]}"
    )
    target = f"/room/status/{json.loads(answer.body)['id']}/"

    def anybody(node: Node, principal: Principal, room: str, identifier: str) -> Any:
        return honest(node, told.world.principal("carol"), room, identifier)

    honest = contributing.status
    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(contributing, "status", anybody),
        lambda: told.ask("bravo", "GET", target).status == 200,
    )


@guards("errors", "without a credential that holds every path gives the same 401, whatever the reason")
def test_planted_leak_why_a_credential_does_not_hold(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    told = told_of(runner, nothing, nothing)
    told.secrets |= {"never issued": "x", "unreadable": ""}

    def told_apart() -> bool:
        targets = ("/api/me", "/api/nowhere", "/api/rooms/vault", "/api/openapi.json")
        return (
            len({told.ask(who, "GET", one) for who in ("never issued", "unreadable") for one in targets}) > 1
        )

    seen(monkeypatch, lambda: monkeypatch.delitem(problems.ALIKE, 401), told_apart)


# --- counts, pages, cursors ----------------------------------------------------------------------------------
@guards("counts", "computed from the reader's own feed")
def test_planted_leak_count_before_the_filter(monkeypatch: Plant, apart: Apart) -> None:
    honest = disclose.find

    def counting(node: Node, principal: Principal, room: str, query: Query, **asked: Any) -> Any:
        found = honest(node, principal, room, query, **asked)
        with node.store.reading() as snapshot:
            return replace(found, total=len(search_everywhere(snapshot, room, principal).scores(query)))

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(disclose, "find", counting),
        lambda: apart("bravo", f"{ROOM}/search?q=skunk"),
    )


@guards("`more`", "computed from the reader's own feed")
def test_planted_leak_more_from_a_count_of_candidates(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart
) -> None:
    honest, enough = pages._Reader.page, _offers(told_of(runner, nothing, nothing))

    def promising(self: Any, after: int, limit: int) -> Any:
        found = honest(self, after, limit)
        candidates = self.reading.snapshot.offers.by_number(self.reading.room, range(1000))
        return replace(found, more=len(candidates) > enough)

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(pages._Reader, "page", promising),
        lambda: apart("bravo", "/room/collections/released/objects/?limit=100"),
    )


@guards("cursors", "bound to desk, collection and filters, and authenticated")
def test_planted_leak_a_next_that_nobody_authenticated(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    told = told_of(runner, nothing, nothing)

    def another_desks_cursor_opens() -> bool:
        page = json.loads(told.ask("hall", "GET", "/room/collections/released/objects/?limit=1").body)
        target = f"/room/collections/released/objects/?limit=1&next={page['next']}"
        return told.ask("bravo", "GET", target).status == 200

    def opened(self: Any, text: str, *, to: object, called: str = "next") -> int:
        return 0

    seen(monkeypatch, lambda: monkeypatch.setattr(Cursors, "opened", opened), another_desks_cursor_opens)


@guards("cursors", "answers carry no ETag, no epoch, nothing that others move")
def test_planted_leak_an_epoch_in_the_header(monkeypatch: Plant, apart: Apart) -> None:
    honest = endpoints._page

    def tagged(call: Any, *rest: Any) -> Any:
        found = honest(call, *rest)
        with call.service.node.store.reading() as snapshot:
            return replace(found, headers=(*found.headers, ("ETag", f'"{snapshot.agreements.epoch()}"')))

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(endpoints, "_page", tagged),
        lambda: apart("bravo", "/room/collections/released/objects/"),
    )


def _offers(told: Told) -> int:
    with told.world.node.store.reading() as snapshot:
        return len(snapshot.offers.by_number("room", range(1000)))
