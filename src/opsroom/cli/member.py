"""`opsroom member`: who is on the node, with which keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from rich.console import Console

from opsroom import signing
from opsroom.cli.asking import Asks, asking
from opsroom.cli.output import Family, Terminal, pass_terminal, table, when
from opsroom.core.roster import Member as Enrolled
from opsroom.operations import enrol, rekey
from opsroom.wire.members import Member, ShowMember
from opsroom.wire.rooms import WhoAmI

KEY_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(cls=Family)
def member() -> None:
    """Enrol members, their bodies, desks and tokens. Being a member opens nothing: an agreement does."""


@member.command()
@click.argument("name")
@click.option("--title", required=True, help="What people call it.")
@click.option("--key", "key_file", type=KEY_FILE, help="Its public key: what `opsroom key show` prints.")
@pass_terminal
def add(terminal: Terminal, name: str, title: str, key_file: Path | None) -> None:
    """Enrol a member, with its first desk (main) and, where given, its first public key.

    \b
    Examples:
      opsroom key show alfa.key > alfa.pub
      opsroom member add alfa --title "Alfa" --key alfa.pub
    """
    public = None if key_file is None else signing.read_public(key_file)
    fingerprint = None if public is None else signing.fingerprint(public)
    with terminal.node() as node:
        found = enrol.add_member(node, name, title=title, key=public, fingerprint=fingerprint)
    named = f" with the key {fingerprint}" if fingerprint else "; it cannot sign before `opsroom member key`"
    terminal.say(_described(found) | {"key": fingerprint}, f"{name} is enrolled{named}")


@member.command()
@click.argument("name")
@click.argument("key_file", type=KEY_FILE)
@pass_terminal
def key(terminal: Terminal, name: str, key_file: Path) -> None:
    """Give a member its first key, on your word as operator. A later one is introduced: `opsroom key rotate`.

    \b
    Example: opsroom member key alfa alfa.pub
    """
    with terminal.node() as node:
        found = rekey.first_key(node, name, signing.read_public(key_file))
    terminal.say({"member": name, "key": found.fingerprint}, f"the key of {name} is {found.fingerprint}")


@member.command(name="list")
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the members of the node.

    \b
    Example: opsroom member list
    """
    with terminal.node() as node, node.store.reading() as snapshot:
        members = snapshot.people.members()
        desks = {one.name: len(snapshot.people.desks([one.name])) for one in members}
        keys = {one.name: snapshot.people.keys(one.name)[-1:] for one in members}
    said = [
        _described(one)
        | {"desks": desks[one.name], "key": next((x.fingerprint for x in keys[one.name]), None)}
        for one in members
    ]
    rows = [(x["name"], x["title"], x["desks"], x["key"] or "none") for x in said]
    terminal.show(said, lambda out: out.print(table(("member", "title", "desks", "key"), rows)))


@member.command()
@click.argument("name")
@pass_terminal
def show(terminal: Terminal, name: str) -> None:
    """Show a member: keys, bodies, desks, tokens (never their secrets).

    \b
    Example: opsroom member show alfa
    """
    with administering(terminal, name) as desk:
        found = desk.ask(ShowMember())
    terminal.show(found, lambda out: _print_member(out, found))


@contextmanager
def administering(terminal: Terminal, name: str) -> Iterator[Asks]:
    """Whom to ask for what is the member's own to do: the node, as this member; or a server, as the token's.

    A usage error where the token is another member's.
    """
    with asking(terminal, None if terminal.url is not None else name) as asked:
        asker = asked.ask(WhoAmI()).member
        if asker != name:
            raise click.UsageError(f"the token is of {asker}, and administers {asker} alone: write that name")
        yield asked


def _described(found: Enrolled) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "identity": found.identity,
        "added_at": when(found.added_at),
    }


def _print_member(out: Console, found: Member) -> None:
    out.print(f"{found.title} ({found.name}), {found.identity}", markup=False)
    said = msgspec.to_builtins(found)
    for title in ("keys", "components", "desks", "tokens"):
        if listed := said[title]:
            rows = [[_cell(cell) for cell in one.values()] for one in listed]
            out.print(table(list(listed[0]), rows, f"\n{title.capitalize()}"))


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
