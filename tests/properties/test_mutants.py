"""Planted bugs in the rule: the case files and the fixed batch of scenarios notice every one of them."""

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from opsroom.core import release
from opsroom.core.cases import Case, CaseFile, Outcome, read_cases
from tests.oracle import Verdict
from tests.properties.changes import answer
from tests.properties.mutation import planted
from tests.properties.scenarios import Scenario, batch

CASE_FILES = sorted((Path(__file__).parents[1] / "cases").glob("*.toml"))
MUTANTS = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text())["mutant"]


@cache
def expectations() -> tuple[tuple[Scenario, Verdict], ...]:
    """What the oracle says of the batch, asked before anything is planted."""
    return tuple((scenario, scenario.foretold()) for scenario in batch(5000))


@cache
def case_files() -> tuple[CaseFile, ...]:
    return tuple(read_cases(tomllib.loads(path.read_text())) for path in CASE_FILES)


def case_notices(file: CaseFile, case: Case) -> bool:
    return not case.expected.met_by(Outcome.of(file.decide(case)))


def noticed() -> bool:
    """Whether some case or some scenario is decided otherwise than it should be."""
    fresh = [CaseFile(file.agreements, file.events, file.cases) for file in case_files()]
    if any(case_notices(file, case) for file in fresh for case in file.cases):
        return True
    return any(answer(scenario) != foretold for scenario, foretold in expectations())


def test_without_a_mutant_nothing_is_noticed() -> None:
    assert not noticed()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant["name"]))
def test_mutant_is_noticed(mutant: dict[str, str]) -> None:
    expectations()
    case_files()
    with planted(import_module(mutant["module"]), mutant["sound"], mutant["mutant"]):
        assert noticed()
    assert not any(case_notices(file, case) for file in case_files() for case in file.cases)


def test_a_mutant_whose_text_is_gone_fails() -> None:
    with (
        pytest.raises(AssertionError, match="0 times: as it never said"),
        planted(release, "as it never said", ""),
    ):
        pass
