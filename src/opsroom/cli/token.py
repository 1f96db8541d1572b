"""`opsroom member token|role|revoke`: who may come in, as what."""

from typing import Any

import click

from opsroom.cli.member import member
from opsroom.cli.output import Terminal, pass_terminal, when
from opsroom.core.roster import Role
from opsroom.core.timestamps import Duration, Instant, later, parse_duration, parse_instant
from opsroom.operations import enrol

ROLES = [one.value for one in Role if one is not Role.OPERATOR]


class ExpiryType(click.ParamType):  # type: ignore[type-arg]
    """When something ends: a duration from now (P90D), a timestamp, or a bare UTC date."""

    name = "expiry"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Duration | Instant:
        """A duration, or microseconds UTC."""
        if not isinstance(value, str):
            found: Duration | Instant = value
            return found
        try:
            if value.startswith("P"):
                return parse_duration(value)
            return parse_instant(f"{value}T00:00:00Z" if len(value) == 10 else value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


roles_option = click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="What it may do; repeat it.",
)


@click.command()
@click.argument("name")
@click.option(
    "--user", required=True, help="Who holds it: the user name of Basic, and the name in the ledger."
)
@roles_option
@click.option("--desk", default=enrol.FIRST_DESK, show_default=True, help="The desk that it sits at.")
@click.option("--room", help="The only room that it opens; without one, every room that the desk may enter.")
@click.option("--expires", type=ExpiryType(), help="A duration (P90D) or a date (default: token_lifetime).")
@pass_terminal
def token(
    terminal: Terminal,
    name: str,
    user: str,
    roles: tuple[str, ...],
    desk: str,
    room: str | None,
    expires: Duration | Instant | None,
) -> None:
    """Issue a token. Its secret is printed once and kept nowhere.

    \b
    Example: opsroom member token alfa --user ana --role reader --role contributor --expires P90D
    """
    wanted = terminal.settings().token_lifetime if expires is None else expires
    with terminal.node() as node:
        ends = later(node.clock.now(), wanted) if isinstance(wanted, Duration) else wanted
        issued = enrol.issue_token(
            node, name, user=user, roles=_roles(roles), expires_at=ends, desk=desk, room=room
        )
    _print_once(terminal, issued)


@click.command()
@click.argument("name")
@click.option("--user", required=True, help="Whose token it is.")
@roles_option
@pass_terminal
def role(terminal: Terminal, name: str, user: str, roles: tuple[str, ...]) -> None:
    """Change the roles of a user. What a token may do is never changed: the old one ends now, and a new one
    with these roles, the same desk, room and end is issued. Its secret is printed once.

    \b
    Example: opsroom member role alfa --user ana --role reader --role releaser
    """
    with terminal.node() as node:
        issued = enrol.change_roles(node, name, user, roles=_roles(roles))
    _print_once(terminal, issued)


@click.command()
@click.argument("name")
@click.option("--user", required=True, help="Whose token it is.")
@pass_terminal
def revoke(terminal: Terminal, name: str, user: str) -> None:
    """End a token now.

    \b
    Example: opsroom member revoke alfa --user ana
    """
    with terminal.node() as node:
        enrol.revoke_token(node, name, user)
    terminal.say({"member": name, "user": user, "revoked": True}, f"the token of {user} is revoked")


def _roles(names: tuple[str, ...]) -> frozenset[Role]:
    return frozenset(Role(one) for one in names)


def _print_once(terminal: Terminal, issued: enrol.Issued) -> None:
    found = issued.credential
    said = {
        "member": found.member,
        "user": found.user,
        "roles": sorted(found.roles),
        "room": found.room,
        "expires_at": when(found.expires_at),
        "secret": issued.secret,
    }
    text = (
        f"{found.user} of {found.member} ({', '.join(sorted(found.roles))}), until {when(found.expires_at)}.\n"
        f"The secret is shown this once: {issued.secret}"
    )
    terminal.say(said, text)


def register() -> None:
    """Adds the commands to `opsroom member`."""
    for command in (token, role, revoke):
        member.add_command(command)
