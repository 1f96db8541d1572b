"""Search over what is released to the desk: hits and counts, suggestions, and what shares a value."""

from typing import Annotated

import msgspec

from opsroom.core.search import last as lookback
from opsroom.core.search import parse_query
from opsroom.wire.contributions import Tlp
from opsroom.wire.items import Item, Kinds
from opsroom.wire.request import READS, Limit, MemberName, Next, Request, RoomName, StixId, Timestamp


class Hit(msgspec.Struct, frozen=True):
    """An object that was found, by its newest version that the desk sees. `score`: how well it matches."""

    item: Item
    originator: MemberName
    agreements: tuple[str, ...]
    fields: tuple[str, ...]
    tlp: str
    score: int


class SearchPage(msgspec.Struct, frozen=True):
    """A page of hits, best first. `total` are all of them; `counts` by kind, originator, agreement, field, tlp."""

    hits: list[Hit]
    total: int
    counts: dict[str, dict[str, int]]
    next: Next | None = None


class Search(Request[SearchPage], frozen=True):
    """Search names, descriptions, text, patterns and observable values of what is released to the desk.

    All words of `q` must match; `word*` is a beginning, `-word` excludes, `*.example.com` is a domain with all
    below it, `198.51.100.0/24` whatever lies in it or around it. Defanged values are understood.
    """

    PATH = "/rooms/{room}/search"
    room: RoomName
    q: (
        Annotated[
            str,
            msgspec.Meta(
                description="the words that must all match",
                examples=["phish* synthetic[.]example"],
                extra={READS: parse_query},
            ),
        ]
        | None
    ) = None
    kinds: Kinds = ()
    originators: Annotated[tuple[str, ...], msgspec.Meta(description="of these members")] = ()
    agreements: Annotated[tuple[str, ...], msgspec.Meta(description="under these agreements")] = ()
    fields: Annotated[tuple[str, ...], msgspec.Meta(description="in these fields")] = ()
    tlps: Annotated[tuple[Tlp, ...], msgspec.Meta(description="of these TLP")] = ()
    last: (
        Annotated[
            str,
            msgspec.Meta(
                description="how far back by `added`, instead of `since`: a number and s, m, h, d or w",
                examples=["5d", "12h"],
                extra={READS: lookback},
            ),
        ]
        | None
    ) = None
    since: Annotated[Timestamp | None, msgspec.Meta(description="added at or after this instant")] = None
    until: Annotated[Timestamp | None, msgspec.Meta(description="added before this instant")] = None
    limit: Limit | None = None
    next: Next | None = None


class Suggestion(msgspec.Struct, frozen=True):
    """A term that begins as typed, and how many objects of the desk's feed have it."""

    text: str
    objects: int


class Suggest(Request[list[Suggestion]], frozen=True):
    """Complete the last word of `q` by terms of what is released to the desk; from two characters on."""

    PATH = "/rooms/{room}/suggestions"
    room: RoomName
    q: Annotated[str, msgspec.Meta(description="what has been typed so far", examples=["phi"])]


class Correlation(msgspec.Struct, frozen=True):
    """A value, how many other objects have it too, and the latest of these.

    The values that fewest share come first. Of a value 20 objects are shown, of all values together 1000.
    """

    value: str
    total: int
    hits: list[Hit]


class Correlate(Request[list[Correlation]], frozen=True):
    """Find what shares an observable value with an object, among what is released to the desk."""

    PATH = "/rooms/{room}/items/{id}/correlations"
    room: RoomName
    id: StixId
