"""`opsroom member component|desk|posting|postings`: the bodies of a member, who reads where, how it posts."""

import click

from opsroom.cli.member import administering, member
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.operations import enrol
from opsroom.wire.contributions import Tlp
from opsroom.wire.members import AddComponent, AddDesk, ListPostings, Posting, ReleaseBy, SetPosting


@click.command()
@click.argument("name")
@click.argument("component_name", metavar="COMPONENT")
@click.option("--title", required=True, help="What people call it.")
@click.option("--part-of", help="The component that it is a part of; without one, of the member itself.")
@click.option("--from", "since", type=INSTANT, default=BEGINNING, help="Since when it exists.")
@click.option(
    "--to", "until", type=INSTANT, default=FOREVER, help="Until when it existed (that instant not)."
)
@pass_terminal
def component(
    terminal: Terminal,
    name: str,
    component_name: str,
    title: str,
    part_of: str | None,
    since: Instant,
    until: Instant,
) -> None:
    """Record a body inside a member. It has no access of its own; an agreement may designate it.

    \b
    Example: opsroom member component alfa alfa-coastguard --title "Coast Guard" --from 2014-06-15
    """
    wanted = AddComponent(component_name, title, part_of, when(since), when(until))
    with administering(terminal, name) as asked:
        found = asked.ask(wanted)
    said = {"member": name, "component": found.name, "title": title, "part_of": part_of}
    bounds = {"from": found.since, "to": found.until}
    terminal.say(said | bounds, f"{component_name} is recorded as a body of {name}")


@click.command()
@click.argument("name")
@click.argument("desk_name", metavar="DESK")
@click.option("--field", "fields", multiple=True, help="A field that it works on; without any, all of them.")
@click.option(
    "--held", multiple=True, help="A category that it holds; without any, all that the member holds."
)
@click.option("--clearance", metavar="POLICY/LEVEL", help="The highest level that it may read.")
@click.option(
    "--component", help="The body that it belongs to: it reads where that one is designated, no more."
)
@pass_terminal
def desk(
    terminal: Terminal,
    name: str,
    desk_name: str,
    fields: tuple[str, ...],
    held: tuple[str, ...],
    clearance: str | None,
    component: str | None,
) -> None:
    """Make a desk: a group of readers of a member. A desk only narrows what its member may receive.

    \b
    Examples:
      opsroom member desk alfa border --field border-security --clearance ALF/GEHEIM
      opsroom member desk alfa patrol --component alfa-coastguard
    """
    wanted = AddDesk(desk_name, fields or None, held or None, clearance, component)
    with administering(terminal, name) as asked:
        found = asked.ask(wanted)
    said = {"member": name, "desk": found.name, "added_at": found.added_at}
    terminal.say(said, f"desk {desk_name} of {name} is made; `opsroom member token` lets people in")


@click.command()
@click.argument("name")
@click.option("--room", required=True)
@click.option("--agreement", required=True, help="The id of the agreement.")
@click.option("--field", required=True, help="The field of cooperation.")
@click.option("--policy", help="Whose classification it is.")
@click.option("--level", help="The level of what says nothing else, in that policy.")
@click.option("--tlp", type=click.Choice(TLP_ORDER), help="The TLP of what says nothing else.")
@click.option(
    "--release-by", type=click.Choice(enrol.RELEASE_BY), help="Whose act lets out what is contributed."
)
@pass_terminal
def posting(
    terminal: Terminal,
    name: str,
    room: str,
    agreement: str,
    field: str,
    policy: str | None,
    level: str | None,
    tlp: Tlp | None,
    release_by: ReleaseBy | None,
) -> None:
    """Set how a member posts under an agreement and field. What is not given stays as it is.

    \b
    Example: opsroom member posting alfa --room r --agreement agreement--… --field logistics --release-by releaser
    """
    wanted = SetPosting(room, agreement, field, policy, level, tlp, release_by)
    with administering(terminal, name) as asked:
        found = asked.ask(wanted)
    said = {
        "member": name,
        "policy": found.policy,
        "level": found.level,
        "tlp": found.tlp,
        "release_by": found.release_by,
    }
    terminal.say(said, f"{name} posts to {field}: {_level(found)}, let out by {found.release_by}")


@click.command()
@click.argument("name")
@click.option("--room", help="Only in this room.")
@pass_terminal
def postings(terminal: Terminal, name: str, room: str | None) -> None:
    """List how a member posts, by room, agreement and field.

    \b
    Example: opsroom member postings alfa
    """
    with administering(terminal, name) as asked:
        found = asked.ask(ListPostings(room))
    rows = [(x.room, x.agreement, x.field, _level(x), x.release_by) for x in found]
    headings = ("room", "agreement", "field", "posts", "let out by")
    terminal.show(found, lambda out: out.print(table(headings, rows)))


def _level(one: Posting) -> str:
    return f"{one.policy} {one.level}, TLP:{one.tlp.upper()}" if one.level else f"TLP:{one.tlp.upper()}"


def register() -> None:
    """Adds the commands to `opsroom member`."""
    for command in (component, desk, posting, postings):
        member.add_command(command)
