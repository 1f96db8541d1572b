"""What differs between two versions of an agreement, by provision and by party, and in the rest of the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NAMED_BY = {
    "provisions": "field",
    "parties": "member",
    "equivalence": "policy",
    "duties": "type",
    "signatories": "member",
}
"""Lists whose entries have a name: they are compared by it, not by their place."""
SILENT = frozenset({"schema", "version", "supersedes"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs. `before` None: added; `after` None: removed."""

    about: str
    name: str
    key: str
    before: object
    after: object

    @property
    def kind(self) -> str:
        """Added | removed | changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> list[Difference]:
    """Every difference of two agreement files; provisions and parties first, each by its name."""
    order = ("provisions", "parties", *sorted((old.keys() | new.keys()) - {"provisions", "parties"} - SILENT))
    return [one for about in order for one in _compared(about, old.get(about), new.get(about))]


def _compared(about: str, old: object, new: object) -> Iterator[Difference]:
    if old == new:
        return
    naming = NAMED_BY.get(about)
    if naming is None or not isinstance(old, list | None) or not isinstance(new, list | None):
        yield Difference(about, "", "", old, new)
        return
    before, after = _by_name(old or [], naming), _by_name(new or [], naming)
    for name in dict.fromkeys([*before, *after]):
        yield from _entry(about, name, before.get(name), after.get(name))


Entry = Mapping[str, object] | None


def _entry(about: str, name: str, old: Entry, new: Entry) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(about, name, "", old, new)
        return
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield Difference(about, name, key, old.get(key), new.get(key))


def _by_name(entries: list[object], naming: str) -> dict[str, Mapping[str, object]]:
    """Entries by name; several of one name are numbered."""
    found: dict[str, Mapping[str, object]] = {}
    for entry in entries:
        if isinstance(entry, Mapping):
            name = str(entry.get(naming, ""))
            if naming == "policy":
                name = f"{name} {entry.get('level', '')}"
            while name in found:
                name += "′"
            found[name] = entry
    return found
