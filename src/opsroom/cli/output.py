"""What the terminal shows: tables or JSON on standard output, errors on standard error, one exit status a family."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from opsroom.app import open_node
from opsroom.config import Settings, load
from opsroom.core.timestamps import Instant, parse_instant, render
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.errors import (
    Conflict,
    Fault,
    Malformed,
    NotFound,
    OpsroomError,
    Refused,
    Unauthenticated,
    Unavailable,
)
from opsroom.node import Node

NEGATIVE = 1
_WHAT_MAY_BE_WRONG = (
    "A name or an id is wrong, or it is not open to you: `opsroom room list`, `opsroom room show ROOM`; "
    "`opsroom agreement show` says what is in force."
)
"""What is said from afar of all that is not found: the server says the same of what is hidden."""
STATUS: dict[type[OpsroomError], int] = {
    Malformed: 2,
    Refused: 3,
    Conflict: 3,
    Unauthenticated: 3,
    NotFound: 4,
    Unavailable: 5,
}


@dataclass(slots=True)
class Terminal:
    """How this call was asked to speak, and which node it speaks of; or, with `url`, which server."""

    data: Path | None
    config: Path | None
    as_json: bool
    url: str | None = None
    token: str | None = None

    def settings(self) -> Settings:
        """The settings in force."""
        return load(self.config, given={"data": self.data and str(self.data)}).settings

    def node(self) -> Node:
        """The node of the settings; a context manager. A usage error where a server is meant."""
        self.require_node()
        return open_node(data=self.data, config=self.config)

    def require_node(self) -> None:
        """A usage error where a server is meant."""
        if self.url is not None:
            raise click.UsageError("this is done on the node's own machine: leave out --url (OPSROOM_URL)")

    def show(self, value: object, human: Callable[[Console], None]) -> None:
        """The value as JSON where that is asked for, else what `human` prints."""
        if self.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
        else:
            human(console())

    def say(self, value: object, text: str) -> None:
        """The value as JSON, else a line of text."""
        self.show(value, lambda out: out.print(text, markup=False, highlight=False, soft_wrap=True))


class Family(click.Group):
    """A group whose commands all take `--json`, and whose errors end with the status of their family."""

    group_class = type

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Registers a command, with `--json` where it is no group."""
        if not isinstance(cmd, click.Group) and not any(one.name == "as_json" for one in cmd.params):
            cmd.params.append(
                click.Option(
                    ["--json", "as_json"],
                    is_flag=True,
                    expose_value=False,
                    callback=_speak_json,
                    help="Print JSON.",
                )
            )
        super().add_command(cmd, name)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; a family of errors becomes its exit status."""
        try:
            return super().invoke(ctx)
        except OpsroomError as error:
            _complain(error, ctx.find_object(Terminal))
            status = next(number for kind, number in STATUS.items() if isinstance(error, kind))
            ctx.exit(status)


def _speak_json(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    terminal = ctx.find_object(Terminal)
    if value and terminal is not None:
        terminal.as_json = True


def _complain(error: OpsroomError, terminal: Terminal | None) -> None:
    faults = error.faults if isinstance(error, Malformed) else (Fault("", str(error)),)
    if terminal is not None and terminal.as_json:
        body = {
            "error": type(error).__name__,
            "faults": [{"path": x.path, "reason": x.reason} for x in faults],
        }
        click.echo(msgspec.json.encode(body).decode(), err=True)
        return
    for fault in faults:
        click.echo(f"{type(error).__name__.lower()}: {fault}", err=True)
    if isinstance(error, NotFound) and terminal is not None and terminal.url is not None:
        click.echo(_WHAT_MAY_BE_WRONG, err=True)


def console() -> Console:
    """Standard output; a terminal's width, or a generous one where there is no terminal."""
    width = None if sys.stdout.isatty() else 200
    return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A plain table; cells are shown as text."""
    found = Table(*headings, title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        found.add_row(*("" if cell is None else str(cell).replace("[", "\\[") for cell in row))
    return found


def when(instant: Instant | None) -> str | None:
    """An instant for people and JSON; None where it is unbounded."""
    return None if instant is None or instant in (BEGINNING, FOREVER) else render(instant)


class InstantType(click.ParamType):  # type: ignore[type-arg]
    """A timestamp argument: RFC 3339 with its offset, or a bare UTC date."""

    name = "timestamp"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """Microseconds UTC."""
        if isinstance(value, int):
            return value
        try:
            return parse_instant(f"{value}T00:00:00Z" if len(value) == 10 else value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


INSTANT = InstantType()
pass_terminal = click.make_pass_decorator(Terminal)
