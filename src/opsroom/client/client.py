"""The two clients: the same calls over a connection that waits, or one that does not."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

import httpx

from opsroom.client.calls import Calls
from opsroom.client.http import (
    Events,
    Lines,
    address,
    after,
    answer,
    authorization,
    failure,
    line,
    require,
    sent,
    unreachable,
)
from opsroom.wire.request import EVENTS, LINES, Request

A = TypeVar("A")
E = TypeVar("E")
CHUNK = 65_536
"""Bytes of an upload that are sent at a time."""
TIMEOUT = httpx.Timeout(60, read=600)
"""Seconds; an answer may take as long as a large unit takes."""

LISTENING = httpx.Timeout(60)
"""Seconds; a stream that lives says so more often."""


class Client(Calls):
    """Asks a server as whoever holds the token; every method waits for its answer.

    `url` is the server's, without a path. A context manager. Errors are those of `opsroom.errors`.
    """

    def __init__(self, url: str, token: str, *, ca: Path | None = None) -> None:
        self.url = address(url)
        self._http = httpx.Client(
            base_url=self.url, headers=authorization(token), timeout=TIMEOUT, verify=_verify(ca)
        )

    def ask(self, request: Request[A]) -> A:
        """The answer to any request."""
        asked = sent(request)
        try:
            response = self._http.request(
                asked.method, asked.path, params=asked.parameters, content=asked.content
            )
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error
        return answer(request, response)

    def stream(self, request: Request[A], upload: BinaryIO) -> Iterator[A]:
        """The answers to a request that uploads, each as soon as it is settled."""
        asked = sent(request)
        pieces = iter(lambda: upload.read(CHUNK), b"")
        try:
            with self._http.stream(
                asked.method, asked.path, params=asked.parameters, content=pieces
            ) as response:
                if response.status_code != 200:
                    response.read()
                    raise failure(response)
                require(LINES, response)
                for text in _lines(response):
                    yield line(request, text)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    def listen(self, request: Request[A]) -> Iterator[A]:
        """The events of a request that follows, until the server ends them. Unavailable where the line breaks."""
        asked, events = sent(request), Events(request)
        try:
            with self._http.stream(
                asked.method, asked.path, params=asked.parameters, timeout=LISTENING
            ) as response:
                if response.status_code != 200:
                    response.read()
                    raise failure(response)
                require(EVENTS, response)
                for text in _lines(response):
                    if (found := events.take(text)) is not None:
                        yield found
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    def entries(self, request: Request[A], on: Callable[[A], Iterable[E]]) -> Iterator[E]:
        """What is on the pages of a request that is answered in pages; each is asked for when it is wanted."""
        following: Request[A] | None = request
        while following is not None:
            page = self.ask(following)
            yield from on(page)
            following = after(following, page)

    def close(self) -> None:
        """Lets the connections go."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(Calls):
    """The same, for asyncio: every method is awaited."""

    def __init__(self, url: str, token: str, *, ca: Path | None = None) -> None:
        self.url = address(url)
        self._http = httpx.AsyncClient(
            base_url=self.url, headers=authorization(token), timeout=TIMEOUT, verify=_verify(ca)
        )

    async def ask(self, request: Request[A]) -> A:
        """The answer to any request."""
        asked = sent(request)
        try:
            response = await self._http.request(
                asked.method, asked.path, params=asked.parameters, content=asked.content
            )
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error
        return answer(request, response)

    async def stream(self, request: Request[A], upload: BinaryIO) -> AsyncIterator[A]:
        """The answers to a request that uploads, each as soon as it is settled."""
        asked = sent(request)

        async def pieces() -> AsyncIterator[bytes]:
            while piece := upload.read(CHUNK):
                yield piece

        try:
            async with self._http.stream(
                asked.method, asked.path, params=asked.parameters, content=pieces()
            ) as response:
                if response.status_code != 200:
                    await response.aread()
                    raise failure(response)
                require(LINES, response)
                async for text in _async_lines(response):
                    yield line(request, text)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    async def listen(self, request: Request[A]) -> AsyncIterator[A]:
        """The events of a request that follows, until the server ends them. Unavailable where the line breaks."""
        asked, events = sent(request), Events(request)
        try:
            async with self._http.stream(
                asked.method, asked.path, params=asked.parameters, timeout=LISTENING
            ) as response:
                if response.status_code != 200:
                    await response.aread()
                    raise failure(response)
                require(EVENTS, response)
                async for text in _async_lines(response):
                    if (found := events.take(text)) is not None:
                        yield found
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    async def entries(self, request: Request[A], on: Callable[[A], Iterable[E]]) -> AsyncIterator[E]:
        """What is on the pages of a request that is answered in pages; each is asked for when it is wanted."""
        following: Request[A] | None = request
        while following is not None:
            page = await self.ask(following)
            for one in on(page):
                yield one
            following = after(following, page)

    async def close(self) -> None:
        """Lets the connections go."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _lines(response: httpx.Response) -> Iterator[bytes]:
    lines = Lines()
    for piece in response.iter_bytes():
        yield from lines.take(piece)
    yield from lines.end()


async def _async_lines(response: httpx.Response) -> AsyncIterator[bytes]:
    lines = Lines()
    async for piece in response.aiter_bytes():
        for one in lines.take(piece):
            yield one
    for one in lines.end():
        yield one


def _verify(ca: Path | None) -> bool | str:
    """The certificates that the server's is checked against: those in a file, or the usual ones."""
    return True if ca is None else str(ca)
