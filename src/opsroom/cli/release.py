"""`opsroom release`: what waits for a release act, who would see it, and the act."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from opsroom.cli.output import Family, Terminal, pass_terminal, table, when
from opsroom.cli.posting import OPERATOR
from opsroom.cli.sights import SightTable, sight_said
from opsroom.node import Node
from opsroom.operations import agree
from opsroom.operations import release as operation
from opsroom.operations.release import Waiting
from opsroom.principals import Principal, acting_for

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(cls=Family)
def release() -> None:
    """Let out, or refuse, what was contributed and waits (`opsroom member posting --release-by`)."""


def _acting(command: Command) -> Command:
    for option in (
        click.option("--by", "person", default=OPERATOR, show_default=True, help="The releasing officer."),
        click.option("--as", "member", required=True, metavar="MEMBER", help="The originator."),
        click.option("--room", required=True),
    ):
        command = option(command)
    return command


@release.command(name="list")
@_acting
@pass_terminal
def list_(terminal: Terminal, room: str, member: str, person: str) -> None:
    """List what a member has waiting, oldest first.

    \b
    Example: opsroom release list --room r --as alfa
    """
    with terminal.node() as node:
        found = operation.waiting(node, _principal(node, member, person), room)
    _print(terminal, found, "nothing waits")


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def show(terminal: Terminal, ids: tuple[str, ...], room: str, member: str, person: str) -> None:
    """Show who would see ITEM if it were let out now, and who would not, and on what ground.

    \b
    Example: opsroom release show report--… --room r --as alfa
    """
    with terminal.node() as node:
        found = operation.foreseen(node, _principal(node, member, person), room, ids)
        titles = {one.newest.id: one.newest.title for one in agree.listed(node, room)}
    shown = SightTable(titles)
    for one in found:
        shown.add(one.waiting.item.id, {sight.reader.member: sight for sight in one.sights})
    said = [
        _said(one.waiting) | {"sights": [sight_said(sight.reader.member, sight) for sight in one.sights]}
        for one in found
    ]
    terminal.show(said, shown.show)


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def approve(terminal: Terminal, ids: tuple[str, ...], room: str, member: str, person: str) -> None:
    """Say yes. What has as many as it takes goes out, as one unit.

    \b
    Example: opsroom release approve report--… --room r --as alfa --by ana
    """
    with terminal.node() as node:
        found = operation.approve(node, _principal(node, member, person), room, ids)
        node.advance()
    _print(terminal, found)


@release.command()
@click.argument("ids", metavar="ITEM...", nargs=-1, required=True)
@_acting
@pass_terminal
def refuse(terminal: Terminal, ids: tuple[str, ...], room: str, member: str, person: str) -> None:
    """Say no. What is refused is not let out.

    \b
    Example: opsroom release refuse report--… --room r --as alfa --by ana
    """
    with terminal.node() as node:
        found = operation.refuse(node, _principal(node, member, person), room, ids)
    _print(terminal, found)


def _principal(node: Node, member: str, person: str) -> Principal:
    with node.store.reading() as snapshot:
        return acting_for(snapshot, member, person=person)


def _said(one: Waiting) -> dict[str, object]:
    return {
        "id": one.item.id,
        "version": one.item.version,
        "state": one.offer.state.value,
        "posted_by": one.offer.posted_by,
        "posted_at": when(one.offer.posted_at),
        "approved_by": list(one.approved_by),
        "takes": one.takes,
    }


def _print(terminal: Terminal, found: list[Waiting], nothing: str = "") -> None:
    headings = ("item", "version", "state", "posted by", "posted", "approved by", "takes")
    rows = [
        (
            one.item.id,
            one.item.version,
            one.offer.state.value,
            one.offer.posted_by,
            when(one.offer.posted_at),
            ", ".join(one.approved_by),
            one.takes,
        )
        for one in found
    ]
    terminal.show(
        [_said(one) for one in found], lambda out: out.print(table(headings, rows) if rows else nothing)
    )
