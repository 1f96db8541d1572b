"""Which objects of a collection are wanted: the filters of TAXII 2.1 section 3.4, whatever door asks.

1. All filters hold together; within one of them any of its values will do.
2. The versions chosen by `last` and `first` are those of what the other filters leave.
3. Every originator has versions of its own: nobody can hide another's object behind a later version.
4. An object without a version has the instant at which it was added as its version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.timestamps import render, stix_sort_key

SPEC_VERSION = "2.1"
"""The specification version of every object that is accepted."""
LAST, FIRST = "last", "first"


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

    @property
    def exact_versions(self) -> frozenset[str] | None:
        """The versions, where each is named by its date; None where some are chosen among what there is."""
        named = self.versions is not None and self.versions.isdisjoint((LAST, FIRST))
        return self.versions if named else None

    def choose(self, shown: Sequence[FeedRow]) -> list[FeedRow]:
        """Those that match of all that is shown under some ids, in the same order."""
        left = [row for row in shown if self._admits(row)]
        if self.versions is not None:
            left = _of_versions(left, self.versions)
        return _each_once(left) if self.each_once else left

    def _admits(self, row: FeedRow) -> bool:
        return (
            row.added > self.added_after
            and (self.ids is None or row.id in self.ids)
            and (self.kinds is None or row.kind in self.kinds)
        )


def _of_versions(shown: Sequence[FeedRow], versions: frozenset[str]) -> list[FeedRow]:
    by_object: dict[tuple[str, str], list[FeedRow]] = {}
    for row in shown:
        by_object.setdefault((row.originator, row.id), []).append(row)
    chosen = {row.added for rows in by_object.values() for row in _of_object(rows, versions)}
    return [row for row in shown if row.added in chosen]


def _of_object(rows: Sequence[FeedRow], versions: frozenset[str]) -> list[FeedRow]:
    keys = [row.version_key for row in rows]
    wanted = ({max(keys)} if LAST in versions else set()) | ({min(keys)} if FIRST in versions else set())
    return [row for row in rows if row.version_key in wanted or _version(row) in versions]


def _each_once(shown: Iterable[FeedRow]) -> list[FeedRow]:
    found: dict[tuple[str, str], FeedRow] = {}
    for row in shown:
        found.setdefault((row.id, _version(row)), row)
    return list(found.values())


def _version(row: FeedRow) -> str:
    return row.version_key if row.versioned else stix_sort_key(render(row.added))
