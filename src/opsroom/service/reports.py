"""A report as people write it, turned into the STIX objects of a unit."""

from dataclasses import dataclass
from pathlib import Path, PurePath

import msgspec

from opsroom.connectors.documents import as_stix, read_document
from opsroom.core.identifiers import uuid_from
from opsroom.node import Node

SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"})
MOST = 50_000_001
"""Bytes that are read of a report; one more than it may have, so that its reader says so."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What its contributor says of a report."""

    title: str | None = None
    date: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    labels: tuple[str, ...] = ()


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
