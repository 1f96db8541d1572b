"""Requests as bytes, asked of the web application in this process, and what is answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

Headers = Sequence[tuple[bytes, bytes]]
STREAMING = b"retry: "
"""How a stream of events begins."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request. `pieces`: its body as it arrives; `cut`: the client is gone before the end of it."""

    method: str
    target: bytes
    headers: Headers = ()
    pieces: tuple[bytes, ...] = ()
    cut: bool = False

    @property
    def path(self) -> bytes:
        """The path, without the query."""
        return self.target.partition(b"?")[0]

    def __str__(self) -> str:
        """All that it takes to send it again."""
        lines = [f"{self.method} {self.target!r}", *(f"{name!r}: {value!r}" for name, value in self.headers)]
        return "\n".join([*lines, *(f"body {piece!r}" for piece in self.pieces), *["(cut off)"][: self.cut]])


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer. Names of headers are in lower case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """The value of a header; empty where there is none."""
        return next((value for one, value in self.headers if one.lower() == name), b"")


async def answered(application: Any, sent: Sent) -> Heard:
    """What the application answers; a stream of events is left once it has begun."""
    path, _, query = sent.target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1"), errors="replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in sent.headers],
    }
    last = len(sent.pieces) - 1
    waiting: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": place < last or sent.cut}
        for place, piece in enumerate(sent.pieces or (b"",))
    ]
    given: list[dict[str, Any]] = []
    streaming = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop(0)
        if not sent.cut:
            await streaming.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        given.append(message)
        if message.get("body", b"").startswith(STREAMING):
            streaming.set()

    await application(scope, receive, send)
    return Heard(
        given[0]["status"],
        tuple(given[0]["headers"]),
        b"".join(one.get("body", b"") for one in given[1:]),
    )
