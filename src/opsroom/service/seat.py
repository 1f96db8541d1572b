"""Who asks, and the dispatch of every request to the one function that answers it.

The API and the command ask here alike: what a member may do does not depend on the door.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias, TypeVar

from opsroom.core.timestamps import Duration
from opsroom.cursor import Cursors
from opsroom.errors import Refused
from opsroom.node import Node
from opsroom.principals import Principal
from opsroom.service.feeds import KeptFeeds
from opsroom.wire.request import Request

A = TypeVar("A")
Emit: TypeAlias = Callable[[A], None]

HANDLERS: dict[type[Request[Any]], Callable[..., Any]] = {}
"""What answers each kind of request."""


@dataclass(frozen=True, slots=True)
class Service:
    """What every answer is made with: the node, its cursors, how many entries a page has (usually, at most).

    `token_lifetime`: how long a new token holds where nothing else is said. `feeds`: what is kept of MISP feeds.
    """

    node: Node
    cursors: Cursors
    page: int
    page_most: int
    token_lifetime: Duration
    feeds: KeptFeeds = field(default_factory=KeptFeeds)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who asks. `asker` None: the operator of the node, on its machine."""

    service: Service
    asker: Principal | None

    @property
    def node(self) -> Node:
        """The node that is asked."""
        return self.service.node

    @property
    def principal(self) -> Principal:
        """The member's person that asks; Refused for the operator, who is none."""
        if self.asker is None:
            raise Refused("this is asked by a member: say which (--as MEMBER)")
        return self.asker

    def ask(self, request: Request[A]) -> A:
        """The answer. Refused where the request takes a role that the asker has not."""
        answer: A = self._handler(request)(self, request)
        return answer

    def stream(self, request: Request[A], upload: BinaryIO, emit: Emit[A]) -> None:
        """The answers to a request that is answered with many: each is emitted once it is settled."""
        self._handler(request)(self, request, upload, emit)

    def look(self, request: Request[A]) -> tuple[list[A], str]:
        """The events that there are for a request that follows, and the position after them."""
        found: tuple[list[A], str] = self._handler(request)(self, request)
        return found

    def _handler(self, request: Request[A]) -> Callable[..., Any]:
        if request.ROLE is not None and self.asker is not None:
            self.asker.require(request.ROLE)
        return HANDLERS[type(request)]


def answers(
    kind: Callable[..., Request[A]],
) -> Callable[[Callable[[Seat, Any], A]], Callable[[Seat, Any], A]]:
    """Registers a function as what answers a kind of request."""

    def register(handler: Callable[[Seat, Any], A]) -> Callable[[Seat, Any], A]:
        HANDLERS[kind] = handler  # type: ignore[index]
        return handler

    return register


def follows(
    kind: Callable[..., Request[A]],
) -> Callable[[Callable[[Seat, Any], tuple[list[A], str]]], Callable[[Seat, Any], tuple[list[A], str]]]:
    """Registers a function that says which events there are now as what answers a kind of request."""

    def register(
        handler: Callable[[Seat, Any], tuple[list[A], str]],
    ) -> Callable[[Seat, Any], tuple[list[A], str]]:
        HANDLERS[kind] = handler  # type: ignore[index]
        return handler

    return register


def streams(
    kind: Callable[..., Request[A]],
) -> Callable[
    [Callable[[Seat, Any, BinaryIO, Emit[A]], None]], Callable[[Seat, Any, BinaryIO, Emit[A]], None]
]:
    """Registers a function as what answers a kind of request with a stream."""

    def register(
        handler: Callable[[Seat, Any, BinaryIO, Emit[A]], None],
    ) -> Callable[[Seat, Any, BinaryIO, Emit[A]], None]:
        HANDLERS[kind] = handler  # type: ignore[index]
        return handler

    return register
