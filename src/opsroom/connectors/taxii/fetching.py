"""A TAXII collection as one unit: fetched page by page into a file, and contributed once it is complete.

It is one unit because what binds an object may stand on a later page than the object: the container whose TLP it
takes, the marking that it refers to. What is contributed page by page could be seen by more than its source allows.

The file is an array of the objects as they came. After each page the state says how far it reaches, so that a run
that was broken off goes on at the date of the last page. Where a server writes dates in whole seconds, more may be
added within the last one: so the next run reads that second again.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from opsroom.connectors.origin import Misbehaved, Origin, plain
from opsroom.connectors.sync import Batch, Fetching, SyncFile, Tally, opening
from opsroom.connectors.taxii.finding import Place
from opsroom.connectors.taxii.reading import Page, Query, instant_of, just_before, pages, records
from opsroom.connectors.taxii.resources import Resource
from opsroom.core.jsontext import split_objects
from opsroom.errors import Malformed, Refused, Unavailable

TRIES = 4
"""How often in a row a run meets a fault before it gives up."""
_CHUNK = 65_536


class _Named(Resource, frozen=True):
    id: str = ""


def fetch(
    origin: Origin, place: Place, query: Query, file: SyncFile, tally: Tally, *, verify: bool = False
) -> Iterator[Batch]:
    """What of a collection was not contributed yet, as one batch; none where there is nothing new.

    `query.added_after` is where it begins if the state knows of no date. `verify`: what the manifest lists and was
    not fetched is told as missing. Refused where the collection may not be read.
    """
    if not place.collection.can_read:
        raise Refused(
            f'the collection "{plain(place.collection.title)}" may not be read with this credential'
        )
    _require_dates(file)
    if file.now.added_after is not None:
        query = replace(query, added_after=file.now.added_after)
    with _Arriving(file, query, tally) as arriving:
        arriving.all(origin, place)
    now = arriving.now
    if verify:
        tally.missing += _unread(origin, place, query, now.last, file.beside)
    tally.complete = not tally.missing
    if now.objects and now.last is None:
        tally.remarks.append("the server says nothing of dates: the next pull reads all of it again")
    reached = now.last if now.last is None or "." in now.last else just_before(now.last)
    after = msgspec.structs.replace(file.now, fetching=None, added_after=reached or query.added_after)
    if now.objects:
        yield Batch(place.url, opening(file.beside), after)
    else:
        file.keep(after)
    file.beside.unlink(missing_ok=True)


def _require_dates(file: SyncFile) -> None:
    """Malformed where the state has a date that is none: some servers answer such a one with nothing."""
    fetching = file.now.fetching
    said = [file.now.added_after, None if fetching is None else fetching.last]
    if wrong := [date for date in said if date is not None and not _readable(date)]:
        raise Malformed(
            f'{file.path} says "{plain(wrong[0])}", which is no date: take it away, and all is read anew'
        )


class _Arriving:
    """The file that pages go into; a context manager. `now` is how far it reaches."""

    def __init__(self, file: SyncFile, query: Query, tally: Tally) -> None:
        self._file, self._query, self._tally = file, query, tally
        self._of = msgspec.json.encode([query.added_after, query.versions]).decode()
        self._sink: BinaryIO | None = None
        self.now = Fetching(self._of, 0, 0, 0, None)

    def __enter__(self) -> Self:
        before = self._file.now.fetching
        self._sink = self._file.aside()
        if before is not None and before.of == self._of and before.bytes <= self._sink.seek(0, os.SEEK_END):
            self._resume(before)
            self._tally.count(fetched_before=before.objects)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def _open(self) -> BinaryIO:
        assert self._sink is not None, "it is entered first"
        return self._sink

    def all(self, origin: Origin, place: Place) -> None:
        """Every page that is not here yet. Where the connection fails it goes on by date, a few times."""
        failed = 0
        while True:
            reached = self.now.last
            try:
                for page in pages(origin, place, self._ahead()):
                    self._take(page)
                break
            except Misbehaved:
                raise
            except Unavailable:
                failed = 1 if self.now.last != reached else failed + 1
                if failed == TRIES:
                    raise
                origin.wait(2.0**failed)
        self._open.write(b"]" if self.now.objects else b"[]")

    def _ahead(self) -> Query:
        """What is not here yet; everything anew where the server gives no dates."""
        if self.now.last is not None:
            return replace(self._query, added_after=just_before(self.now.last))
        self._resume(Fetching(self._of, 0, 0, 0, None))
        return self._query

    def _resume(self, at: Fetching) -> None:
        self.now = at
        self._open.seek(at.bytes)
        self._open.truncate()

    def _take(self, page: Page) -> None:
        """Keeps a page; it counts once the state says so."""
        for place, raw in enumerate(page.objects, self.now.objects):
            self._open.write((b",\n" if place else b"[") + raw)
        self._open.flush()
        os.fsync(self._open.fileno())
        self.now = Fetching(
            self._of,
            self._open.tell(),
            self.now.pages + 1,
            self.now.objects + len(page.objects),
            _later(self.now.last, page.last),
        )
        self._file.keep(msgspec.structs.replace(self._file.now, fetching=self.now))
        self._tally.count(pages=1, fetched=len(page.objects))


def _unread(origin: Origin, place: Place, query: Query, upto: str | None, fetched: Path) -> list[str]:
    """The ids that the manifest lists, added up to a date, and that are not in what was fetched."""
    listed = {
        one.id: None
        for one in records(origin, place, query)
        if upto is None or _later(upto, one.date_added) == upto
    }
    with fetched.open("rb") as file:
        for raw in split_objects(iter(partial(file.read, _CHUNK), b"")):
            try:
                listed.pop(msgspec.json.decode(raw, type=_Named).id, None)
            except msgspec.DecodeError:
                continue
    return [plain(one) for one in listed]


def _later(one: str | None, other: str | None) -> str | None:
    """The later of two dates as servers write them; what is none does not count."""
    dates = [date for date in (one, other) if date is not None and _readable(date)]
    return max(dates, key=instant_of, default=None)


def _readable(date: str) -> bool:
    try:
        instant_of(date)
    except ValueError:
        return False
    return True
