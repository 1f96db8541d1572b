"""Answers of many lines: what a worker thread settles goes out as it comes, one JSON text a line.

A failure before the first line is answered as any other. After it the last line is `{"problem": {...}}`: what
was told before holds.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import msgspec
from starlette.responses import StreamingResponse

from opsroom.errors import OpsroomError
from opsroom.wire.problems import problem_of
from opsroom.wire.request import LINES

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Lines that go from the worker to the network together."""
AHEAD = 20
"""Such heaps that the worker may be ahead of the network; then it waits."""

Work = Callable[[Callable[[Any], None]], None]
Heap = bytes | Exception | None
"""Some lines; how the work failed; None: it has ended."""


async def lines(work: Work, *, workers: anyio.CapacityLimiter) -> StreamingResponse:
    """The answer that `work` gives part by part to the function that it is handed.

    Raises what the work raises before its first line.
    """
    heaps: asyncio.Queue[Heap] = asyncio.Queue(AHEAD)
    gone = threading.Event()
    worker = asyncio.ensure_future(anyio.to_thread.run_sync(_perform, work, heaps, gone, limiter=workers))
    first = await heaps.get()
    if isinstance(first, Exception):
        await worker
        raise first
    headers = {"Content-Type": LINES, "Cache-Control": "no-store"}
    return StreamingResponse(_body(first, heaps, gone), headers=headers)


async def _body(
    first: bytes | None, heaps: asyncio.Queue[Heap], gone: threading.Event
) -> AsyncIterator[bytes]:
    heap: Heap = first
    try:
        while isinstance(heap, bytes):
            yield heap
            heap = await heaps.get()
        if heap is not None:
            yield msgspec.json.encode({"problem": problem_of(heap)}) + b"\n"
    finally:
        gone.set()
        while not heaps.empty():
            heaps.get_nowait()


def _perform(work: Work, heaps: asyncio.Queue[Heap], gone: threading.Event) -> None:
    """Runs the work in its thread; to its end, also when whoever asked has `gone`."""
    waiting: list[bytes] = []

    def emit(part: Any) -> None:
        waiting.append(msgspec.json.encode(part) + b"\n")
        if len(waiting) >= AT_ONCE:
            flush()

    def flush() -> None:
        if waiting:
            put(b"".join(waiting))
            waiting.clear()

    def put(heap: Heap) -> None:
        if not gone.is_set():
            anyio.from_thread.run(heaps.put, heap)

    end: Heap = None
    try:
        work(emit)
    except Exception as error:
        if not isinstance(error, OpsroomError):
            log.exception("a request failed by a fault of the server")
        end = error
    flush()
    put(end)
