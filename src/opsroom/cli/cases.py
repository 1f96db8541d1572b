"""`opsroom agreement test`: run release cases, of ours or of an agreement of your own."""

import sys
import tomllib
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from opsroom.cli.agreement import FILE, agreement, read_agreement
from opsroom.cli.output import NEGATIVE, Terminal, pass_terminal
from opsroom.core.agreement.events import SignedVersion
from opsroom.core.cases import Case, CaseFile, Outcome, read_cases
from opsroom.core.conditions import conditions
from opsroom.errors import Fault, Malformed

MANY = 2000
"""Cases from which on progress is shown."""


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "--with", "extra", type=FILE, multiple=True, help="An agreement (YAML) that cases may name by its id."
)
@pass_terminal
def test(terminal: Terminal, files: tuple[Path, ...], extra: tuple[Path, ...]) -> None:
    """Run release cases: facts, the expected outcome and ground. Exit status 1 where any fails.

    \b
    Examples:
      opsroom agreement test cases.toml
      opsroom agreement test mine.toml --with agreement.yaml --json
    """
    agreements = {
        one.id: SignedVersion(one.version, one.digest, one.terms) for one in map(read_agreement, extra)
    }
    passed, failures, reasons = 0, [], []
    for file in files:
        found = read_case_file(file, agreements)
        listed = track(
            found.cases,
            description=file.name,
            console=Console(stderr=True),
            disable=len(found.cases) < MANY or not sys.stderr.isatty(),
        )
        for case in listed:
            got = Outcome.of(found.decide(case))
            if case.expected.met_by(got):
                passed += 1
            else:
                failures.append({"name": case.name, "expected": _said(case.expected), "got": _said(got)})
                reasons.append(_why(found, case))
    result = {"passed": passed, "failed": len(failures), "failures": failures}

    def human(out: Console) -> None:
        for failure, why in zip(failures, reasons, strict=True):
            out.print(f"FAILED  {failure['name']}", markup=False)
            out.print(f"  expected  {_text(failure['expected'])}", markup=False)
            out.print(f"  decided   {_text(failure['got'])}", markup=False)
            for line in why:
                out.print(f"  why       {line}", markup=False)
        out.print(f"{passed} passed, {len(failures)} failed", markup=False)

    terminal.show(result, human)
    click.get_current_context().exit(NEGATIVE if failures else 0)


def register() -> None:
    """Adds the command to `opsroom agreement`."""
    agreement.add_command(test)


def read_case_file(file: Path, agreements: dict[str, SignedVersion]) -> CaseFile:
    """The cases of a TOML file. Raises `Malformed` with every fault."""
    try:
        value = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{file} is not TOML: {error}") from error
    try:
        return read_cases(value, agreements)
    except Malformed as error:
        raise Malformed([Fault(f"{file.name}: {one.path}", one.reason) for one in error.faults]) from error


def _said(outcome: Outcome) -> dict[str, str | None]:
    return {"outcome": outcome.outcome, "ground": str(outcome.ground), "authority": outcome.authority}


def _text(said: object) -> str:
    if not isinstance(said, dict):
        return str(said)
    under = f" under {said['authority']}" if said["authority"] else ""
    return f"{said['outcome']} {said['ground']}{under}"


def _why(found: CaseFile, case: Case) -> list[str]:
    """What each agreement says of the case."""
    edges = found.edges(case)
    listed = conditions(case.item, to=case.to, at=case.at, by=edges, held=case.held)
    return [f"{one.agreement}: {'; '.join(one.failed) or 'covers it'}" for one in listed]
