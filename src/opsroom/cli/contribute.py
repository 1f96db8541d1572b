"""`opsroom contribute`: a file of STIX, or a report, in; one by one accepted or refused, with reasons."""

from dataclasses import replace
from typing import Any

import click

from opsroom.cli.meter import metered
from opsroom.cli.output import NEGATIVE, Terminal, pass_terminal
from opsroom.cli.posting import options_of, place_of, posting_options, refuse_strangers
from opsroom.cli.report import OPTIONS, Particulars, particulars_of, report_objects, report_options
from opsroom.cli.results import Results
from opsroom.core.jsontext import split_objects
from opsroom.errors import Malformed
from opsroom.node import Node
from opsroom.operations import agree
from opsroom.operations.contribute import Outcome, rehearse
from opsroom.operations.contribute import contribute as post_file

MOST_OF_A_REPORT = 50_000_001
"""Bytes; one more than a report may have, so that its reader says so."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@posting_options
@report_options
@click.option(
    "--dry-run", is_flag=True, help="Keep nothing; show who would see each item, and who would not."
)
@pass_terminal
def contribute(terminal: Terminal, /, file: str, dry_run: bool, **given: Any) -> None:
    """Contribute FILE (- is standard input): a STIX bundle, an array, one object, NDJSON, or a report.

    Each object is accepted or refused by itself, and stored as received. A file of any size streams through;
    stopped half-way, the same command again goes on where it stopped. What was refused, waits or was narrowed is
    printed with its reasons; in JSON, `objects` lists the plainly accepted too, up to the first 1,000.
    Exit status 1 where an object was refused.

    \b
    Examples:
      opsroom contribute bundle.json --as alfa --room r --agreement agreement--… --field incidents --dry-run
      opsroom contribute feed.ndjson --as alfa --room r --agreement agreement--… --field incidents --tlp green
      opsroom contribute report.pdf --as alfa --room r --agreement agreement--… --field incidents --rel-to bravo
    """
    options, place, report = options_of(given), place_of(given), particulars_of(file, given)
    with terminal.node() as node, click.open_file(file, "rb") as stream, metered(stream) as meter:
        refuse_strangers(node, given)
        titles = {one.newest.id: one.newest.title for one in agree.listed(node, place.room)}
        raws = (
            split_objects(meter.chunks(stream))
            if report is None
            else _read_report(node, stream.read(MOST_OF_A_REPORT), file, report)
        )
        principal, collection = place.found(node)
        with Results(terminal, titles if dry_run else None) as results:

            def watch(outcome: Outcome) -> None:
                meter.settled()
                results.take(outcome)

            send = rehearse if dry_run else post_file
            send(node, principal, place.room, collection, meter.counted(raws), options, watch=watch)
    click.get_current_context().exit(NEGATIVE if results.refused else 0)


def _read_report(node: Node, data: bytes, file: str, said: Particulars) -> list[bytes]:
    """The objects of a report; its faults named by the options that they lie in."""
    try:
        return report_objects(node, data, file, said)
    except Malformed as error:
        raise Malformed(
            [replace(one, path=OPTIONS.get(one.path, one.path)) for one in error.faults]
        ) from None
