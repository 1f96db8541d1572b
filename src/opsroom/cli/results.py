"""What became of each object of a unit, printed as it comes, and the counts at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import click
import msgspec

from opsroom.cli.output import Terminal, console
from opsroom.cli.sights import SightTable
from opsroom.wire.contributions import Outcome

WORDS = ("accepted", "pending", "refused")
NAMELESS = {"reported": "of a MISP event", "refused": "an object without an id"}
HEAD = '{"objects": ['
LISTED = 1000
"""Objects accepted without a remark that are listed in JSON; later ones are counted alone."""


@dataclass(slots=True)
class Results:
    """Prints outcomes on the way and counts at its exit, also where the unit breaks off half-way. Keeps no outcome.

    `rehearsed`: a dry-run, with the titles of agreements by id; then who would see what is shown too. `further` is
    added to the counts in JSON; `nothing` is said where there is no object.
    """

    terminal: Terminal
    rehearsed: Mapping[str, str] | None = None
    further: dict[str, object] = field(default_factory=dict)
    nothing: str = "the file holds no object"
    counts: Counter[str] = field(default_factory=Counter)
    _known: int = 0
    _plain: int = 0
    _left_out: int = 0
    _written: int = 0
    _table: SightTable = field(init=False)

    def __post_init__(self) -> None:
        self._table = SightTable(self.rehearsed or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not self.counts and not self.further:
            return
        totals = {word: self.counts[word] for word in WORDS}
        if self.terminal.as_json:
            more: dict[str, object] = {
                "known": self._known,
                "left_out": self._left_out,
                "dry_run": self.rehearsed is not None,
            }
            more |= self.further
            click.echo(
                ("" if self._written else HEAD) + "\n], " + msgspec.json.encode(totals | more).decode()[1:]
            )
            return
        if self.rehearsed is not None:
            self._table.show(console())
        would = "would be " if self.rehearsed is not None else ""
        said = ", ".join(f"{count:,} {would}{word}" for word, count in totals.items())
        unsaid = f"; {self.counts['reported']:,} reported" if self.counts["reported"] else ""
        known = f"; {self._known:,} contributed before" if self._known else ""
        nothing = "" if self.counts or error is not None else f": {self.nothing}"
        click.echo(f"{said}{known}{unsaid}{nothing}")

    @property
    def refused(self) -> int:
        """How many objects were refused."""
        return self.counts["refused"]

    def take(self, outcome: Outcome) -> None:
        """One object."""
        self.counts[outcome.state] += 1
        plain = outcome.state == "accepted" and (outcome.known or not outcome.message)
        self._plain += plain
        self._known += outcome.known
        if self.terminal.as_json:
            if plain and self.rehearsed is None and self._plain > LISTED:
                self._left_out += 1
            else:
                self._write(outcome)
            return
        if not plain:
            name = f"{outcome.id or NAMELESS[outcome.state]} {outcome.version or ''}".rstrip()
            click.echo(f"{outcome.state:9} {name}: {outcome.message}")
        if outcome.sights:
            self._table.add(outcome.id or "", outcome.sights)

    def _write(self, outcome: Outcome) -> None:
        click.echo(
            ("," if self._written else HEAD) + "\n  " + msgspec.json.encode(outcome).decode(), nl=False
        )
        self._written += 1
