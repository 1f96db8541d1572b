"""`opsroom config check`: the settings in force."""

import click
from click.core import ParameterSource
from rich.console import Console

from opsroom.cli.output import Family, Terminal, pass_terminal, table
from opsroom.config import load


@click.group(cls=Family)
def config() -> None:
    """The settings: from the command line, the environment (OPSROOM_…) and opsroom.toml."""


@config.command()
@pass_terminal
@click.pass_context
def check(context: click.Context, terminal: Terminal) -> None:
    """Show every setting in force and where it comes from; name every fault at once (exit status 2).

    \b
    Examples:
      opsroom config check
      opsroom --config room.toml config check --json
    """
    named = context.find_root().get_parameter_source("data") is ParameterSource.COMMANDLINE
    found = load(terminal.config, given={"data": str(terminal.data) if named else None})
    shown = {
        key: {"value": value, "origin": found.origins[key]} for key, value in sorted(found.written.items())
    }

    def human(out: Console) -> None:
        rows = [(key, one["value"], one["origin"]) for key, one in shown.items()]
        out.print(table(("setting", "value", "from"), rows))

    terminal.show(shown, human)
