"""Pages of a TAXII collection, each object in the bytes that the server sent.

1. A page is followed by `next`; where the server says `more` without one, by date.
2. What would go on for ever is an error: a page without objects that says `more`, a page that was there before, a
   date that does not move on. The same `next` again is none of these: some servers name a session with it, which
   moves on with every request. So a request with `next` that failed is not made again, and nothing is kept of a
   `next` from one run to another.
3. By date it goes on a microsecond early: many objects may have been added at one instant, and to read one twice
   does no harm.
4. Every request of a series has the same filters and limit: servers differ in what they remember.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from opsroom.connectors.origin import Misbehaved, Origin, Reply
from opsroom.connectors.taxii.finding import Place
from opsroom.connectors.taxii.resources import Frame, Record, asked
from opsroom.core.jsontext import decode, split_objects
from opsroom.core.timestamps import Instant, parse_instant, render
from opsroom.errors import Malformed

LIMIT = 1000
"""Objects that are asked for at once."""
_FIRST, _LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"


@dataclass(frozen=True, slots=True)
class Query:
    """What of a collection is read: later than `added_after`, the `last` version of each object or `all`."""

    added_after: str | None = None
    versions: Literal["last", "all"] = "last"
    limit: int = LIMIT

    def parameters(self, next: str | None) -> dict[str, str]:
        """As the standard names them (section 3.4)."""
        found = {"limit": str(self.limit)}
        if self.added_after is not None:
            found["added_after"] = self.added_after
        if self.versions == "all":
            found["match[version]"] = "all"
        return found | ({"next": next} if next is not None else {})


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `last`: when its last object was added, as the server writes it; None where it does not say."""

    objects: tuple[bytes, ...]
    more: bool
    last: str | None


def pages(
    origin: Origin, place: Place, query: Query, *, of: Literal["objects", "manifest"] = "objects"
) -> Iterator[Page]:
    """The pages of a collection, or of its manifest, to the last. Misbehaved for rule 2."""
    url, next, seen = f"{place.url}{of}/", None, set[bytes]()
    while True:
        page, following = _page(asked(origin, url, query.parameters(next), again=next is None))
        if page.more:
            digest = hashlib.sha256(b"\n".join(page.objects)).digest()
            if not page.objects:
                raise Misbehaved(f"{url} says that there is more, and sends nothing")
            if digest in seen:
                raise Misbehaved(
                    f"{url} sends the same page again and says that there is more: it has no end"
                )
            seen.add(digest)
        yield page
        if not page.more:
            return
        next = following
        if next is None:
            query = _on_by_date(url, query, page.last)


def records(origin: Origin, place: Place, query: Query) -> Iterator[Record]:
    """What the manifest of a collection lists (section 5.3)."""
    for page in pages(origin, place, query, of="manifest"):
        for raw in page.objects:
            try:
                yield msgspec.json.decode(raw, type=Record)
            except msgspec.DecodeError as error:
                raise Misbehaved(
                    f"{place.url}manifest/ lists what is no entry of a manifest: {error}"
                ) from None


def instant_of(date: str) -> Instant:
    """The instant of a date, to the microsecond before it where it is finer. ValueError where it is none."""
    head, point, fraction = date.rstrip("Z").partition(".")
    return parse_instant(f"{head}{point}{fraction[:6]}Z" if date.endswith("Z") else date)


def just_before(date: str) -> str:
    """The date to go on after so that what was added at `date` comes again (rule 3)."""
    return render(instant_of(date) - 1)


def _on_by_date(url: str, query: Query, last: str | None) -> Query:
    """The query for what follows a page that has no `next`."""
    try:
        after = just_before(last or "")
        if query.added_after is None or instant_of(after) > instant_of(query.added_after):
            return replace(query, added_after=after)
    except ValueError:
        raise Misbehaved(
            f"{url} says that there is more, and neither `next` nor a date to go on from"
        ) from None
    raise Misbehaved(
        f"{url} has more objects added at {last} than it sends at once, and no `next`: raise --limit above"
        f" {query.limit}"
    )


def _page(reply: Reply) -> tuple[Page, str | None]:
    """The page that an answer is, and its `next`."""
    try:
        objects = tuple(split_objects([reply.body]))
        frame = msgspec.convert(decode(_without(reply.body, objects)), type=Frame)
    except (Malformed, msgspec.ValidationError) as error:
        raise Misbehaved(f"{reply.url} answers no envelope of TAXII 2.1: {error}") from None
    last = reply.headers.get(_LAST) or reply.headers.get(_FIRST)
    return Page(objects, bool(frame.more), last), frame.next


def _without(body: bytes, objects: tuple[bytes, ...]) -> bytes:
    """The frame of an envelope: its text without its objects. An object alone, or an array, leaves none."""
    if not objects:
        return body
    start, end = body.find(objects[0]), body.rfind(objects[-1]) + len(objects[-1])
    return body[:start] + body[end:]
