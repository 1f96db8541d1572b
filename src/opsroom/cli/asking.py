"""Whom a member's command asks: a server (`--url`, `--token`), or the node on this machine (`--as MEMBER`).

Both take the same requests and give the same answers, so a command does not know which of them it has.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Wait
from typing import Any, BinaryIO, Protocol, TypeVar

import click
import msgspec

from opsroom.app import service_of
from opsroom.cli.output import Terminal
from opsroom.client import Client
from opsroom.principals import acting_for
from opsroom.service import Seat
from opsroom.wire.request import Request

A = TypeVar("A")
Command = TypeVar("Command", bound=Callable[..., Any])
OPERATOR = "operator"
PAUSE = 0.5
"""Seconds between two looks at what there is to tell."""


class Asks(Protocol):
    """Takes requests."""

    def ask(self, request: Request[A]) -> A:
        """The answer to a request."""

    def stream(self, request: Request[A], upload: BinaryIO, emit: Callable[[A], None]) -> None:
        """Emits each answer to a request that uploads, as soon as it is settled."""

    def listen(self, request: Request[A]) -> Iterator[A]:
        """The events of a request that follows, for as long as they are asked for."""


class _Local:
    """The node on this machine."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    def ask(self, request: Request[A]) -> A:
        return self._seat.ask(request)

    def stream(self, request: Request[A], upload: BinaryIO, emit: Callable[[A], None]) -> None:
        self._seat.stream(request, upload, emit)

    def listen(self, request: Request[A]) -> Iterator[A]:
        while True:
            told, position = self._seat.look(request)
            yield from told
            request = msgspec.structs.replace(request, last_event_id=position)
            if not told:
                Wait().wait(PAUSE)


class _Remote:
    """A server, asked through the client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, request: Request[A]) -> A:
        return self._client.ask(request)

    def stream(self, request: Request[A], upload: BinaryIO, emit: Callable[[A], None]) -> None:
        for one in self._client.stream(request, upload):
            emit(one)

    def listen(self, request: Request[A]) -> Iterator[A]:
        return self._client.listen(request)


@contextmanager
def asking(
    terminal: Terminal,
    member: str | None,
    *,
    person: str | None = None,
    desk: str | None = None,
    by_operator: bool = False,
) -> Iterator[Asks]:
    """Whom to ask, as `member`. `by_operator`: without a member, the operator of the node asks.

    A usage error where it is not said who asks, or said twice.
    """
    if terminal.url is not None:
        said = {"--as": member, "--by": person, "--desk": desk}
        if twice := [option for option, value in said.items() if value is not None]:
            raise click.UsageError(
                f"{', '.join(twice)}: with --url the token says who asks, and at which desk"
            )
        with Client(terminal.url, terminal.token or "") as client:
            yield _Remote(client)
        return
    if member is None and not by_operator:
        raise click.UsageError("say who asks: --as MEMBER on the node's machine, or --url and --token")
    with terminal.node() as node:
        principal = None
        if member is not None:
            with node.store.reading() as snapshot:
                principal = acting_for(snapshot, member, desk=desk, person=person or OPERATOR)
        yield _Local(Seat(service_of(node, terminal.settings()), principal))


def as_member(what: str) -> Callable[[Command], Command]:
    """The options that say who asks on the node's machine; `what` the member does."""

    def add(command: Command) -> Command:
        for option in (
            click.option("--desk", help="The desk that it is done at (default: the first)."),
            click.option("--by", "person", help=f"The person who does it (default: {OPERATOR})."),
            click.option("--as", "member", metavar="MEMBER", help=f"The member that {what}, on its node."),
        ):
            command = option(command)
        return command

    return add
