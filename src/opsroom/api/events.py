"""Streams of events (Server-Sent Events, WHATWG HTML section 9.2), for as long as somebody listens.

1. The credential is asked again before every look: a stream ends when it ends, or when the room does.
2. Where there is nothing to tell, a comment says from time to time that the stream lives.
3. When the server is to end, so do its streams: whoever listened comes back to the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import msgspec
from starlette.responses import StreamingResponse

from opsroom.errors import OpsroomError
from opsroom.wire.following import Event
from opsroom.wire.request import EVENTS

PAUSE = 0.5
"""Seconds between two looks."""
QUIET = 30
"""Looks without an event after which a comment is sent."""
RETRY = b"retry: 2000\n\n"
"""How many milliseconds a client waits before it comes back."""

Look = Callable[[str | None], tuple[list[Event], str]]
"""The events after a position, and the position after them."""


async def events(look: Look, position: str | None, *, ending: asyncio.Event) -> StreamingResponse:
    """The stream from a position on, until the server is `ending`. Raises what the first look raises."""
    told, reached = await anyio.to_thread.run_sync(look, position)
    headers = {"Content-Type": EVENTS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(look, told, reached, ending), headers=headers)


async def _stream(
    look: Look, told: list[Event], position: str, ending: asyncio.Event
) -> AsyncIterator[bytes]:
    yield RETRY
    quiet = 0
    while not ending.is_set():
        if told:
            quiet = 0
            yield b"".join(map(_written, told))
        else:
            with anyio.move_on_after(PAUSE):
                await ending.wait()
            quiet += 1
            if quiet % QUIET == 0:
                yield b":\n\n"
        try:
            told, position = await anyio.to_thread.run_sync(look, position)
        except OpsroomError:
            return


def _written(one: Event) -> bytes:
    data: Any = msgspec.json.encode(one.data)
    lines = b"".join(b"data: %b\n" % line for line in data.splitlines())
    return b"id: %b\nevent: %b\n%b\n" % (one.id.encode(), one.event.encode(), lines)
