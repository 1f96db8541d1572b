"""What the query of a request asks for: filters and paging (TAXII 2.1 sections 3.4 and 3.5).

1. Every fault is reported, each under the name of its parameter, before anything is looked up.
2. A parameter stands once, on every endpoint and whatever it is. Within a `match` field values are parted by
   commas, none of them empty.
3. The form of the standard's parameters is checked on every endpoint. Those that an endpoint does not have are then
   ignored, and so are unknown ones; but where objects are deleted no filter is: ignored, it would delete more.
4. No `match[version]` is `last`, but `all` where objects are deleted; `all` stands alone; no version stands twice.
5. The pages of a query share its filters. `added_after` may be left out, or moved on: a page begins after both it
   and its cursor, and pollers in wide use send `next` without it, or keep the cursor of their last poll.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from opsroom.core.canonical import canonical
from opsroom.core.feed import Tick
from opsroom.core.identifiers import stix_id_fault, type_fault
from opsroom.core.timestamps import parse_instant, stix_sort_key, stix_timestamp_fault
from opsroom.errors import Fault, Malformed
from opsroom.operations.disclose import FIRST, LAST, Match

OF_OBJECTS = ("id", "type", "version", "spec_version")
OF_OBJECT = ("version", "spec_version")
OF_VERSIONS = ("spec_version",)
OF_DELETION = ("version", "spec_version")

ALL = "all"
_LAST_ALONE = frozenset({LAST})
_SPEC_VERSION = re.compile(r"\d{1,3}\.\d{1,3}", re.ASCII)
_LIMIT = re.compile(r"0*[1-9]\d{0,15}", re.ASCII)
_MOST = 2**53 - 1
"""The largest `integer` there is (section 2)."""
_FINER = re.compile(r"(\.\d{6})\d+(?=Z)", re.ASCII)
_LEAP_SECOND = re.compile(r":60(?:\.\d+)?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a collection. `limit` None: the client leaves it to the server."""

    match: Match
    limit: int | None = None
    next: str | None = None

    @property
    def filters(self) -> bytes:
        """One text for all that the pages of one query share (rule 5)."""
        match = self.match
        sets = (match.ids, match.kinds, match.versions, match.spec_versions)
        return canonical([None if one is None else sorted(one) for one in sets])


def require_form(parameters: Iterable[tuple[str, str]]) -> None:
    """For endpoints that have no parameters. Malformed names every fault (rules 2 and 3)."""
    read_query(parameters, ())


def read_deletion(parameters: Sequence[tuple[str, str]]) -> Match:
    """Which versions of an object are to be deleted (section 5.7). Malformed names every fault."""
    query = read_query(parameters, OF_DELETION, versions=None)
    had = {f"match[{name}]" for name in OF_DELETION}
    if foreign := [name for name, _ in parameters if _filters(name) and name not in had]:
        raise Malformed(
            [Fault(name[:60], "objects cannot be deleted by this: leave it out") for name in foreign]
        )
    return query.match


def read_query(
    parameters: Iterable[tuple[str, str]],
    fields: Sequence[str],
    *,
    versions: frozenset[str] | None = _LAST_ALONE,
) -> Query:
    """The query of an endpoint with these match fields; `versions`: what no `match[version]` means there.

    Malformed names every fault.
    """
    reading = _Reading(parameters)
    added_after = reading.added_after()
    found = {
        "id": reading.each("id", stix_id_fault),
        "type": reading.each("type", type_fault),
        "version": reading.versions(default=versions),
        "spec_version": reading.each("spec_version", _spec_version_fault),
    }
    limit = reading.limit()
    if reading.faults:
        raise Malformed(reading.faults)
    kept = {name: values if name in fields else None for name, values in found.items()}
    match = Match(
        added_after=added_after,
        ids=kept["id"],
        kinds=kept["type"],
        versions=kept["version"],
        spec_versions=kept["spec_version"],
        each_once="version" not in fields,
    )
    return Query(match, limit=limit, next=reading.one("next"))


@dataclass(slots=True)
class _Reading:
    """The parameters of one request, and what is wrong with them."""

    parameters: Iterable[tuple[str, str]]
    faults: list[Fault] = field(default_factory=list)
    _values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.parameters:
            if name in self._values:
                self.fault(name[:60], "stands more than once: give it once")
            self._values.setdefault(name, value)

    def one(self, name: str) -> str | None:
        """The value of a parameter; the first, where it stands more than once (rule 2)."""
        return self._values.get(name)

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(Fault(name, reason))

    def limit(self) -> int | None:
        found = self.one("limit")
        if found is None:
            return None
        if not _LIMIT.fullmatch(found) or int(found) > _MOST:
            self.fault("limit", f"a whole number from 1 to {_MOST} is wanted here")
            return None
        return int(found)

    def added_after(self) -> Tick:
        """The last whole microsecond that is not after the instant: all later ones are strictly later.

        Of a leap second that is the last microsecond before it.
        """
        found = self.one("added_after")
        if found is None:
            return 0
        try:
            if reason := stix_timestamp_fault(found):
                raise ValueError(reason)
            return parse_instant(_FINER.sub(r"\1", _LEAP_SECOND.sub(":59.999999Z", found)))
        except ValueError as error:
            self.fault("added_after", str(error))
            return 0

    def values(self, name: str) -> list[str] | None:
        found = self.one(f"match[{name}]")
        if found is None:
            return None
        values = found.split(",")
        if "" in values:
            self.fault(f"match[{name}]", "a value is empty: part values by one comma, without spaces")
        return [value for value in values if value]

    def each(self, name: str, fault_of: Callable[[str], str | None]) -> frozenset[str] | None:
        """The values of a match field, each of which `fault_of` finds nothing wrong with."""
        values = self.values(name)
        for value in values or ():
            if reason := fault_of(value):
                self.fault(f"match[{name}]", reason)
        return None if values is None else frozenset(values)

    def versions(self, *, default: frozenset[str] | None) -> frozenset[str] | None:
        """The versions wanted (rule 4); None is all of them."""
        values = self.values("version")
        if values is None:
            return default
        named = "match[version]"
        if ALL in values:
            if len(values) > 1:
                self.fault(named, "`all` stands alone: leave the others out")
            return None
        chosen: list[str] = []
        for value in values:
            if value not in (LAST, FIRST) and (reason := stix_timestamp_fault(value)):
                self.fault(named, f"{reason}; or last, first, all")
            else:
                chosen.append(value if value in (LAST, FIRST) else stix_sort_key(value))
        if len(set(chosen)) < len(chosen):
            self.fault(named, "a version stands twice: give it once")
        return frozenset(chosen)


def _filters(name: str) -> bool:
    """Whether a parameter narrows or cuts what is asked for, also by a match field that nobody has."""
    return name in ("added_after", "limit", "next") or name.startswith("match[")


def _spec_version_fault(value: str) -> str | None:
    return None if _SPEC_VERSION.fullmatch(value) else f'"{value[:60]}" is no version: write it like 2.1'
