"""The command. One module a noun; each reads arguments, calls one operation, and prints what it returned."""

from pathlib import Path

import click

from opsroom.cli.output import Family, Terminal


@click.group(
    cls=Family,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--data", type=click.Path(path_type=Path), envvar="OPSROOM_DATA", help="The data directory of the node."
)
@click.option("--config", type=click.Path(path_type=Path), envvar="OPSROOM_CONFIG", help="The settings file.")
@click.option("--url", envvar="OPSROOM_URL", help="A server to ask, as the member whose token it is.")
@click.option("--token", envvar="OPSROOM_TOKEN", help="The token (better in OPSROOM_TOKEN than typed).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; may also stand after the command.")
@click.version_option(package_name="opsroom")
@click.pass_context
def main(
    context: click.Context,
    data: Path | None,
    config: Path | None,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    """An operation room in software: members share under a signed agreement, and nobody else learns a thing.

    Exit status: 0 done · 1 a negative answer (failed cases, refused objects) · 2 wrong usage or malformed input ·
    3 refused, or against what is recorded · 4 not found · 5 unavailable.

    \b
    Examples:
      opsroom init
      opsroom load examples/baghdad-2015 --serve
      opsroom explain report--… --to iran
      opsroom --url https://room.example explain report--… --to iran
    """
    if url is not None and not token:
        raise click.UsageError("--url takes a token: --token, or better OPSROOM_TOKEN in the environment")
    context.obj = Terminal(data, config, as_json, url, token)


def _register() -> None:
    """Every command; a group that one module cannot hold is completed by others."""
    from opsroom.cli import (
        acts,
        agreement,
        agreement_shown,
        agreement_signing,
        cases,
        config,
        consent,
        contribute,
        desk,
        explain,
        follow,
        key,
        knowledge,
        load,
        member,
        notices,
        pull,
        push,
        recall,
        reference,
        release,
        room,
        search,
        serve,
        token,
        what_if,
    )

    for module in (agreement_signing, agreement_shown, acts, cases, desk, token, what_if):
        module.register()
    for command in (
        *(room.init, room.room, member.member, key.key, agreement.agreement, consent.consent),
        *(load.load, contribute.contribute, release.release, explain.show, explain.explain),
        search.search,
        recall.recall,
        *(pull.pull, push.push),
        *(follow.follow, notices.notices, knowledge.knowledge),
        *(config.config, serve.serve, reference.reference),
    ):
        main.add_command(command)


_register()
