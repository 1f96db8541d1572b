"""`opsroom member token|role|revoke`: who may come in, as what."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
import msgspec

from opsroom.cli.member import administering, member
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.core.roster import Role
from opsroom.errors import Conflict, Unavailable
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


out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A new file for the secret, for its owner alone, instead of the screen.",
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
@out_option
@pass_terminal
def token(
    terminal: Terminal,
    name: str,
    user: str,
    roles: tuple[MemberRole, ...],
    desk: str,
    room: str | None,
    expires: str | None,
    out: Path | None,
) -> None:
    """Issue a token. Its secret is told once and kept nowhere.

    \b
    Examples:
      opsroom member token alfa --user ana --role reader --role contributor --expires P90D
      opsroom member token alfa --user ana --role reader --out ana.token
    """
    with administering(terminal, name) as asked:
        _tell_once(terminal, out, lambda: asked.ask(IssueToken(user, roles, desk, room, _ends(expires))))


@click.command()
@click.argument("name")
@click.option("--user", required=True, help="Whose token it is.")
@roles_option
@out_option
@pass_terminal
def role(terminal: Terminal, name: str, user: str, roles: tuple[MemberRole, ...], out: Path | None) -> None:
    """Change the roles of a user. What a token may do is never changed: the old one ends now, and a new one
    with these roles, the same desk, room and end is issued. Its secret is told once.

    \b
    Example: opsroom member role alfa --user ana --role reader --role releaser
    """
    with administering(terminal, name) as asked:
        _tell_once(terminal, out, lambda: asked.ask(ChangeRoles(user, roles)))


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


def _tell_once(terminal: Terminal, out: Path | None, issue: Callable[[], IssuedToken]) -> None:
    """Issues a token and tells its secret: on the screen, or in a file that is made before there is one."""
    if out is None:
        issued = issue()
        said, text = msgspec.to_builtins(issued), f"The secret is shown this once: {issued.secret}"
    else:
        with _new_file(out) as file:
            issued = issue()
            file.write(f"{issued.secret}\n")
        said, text = (
            msgspec.to_builtins(issued) | {"secret": None, "written": str(out)},
            f"The secret is in {out}.",
        )
    terminal.say(
        said,
        f"{issued.user} of {issued.member} ({', '.join(issued.roles)}), until {issued.expires_at}.\n{text}",
    )


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner reads; there is none where nothing came of it. Conflict where there is one already."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise Conflict(f"{path} is there already; a secret goes into a file of its own") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def register() -> None:
    """Adds the commands to `opsroom member`."""
    for command in (token, role, revoke):
        member.add_command(command)
