"""Reads untyped mappings (YAML, TOML, JSON) into typed values and collects every fault with its path.

A `Reader` stands at one mapping. Each method reads one key, notes what is wrong with it, and returns a
value of the right type all the same, so that one pass finds all faults. `finish` then names the keys
that nobody read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from opsroom.core.identifiers import name_fault
from opsroom.core.timestamps import Instant, from_datetime, parse_duration, parse_instant
from opsroom.core.windows import BEGINNING, FOREVER, Window
from opsroom.errors import MOST_FAULTS, Fault, Malformed, told

T = TypeVar("T")


@dataclass(slots=True)
class Reader:
    """One mapping being read; `faults` is shared by all readers of one document."""

    value: Mapping[str, object]
    path: str
    faults: list[Fault]
    seen: set[str] = field(default_factory=set)

    @classmethod
    def over(cls, value: object, path: str, faults: list[Fault]) -> "Reader":
        """A reader of `value`; where it is no mapping, a fault and a reader of nothing."""
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return cls(value, path, faults)
        _note(faults, Fault(path, "a mapping is wanted here"))
        return cls({}, path, faults)

    def at(self, key: str) -> str:
        """The path of `key`."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, reason: str) -> None:
        """Note what is wrong with `key` (with the mapping itself where `key` is empty)."""
        _note(self.faults, Fault(self.at(key) if key else self.path, reason))

    def has(self, key: str) -> bool:
        """Whether `key` is there and not null."""
        return self.value.get(key) is not None

    def raw(self, key: str, *, required: bool = False) -> object:
        """The value as it stands; None where absent, with a fault where it is required."""
        self.seen.add(key)
        found = self.value.get(key)
        if found is None and required:
            self.fault(key, "is missing")
        return found

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A string."""
        found = self.raw(key, required=required)
        if found is None:
            return default
        if isinstance(found, str):
            if required and not found.strip():
                self.fault(key, "is empty")
            return found
        self.fault(key, f"text is wanted here, not {kind_of(found)}")
        return default

    def optional_text(self, key: str) -> str | None:
        """A string, or None where absent or null."""
        self.seen.add(key)
        return self.text(key) if self.has(key) else None

    def name(self, key: str, noun: str, *, required: bool = True) -> str:
        """A name as `opsroom.core.identifiers.name_fault` wants it."""
        found = self.text(key, required=required)
        if found and (reason := name_fault(found, noun)):
            self.fault(key, reason)
        return found

    def flag(self, key: str, default: bool) -> bool:
        """A boolean."""
        found = self.raw(key)
        if found is None or isinstance(found, bool):
            return default if found is None else found
        self.fault(key, f"true or false is wanted here, not {kind_of(found)}")
        return default

    def whole(self, key: str, default: int, *, least: int, required: bool = False) -> int:
        """A whole number, at least `least`."""
        found = self.raw(key, required=required)
        if found is None:
            return default
        if isinstance(found, int) and not isinstance(found, bool) and found >= least:
            return found
        self.fault(key, f"a whole number from {least} is wanted here")
        return default

    def choice(self, key: str, among: Iterable[str], default: str, *, required: bool = False) -> str:
        """One of a closed list of words."""
        found = self.text(key, default, required=required)
        if found not in (words := tuple(among)):
            if self.has(key) and isinstance(self.value[key], str):
                self.fault(key, f'"{found}" is not one of {", ".join(words)}')
            return default
        return found

    def instant(self, key: str) -> Instant | None:
        """A point in time (RFC 3339 text with its offset, or an aware datetime), None where absent."""
        found = self.raw(key)
        if found is None:
            return None
        try:
            if isinstance(found, datetime):
                return from_datetime(found)
            if isinstance(found, str):
                return parse_instant(found)
        except ValueError as error:
            self.fault(key, str(error))
            return None
        self.fault(key, 'a timestamp such as "2026-01-31T12:00:00Z" is wanted here')
        return None

    def duration(self, key: str, *, required: bool = False) -> str | None:
        """An ISO 8601 duration as written, None where absent."""
        if not self.has(key):
            self.raw(key, required=required)
            return None
        found = self.text(key)
        if not isinstance(self.value[key], str):
            return None
        try:
            parse_duration(found)
        except ValueError as error:
            self.fault(key, str(error))
            return None
        return found

    def window(self, since: str = "from", until: str = "to") -> Window:
        """[since, until) of this mapping; a fault where it is empty."""
        start, end = self.instant(since), self.instant(until)
        found = Window(BEGINNING if start is None else start, FOREVER if end is None else end)
        if found.empty:
            self.fault(until, f'must be later than "{since}": the span is half-open and would be empty')
        return found

    def names(self, key: str) -> frozenset[str] | None:
        """A list of strings as a set; None where absent or null, which is not the same as empty."""
        found = frozenset(self.texts(key))
        return found if self.has(key) else None

    def texts(self, key: str, *, unique: bool = True) -> tuple[str, ...]:
        """A list of strings; an absent one is empty."""
        found = self.raw(key)
        if found is None:
            return ()
        if not isinstance(found, list | tuple):
            self.fault(key, f"a list is wanted here, not {kind_of(found)}")
            return ()
        kept: list[str] = []
        known: set[str] = set()
        for index, entry in enumerate(found):
            place = f"{key}[{index}]"
            if not isinstance(entry, str) or not entry:
                self.fault(place, "text is wanted here")
            elif unique and entry in known:
                self.fault(place, f'"{entry}" is listed twice')
            else:
                kept.append(entry)
                known.add(entry)
        return tuple(kept)

    def entries(self, key: str, *, required: bool = False) -> Iterator["Reader"]:
        """A reader for each mapping of a list; an absent list has none."""
        found = self.raw(key, required=required)
        if found is None:
            return
        if not isinstance(found, list | tuple):
            self.fault(key, f"a list is wanted here, not {kind_of(found)}")
            return
        for index, entry in enumerate(found):
            yield Reader.over(entry, f"{self.at(key)}[{index}]", self.faults)

    def inner(self, key: str, *, required: bool = False) -> "Reader | None":
        """A reader of the mapping under `key`, None where absent."""
        found = self.raw(key, required=required)
        return None if found is None else Reader.over(found, self.at(key), self.faults)

    def each(self, key: str, read: Callable[["Reader"], T], *, required: bool = False) -> tuple[T, ...]:
        """Every entry of a list of mappings, read and finished."""
        return tuple(entry.done(read) for entry in self.entries(key, required=required))

    def done(self, read: Callable[["Reader"], T]) -> T:
        """What `read` makes of this mapping; then the keys that it did not ask for are faults."""
        result = read(self)
        self.finish()
        return result

    def finish(self) -> None:
        """Name every key that nobody read."""
        known = ", ".join(sorted(self.seen))
        for key in self.value:
            if key not in self.seen:
                self.fault(key, f"is not known here; the keys that are: {known}")


def _note(faults: list[Fault], fault: Fault) -> None:
    """One more fault; Malformed where there are more than are told of one document."""
    faults.append(fault)
    if len(faults) > MOST_FAULTS:
        raise Malformed(told(faults))


def kind_of(value: object) -> str:
    """What a value is, in words for people."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, datetime):
        return "a timestamp"
    return "a list" if isinstance(value, list | tuple) else type(value).__name__
