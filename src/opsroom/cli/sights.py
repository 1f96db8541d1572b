"""Who sees what, on what ground: a table of items by members, and a summary where there are many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rich.console import Console

from opsroom.cli.asking import Asks
from opsroom.cli.output import table
from opsroom.wire.rooms import Collections
from opsroom.wire.sights import Sight

SHOWN = 50
"""Items that are shown one by one; the others are counted by member and ground."""
NOTHING = "nothing"
"""What a member sees that cannot know of the room."""


@dataclass(slots=True)
class SightTable:
    """Collects items as they come; only the first are kept."""

    titles: Mapping[str, str]
    _rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _counts: dict[str, Counter[str]] = field(default_factory=dict)
    _letters: dict[str, str] = field(default_factory=dict)
    _items: int = 0

    def add(self, item: str, seen: Iterable[Sight]) -> None:
        """One item, as each member sees it."""
        self._items += 1
        sights = tuple(seen)
        for sight in sights:
            self._counts.setdefault(sight.member, Counter())[_word(sight)] += 1
        if len(self._rows) < SHOWN:
            self._rows.append((item, {sight.member: self._cell(sight) for sight in sights}))

    def show(self, out: Console) -> None:
        """The items, the summary where some are left out, who sees nothing, and what the letters stand for."""
        outside = [one for one, counts in sorted(self._counts.items()) if set(counts) == {NOTHING}]
        members = sorted(self._counts.keys() - set(outside))
        rows = [(item, *(cells.get(member, "") for member in members)) for item, cells in self._rows]
        if rows:
            out.print(table(("item", *members), rows))
        if self._items > len(self._rows):
            out.print(f"\nand {self._items - len(self._rows):,} more items. All {self._items:,} by ground:")
            counts = [
                (member, ground, f"{count:,}")
                for member in members
                for ground, count in self._counts[member].most_common()
            ]
            out.print(table(("member", "ground", "items"), counts))
        if outside:
            out.print(f"{NOTHING} for {', '.join(outside)}", markup=False, soft_wrap=True)
        for agreement, letter in self._letters.items():
            out.print(
                f"{letter}  {agreement}  {self.titles.get(agreement, '')}", markup=False, soft_wrap=True
            )

    def _cell(self, sight: Sight) -> str:
        word = _word(sight)
        if sight.authority is None:
            return word
        letter = self._letters.setdefault(sight.authority, f"({len(self._letters) + 1})")
        return f"{word} {letter}"


def titles_of(asked: Asks, room: str) -> dict[str, str]:
    """The titles of a room's agreements by id, as the names of their collections say them."""
    listed = asked.ask(Collections(room))
    return {one.agreement: one.title.removesuffix(f": {one.field}") for one in listed if one.agreement}


def _word(sight: Sight) -> str:
    if sight.ground is None:
        return NOTHING
    return f"sees: {sight.ground}" if sight.released else f"not: {sight.ground}"
