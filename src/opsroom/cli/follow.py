"""`opsroom follow`: what comes into a member's feed and what leaves it, as it happens."""

from typing import Any

import click
import msgspec

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.wire.following import Event, Follow
from opsroom.wire.notices import Notice


@click.command()
@click.option("--room", required=True)
@click.option("--collection", default="released", show_default=True, help="The id or alias of a collection.")
@click.option("--after", metavar="EVENT", help="Go on after the event of this id.")
@click.option("--from-now", is_flag=True, help="Leave out what is there already.")
@click.option("--count", type=click.IntRange(1), help="Stop after so many events.")
@as_member("follows")
@pass_terminal
def follow(
    terminal: Terminal,
    /,
    room: str,
    collection: str,
    after: str | None,
    from_now: bool,
    count: int | None,
    **who: Any,
) -> None:
    """Follow a collection until Ctrl-C: a line for every item that comes, and for every one that is withdrawn.

    And for every own item that is held back from a member by what it rests on (narrowed), or no more (restored).

    Each event has an id; --after goes on there, without loss or doubling. With --json each line is an event with
    its item.

    \b
    Examples:
      opsroom follow --room r --as alfa --from-now
      opsroom --url https://room.example follow --room r --json --after AAZL9…
    """
    request = Follow(room, collection=collection, last_event_id=after, from_now=from_now)
    with asking(terminal, **who) as asked:
        for number, event in enumerate(asked.listen(request), 1):
            click.echo(msgspec.json.encode(event).decode() if terminal.as_json else _line(event))
            if number == count:
                return


def _line(event: Event) -> str:
    data = event.data
    said = f"{event.event:9} {data.id} {data.version or ''}".rstrip()
    if isinstance(data, Notice):
        without = f" (without {', '.join(data.because)})" if data.because else ""
        said += f" for {data.to}{without}"
    return f"{said}  {event.id}"
