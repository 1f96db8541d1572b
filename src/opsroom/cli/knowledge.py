"""`opsroom knowledge`: what is recorded of who was told of a thing, or knew of it."""

import io
from typing import Any

import click
import msgspec
from rich.console import Console

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import NEGATIVE, Family, Terminal, pass_terminal, table
from opsroom.cli.posting import request_of, unit_options
from opsroom.cli.results import Results
from opsroom.cli.sights import titles_of
from opsroom.clock import SystemClock
from opsroom.core.identifiers import uuid_from
from opsroom.core.knowledge import TYPE, Awareness, Subject, knowledge_object
from opsroom.core.timestamps import render
from opsroom.randomness import SystemRandomness
from opsroom.wire.knowledge import Knowledge, KnowledgeRecord


@click.group(cls=Family)
def knowledge() -> None:
    """Record, and read, who is said to have been told of an agreement, a room or an item, or to have known of it."""


@knowledge.command()
@click.option("--who", required=True, help="Of whom it is said, as the source names them.")
@click.option(
    "--state", required=True, type=click.Choice([one.value for one in Awareness]), help="What is said."
)
@click.option(
    "--as-of", required=True, metavar="EDTF", help="When that was, as known: 2015, 2015-09~, 2015/2017."
)
@click.option("--according-to", required=True, help="Who says so.")
@click.option("--quote", default="", help="The words, verbatim.")
@click.option("--about-room", is_flag=True, help="It is about the room (default: about the agreement).")
@click.option("--about-item", metavar="ID", help="It is about this item.")
@click.option("--source-name", help="A source elsewhere.")
@click.option("--source-url", help="Its address; it is not fetched.")
@click.option(
    "--source-item", "source_items", multiple=True, metavar="ID", help="An item that says so; repeat it."
)
@click.option("--label", "labels", multiple=True, help="A label of the record; repeat it.")
@click.option("--dry-run", is_flag=True, help="Keep nothing; show who would see it, and who would not.")
@as_member("records")
@unit_options
@pass_terminal
def record(
    terminal: Terminal,
    /,
    dry_run: bool,
    member: str | None,
    person: str | None,
    desk: str | None,
    **given: Any,
) -> None:
    """Record what is said of somebody: it goes out as an item does, under its label and the agreement.

    Each record is attributed, dated and has a source. It stands beside earlier ones and replaces none.

    \b
    Example:
      opsroom knowledge record --room r --agreement agreement--… --field incidents --as alfa --who "Delta" \\
        --state not-notified --as-of 2015-09~ --according-to "a news report" --source-name "a news report"
    """
    request = request_of(given, dry_run=dry_run)
    raw = msgspec.json.encode(_object(given))
    with asking(terminal, member, person=person, desk=desk) as asked:
        titles = titles_of(asked, request.room) if dry_run else None
        with Results(terminal, titles) as results:
            asked.stream(request, io.BytesIO(raw), results.take)
    click.get_current_context().exit(NEGATIVE if results.refused else 0)


@knowledge.command(name="list")
@click.option("--room", required=True)
@click.option("--agreement", help="About this agreement.")
@click.option("--item", metavar="ID", help="About this item (without either: about the room).")
@as_member("asks")
@pass_terminal
def list_(terminal: Terminal, /, room: str, agreement: str | None, item: str | None, **who: Any) -> None:
    """List what is recorded about one thing, by date, with who says so.

    \b
    Example:
      opsroom knowledge list --room r --agreement agreement--… --as alfa
    """
    with asking(terminal, **who) as asked:
        found = asked.ask(Knowledge(room, agreement=agreement, item=item))
    terminal.show(found, lambda out: _print(out, found))


def _object(given: dict[str, Any]) -> dict[str, object]:
    """The object of a new record."""
    about_item = given["about_item"]
    if given["about_room"] and about_item:
        raise click.UsageError("--about-room and --about-item: a record is about one thing")
    about_agreement = not (given["about_room"] or about_item)
    return knowledge_object(
        Subject(
            given["agreement"] if about_agreement else None,
            given["room"] if given["about_room"] else None,
            about_item,
        ),
        id=f"{TYPE}--{uuid_from(SystemRandomness().draw(16))}",
        at=render(SystemClock().now())[:-4] + "Z",
        source=(given["source_name"], given["source_url"]),
        sources=given["source_items"],
        labels=given["labels"],
        **{key: given[key] for key in ("who", "state", "as_of", "according_to", "quote")},
    )


def _print(out: Console, found: list[KnowledgeRecord]) -> None:
    if not found:
        out.print("nothing is recorded")
        return
    rows = [
        (
            x.as_of,
            x.who,
            x.state,
            x.according_to,
            x.quote,
            ", ".join((*x.references, *x.sources)),
            x.recorded_by,
        )
        for x in found
    ]
    out.print(table(("as of", "who", "state", "according to", "words", "source", "recorded by"), rows))
