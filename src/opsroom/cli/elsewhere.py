"""What `opsroom pull` and `opsroom push` share: the server elsewhere, its secret, the state file, the schedule."""

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import click

from opsroom.cli.asking import Asks
from opsroom.cli.output import Terminal
from opsroom.config import is_loopback
from opsroom.connectors.origin import Origin, Secret, split
from opsroom.core.search import last
from opsroom.errors import Malformed, Unavailable
from opsroom.wire.rooms import Desk, WhoAmI

Command = TypeVar("Command", bound=Callable[..., Any])
SOONEST = 5.0
"""Seconds before the first new try after a failure; twice as many each time, up to the schedule's own."""
_SECOND = 1_000_000

_OPTIONS = (
    click.option("--user", help="Whose secret it is: Basic. Without a user the secret is a token: Bearer."),
    click.option(
        "--secret-from",
        metavar="NAME",
        help="Where the secret is: a variable of the environment, or a file of one line.",
    ),
    click.option(
        "--ca",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Certificates to trust, as PEM.",
    ),
    click.option(
        "--state", type=click.Path(dir_okay=False, path_type=Path), help="Where to keep how far it has come."
    ),
    click.option(
        "--every", metavar="SPAN", help="Do it again on this schedule (30s, 5m, 1h) until a signal."
    ),
)


def elsewhere_options(command: Command) -> Command:
    """Adds the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def origin_of(url: str, given: dict[str, Any]) -> Origin:
    """The server of an address, with the secret that the options name. A usage error for what cannot be meant."""
    secret = None
    if given["secret_from"] is not None:
        secret = Secret(_secret(given["secret_from"]), given["user"])
    elif given["user"] is not None:
        raise click.UsageError("--user goes with --secret-from, which says where the secret is")
    parts = split(url)
    if secret is not None and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise click.UsageError(f"a secret would cross the network in clear: {url} must be https")
    return Origin(url, pause, secret, given["ca"])


def pause(seconds: float) -> None:
    """Waits; a signal ends it."""
    Event().wait(seconds)


def state_path(terminal: Terminal, given: dict[str, Any], *named: str) -> Path:
    """The state file: the one that is given, else one of its own for what is named, in a directory of the machine.

    On the node it lies in its data directory, else in the state directory of the user (XDG).
    """
    stated: Path | None = given["state"]
    if stated is not None:
        return stated
    home = (
        terminal.settings().data
        if terminal.url is None
        else Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "opsroom"
    )
    name = hashlib.sha256("\n".join((terminal.url or "", *named)).encode()).hexdigest()[:16]
    return home / "sync" / f"{named[0]}-{name}.json"


def desk_of(asked: Asks) -> Desk:
    """Who asks."""
    return asked.ask(WhoAmI())


def scheduled(every: str | None, run: Callable[[], int]) -> int:
    """The exit status of one run; or with a span of the last one before a signal, runs that fail being tried again."""
    if every is None:
        return run()
    try:
        span = last(every) / _SECOND
    except Malformed as error:
        raise click.UsageError(f"--every: {error.faults[0].reason}") from None
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = failed = 0
    try:
        while True:
            try:
                status, failed, rest = run(), 0, span
            except Unavailable as error:
                failed += 1
                rest = min(span, SOONEST * 2 ** (failed - 1))
                click.echo(f"unavailable: {error}; the next try is in {rest:,.0f} s", err=True)
            try:
                pause(rest)
            except KeyboardInterrupt:
                return status if not failed else 5
    finally:
        signal.signal(signal.SIGTERM, before)


def _secret(name: str) -> str:
    found = os.environ.get(name)
    if found is None:
        try:
            found = Path(name).read_text().partition("\n")[0]
        except (OSError, UnicodeDecodeError):
            raise click.UsageError(
                f"--secret-from {name}: there is no such variable in the environment, and no such file"
            ) from None
    if not found.strip():
        raise click.UsageError(f"--secret-from {name}: there is nothing in it")
    return found.strip()
