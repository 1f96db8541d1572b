"""Which objects of a collection are wanted: the filters of TAXII 2.1 section 3.4, whatever door asks.

1. All filters hold together; within one of them any of its values will do.
2. The versions chosen by `last` and `first` are those of what the other filters leave.
3. Every originator has versions of its own: nobody can hide another's object behind a later version.
4. An object without a version has the instant at which it was added as its version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.offer import StoredItem
from opsroom.core.timestamps import render, stix_sort_key

SPEC_VERSION = "2.1"
"""The specification version of every object that is accepted."""
LAST, FIRST = "last", "first"

Shown: TypeAlias = tuple[FeedRow, StoredItem]


@dataclass(frozen=True, slots=True)
class Match:
    """The filters; None admits everything.

    `versions` holds LAST, FIRST, or a version as `stix_sort_key` makes it. `each_once` names a version of an
    id once, at its first date, whoever else contributed it.
    """

    added_after: Tick = 0
    ids: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    versions: frozenset[str] | None = None
    spec_versions: frozenset[str] | None = None
    each_once: bool = False

    @property
    def hopeless(self) -> bool:
        """Whether no object can match, whatever there is."""
        return self.spec_versions is not None and SPEC_VERSION not in self.spec_versions

    def choose(self, shown: Sequence[Shown]) -> list[Shown]:
        """Those that match of all that is shown under some ids, in the same order."""
        left = [(row, item) for row, item in shown if self._admits(row, item)]
        if self.versions is not None:
            left = _of_versions(left, self.versions)
        return _each_once(left) if self.each_once else left

    def _admits(self, row: FeedRow, item: StoredItem) -> bool:
        return (
            row.added > self.added_after
            and (self.ids is None or item.id in self.ids)
            and (self.kinds is None or item.kind in self.kinds)
        )


def _of_versions(shown: list[Shown], versions: frozenset[str]) -> list[Shown]:
    first: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, str], str] = {}
    for _, item in shown:
        own = (item.originator, item.id)
        first[own] = min(item.version_key, first.get(own, item.version_key))
        last[own] = max(item.version_key, last.get(own, item.version_key))
    return [
        (row, item)
        for row, item in shown
        if (LAST in versions and item.version_key == last[item.originator, item.id])
        or (FIRST in versions and item.version_key == first[item.originator, item.id])
        or _version(row, item) in versions
    ]


def _each_once(shown: list[Shown]) -> list[Shown]:
    found: dict[tuple[str, str], Shown] = {}
    for row, item in shown:
        found.setdefault((item.id, _version(row, item)), (row, item))
    return list(found.values())


def _version(row: FeedRow, item: StoredItem) -> str:
    return stix_sort_key(render(row.added)) if item.version is None else item.version_key
