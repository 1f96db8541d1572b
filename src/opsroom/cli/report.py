"""A report as people write it, turned into the STIX objects of a unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, TypeVar

import click
import msgspec

from opsroom.connectors.documents import as_stix, read_document
from opsroom.core.identifiers import uuid_from
from opsroom.node import Node

Command = TypeVar("Command", bound=Callable[..., Any])
SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"})
OPTIONS = {"published": "--date", "source_url": "--source-url"}
"""The options that say what a report's objects state, by where a fault of it lies."""

_OPTIONS = (
    click.option(
        "--report", is_flag=True, help="FILE is a report (text, Markdown, HTML, PDF), whatever its name."
    ),
    click.option("--title", help="The report's title (default: what the document says)."),
    click.option(
        "--date", help="When it was published, to the day at least (default: what the document says)."
    ),
    click.option("--source-name", help="Where the report comes from."),
    click.option("--source-url", help="Its address; it is not fetched."),
    click.option("--label", "labels", multiple=True, help="A label of the objects that are made; repeat it."),
)


def report_options(command: Command) -> Command:
    """Adds what is said of a report."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Particulars:
    """What its contributor says of a report."""

    title: str | None = None
    date: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    labels: tuple[str, ...] = ()


def particulars_of(file: str, given: Mapping[str, Any]) -> Particulars | None:
    """What the options say of the report; None where FILE is none. A usage error for what a STIX file cannot have."""
    keys = ("title", "date", "source_name", "source_url")
    if given["report"] or is_report(file):
        return Particulars(**{key: given[key] for key in keys}, labels=tuple(given["labels"]))
    said = [key for key in (*keys, "labels") if given[key]]
    if said:
        name = said[0].removesuffix("s").replace("_", "-")
        raise click.UsageError(
            f"--{name} is for reports, and {file} is taken for STIX; --report says otherwise"
        )
    return None


def is_report(name: str) -> bool:
    """Whether a file of this name is a report, and no STIX."""
    return PurePath(name.lower()).suffix in SUFFIXES


def report_objects(node: Node, data: bytes, name: str | Path, said: Particulars) -> list[bytes]:
    """The artifact, the note on what was left out, and the report, under fresh ids."""
    made = as_stix(
        read_document(data, name=str(name)),
        data,
        name=str(name),
        source=said.source_name,
        source_url=said.source_url,
        title=said.title,
        published=said.date,
        at=node.clock.now(),
        ids=lambda type: f"{type}--{uuid_from(node.randomness.draw(16))}",
        labels=said.labels,
    )
    return [msgspec.json.encode(one) for one in made]
