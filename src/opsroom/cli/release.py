"""`opsroom release`: what waits for a release act, who would see it, and the act."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import Family, Terminal, pass_terminal, table
from opsroom.cli.sights import SightTable, titles_of
from opsroom.wire.releases import Approve, ForeseeRelease, ListWaiting, Refuse, Waiting

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(cls=Family)
def release() -> None:
    """Let out, or refuse, what was contributed and waits (`opsroom member posting --release-by`)."""


def _acting(command: Command) -> Command:
    return click.option("--room", required=True)(as_member("lets out")(command))


@release.command(name="list")
@_acting
@pass_terminal
def list_(terminal: Terminal, /, room: str, **who: Any) -> None:
    """List what a member has waiting, oldest first.

    \b
    Example: opsroom release list --room r --as alfa
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(ListWaiting(room))
    _print(terminal, found, "nothing waits")


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def show(terminal: Terminal, /, ids: tuple[str, ...], room: str, **who: Any) -> None:
    """Show who would see ITEM if it were let out now, and who would not, and on what ground.

    \b
    Example: opsroom release show report--… --room r --as alfa
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(ForeseeRelease(room, ids))
        titles = titles_of(asked, room)
    shown = SightTable(titles)
    for one in found:
        shown.add(one.id, one.sights or ())
    terminal.show(found, shown.show)


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def approve(terminal: Terminal, /, ids: tuple[str, ...], room: str, **who: Any) -> None:
    """Say yes. What has as many as it takes goes out, as one unit.

    \b
    Example: opsroom release approve report--… --room r --as alfa --by ana
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(Approve(room, ids))
    _print(terminal, found)


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def refuse(terminal: Terminal, /, ids: tuple[str, ...], room: str, **who: Any) -> None:
    """Say no. What is refused is not let out.

    \b
    Example: opsroom release refuse report--… --room r --as alfa --by ana
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(Refuse(room, ids))
    _print(terminal, found)


def _print(terminal: Terminal, found: list[Waiting], nothing: str = "") -> None:
    headings = ("item", "version", "state", "posted by", "posted", "approved by", "takes")
    rows = [
        (one.id, one.version, one.state, one.posted_by, one.posted_at, ", ".join(one.approved_by), one.takes)
        for one in found
    ]
    terminal.show(found, lambda out: out.print(table(headings, rows) if rows else nothing))
