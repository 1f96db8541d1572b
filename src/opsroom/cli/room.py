"""`opsroom init` and `opsroom room`: a node's directory, its rooms and who is in them."""

from dataclasses import dataclass

import click
from rich.console import Console

from opsroom.app import DATABASE
from opsroom.cli.output import Family, Terminal, pass_terminal, table, when
from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.membership import memberships
from opsroom.core.roster import Room
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.operations import agree, enrol

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
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the rooms of the node.

    \b
    Example: opsroom room list
    """
    with terminal.node() as node, node.store.reading() as snapshot:
        rooms = snapshot.people.rooms()
    rows = [(one.name, one.title, one.host, one.place) for one in rooms]
    headings = ("room", "title", "host", "place")
    terminal.show([_described(one) for one in rooms], lambda out: out.print(table(headings, rows)))


@room.command()
@click.argument("name")
@pass_terminal
def show(terminal: Terminal, name: str) -> None:
    """Show a room: its agreements, and its members as the dated relations that follow from them.

    \b
    Example: opsroom room show baghdad
    """
    with terminal.node() as node:
        found = _room(node, name)
        kept = agree.listed(node, name)
        now = node.clock.now()
    relations = [one for each in kept for one in _relations(each, now)]
    listed = [
        {
            "id": one.newest.id,
            "title": one.newest.title,
            "state": one.state(now),
            "version": one.newest.version,
            "fields": list(one.newest.terms.fields),
        }
        for one in kept
    ]
    active = any(one["state"] == "in force" for one in listed)
    said = _described(found) | {
        "state": "active" if active else "inactive",
        "agreements": listed,
        "members": [one.said for one in relations],
    }
    terminal.show(said, lambda out: _print_room(out, said, listed, relations))


@dataclass(frozen=True, slots=True)
class Relation:
    """One span of one member under one agreement (None: never live yet), and what is so at this instant."""

    member: str
    agreement: str
    title: str
    span: Window | None
    now: str

    @property
    def said(self) -> dict[str, object]:
        """As JSON."""
        since, until = (self.span.since, self.span.until) if self.span else (None, None)
        bounds = {"from": when(since), "to": when(until)}
        return {"member": self.member, "agreement": self.agreement, **bounds, "now": self.now}


def _relations(kept: agree.Kept, now: Instant) -> list[Relation]:
    edges = Edges([kept.record])
    found: list[Relation] = []
    for one in memberships(kept.record):
        for span in one.spans or (None,):
            state = _state(edges, one.member, kept.record.members, span, now)
            found.append(Relation(one.member, one.agreement, kept.newest.title, span, state))
    return found


def _state(edges: Edges, member: str, others: frozenset[str], span: Window | None, now: Instant) -> str:
    if span is None:
        return "not in force"
    if now not in span:
        return "ahead" if now < span.since else "ended"
    running = (
        edges.between(*pair).at(now) for other in others for pair in ((member, other), (other, member))
    )
    return "in force" if any(running) else "suspended"


def _room(node: Node, name: str) -> Room:
    with node.store.reading() as snapshot:
        found = snapshot.people.room(name)
        if found is None:
            known = ", ".join(one.name for one in snapshot.people.rooms()) or "none; `opsroom room create`"
            raise NotFound(f'there is no room "{name}"; the rooms of this node: {known}')
    return found


def _described(found: Room) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "host": found.host,
        "place": found.place,
        "created_at": when(found.created_at),
    }


def _print_room(
    out: Console, said: dict[str, object], listed: list[dict[str, object]], relations: list[Relation]
) -> None:
    place = f", {said['place']}" if said["place"] else ""
    out.print(f"{said['title']} ({said['name']}){place}: {said['state']}", markup=False)
    out.print(f"run by {said['host']}, which sees no more than any other member", markup=False)
    agreements = [(x["id"], x["title"], x["state"], x["version"]) for x in listed]
    out.print(table(("id", "title", "state", "version"), agreements, "\nAgreements"))
    rows = [(x.member, x.title, x.said["from"], x.said["to"], x.now) for x in relations]
    out.print(table(("member", "under", "from", "to", "now"), rows, "\nMembers"))
