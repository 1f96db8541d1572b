"""`opsroom contribute`: a file of STIX, or a report, in; one by one accepted or refused, with reasons."""

from dataclasses import replace
from typing import Any

import click

from opsroom.cli.asking import as_member, asking
from opsroom.cli.meter import metered
from opsroom.cli.output import NEGATIVE, Terminal, pass_terminal
from opsroom.cli.posting import posting_options, request_of
from opsroom.cli.results import Results
from opsroom.cli.sights import titles_of
from opsroom.errors import Malformed
from opsroom.wire.contributions import Outcome


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@as_member("contributes")
@posting_options
@click.option(
    "--dry-run", is_flag=True, help="Keep nothing; show who would see each item, and who would not."
)
@pass_terminal
def contribute(
    terminal: Terminal,
    /,
    file: str,
    dry_run: bool,
    member: str | None,
    person: str | None,
    desk: str | None,
    **given: Any,
) -> None:
    """Contribute FILE (- is standard input): a STIX bundle, an array, one object, NDJSON, a report, MISP events.

    Each object is accepted or refused by itself, and stored as received. A file of any size streams through;
    stopped half-way, the same command again goes on where it stopped. What was refused, waits or was narrowed is
    printed with its reasons; in JSON, `objects` lists the plainly accepted too, up to the first 1,000.
    Exit status 1 where an object was refused.

    \b
    Examples:
      opsroom contribute bundle.json --as alfa --room r --agreement agreement--… --field incidents --dry-run
      opsroom contribute feed.ndjson --as alfa --room r --agreement agreement--… --field incidents --tlp green
      opsroom contribute report.pdf --as alfa --room r --agreement agreement--… --field incidents --rel-to bravo
      opsroom contribute event.json --misp --as alfa --room r --agreement agreement--… --field incidents
    """
    request = request_of(given, dry_run=dry_run, file=file)
    with (
        asking(terminal, member, person=person, desk=desk) as asked,
        click.open_file(file, "rb") as stream,
        metered(stream) as meter,
    ):
        titles = titles_of(asked, request.room) if dry_run else None
        with Results(terminal, titles) as results:

            def take(outcome: Outcome) -> None:
                meter.settled()
                results.take(outcome)

            try:
                asked.stream(request, meter.metering(stream), take)
            except Malformed as error:
                raise by_option(error) from None
    click.get_current_context().exit(NEGATIVE if results.refused else 0)


def by_option(error: Malformed) -> Malformed:
    """The same faults, each named by the option that it lies in."""
    options = {key: f"--{key.replace('_', '-')}" for key in ("rel_to", "not_to", "date", "source_url")}
    return Malformed([replace(one, path=options.get(one.path, one.path)) for one in error.faults])
