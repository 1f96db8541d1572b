"""`opsroom pull`: what is new on a server or in a feed elsewhere, contributed to a room."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec

from opsroom.cli.asking import Asks, as_member, asking
from opsroom.cli.contribute import by_option
from opsroom.cli.elsewhere import desk_of, elsewhere_options, scheduled, state_path
from opsroom.cli.meter import counted, metered
from opsroom.cli.output import INSTANT, NEGATIVE, Terminal, pass_terminal
from opsroom.cli.posting import request_of, unit_options
from opsroom.cli.results import Results
from opsroom.cli.sights import titles_of
from opsroom.cli.sources import Source, source_of
from opsroom.connectors.sync import Batch, SyncFile, Tally, held
from opsroom.connectors.taxii import LIMIT
from opsroom.errors import Malformed
from opsroom.wire.contributions import Contribute, Outcome

SHOWN = 20
"""What is missing that is shown one by one."""


@click.command()
@click.argument("source")
@as_member("contributes")
@unit_options
@elsewhere_options
@click.option(
    "--collection", metavar="NAME", help="The collection of a TAXII server: its id, alias or title."
)
@click.option("--taxii", "kind", flag_value="taxii", help="SOURCE is a TAXII 2.1 server.")
@click.option("--stix", "kind", flag_value="stix", help="SOURCE is STIX: a file, a directory, an address.")
@click.option("--misp", "kind", flag_value="misp", help="SOURCE is a MISP feed.")
@click.option("--since", type=INSTANT, help="Begin at this instant, where nothing was pulled before.")
@click.option(
    "--versions",
    type=click.Choice(("last", "all")),
    default="last",
    show_default=True,
    help="The newest version of each object, or every one (TAXII).",
)
@click.option(
    "--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="Objects of a page (TAXII)."
)
@click.option("--verify", is_flag=True, help="Compare what came with the manifest of the collection (TAXII).")
@click.option(
    "--dry-run", is_flag=True, help="Keep nothing; show who would see each item, and who would not."
)
@pass_terminal
def pull(
    terminal: Terminal,
    /,
    source: str,
    member: str | None,
    person: str | None,
    desk: str | None,
    dry_run: bool,
    **given: Any,
) -> None:
    """Pull from SOURCE: a TAXII 2.1 server, a MISP feed, a STIX bundle or NDJSON; an address or a local path.

    Only what is new since the last pull is read, and contributed like a file of `opsroom contribute`: a TAXII
    collection as one unit once all of it is here, each file and each MISP event as one. How far it came is kept in a
    state file, written once the room has what it says; a pull that was stopped goes on where it was.
    Exit status 1 where something was refused, or not all of it came.

    \b
    Examples:
      opsroom pull https://taxii.example/one/ --collection indicators --as alfa --room r --agreement agreement--… \\
          --field incidents --user alfa --secret-from TAXII_PASSWORD
      opsroom pull https://feed.example/misp/ --as alfa --room r --agreement agreement--… --field incidents --every 1h
      opsroom pull bundles/ --as alfa --room r --agreement agreement--… --field incidents --dry-run
    """
    request = request_of(given, dry_run=dry_run)

    def run() -> int:
        with asking(terminal, member, person=person, desk=desk) as asked:
            _require_place(asked, request)
            with source_of(source, given) as found, _state(terminal, asked, request, found, given) as file:
                return _pulled(terminal, asked, request, found, file)

    click.get_current_context().exit(scheduled(given["every"], run))


def _require_place(asked: Asks, request: Contribute) -> None:
    """Refuses what the room would refuse of any unit, before anything is fetched."""
    try:
        asked.stream(msgspec.structs.replace(request, dry_run=True), BytesIO(b"[]"), lambda _: None)
    except Malformed as error:
        raise by_option(error) from None


@contextmanager
def _state(
    terminal: Terminal, asked: Asks, request: Contribute, source: Source, given: dict[str, Any]
) -> Iterator[SyncFile]:
    """How far the pull has come; a rehearsal begins there, and leaves no trace."""
    me = desk_of(asked)
    here = f"{me.member}/{me.desk} in {request.room}, {request.agreement}, {request.field}"
    path = state_path(terminal, given, "pull", source.name, here)
    with held(path, "pull", there=source.name, here=here) as file:
        if not request.dry_run:
            yield file
            return
        with TemporaryDirectory() as aside:
            now = msgspec.structs.replace(file.now, fetching=None)
            yield SyncFile(Path(aside) / path.name, now, lasting=False)


def _pulled(terminal: Terminal, asked: Asks, request: Contribute, source: Source, file: SyncFile) -> int:
    """Contributes all that is new; the exit status."""
    tally = Tally()
    run = _Run(asked, request, file, tally)
    titles = titles_of(asked, request.room) if request.dry_run else None
    results = Results(terminal, titles, nothing="there is nothing new")
    try:
        with results:
            results.further["source"] = {}
            try:
                for batch in _arriving(source, file, tally):
                    run.contribute(batch, results)
            finally:
                results.further["source"] = _said(source, tally)
    finally:
        if not terminal.as_json:
            _print(source, tally)
    return NEGATIVE if results.refused or not tally.complete else 0


def _arriving(source: Source, file: SyncFile, tally: Tally) -> Iterator[Batch]:
    """The batches, with progress shown while one is fetched."""
    batches = source.batches(file, tally)
    while True:
        with counted(f"from {source.name}") as tally.told:
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@dataclass(frozen=True, slots=True)
class _Run:
    """What each batch is contributed with."""

    asked: Asks
    request: Contribute
    file: SyncFile
    tally: Tally

    def contribute(self, batch: Batch, results: Results) -> None:
        """One unit; the state says so once the room has it. One that cannot be read does not stop the others."""
        request = msgspec.structs.replace(self.request, misp=batch.misp)
        with batch.open() as stream, metered(stream) as meter:

            def take(outcome: Outcome) -> None:
                meter.settled()
                results.take(outcome)

            try:
                self.asked.stream(request, meter.metering(stream), take)
            except Malformed as error:
                self.tally.missing.append(f"{batch.name}: {error}")
                return
        self.file.keep(batch.after)


def _said(source: Source, tally: Tally) -> dict[str, object]:
    return {
        "name": source.name,
        "kind": source.kind,
        **tally.counts,
        "missing": tally.missing,
        "remarks": tally.remarks,
        "complete": tally.complete,
    }


def _print(source: Source, tally: Tally) -> None:
    for one in tally.missing[:SHOWN]:
        click.echo(f"missing   {one}")
    for one in tally.remarks:
        click.echo(one)
    counts = ", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in tally.counts.items())
    missing = f"; {len(tally.missing):,} missing" if tally.missing else ""
    whole = "complete" if tally.complete else "NOT complete"
    click.echo(f"{source.name}: {counts or 'nothing read'}{missing}; {whole}")
