"""Leaks planted in what is found and told: search, streams, notices, desks, people."""

import asyncio
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import UUID

from opsroom import rates
from opsroom.core.release import Desk
from opsroom.core.search import Query, Range, shown
from opsroom.core.timestamps import Instant
from opsroom.node import Node
from opsroom.operations import disclose, enrol, explain
from opsroom.operations.disclose import reading
from opsroom.principals import Principal
from opsroom.service.feeds import KeptFeed, KeptFeeds
from opsroom.upkeep import Facts
from opsroom.upkeep.narrowings import Narrowings
from opsroom.upkeep.sights import Sights
from opsroom.wire.what_if import ForeseeOption
from tests import objects
from tests.builders import START
from tests.confidentiality.planting import (
    FIND,
    LISTED,
    ROOM,
    Apart,
    Plant,
    guards,
    search_everywhere,
    seen,
    worlds_of,
)
from tests.confidentiality.worlds import SEEN, Answer, Told, hidden_items, hidden_members, nothing, told_of

FORESEE = import_module("opsroom.operations.foresee")


# --- search, suggestion, correlation, stream -----------------------------------------------------------------


@guards("search", "ranked on the reader's feed alone")
def test_planted_leak_a_rank_by_global_statistics(monkeypatch: Plant, apart: Apart) -> None:
    honest = FIND.Search.scores

    def weighed(self: Any, query: Query) -> dict[int, int]:
        among = [one for clause in query.clauses for one in clause.ranges]
        everywhere = search_everywhere(self.reading.snapshot, self.reading.room, self.reading.principal)
        frequent = sum(len(everywhere.between(one)) for one in among)
        return {item: 1000 * score // (1 + frequent) for item, score in honest(self, query).items()}

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(FIND.Search, "scores", weighed),
        lambda: apart("bravo", f"{ROOM}/search?q=beacon"),
    )


@guards("suggestion", "from terms of the reader's feed alone")
def test_planted_leak_a_suggestion_of_a_hidden_term(monkeypatch: Plant, apart: Apart) -> None:
    def suggesting(node: Node, principal: Principal, room: str, among: Range) -> list[tuple[str, int]]:
        with node.store.reading() as snapshot:
            return [
                (shown(term), 1) for term, _, _ in search_everywhere(snapshot, room, principal).between(among)
            ]

    def leak() -> None:
        monkeypatch.setattr(disclose, "suggest", suggesting)

    seen(monkeypatch, leak, lambda: apart("bravo", f"{ROOM}/suggestions?q=sku"))


@guards("correlation", "with what is released to the reader")
def test_planted_leak_a_correlation_with_a_hidden_item(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart
) -> None:
    honest = FIND.correlate

    def hinting(node: Node, principal: Principal, room: str, id: str) -> Any:
        with node.answering(principal.desk.id) as (snapshot, _):
            search = search_everywhere(snapshot, room, principal)
            count = sum(len(search.between(Range(one, one + "\0"))) for one in search.values(id))
        found = honest(node, principal, room, id)
        return [*found, FIND.Correlation(f"and {count} that you cannot see", count, ())]

    def sharing(told: Told) -> None:
        told.give("alfa", _indicator(1))

    def also(told: Told) -> None:
        sharing(told)
        told.give("alfa", _indicator(2), rel_to=frozenset({"carol"}))

    target = f"{ROOM}/items/{objects.numbered('indicator', 1)}/correlations"
    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(disclose, "correlate", hinting),
        lambda: apart("bravo", target, worlds=worlds_of(runner, also, sharing)),
    )


@guards("streams", "per desk, of what it is shown")
def test_planted_leak_an_event_of_a_hidden_item(monkeypatch: Plant, apart: Apart) -> None:
    honest = disclose.events

    def chatting(node: Node, principal: Principal, room: str, collection: str, **asked: Any) -> Any:
        told, reached = honest(node, principal, room, collection, **asked)
        with node.store.reading() as snapshot:
            offers = snapshot.offers.by_number(room, range(1000)).values()
            recalled = [one for one in offers if one.recalled_at is not None]
        return [
            *told,
            *(disclose.Withdrawn(START, "identity--x", "identity", None) for _ in recalled),
        ], reached

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(disclose, "events", chatting),
        lambda: apart("bravo", f"{ROOM}/stream"),
    )


@guards("notices", "to an originator, of its own items alone")
def test_planted_leak_a_notice_of_an_item_of_another(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart
) -> None:
    def everybody(self: Narrowings, offer: Any) -> list[str]:
        return [one.id for one in self.context.unit.people.desks()]

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(Narrowings, "_told", everybody),
        lambda: apart("bravo", f"{ROOM}/notices"),
    )


@guards("notices", "by member: nobody learns of another's desks")
def test_planted_leak_a_notice_that_tells_of_a_desk_of_another(
    monkeypatch: Plant, runner: asyncio.Runner
) -> None:
    """Alfa's object rests on one in a field that a desk of Bravo's does not work on."""
    honest = Sights.readers

    def by_desk(self: Sights, room: str, offer: Any) -> list[Desk]:
        return [row.desk for one in honest(self, room, offer) for row in self.context.desks(one.member)]

    def told_apart() -> bool:
        answers = []
        for desk in (True, False):
            told = told_of(runner, nothing, nothing)
            if desk:
                enrol.add_desk(told.next().node, "finance", Desk("bravo", fields=frozenset({"logistics"})))
            told.give("alfa", objects.identity(50))
            told.give(
                "alfa", objects.relationship(50, objects.numbered("identity", 50), SEEN), of="logistics"
            )
            told.token("eve", "alfa")
            told.step = 500
            answers.append(told.ask("eve", "GET", f"{ROOM}/notices"))
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(Sights, "readers", by_desk), told_apart)


@guards("feeds", "what is kept of one desk's answer is served to that desk alone")
def test_planted_leak_a_feed_kept_for_somebody_else(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    told = told_of(runner, hidden_members, hidden_items)

    def manifest(who: str) -> Answer:
        told.step = 500
        return told.ask(who, "GET", f"{ROOM}/misp/manifest.json")

    def another_came_first() -> bool:
        answers = []
        for first in ("bravo", "yankee"):
            told.application = None
            manifest(first)
            answers.append(manifest("bravo"))
        return answers[0] != answers[1]

    def anybodys(self: KeptFeeds, namespace: UUID, org: Any) -> KeptFeed:
        return honest(self, UUID(int=0), replace(org, name="", uuid=""))

    def leak() -> None:
        monkeypatch.setattr(KeptFeeds, "of", anybodys)
        monkeypatch.setattr(disclose, "state", lambda *_: b"the same")

    honest = KeptFeeds.of
    seen(monkeypatch, leak, another_came_first)


@guards("what-if", "of one's own items, and of what one sees and would lose")
def test_planted_leak_a_what_if_that_tells_of_others(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    def told_apart() -> bool:
        worlds = worlds_of(
            runner, lambda told: told.give("alfa", objects.identity(60), rel_to=frozenset({"carol"}))
        )
        asked = {"agreement": worlds[0].world.agreements["all"], "type": "terminate"}
        answers = [told.asked("bravo", ForeseeOption, asked) for told in worlds]
        assert answers[0].status == 200
        return answers[0] != answers[1]

    def everybodys(self: Any, facts: Facts, *, at: Instant) -> Any:
        return FORESEE.who_can_see(self.node, self.snapshot, facts, at=at)

    seen(monkeypatch, lambda: monkeypatch.setattr(FORESEE._Known, "seen", everybodys), told_apart)


# --- desks and people ----------------------------------------------------------------------------------------


@guards("desks", "each reads a feed of its own")
def test_planted_leak_a_desk_that_sees_another_desk(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart
) -> None:
    def of_main(self: reading.Reading) -> str:
        desks = self.snapshot.people.desks([self.principal.member])
        return next(one.id for one in desks if one.name == "main")

    def more(told: Told) -> None:
        told.give("alfa", objects.identity(60))

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(reading.Reading, "desk", property(of_main)),
        lambda: apart("narrow", LISTED, worlds=worlds_of(runner, more)),
    )


@guards("desks", "explanations are of what the desk that asks was shown")
def test_planted_leak_an_explanation_for_the_whole_member(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart
) -> None:
    def more(told: Told) -> None:
        told.give("alfa", objects.identity(60))

    def everything(snapshot: Any, room: str, id: str, asker: Principal) -> Any:
        return snapshot.items.copies(room, [id]).get(id, [])

    def leak() -> None:
        monkeypatch.setattr(explain, "_known", everything)
        monkeypatch.setattr(explain._Explaining, "_may_ask", lambda *_: True)
        monkeypatch.setattr(explain._Explaining, "_reader", lambda self, _: Desk(self.to))

    target = f"/api/items/{objects.numbered('identity', 60)}/explanations?to=bravo"
    seen(monkeypatch, leak, lambda: apart("narrow", target, worlds=worlds_of(runner, more)))


@guards("people", "a member's tokens are its own keeper's to see")
def test_planted_leak_the_tokens_of_others(monkeypatch: Plant, apart: Apart) -> None:
    honest = enrol.enrolled

    def everybodys(node: Node, name: str, **asked: Any) -> Any:
        with node.store.reading() as snapshot:
            names = [one.name for one in snapshot.people.members()]
        all_of_them = [honest(node, other, **asked) for other in names]
        desks = [one for found in all_of_them for one in found.desks]
        tokens = [one for found in all_of_them for one in found.tokens]
        return replace(honest(node, name, **asked), desks=desks, tokens=tokens)

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(enrol, "enrolled", everybodys),
        lambda: apart("bravo", "/api/tokens"),
    )


@guards("quotas", "counted for each credential by itself")
def test_planted_leak_a_rate_limit_shared_between_members(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    def told_apart() -> bool:
        worlds = worlds_of(runner, nothing)
        for told in worlds:
            told.settings = {"requests_per_minute": 5}
            told.ask("bravo", "GET", "/api/me")
        for _ in range(5):
            worlds[0].ask("carol", "GET", "/api/me")
        for told in worlds:
            told.step = 510
        answers = [told.ask("bravo", "GET", "/api/me") for told in worlds]
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(rates, "_who", lambda _: ("", "")), told_apart)


def _indicator(number: int) -> bytes:
    body = {
        "pattern": "[domain-name:value = 'evil.example']",
        "pattern_type": "stix",
        "valid_from": objects.CREATED,
    }
    return objects.encoded(objects.common("indicator", number, **body))
