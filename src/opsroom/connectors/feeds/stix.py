"""STIX as files: a bundle or NDJSON at an address, one file, or a directory; read where it changed.

At an address a file is asked for with what its server said of it the last time (`ETag`, `Last-Modified`); where it
says nothing, and on disk, the digest tells. Each file is one unit.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from opsroom.connectors.origin import Misbehaved, Origin
from opsroom.connectors.sync import Batch, SyncFile, Tally, opening

MOST = 2**32
"""Bytes of a file at an address; it lies on disk while it is read."""
SUFFIXES = frozenset({".json", ".ndjson", ".jsonl", ".stix", ".stix2"})
ACCEPT = "application/stix+json;version=2.1, application/json;q=0.9, */*;q=0.5"


def stix_at(origin: Origin, file: SyncFile, tally: Tally) -> Iterator[Batch]:
    """The file at the address of `origin`, where it is not the one that was contributed last."""
    now = file.now
    known = {"If-None-Match": now.etag, "If-Modified-Since": now.modified}
    headers = {name: value for name, value in known.items() if value is not None}
    with file.aside() as sink:
        sink.truncate()
        reply = origin.ask("GET", origin.url, accept=ACCEPT, headers=headers, into=sink, most=MOST).require(
            200, 304
        )
    if reply.status == 200 and reply.media_type == "text/html":
        raise Misbehaved(f"{origin.url} answers a page for people (text/html), no STIX: is this the address?")
    digest = _digest(file.beside)
    after = msgspec.structs.replace(
        now,
        etag=reply.headers.get("etag"),
        modified=reply.headers.get("last-modified"),
        digests={origin.url: digest},
    )
    if reply.status == 304 or now.digests.get(origin.url) == digest:
        tally.count(unchanged=1)
    else:
        tally.count(read=1)
        yield Batch(origin.url, opening(file.beside), after)
    file.beside.unlink(missing_ok=True)
    tally.complete = not tally.missing


def stix_files(path: Path, file: SyncFile, tally: Tally) -> Iterator[Batch]:
    """A file, or the files of a directory by name, where they changed since they were contributed."""
    paths = sorted(one for one in path.iterdir() if _is_stix(one)) if path.is_dir() else [path]
    tally.count(listed=len(paths))
    for one in paths:
        try:
            digest = _digest(one)
        except OSError as error:
            tally.missing.append(f"{one}: {error.strerror}")
            continue
        if file.now.digests.get(one.name) == digest:
            tally.count(unchanged=1)
            continue
        tally.count(read=1)
        yield Batch(
            str(one),
            opening(one),
            msgspec.structs.replace(file.now, digests={**file.now.digests, one.name: digest}),
        )
    tally.complete = not tally.missing


def _is_stix(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in SUFFIXES


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
