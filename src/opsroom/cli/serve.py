"""`opsroom serve`: the node over HTTP, until it is told to stop."""

import logging

import click
from rich.console import Console

from opsroom.app import node_in, web
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.config import load
from opsroom.core.timestamps import later, render
from opsroom.operations.enrol import Issued, issue_operator
from opsroom.serving import address, run


@click.command()
@click.option("--host", help="The address to listen on (default: 127.0.0.1).")
@click.option("--port", type=int, help="The port to listen on (default: 8420).")
@pass_terminal
def serve(terminal: Terminal, host: str | None, port: int | None) -> None:
    """Serve the node: TAXII 2.1 from /taxii2/ on, the API from /api/ on, until SIGTERM or Ctrl-C.

    The first start prints the operator's credential, once.

    \b
    Examples:
      opsroom serve
      opsroom --data room.d serve --port 9000
    """
    start(terminal, host=host, port=port)


def start(terminal: Terminal, *, host: str | None = None, port: int | None = None) -> None:
    """Serves the node of the settings; returns once a signal has stopped it. Unavailable: the port is taken."""
    terminal.require_node()
    given = {"data": terminal.data and str(terminal.data), "host": host, "port": port}
    settings = load(terminal.config, given=given).settings
    _log(settings.log_level)
    with node_in(settings.data) as node:

        def ready() -> None:
            expires_at = later(node.clock.now(), settings.token_lifetime)
            _announce(terminal, address(settings), issue_operator(node, expires_at=expires_at))

        run(web(node, settings), settings, ready=ready)


def _log(level: str) -> None:
    """Logs to standard error. Each opening of the store runs Alembic, which says so at length."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(max(logging.WARNING, logging.root.level))


def _announce(terminal: Terminal, url: str, issued: Issued | None) -> None:
    operator = None if issued is None else _shown(issued)

    def human(out: Console) -> None:
        if operator is not None:
            out.print("The operator of this node; this is shown once and kept nowhere:")
            for name, value in operator.items():
                out.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
        out.print(f"serving {url} (Ctrl-C stops)", markup=False, soft_wrap=True)

    terminal.show({"address": url, "operator": operator}, human)


def _shown(issued: Issued) -> dict[str, str]:
    credential = issued.credential
    return {"user": credential.user, "token": issued.secret, "expires_at": render(credential.expires_at)}
