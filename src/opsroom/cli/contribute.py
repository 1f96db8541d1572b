"""`opsroom contribute`: a file of STIX, or a report, in; one by one accepted or refused, with reasons."""

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import click

from opsroom.cli.meter import Meter, metered
from opsroom.cli.output import NEGATIVE, Terminal, pass_terminal
from opsroom.cli.posting import Place, options_of, place_of, posting_options
from opsroom.cli.report import is_report, particulars_of, report_objects, report_options
from opsroom.cli.results import Results
from opsroom.core.jsontext import split_objects
from opsroom.node import Node
from opsroom.operations import agree
from opsroom.operations.contribute import Options, Outcome, rehearse
from opsroom.operations.contribute import contribute as post_file

MOST_OF_A_REPORT = 50_000_001
"""Bytes; one more than a report may have, so that its reader says so."""


@click.command()
@click.argument("file", type=click.File("rb"))
@posting_options
@report_options
@click.option(
    "--dry-run", is_flag=True, help="Keep nothing; show who would see each item, and who would not."
)
@pass_terminal
def contribute(terminal: Terminal, /, file: BinaryIO, dry_run: bool, **given: Any) -> None:
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
    options, place = options_of(given), place_of(given)
    with terminal.node() as node, metered(file) as meter:
        raws = meter.counted(_objects(node, file, meter, given))
        titles = (
            {one.newest.id: one.newest.title for one in agree.listed(node, place.room)} if dry_run else None
        )
        with Results(terminal, titles) as results:
            _post(node, place, raws, options, meter, results)
    click.get_current_context().exit(NEGATIVE if results.refused else 0)


def _post(
    node: Node, place: Place, raws: Iterable[bytes], options: Options, meter: Meter, results: Results
) -> None:
    principal, collection = place.found(node)

    def watch(outcome: Outcome) -> None:
        meter.settled()
        results.take(outcome)

    if results.rehearsed is None:
        post_file(node, principal, place.room, collection, raws, options, watch=watch)
        return
    for outcome in rehearse(node, principal, place.room, collection, raws, options).outcomes:
        watch(outcome)


def _objects(node: Node, file: BinaryIO, meter: Meter, given: Mapping[str, Any]) -> Iterable[bytes]:
    """The objects of a STIX file as they are read, or those that a report makes."""
    report = given["report"] or is_report(file.name)
    particulars = particulars_of(given, report=report)
    if report:
        return report_objects(node, file.read(MOST_OF_A_REPORT), file.name, particulars)
    return split_objects(meter.chunks(file))
