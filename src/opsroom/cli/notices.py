"""`opsroom notices`: which of a member's own items are held back from whom, and by what."""

from typing import Any

import click
from rich.console import Console

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import Terminal, pass_terminal, table
from opsroom.wire.notices import NoticePage, Notices


@click.command()
@click.option("--room", required=True)
@click.option("--ended", is_flag=True, help="Also those that ended.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--next", "following", metavar="NEXT", help="Go on where a page ended.")
@as_member("is told")
@pass_terminal
def notices(
    terminal: Terminal, /, room: str, ended: bool, limit: int | None, following: str | None, **who: Any
) -> None:
    """List which of a member's own items are held back from whom by what they refer to or rest on.

    An item goes out with all that it refers to, or not at all: where a reference, a source or a newer version is
    withheld from somebody, so is the item, and its originator is told here, and by `opsroom follow`, at once.

    \b
    Examples:
      opsroom notices --room r --as alfa
      opsroom --url https://room.example notices --room r --ended --json
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(Notices(room, ended=ended, limit=limit, next=following))
    terminal.show(found, lambda out: _print(out, found))


def _print(out: Console, found: NoticePage) -> None:
    if not found.notices:
        out.print("nothing of yours is held back")
        return
    rows = [
        (x.id, x.version or "", x.to, x.ground, ", ".join(x.because), x.since, x.until or "")
        for x in found.notices
    ]
    out.print(table(("item", "version", "withheld from", "ground", "without", "since", "until"), rows))
    if found.next is not None:
        out.print(f"more: --next {found.next}", markup=False, soft_wrap=True)
