"""`opsroom init` and `opsroom room`: a node's directory, its rooms and who is in them."""

import click
from rich.console import Console

from opsroom.app import DATABASE
from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import Family, Terminal, pass_terminal, table, when
from opsroom.core.roster import Room
from opsroom.operations import enrol
from opsroom.wire.rooms import Rooms, RoomShown, ShowRoom

NEXT = """\
Next:
  opsroom member add NAME --title TITLE --key NAME.key   each member (opsroom key new makes a key)
  opsroom room create NAME --title TITLE --host MEMBER   a room
  opsroom agreement draft > agreement.yaml               what its members may share, and under which terms
Or load a worked example: opsroom load examples/baghdad-2015 --serve"""


@click.command()
@pass_terminal
def init(terminal: Terminal) -> None:
    """Make the data directory with its database, or bring it up to date.

    \b
    Example: opsroom --data baghdad init
    """
    database = terminal.settings().data / DATABASE
    fresh = not database.exists()
    terminal.node().close()
    said = "is made" if fresh else "was there already and is up to date"
    terminal.say({"database": str(database), "made": fresh}, f"{database} {said}.\n{NEXT}")


@click.group(cls=Family)
def room() -> None:
    """Open rooms and see who is in them."""


@room.command()
@click.argument("name")
@click.option("--title", required=True, help="What people call it.")
@click.option("--host", required=True, help="The member that runs it; it sees no more than any other.")
@click.option("--place", help="Where it is, in words.")
@pass_terminal
def create(terminal: Terminal, name: str, title: str, host: str, place: str | None) -> None:
    """Open a room. Nobody sees anything in it before an agreement is in force.

    \b
    Example: opsroom room create baghdad --title "Baghdad Operation Room" --host iraq --place Baghdad
    """
    with terminal.node() as node:
        found = enrol.open_room(node, name, title=title, host=host, place=place)
    terminal.say(_described(found), f"room {name} is open, run by {host}")


@room.command(name="list")
@as_member("asks (without one, the operator)")
@pass_terminal
def list_(terminal: Terminal, /, **who: str | None) -> None:
    """List the rooms of the node; those that the member may know of, where one asks.

    \b
    Example: opsroom room list
    """
    with asking(terminal, by_operator=True, **who) as desk:
        rooms = desk.ask(Rooms())
    rows = [(one.name, one.title, one.host, one.place) for one in rooms]
    headings = ("room", "title", "host", "place")
    terminal.show(rooms, lambda out: out.print(table(headings, rows)))


@room.command()
@click.argument("name")
@as_member("asks (without one, the operator)")
@pass_terminal
def show(terminal: Terminal, /, name: str, **who: str | None) -> None:
    """Show a room: its agreements, and its members as the dated relations that follow from them.

    A member is shown its own agreements, and those that they list.

    \b
    Example: opsroom room show baghdad
    """
    with asking(terminal, by_operator=True, **who) as desk:
        found = desk.ask(ShowRoom(name))
    terminal.show(found, lambda out: _print_room(out, found))


def _described(found: Room) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "host": found.host,
        "place": found.place,
        "created_at": when(found.created_at),
    }


def _print_room(out: Console, found: RoomShown) -> None:
    place = f", {found.place}" if found.place else ""
    out.print(f"{found.title} ({found.name}){place}: {found.state}", markup=False)
    out.print(f"run by {found.host}, which sees no more than any other member", markup=False)
    agreements = [(x.id, x.title, x.state, x.version) for x in found.agreements]
    out.print(table(("id", "title", "state", "version"), agreements, "\nAgreements"))
    titles = {x.id: x.title for x in found.agreements}
    rows = [(x.member, titles[x.agreement], x.since, x.until, x.now) for x in found.members]
    out.print(table(("member", "under", "from", "to", "now"), rows, "\nMembers"))
