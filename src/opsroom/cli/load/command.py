"""The command `opsroom load`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console

from opsroom.cli.load.file import FILE, read_room_file
from opsroom.cli.load.loader import Loader
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.cli.serve import start
from opsroom.cli.sights import SightTable
from opsroom.node import Node
from opsroom.operations import agree
from opsroom.operations.survey import Line, survey
from opsroom.service.sights import sight

KEYS = "keys"
"""The directory inside the data directory that holds the demo keys."""
DEMO = "Keys in {keys} are demo keys: they are on the node, where a member's own key never belongs."


@click.command()
@click.argument(
    "directories",
    metavar="DIRECTORY...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option("--serve", "serving", is_flag=True, help="Serve the node afterwards.")
@pass_terminal
def load(terminal: Terminal, directories: tuple[Path, ...], serving: bool) -> None:
    """Load the rooms that each DIRECTORY describes (room.toml), and print who sees what on what ground.

    Loading again changes nothing. A party without a key gets a demo key in the data directory. A member
    that cannot know of a room sees nothing of it, and is named below its table. docs/reference/room-file.md
    explains the file.

    \b
    Examples:
      opsroom --data var/baghdad-2015 load examples/baghdad-2015
      opsroom --data var/baghdad-2015 load examples/baghdad-2015 --serve
    """
    files = [(one, read_room_file(one / FILE)) for one in directories]
    done: list[str] = []
    with terminal.node() as node:
        keys = terminal.settings().data / KEYS
        for directory, file in files:
            Loader(node, directory, keys, done.append).load(file)
        if terminal.as_json:
            terminal.show({"changed": done, "items": [_said(one) for one in survey(node)]}, lambda _: None)
        else:
            terminal.show(None, lambda out: _print(out, node, done, keys))
    if serving:
        start(terminal)


def _said(line: Line) -> dict[str, object]:
    return {
        "room": line.room,
        "id": line.item.id,
        "version": line.item.version,
        "name": line.name,
        "originator": line.item.originator,
        "holder": line.offer.holder,
        "agreement": line.agreement,
        "field": line.field,
        "sights": [sight(member, found) for member, found in line.sights.items()],
    }


def _print(out: Console, node: Node, done: list[str], keys: Path) -> None:
    for one in done or ["nothing is changed: all of it is here already"]:
        out.print(one, markup=False, soft_wrap=True)
    if keys.exists():
        out.print(DEMO.format(keys=keys), markup=False, soft_wrap=True)
    titles = {one.newest.id: one.newest.title for one in agree.listed(node)}
    for room, lines in groupby(survey(node), key=lambda line: line.room):
        out.print(f"\nWho sees what in {room}", style="bold", markup=False)
        _table(titles, lines).show(out)
    out.print("\nWhy: opsroom explain ITEM --to MEMBER; --json prints the ids of all items.", markup=False)


def _table(titles: dict[str, str], lines: Iterator[Line]) -> SightTable:
    found = SightTable(titles)
    for line in lines:
        giver = line.offer.holder or line.item.originator
        found.add(
            f"{line.name or line.item.id} ({giver})",
            [sight(member, one) for member, one in line.sights.items()],
        )
    return found
