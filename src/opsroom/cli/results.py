"""What became of each object of a unit, printed as it comes, and the counts at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import click
import msgspec

from opsroom.cli.output import Terminal, console
from opsroom.cli.sights import SightTable, sight_said
from opsroom.operations.contribute import KNOWN, Outcome, State

WORDS = {State.SUCCESS: "accepted", State.PENDING: "pending", State.FAILURE: "refused"}
LISTED = 1000
"""Objects accepted without a remark that are listed in JSON; later ones are counted alone."""


@dataclass(slots=True)
class Results:
    """Prints outcomes on the way and counts at its exit, also where the unit breaks off. Keeps no outcome.

    `rehearsed`: a dry-run, with the titles of agreements by id; then who would see what is shown too.
    """

    terminal: Terminal
    rehearsed: Mapping[str, str] | None = None
    counts: Counter[State] = field(default_factory=Counter)
    _known: int = 0
    _plain: int = 0
    _left_out: int = 0
    _written: int = 0
    _table: SightTable = field(init=False)

    def __post_init__(self) -> None:
        self._table = SightTable(self.rehearsed or {})

    def __enter__(self) -> Self:
        if self.terminal.as_json:
            click.echo('{"objects": [', nl=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        totals = {word: self.counts[state] for state, word in WORDS.items()}
        if self.terminal.as_json:
            more = {"known": self._known, "left_out": self._left_out, "dry_run": self.rehearsed is not None}
            click.echo("\n], " + msgspec.json.encode(totals | more).decode()[1:])
            return
        if self.rehearsed is not None:
            self._table.show(console())
        would = "would be " if self.rehearsed is not None else ""
        said = ", ".join(f"{count:,} {would}{word}" for word, count in totals.items())
        known = f"; {self._known:,} contributed before" if self._known else ""
        nothing = "" if self.counts or error is not None else ": the file holds no object"
        click.echo(f"{said}{known}{nothing}")

    @property
    def refused(self) -> int:
        """How many objects were refused."""
        return self.counts[State.FAILURE]

    def take(self, outcome: Outcome) -> None:
        """One object."""
        self.counts[outcome.state] += 1
        plain = outcome.state is State.SUCCESS and outcome.message in ("", KNOWN)
        self._plain += plain
        self._known += outcome.message == KNOWN
        if self.terminal.as_json:
            if plain and self.rehearsed is None and self._plain > LISTED:
                self._left_out += 1
            else:
                self._write(outcome)
            return
        if not plain:
            name = f"{outcome.id or 'an object without an id'} {outcome.version or ''}".rstrip()
            click.echo(f"{WORDS[outcome.state]:9} {name}: {outcome.message}")
        if outcome.sights:
            self._table.add(outcome.id or "", {one.reader.member: one for one in outcome.sights})

    def _write(self, outcome: Outcome) -> None:
        said: dict[str, object] = {
            "id": outcome.id,
            "version": outcome.version,
            "state": WORDS[outcome.state],
            "message": outcome.message,
        }
        if self.rehearsed is not None:
            said["sights"] = [sight_said(one.reader.member, one) for one in outcome.sights]
        click.echo(("," if self._written else "") + "\n  " + msgspec.json.encode(said).decode(), nl=False)
        self._written += 1
