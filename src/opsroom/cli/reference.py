"""`opsroom reference`: the pages of docs/reference that are made of the code."""

from collections.abc import Iterator
from typing import Any

import click

from opsroom.cli.output import Terminal, pass_terminal

_HEAD = """\
# The command, noun by noun

What `--help` says, all of it. `--json` may stand after every command. With `--url` and a token the command asks a
server; without them it works on the node ([the command from afar](../api.md#the-command-from-afar)). This page is
written by `opsroom reference commands`.
"""
_WIDTH = 110


@click.command()
@click.argument("page", type=click.Choice(["api", "commands", "settings"]))
@pass_terminal
def reference(terminal: Terminal, page: str) -> None:
    """Print a page of docs/reference: every request of the API, every command, or every setting.

    \b
    Example:
      opsroom reference settings > docs/reference/settings.md
    """
    text = written(page)
    terminal.say({"markdown": text}, text.rstrip("\n"))


def written(page: str) -> str:
    """The page of this name, as Markdown."""
    if page == "settings":
        from opsroom.config import reference as settings

        return settings()
    if page == "api":
        from opsroom.api.reference import page as api

        return api()
    main = click.get_current_context().find_root().command
    return "\n".join([_HEAD, *_helps(main, "opsroom")]) + "\n"


def _helps(command: click.Command, name: str, within: click.Context | None = None) -> Iterator[str]:
    """The command's own page, then those of what it holds."""
    widths: dict[str, Any] = {"max_content_width": _WIDTH, "terminal_width": _WIDTH}
    context = click.Context(command, parent=within, info_name=name, **{**command.context_settings, **widths})
    level = "##" if within is None else "###"
    yield from (f"{level} {context.command_path}", "", "```text", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            yield from _helps(command.commands[word], word, context)
