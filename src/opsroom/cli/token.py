"""`opsroom member token|role|revoke`: who may come in, as what."""

import click

from opsroom.cli.member import administering, member
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.core.roster import Role
from opsroom.operations import enrol
from opsroom.wire.members import ChangeRoles, IssuedToken, IssueToken, MemberRole, RevokeToken

ROLES = [one.value for one in Role if one is not Role.OPERATOR]


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
@click.option("--expires", help="A duration (P90D) or a date (default: token_lifetime).")
@pass_terminal
def token(
    terminal: Terminal,
    name: str,
    user: str,
    roles: tuple[MemberRole, ...],
    desk: str,
    room: str | None,
    expires: str | None,
) -> None:
    """Issue a token. Its secret is printed once and kept nowhere.

    \b
    Example: opsroom member token alfa --user ana --role reader --role contributor --expires P90D
    """
    with administering(terminal, name) as asked:
        issued = asked.ask(IssueToken(user, roles, desk, room, _ends(expires)))
    _print_once(terminal, issued)


@click.command()
@click.argument("name")
@click.option("--user", required=True, help="Whose token it is.")
@roles_option
@pass_terminal
def role(terminal: Terminal, name: str, user: str, roles: tuple[MemberRole, ...]) -> None:
    """Change the roles of a user. What a token may do is never changed: the old one ends now, and a new one
    with these roles, the same desk, room and end is issued. Its secret is printed once.

    \b
    Example: opsroom member role alfa --user ana --role reader --role releaser
    """
    with administering(terminal, name) as asked:
        issued = asked.ask(ChangeRoles(user, roles))
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
    with administering(terminal, name) as asked:
        asked.ask(RevokeToken(user))
    terminal.say({"member": name, "user": user, "revoked": True}, f"the token of {user} is revoked")


def _ends(expires: str | None) -> str | None:
    """A bare UTC date is its beginning."""
    is_date = expires is not None and len(expires) == len("2026-01-31") and not expires.startswith("P")
    return f"{expires}T00:00:00Z" if is_date else expires


def _print_once(terminal: Terminal, issued: IssuedToken) -> None:
    text = (
        f"{issued.user} of {issued.member} ({', '.join(issued.roles)}), until {issued.expires_at}.\n"
        f"The secret is shown this once: {issued.secret}"
    )
    terminal.say(issued, text)


def register() -> None:
    """Adds the commands to `opsroom member`."""
    for command in (token, role, revoke):
        member.add_command(command)
