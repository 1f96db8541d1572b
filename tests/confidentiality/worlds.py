"""A world behind its doors, asked in this process, and the same world with a hidden part.

Both stand still but for what is asked: each step has an instant and randomness of its own.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode

from opsroom import signing
from opsroom.app import web
from opsroom.config import load
from opsroom.core.agreement.statement import (
    CONSENT_TYPE,
)
from opsroom.core.handling import Handling
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.node import Node
from opsroom.operations import enrol, permit
from opsroom.operations.contribute import Options, Outcome, contribute
from opsroom.operations.recall import recall
from opsroom.operations.release import refuse
from opsroom.ports import Store
from opsroom.storage.memory import open_memory
from opsroom.taxii.media import TAXII
from opsroom.wire.request import PREFIX, Request, in_query, path_fields
from tests import objects
from tests.builders import DAY, SECOND, START, SeededRandomness, StillClock, World
from tests.operations.signers import give_keys, key_of

ROLES = (Role.READER, Role.CONTRIBUTOR, Role.RELEASER, Role.KEEPER)
OWN, SEEN, WAITING, UNWANTED = (objects.numbered("identity", number) for number in (1, 2, 8, 9))
LATER = START + 300 * DAY
ENDING = {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer but its date."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(slots=True)
class Told:
    """A world behind its doors, in this process."""

    world: World
    runner: asyncio.Runner
    secrets: dict[str, str] = field(default_factory=dict)
    application: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    passed: Instant = 0

    def next(self) -> World:
        """The world at the next instant, with the randomness of that step; `passed` is added to all instants."""
        self.step += 1
        self.world.clock.instant = START + self.step * SECOND + self.passed
        self.world.node.randomness = SeededRandomness(random.Random(self.step))
        self.world.node.advance()
        return self.world

    def give(
        self,
        member: str,
        *raws: bytes,
        name: str = "all",
        of: str = "incidents",
        room: str = "room",
        **label: Any,
    ) -> list[Outcome]:
        """Contributes in the field `of`, under a label of what is said of it."""
        world = self.next()
        options = Options(Handling(**label) if label else None, frozenset(label))
        collection = world.collection(name, of, room)
        principal = world.principal(member)
        outcomes: list[Outcome] = []
        contribute(world.node, principal, room, collection, raws, options, watch=outcomes.append)
        world.node.advance()
        return outcomes

    def token(self, name: str, member: str, *roles: Role, **more: Any) -> None:
        world = self.next()
        self.secrets[name] = enrol.issue_token(
            world.node, member, user=name, roles=frozenset(roles or ROLES), expires_at=LATER, **more
        ).secret

    def ask(
        self, who: str, method: str, target: str, body: bytes = b"", *, media_type: str = TAXII
    ) -> Answer:
        """`target`: the path with its query, as it is sent."""
        world = self.next()
        if self.application is None:
            self.application = web(
                world.node, load(given={"page_size": 2, **self.settings}, environ={}).settings
            )
        headers = {"authorization": f"Bearer {self.secrets[who]}", "content-type": media_type}
        return self.runner.run(_answered(self.application, method, target, headers, body))

    def asked(self, who: str, kind: type[Request[Any]], given: Mapping[str, Any]) -> Answer:
        """A request of the API with these arguments."""
        sent = dict(given)
        target = PREFIX + kind.PATH
        upload = sent.pop("upload", b"")
        for name in path_fields(kind):
            target = target.replace(f"{{{name}}}", quote(str(sent.pop(name)), safe=""))
        if not in_query(kind):
            return self.ask(who, kind.METHOD, target, json.dumps(sent).encode())
        return self.ask(who, kind.METHOD, f"{target}?{urlencode(sent, doseq=True)}", upload)


async def _answered(
    application: Any, method: str, target: str, headers: dict[str, str], body: bytes
) -> Answer:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    requests = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []
    streaming = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await streaming.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if b"retry: " in message.get("body", b""):
            streaming.set()

    await application(scope, receive, send)
    kept = sorted((name, value) for name, value in sent[0]["headers"] if name != b"date")
    return Answer(sent[0]["status"], tuple(kept), b"".join(one.get("body", b"") for one in sent[1:]))


# --- the two worlds -----------------------------------------------------------------------------------------


def opening(told: Told) -> None:
    """Hall hosts a room in which all share; Bravo has a desk for one field, and one of a component."""
    world = told.next()
    world.member("alfa", "bravo", "carol", "dora", "hall")
    give_keys(world, "alfa", "bravo", "carol", "dora", "hall")
    world.room("room", "hall")
    parties: list[str | dict[str, Any]] = [
        "alfa",
        {"member": "bravo", "designates": ["coast"]},
        "carol",
        "hall",
    ]
    told.next().agree("all", "room", parties, ["incidents", "logistics"])
    told.next().agree("two", "room", ["alfa", "bravo"], ["incidents"])
    enrol.add_component(told.next().node, "bravo", "coast", title="Coast", window=Window())
    enrol.add_desk(told.next().node, "coast", Desk("bravo", component="coast"))
    enrol.add_desk(told.next().node, "narrow", Desk("bravo", fields=frozenset({"logistics"})))
    for member in ("bravo", "carol", "dora", "hall"):
        told.token(member, member)
    told.token("narrow", "bravo", desk="narrow")
    told.token("coast", "bravo", Role.READER, desk="coast")


def shared(told: Told) -> None:
    """What all see, and what every member has of its own."""
    told.give("bravo", objects.identity(1, description="beacon at 198.51.100.7"))
    told.give("carol", objects.identity(1))
    told.give("hall", objects.identity(1))
    told.give(
        "alfa", *(objects.identity(number, description="beacon evil.example") for number in range(2, 7))
    )
    told.give("alfa", objects.relationship(1, OWN, SEEN))
    pact = told.world.agreements["two"]
    enrol.set_posting(told.next().node, "bravo", "room", pact, "incidents", release_by="releaser")
    told.give("bravo", objects.identity(8), objects.identity(9), name="two")


def hidden_members(told: Told) -> None:
    """Members, desks, tokens, a room, agreements: of Alfa with Yankee and Zulu, and of those alone."""
    world = told.next()
    world.member("yankee", "zulus")
    give_keys(world, "yankee", "zulus")
    world.room("vault", "yankee")
    told.next().agree("hidden", "room", ["alfa", "yankee"], ["incidents", "skunkworks"], in_force=ENDING)
    told.next().agree("vault", "vault", ["alfa", "yankee", "zulus"], ["incidents"], in_force=ENDING)
    enrol.add_desk(told.next().node, "night", Desk("alfa"))
    told.token("yankee", "yankee")
    told.token("alfa", "alfa", desk="night")


def hidden_items(told: Told) -> None:
    """Elsewhere, to nobody, later, waiting, refused, recalled: with words, values and ids of what is seen."""
    world, text = told.world, "beacon evil.example 198.51.100.7 skunk"
    told.give("alfa", objects.identity(11, description=text), name="hidden")
    told.give("yankee", objects.identity(1, description=text), objects.identity(2), name="hidden")
    told.give("yankee", objects.identity(12, description=text), name="vault", room="vault")
    told.give("alfa", objects.identity(13, description=text), rel_to=frozenset())
    told.give("alfa", objects.identity(14, description=text), not_before=LATER)
    told.give("alfa", objects.relationship(11, SEEN, objects.numbered("identity", 13)))
    node, alfa = told.next().node, world.principal("alfa")
    posting = ("alfa", "room", world.agreements["all"], "incidents")
    enrol.set_posting(node, *posting, release_by="releaser")
    told.give("alfa", objects.identity(15, description=text), objects.identity(16, description=text))
    refuse(told.next().node, alfa, "room", [objects.numbered("identity", 16)])
    enrol.set_posting(told.next().node, *posting, release_by="contributor")
    told.give("alfa", objects.identity(17, description=text), rel_to=frozenset())
    collection = world.collection("all", "incidents", "room")
    recall(told.next().node, alfa, "room", collection, objects.numbered("identity", 17))
    for kind in ("suspend", "resume"):
        told.next().event("hidden", kind)
    told.give("alfa", objects.statement(1), rel_to=frozenset())
    terms = permit.Terms(objects.numbered("identity", 11), "alfa", "yankee")
    step = permit.prepare(told.next().node, "give", by="alfa", terms=terms)
    permit.record(told.next().node, signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")]))


def nothing(told: Told) -> None:
    """No hidden part."""


Part = Callable[[Told], None]


def empty(runner: asyncio.Runner, store: Store) -> Told:
    """A world of nobody."""
    clock = StillClock()
    return Told(World(Node(store, clock, SeededRandomness()), clock), runner)


def told_of(
    runner: asyncio.Runner, hidden_members: Part, hidden_items: Part, store: Store | None = None
) -> Told:
    """A world with these parts between those that are not hidden."""
    told = empty(runner, store or open_memory())
    for start, part in ((0, opening), (100, hidden_members), (200, shared), (300, hidden_items)):
        told.step = start
        part(told)
    told.step = 400
    return told


def both_of(runner: asyncio.Runner) -> tuple[Told, Told]:
    """The world with a hidden part, and the same without it."""
    return told_of(runner, hidden_members, hidden_items), told_of(runner, nothing, nothing)
