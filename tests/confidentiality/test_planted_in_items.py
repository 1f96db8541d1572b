"""Leaks planted in what an item rests on and who may know of it: references, versions, agreements, handlings."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from opsroom.core import knowledge, served
from opsroom.core.release import Ground, _Question
from opsroom.node import Node
from opsroom.operations import contribute as contributing
from opsroom.operations import permit
from opsroom.operations.agree import Kept
from opsroom.upkeep import Facts
from opsroom.upkeep.graph import Graph
from opsroom.upkeep.sights import Sights
from opsroom.upkeep.upkeep import Upkeep
from tests import objects
from tests.confidentiality.planting import (
    LISTED,
    Apart,
    Plant,
    guards,
    posted,
    seen,
    worlds_of,
)
from tests.confidentiality.worlds import Told, hidden_members, nothing, told_of

AGREE = import_module("opsroom.operations.agree")


# --- references, versions, derived items ---------------------------------------------------------------------


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
            posted(told, objects.identity(43), sources=objects.numbered("identity", 42), dry_run="true")
            for told in worlds
        ]
        assert answers[0].status == 200
        return answers[0] != answers[1]

    seen(monkeypatch, lambda: monkeypatch.setattr(Sights, "of", naming), told_apart)


# --- agreements, handlings -----------------------------------------------------------------------------------


@guards("agreements, rosters", "parties only")
def test_planted_leak_the_roster_of_an_agreement(monkeypatch: Plant, apart: Apart) -> None:
    def everybodys(self: Facts, member: str, room: str | None = None) -> list[Any]:
        return [one for name in self.rooms for one in self.collections(name)]

    def leak() -> None:
        monkeypatch.setattr(AGREE, "_may_know", lambda *_: True)
        monkeypatch.setattr(Facts, "listing", everybodys)
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


@guards("knowledge", "what is about an agreement is posted under it, what is about a room in it")
def test_planted_leak_a_record_of_an_agreement_that_is_hidden(
    monkeypatch: Plant, runner: asyncio.Runner
) -> None:
    """Alfa records under the agreement of all who was told of the one that it has with Yankee."""
    told = told_of(runner, hidden_members, nothing)
    hidden = told.world.agreements["hidden"]
    numbers = iter((80, 81))

    def named() -> bool:
        record = knowledge.knowledge_object(
            knowledge.Subject(agreement=hidden),
            id=objects.numbered(knowledge.TYPE, next(numbers)),
            at=objects.CREATED,
            who="Delta",
            state="not-notified",
            as_of="2015",
            according_to="somebody",
            source=("somebody", None),
        )
        told.give("alfa", objects.encoded(record))
        return hidden.encode() in told.ask("bravo", "GET", LISTED).body

    seen(monkeypatch, lambda: monkeypatch.setattr(knowledge, "misplaced", lambda *_, **__: None), named)


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
