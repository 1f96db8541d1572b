"""Two worlds: every request of the API, asked where there is more that the asker may not know of, and where not.

Both worlds stand still but for what is asked, each request at an instant and with randomness of its own. The
table names arguments for every request there is: a new one without arguments fails.
"""

import asyncio
import itertools
import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from opsroom import signing
from opsroom.app import web
from opsroom.config import load
from opsroom.core.agreement.statement import ACT_TYPE, CONSENT_TYPE, KEY_TYPE, VERSION_TYPE
from opsroom.core.canonical import canonical
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.core.timestamps import Instant, render
from opsroom.core.windows import Window
from opsroom.node import Node
from opsroom.operations import agree, enrol, permit
from opsroom.operations.contribute import Options, post
from opsroom.operations.contribute import contribute as post_file
from opsroom.operations.recall import recall
from opsroom.core.handling import Handling
from opsroom.service import HANDLERS
from opsroom.storage.memory import open_memory
from opsroom.wire.request import PREFIX, Request, in_query, path_fields
from tests import objects
from tests.builders import DAY, SECOND, START, HandClock, SeededRandomness, World
from tests.operations.signers import give_keys, key_of, name_of, public_of

ROLES = (Role.READER, Role.CONTRIBUTOR, Role.RELEASER, Role.KEEPER)


@dataclass(slots=True)
class StillClock(HandClock):
    """A clock that stands: how often it is asked changes nothing."""

    def now(self) -> Instant:
        return self.instant


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer but its date."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(slots=True)
class Asked:
    """One world behind its door, in this process: each step has an instant and randomness of its own."""

    world: World
    runner: asyncio.Runner
    secrets: dict[str, str] = field(default_factory=dict)
    app: Any = None
    step: int = 0

    def at(self, step: int) -> None:
        self.step = step
        self.world.clock.instant = START + step * SECOND
        self.world.node.randomness = SeededRandomness(random.Random(step))
        self.world.node.advance()

    def raw(
        self, method: str, target: str, body: bytes = b"", *, who: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """`target`: the path with its query, as sent."""
        self.at(self.step + 1)
        if self.app is None:
            settings = load(given={"page_size": 3, "page_size_max": 5}, environ={}).settings
            self.app = web(self.world.node, settings)
        sent = {"authorization": f"Bearer {self.secrets[who]}"} if who else {}
        return self.runner.run(_told(self.app, method, target, {**sent, **headers}, body))


async def _told(app: Any, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
    path, _, query = target.partition("?")
    from urllib.parse import unquote

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    started = asyncio.Event()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await started.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and b"retry" in message.get("body", b""):
            started.set()

    await app(scope, receive, send)
    head = next(one for one in sent if one["type"] == "http.response.start")
    kept = tuple(sorted((k, v) for k, v in head["headers"] if k != b"date"))
    return Answer(head["status"], kept, b"".join(one.get("body", b"") for one in sent[1:]))
