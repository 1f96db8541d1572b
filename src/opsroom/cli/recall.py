"""`opsroom recall`: the originator takes back what it contributed."""

from typing import Any

import click

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.wire.items import Recall


@click.command()
@click.argument("item")
@click.option("--room", required=True)
@click.option("--version", "versions", multiple=True, help="This version alone (`modified`); repeat it.")
@as_member("takes back")
@pass_terminal
def recall(terminal: Terminal, /, item: str, room: str, versions: tuple[str, ...], **who: Any) -> None:
    """Take back ITEM, wherever in the room it was offered: all its versions, or those named.

    Nobody is shown it any more, nor what rests on it. Copies that were fetched stay with who fetched them. It is a
    releasing officer's act where the member's release is one.

    \b
    Example: opsroom recall report--… --room r --as alfa
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(Recall(room, item, versions=versions))
    terminal.say(found, f"{item}: {found.versions} version{'s' if found.versions != 1 else ''} taken back")
