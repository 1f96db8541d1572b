"""Search over what is released to the reader: hits, counts, suggestions and correlations of its own feed alone.

1. The rank of a hit is the sum of the weights of what matched, then the later one comes first. Nothing in it
   depends on how frequent a term is, here or elsewhere.
2. A page goes on after a hit, not after a number of hits: what comes or goes meanwhile shifts nothing.
"""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.core.search import Query, Range, shown
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.operations.disclose.reading import Reading
from opsroom.operations.disclose.search import Hit, Place, Search, Seen, Wanted
from opsroom.principals import Principal

SUGGESTED = 10
SHOWN, SHOWN_IN_ALL = 20, 1000
"""How many others are shown that share one value with an object, and that share any."""
EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits; how many there are, and by kind, originator, agreement, field and TLP.

    `more`: whether hits follow after these.
    """

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    more: bool


@dataclass(frozen=True, slots=True)
class Correlation:
    """A value that an object shares with others that are released to the reader.

    `total`: how many those are; `hits`: the latest of them, `SHOWN` at most, and none once `SHOWN_IN_ALL` of all
    values together are shown.
    """

    value: str
    total: int
    hits: tuple[Hit, ...]


def find(
    node: Node,
    principal: Principal,
    room: str,
    query: Query | None,
    *,
    wanted: Wanted = EVERYTHING,
    after: Place | None = None,
    limit: int,
) -> Found:
    """The hits after a place (None: from the best on), best first.

    No query: everything that the filters leave, newest first.
    """
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = Search(Reading(snapshot, room, principal), facts)
        scores = search.everything() if query is None else search.scores(query)
        seen = [one for one in search.seen(scores) if one.admitted(wanted)]
        ranked = sorted(seen, key=lambda one: one.place(scores).order)
        counts = {
            "kind": Counter(one.row.kind for one in seen),
            "originator": Counter(one.row.originator for one in seen),
            "agreement": Counter(name for one in seen for name in one.agreements),
            "field": Counter(name for one in seen for name in one.fields),
            "tlp": Counter(one.tlp for one in seen),
        }
        left = [one for one in ranked if after is None or one.place(scores).order > after.order]
        return Found(search.hits(left[:limit], scores), len(seen), counts, more=len(left) > limit)


def suggest(node: Node, principal: Principal, room: str, among: Range) -> list[tuple[str, int]]:
    """The terms of a range that stand in what the reader sees, with how many objects, the most frequent first."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = Search(Reading(snapshot, room, principal), facts)
        items: dict[str, set[int]] = {}
        for term, item, _ in search.between(among):
            items.setdefault(term, set()).add(item)
        seen = {one.row.item for one in search.seen(set().union(*items.values()))}
        having: dict[str, set[int]] = {}
        for term, standing in items.items():
            having.setdefault(shown(term), set()).update(standing & seen)
        counts = [(text, len(those)) for text, those in having.items() if those]
        return sorted(counts, key=lambda one: (-one[1], one[0]))[:SUGGESTED]


def correlate(node: Node, principal: Principal, room: str, id: str) -> list[Correlation]:
    """What an object that the reader sees shares with others that it sees, value by value."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        search = Search(Reading(snapshot, room, principal), facts)
        if not search.seen(search.versions(id)):
            raise NotFound("there is no such object")
        sharing: dict[str, set[int]] = {}
        for term, item, _ in search.under(search.values(id) - {f"o:{id}"}):
            sharing.setdefault(term, set()).add(item)
        items = {item for listed in sharing.values() for item in listed}
        seen = {one.row.item: one for one in search.seen(items) if one.row.id != id}
        by_value = {shown(one): [seen[item] for item in sharing[one] if item in seen] for one in sharing}
        return _latest(search, by_value)


def _latest(search: Search, sharing: Mapping[str, Several[Seen]]) -> list[Correlation]:
    """By value, those that share it; the values that fewest share come first, since they say most."""
    listed = sorted(((value, list(seen)) for value, seen in sharing.items() if seen), key=_rarity)
    latest: list[list[Seen]] = []
    left = SHOWN_IN_ALL
    for _, seen in listed:
        latest.append(sorted(seen, key=lambda one: -one.row.added)[: min(SHOWN, left)])
        left -= len(latest[-1])
    distinct = {one.row.item: one for some in latest for one in some}
    hits = dict(zip(distinct, search.hits(distinct.values(), dict.fromkeys(distinct, 0)), strict=True))
    return [
        Correlation(value, len(seen), tuple(hits[one.row.item] for one in some))
        for (value, seen), some in zip(listed, latest, strict=True)
    ]


def _rarity(one: tuple[str, list[Seen]]) -> tuple[int, str]:
    value, seen = one
    return len(seen), value
