"""Who sees what, on what ground: a table of items by members, and a summary where there are many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Console

from opsroom.cli.output import table
from opsroom.upkeep.sights import Sight

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

    def add(self, item: str, seen: Mapping[str, Sight | None]) -> None:
        """One item; None is a member for whom there is nothing."""
        self._items += 1
        for member, sight in seen.items():
            self._counts.setdefault(member, Counter())[_word(sight)] += 1
        if len(self._rows) < SHOWN:
            self._rows.append((item, {member: self._cell(sight) for member, sight in seen.items()}))

    def show(self, out: Console) -> None:
        """The items, the summary where some are left out, and which agreement a letter stands for."""
        members = sorted(self._counts)
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
        for agreement, letter in self._letters.items():
            out.print(
                f"{letter}  {agreement}  {self.titles.get(agreement, '')}", markup=False, soft_wrap=True
            )

    def _cell(self, sight: Sight | None) -> str:
        word = _word(sight)
        if sight is None or sight.authority is None:
            return word
        letter = self._letters.setdefault(sight.authority, f"({len(self._letters) + 1})")
        return f"{word} {letter}"


def sight_said(member: str, sight: Sight | None) -> dict[str, object]:
    """One cell as JSON."""
    if sight is None:
        return {"member": member, "released": False, "ground": None, "authority": None, "because": []}
    return {
        "member": member,
        "released": sight.released,
        "ground": sight.ground,
        "authority": sight.authority,
        "because": list(sight.because),
    }


def _word(sight: Sight | None) -> str:
    if sight is None:
        return NOTHING
    return f"sees: {sight.ground}" if sight.released else f"not: {sight.ground}"
