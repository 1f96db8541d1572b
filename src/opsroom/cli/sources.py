"""What `opsroom pull` reads: a TAXII collection, STIX, or a MISP feed, at an address or on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from opsroom.cli.elsewhere import origin_of
from opsroom.cli.output import when
from opsroom.connectors.feeds import MANIFEST, misp_feed, stix_at, stix_files
from opsroom.connectors.origin import Origin
from opsroom.connectors.sync import Batch, SyncFile, Tally
from opsroom.connectors.taxii import TAXII, Query, collection_at, fetch

Kind = Literal["taxii", "stix", "misp"]
Batches = Callable[[SyncFile, Tally], Iterator[Batch]]
_FILES = (".json", ".ndjson", ".jsonl", ".stix", ".stix2")
_OF_TAXII = ("collection", "verify")
_DATED = ("since",)


@dataclass(frozen=True, slots=True)
class Source:
    """A source. `name` is its address or path, with the collection; `batches` is what is new in it."""

    name: str
    kind: Kind
    batches: Batches


@contextmanager
def source_of(named: str, given: dict[str, Any]) -> Iterator[Source]:
    """The source of that address or path, for as long as the context lasts. A usage error for what cannot be meant."""
    if named.startswith(("http://", "https://")):
        with origin_of(named, given) as origin:
            kind: Kind = given["kind"] or _kind_at(origin)
            _require_sense(kind, given)
            yield _at(origin, kind, given)
        return
    path = Path(named)
    if not path.exists():
        raise click.UsageError(f"there is no {named}: give an address (https://…), a file or a directory")
    kind = given["kind"] or ("misp" if path.name == MANIFEST or (path / MANIFEST).is_file() else "stix")
    _require_sense(kind, given)
    yield _here(path, kind, given)


def _at(origin: Origin, kind: Kind, given: dict[str, Any]) -> Source:
    if kind == "taxii":
        place = collection_at(origin, given["collection"])
        query = Query(when(given["since"]), given["versions"], given["limit"])
        return Source(
            place.url,
            kind,
            lambda file, tally: fetch(origin, place, query, file, tally, verify=given["verify"]),
        )
    if kind == "misp":
        return Source(
            origin.url, kind, lambda file, tally: misp_feed(origin, file, tally, since=given["since"])
        )
    return Source(origin.url, kind, lambda file, tally: stix_at(origin, file, tally))


def _here(path: Path, kind: Kind, given: dict[str, Any]) -> Source:
    if kind == "taxii":
        raise click.UsageError("a TAXII server has an address: https://…")
    if kind == "misp":
        directory = path.parent if path.name == MANIFEST else path
        name = str(directory.resolve())
        return Source(name, kind, lambda file, tally: misp_feed(directory, file, tally, since=given["since"]))
    return Source(str(path.resolve()), kind, lambda file, tally: stix_files(path, file, tally))


def _kind_at(origin: Origin) -> Kind:
    """What an address is of: by its form, else by what is answered there."""
    path = origin.url.partition("?")[0]
    if path.endswith(f"/{MANIFEST}"):
        return "misp"
    if path.lower().endswith(_FILES):
        return "stix"
    if "/collections/" in path or "/taxii2" in path:
        return "taxii"
    if origin.media_type(origin.url, accept=TAXII).startswith("application/taxii+json"):
        return "taxii"
    return "misp" if path.endswith("/") else "stix"


def _require_sense(kind: Kind, given: dict[str, Any]) -> None:
    for options, kinds in ((_OF_TAXII, ("taxii",)), (_DATED, ("taxii", "misp"))):
        if kind not in kinds and (said := [one for one in options if given[one]]):
            raise click.UsageError(
                f"--{said[0]} is for {' and '.join(kinds).upper()}, and this is taken for {kind.upper()};"
                " --taxii, --stix or --misp says otherwise"
            )
