"""Leaks planted on purpose: each is seen by the two worlds, or by what holds in one, and gone without it.

`CHANNELS` says for each of these tests which channel it guards and by which rule; the threat model shows it.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from opsroom import rates
from opsroom.core import served
from opsroom.core.feed import shelf_of_footing
from opsroom.core.release import Desk, Ground, _Question
from opsroom.core.search import Query, Range, shown
from opsroom.cursor import Cursors
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.node import Node
from opsroom.operations import contribute as contributing
from opsroom.operations import disclose, enrol, explain, permit
from opsroom.operations.agree import Kept
from opsroom.operations.contribute import intake
from opsroom.operations.disclose import pages, reading
from opsroom.principals import Principal
from opsroom.taxii import endpoints
from opsroom.upkeep.context import Ticks
from opsroom.upkeep.graph import Graph
from opsroom.upkeep.narrowings import Narrowings
from opsroom.upkeep.sights import Sights
from opsroom.upkeep.upkeep import Upkeep
from tests import objects
from tests.builders import START
from tests.confidentiality.worlds import SEEN, Answer, Told, both_of, nothing, told_of

SHELVES = import_module("opsroom.operations.disclose.shelves")
AGREE = import_module("opsroom.operations.agree")
FIND = import_module("opsroom.operations.disclose.find")
ROOM = "/api/rooms/room"
LISTED = f"{ROOM}/items?versions=all&limit=100"
YANKEE = b"yankee"

CHANNELS: dict[str, tuple[str, str]] = {}
"""By test: the channel, and the rule that keeps it shut."""

Plant = pytest.MonkeyPatch


def guards(channel: str, rule: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says what a planted leak is about."""

    def note(test: Callable[..., None]) -> Callable[..., None]:
        CHANNELS[test.__name__] = (channel, rule)
        return test

    return note


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def apart(runner: asyncio.Runner) -> Callable[..., bool]:
    """Whether an observer is told two worlds apart by any of these targets (GET)."""

    def told_apart(who: str, *targets: str, worlds: tuple[Told, Told] | None = None) -> bool:
        full, bare = worlds or both_of(runner)
        answers = [[told.ask(who, "GET", target) for target in targets] for told in (full, bare)]
        return answers[0] != answers[1]

    return told_apart


Apart = Callable[..., bool]


def worlds_of(
    runner: asyncio.Runner, full: Callable[[Told], object], bare: Callable[[Told], object] = nothing
) -> tuple[Told, Told]:
    """Two worlds without the hidden part of all, each with a part of its own."""
    found = told_of(runner, nothing, nothing), told_of(runner, nothing, nothing)
    for told, part in zip(found, (full, bare), strict=True):
        part(told)
        told.step = 500
    return found


def seen(plant: Plant, leak: Callable[[], None], found: Callable[[], bool]) -> None:
    """Not there without the leak; there with it."""
    assert not found()
    with plant.context():
        leak()
        assert found()


# --- identifiers, errors --------------------------------------------------------------------------------------


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
        answers = [_posted(told, objects.identity(number)) for told in worlds]
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
        answers = [_posted(told, objects.identity(71), rel_to="nobody") for told in both_of(runner)]
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(disclose, "peers", everybody), told_apart)


@guards("errors", "the receipt of a post is for the desk that posted")
def test_planted_leak_status_of_anothers_post(monkeypatch: Plant, runner: asyncio.Runner) -> None:
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


# --- counts, pages, cursors -----------------------------------------------------------------------------------


def _everywhere(search: Any) -> Any:
    """A search that looks on all shelves of the room."""
    decisions, room = search.reading.snapshot.decisions, search.reading.room
    search._shelves = [shelf_of_footing(one) for one in decisions.footings_on(room, decisions.classes(room))]
    return search


def _search(snapshot: Any, room: str, principal: Principal) -> Any:
    return _everywhere(FIND.Search(reading.Reading(snapshot, room, principal), None))


@guards("counts", "computed from the reader's own feed")
def test_planted_leak_count_before_the_filter(monkeypatch: Plant, apart: Apart) -> None:
    honest = disclose.find

    def counting(node: Node, principal: Principal, room: str, query: Query, **asked: Any) -> Any:
        found = honest(node, principal, room, query, **asked)
        with node.store.reading() as snapshot:
            return replace(found, total=len(_search(snapshot, room, principal).scores(query)))

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


# --- references, versions, derived items ----------------------------------------------------------------------


@guards("references", "an item goes out with all that its originator sees it refer to, or not")
def test_planted_leak_relation_to_a_hidden_end(monkeypatch: Plant, apart: Apart) -> None:
    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(Graph, "needs", lambda self, offers: {one.number: [] for one in offers}),
        lambda: apart("bravo", LISTED),
    )


def _free(kind: str) -> Callable[..., Ground | None]:
    honest = _Question._item_ground

    def ground(self: Any, item: Any, handling: Any, to: Any) -> Ground | None:
        return None if item.kind == kind else honest(self, item, handling, to)

    return ground


@guards("markings, identities", "items like any other")
@pytest.mark.parametrize("kind", ["identity", "marking-definition"])
def test_planted_leak_a_hidden_marking_or_identity_listed(
    monkeypatch: Plant, apart: Apart, kind: str
) -> None:
    leak = _free(kind)
    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(_Question, "_item_ground", leak),
        lambda: apart("bravo", LISTED),
    )


@guards("versions", "the newest version decides for the older ones")
def test_planted_leak_an_older_version_after_a_narrowing(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    def older_is_shown() -> bool:
        told = told_of(runner, nothing, nothing)
        told.give("alfa", objects.identity(50))
        told.give(
            "alfa", objects.identity(50, modified="2026-02-09T00:00:00.000Z"), rel_to=frozenset({"carol"})
        )
        return objects.numbered("identity", 50).encode() in told.ask("bravo", "GET", LISTED).body

    seen(monkeypatch, lambda: monkeypatch.setattr(Graph, "_later", lambda self, items: {}), older_is_shown)


@guards("versions", "what refers to a re-marked end is decided again")
def test_planted_leak_a_stale_footing_after_a_re_marked_end(
    monkeypatch: Plant, runner: asyncio.Runner
) -> None:
    def relation_is_shown() -> bool:
        told = told_of(runner, nothing, nothing)
        end = objects.numbered("identity", 50)
        told.give("alfa", objects.identity(50))
        told.give("alfa", objects.relationship(50, end, objects.numbered("identity", 3)))
        told.give(
            "alfa", objects.identity(50, modified="2026-02-09T00:00:00.000Z"), rel_to=frozenset({"carol"})
        )
        return objects.numbered("relationship", 50).encode() in told.ask("bravo", "GET", LISTED).body

    def keep(self: Upkeep, room: str, turned: object, begun: object) -> None: ...

    seen(monkeypatch, lambda: monkeypatch.setattr(Upkeep, "_rest_on", keep), relation_is_shown)


@guards("dry-run, explain", "which own sources or references withhold, and nothing of what those rest on")
def test_planted_leak_a_dry_run_that_names_a_hidden_source(
    monkeypatch: Plant, runner: asyncio.Runner
) -> None:
    """Alfa's object rests on one of its own that it keeps to itself and has sanitised."""
    honest = Sights.of

    def naming(self: Sights, room: str, offer: Any, reader: Any) -> Any:
        unit, number = self.context.unit, offer.item
        ids: list[str] = []
        while links := unit.items.sources(room, [number]):
            number = links[0].source
            ids.append(unit.items.by_number(room, [number])[number].id)
        return replace(honest(self, room, offer, reader), because=tuple(ids))

    def product(told: Told, *, resting: bool) -> None:
        secret = objects.numbered("identity", 41)
        told.give("alfa", objects.identity(41), rel_to=frozenset())
        options = contributing.Options(sources=((secret, True),) if resting else ())
        world = told.next()
        shelf = world.collection("all", "incidents", "room")
        contributing.contribute(
            world.node,
            world.principal("alfa"),
            "room",
            shelf,
            [objects.identity(42)],
            options,
            watch=lambda _: None,
        )

    def told_apart() -> bool:
        worlds = worlds_of(
            runner, lambda told: product(told, resting=True), lambda told: product(told, resting=False)
        )
        answers = [
            _posted(told, objects.identity(43), sources=objects.numbered("identity", 42), dry_run="true")
            for told in worlds
        ]
        assert answers[0].status == 200
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(Sights, "of", naming), told_apart)


# --- agreements, handlings ------------------------------------------------------------------------------------


@guards("agreements, rosters", "parties only")
def test_planted_leak_the_roster_of_an_agreement(monkeypatch: Plant, apart: Apart) -> None:
    def leak() -> None:
        monkeypatch.setattr(AGREE, "_may_know", lambda *_: True)
        monkeypatch.setattr(Kept, "lists", lambda *_: True)

    seen(monkeypatch, leak, lambda: apart("bravo", "/api/agreements"))


def _serving(plant: Plant, name: str) -> Callable[[], None]:
    honest = served.recipient_view

    def leaking(properties: Mapping[str, Any], handling: Any, **to: Any) -> bytes:
        found = json.loads(honest(properties, handling, **to))
        [extension] = found["extensions"].values()
        extension[name] = sorted(getattr(handling, name))
        return json.dumps(found).encode()

    return lambda: plant.setattr(served, "recipient_view", leaking)


def _marked(**handling: Any) -> Callable[[Told], object]:
    return lambda told: told.give("alfa", objects.handling_marking(1, fields=["incidents"], **handling))


@guards("handlings", "a recipient gets what concerns itself")
@pytest.mark.parametrize(("name", "value"), [("not_to", ["carol"]), ("rel_to", ["bravo", "carol"])])
def test_planted_leak_the_other_recipients_of_a_handling(
    monkeypatch: Plant, runner: asyncio.Runner, apart: Apart, name: str, value: list[str]
) -> None:
    def told_apart() -> bool:
        less: dict[str, Any] = {} if name == "not_to" else {"rel_to": ["bravo"]}
        return apart("bravo", LISTED, worlds=worlds_of(runner, _marked(**{name: value}), _marked(**less)))

    seen(monkeypatch, _serving(monkeypatch, name), told_apart)


@guards("handlings", "of the citations the one that it is received under")
def test_planted_leak_other_citations(monkeypatch: Plant, runner: asyncio.Runner) -> None:
    told = told_of(runner, nothing, nothing)
    _marked()(told)
    seen(
        monkeypatch,
        _serving(monkeypatch, "cites"),
        lambda: b'"cites"' in told.ask("bravo", "GET", LISTED).body,
    )


@guards("consents", "between those whom they name")
def test_planted_leak_the_consents_of_others(monkeypatch: Plant, apart: Apart) -> None:
    honest = permit.history

    def everybodys(node: Node, *rest: Any, asker: Any = None, **asked: Any) -> Any:
        return honest(node, *rest, asker=None, **asked)

    seen(
        monkeypatch,
        lambda: monkeypatch.setattr(permit, "history", everybodys),
        lambda: apart("bravo", "/api/consents"),
    )


# --- search, suggestion, correlation, stream ------------------------------------------------------------------


@guards("search", "ranked on the reader's feed alone")
def test_planted_leak_a_rank_by_global_statistics(monkeypatch: Plant, apart: Apart) -> None:
    honest = FIND.Search.scores

    def weighed(self: Any, query: Query) -> dict[int, int]:
        among = [one for clause in query.clauses for one in clause.ranges]
        everywhere = _search(self.reading.snapshot, self.reading.room, self.reading.principal)
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
            return [(shown(term), 1) for term, _, _ in _search(snapshot, room, principal).between(among)]

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
            search = _search(snapshot, room, principal)
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
def test_planted_leak_a_notice_of_anothers_item(
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
def test_planted_leak_a_notice_that_tells_of_anothers_desk(
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


# --- desks and people -----------------------------------------------------------------------------------------


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


def _offers(told: Told) -> int:
    with told.world.node.store.reading() as snapshot:
        return len(snapshot.offers.by_number("room", range(1000)))


def _posted(told: Told, raw: bytes, **more: str) -> Answer:
    """Bravo's post to the agreement of all."""
    pact = told.world.agreements["all"]
    told.step = 600
    query = "&".join(f"{key}={value}" for key, value in more.items())
    target = f"{ROOM}/contributions?agreement={pact}&field=incidents&{query}"
    return told.ask("bravo", "POST", target, raw)


def _indicator(number: int) -> bytes:
    body = {
        "pattern": "[domain-name:value = 'evil.example']",
        "pattern_type": "stix",
        "valid_from": objects.CREATED,
    }
    return objects.encoded(objects.common("indicator", number, **body))
