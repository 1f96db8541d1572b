"""The import contracts hold, and each breaks when an import that it forbids is planted."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT

LAYERS = "imports only go down"
CORE = "the core asks no clock, file, network, chance or log"
VERBS = "operations never import one another"
DOORS = "doors reach storage, upkeep and keys through operations alone"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, to plant things in."""
    tree = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def verdicts(tree: Path) -> dict[str, str]:
    """What import-linter says of each contract: KEPT or BROKEN."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    said = subprocess.run(
        [*command, "--config", str(tree / "pyproject.toml")],
        cwd=tree,
        env={"PYTHONPATH": str(tree / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)$", said.stdout, re.MULTILINE))


@pytest.fixture
def planted(copy: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The copy with one more module, given as its path and its import."""
    path, line = request.param
    module = copy / "src" / "opsroom" / path
    module.write_text(f'"""Planted."""\n\n{line}\n')
    yield copy
    module.unlink()


def test_the_contracts_hold(copy: Path) -> None:
    assert verdicts(copy) == dict.fromkeys([LAYERS, VERBS, DOORS, CORE], "KEPT")


@pytest.mark.parametrize(
    ("planted", "contract"),
    [
        (("helpers.py", ""), LAYERS),
        (("core/planted.py", "import opsroom.ports"), LAYERS),
        (("upkeep/planted.py", "import opsroom.operations.enrol"), LAYERS),
        (("operations/planted.py", "import opsroom.storage.sql"), LAYERS),
        (("operations/planted.py", "import opsroom.operations.enrol"), VERBS),
        (("operations/contribute/planted.py", "from opsroom.operations import enrol"), VERBS),
        (("taxii/planted.py", "from opsroom.storage.sql import open_sqlite"), DOORS),
        (("taxii/planted.py", "from opsroom import signing"), DOORS),
        (("core/planted.py", "import time"), CORE),
        (("core/planted.py", "from random import random"), CORE),
        (("core/planted.py", "from pathlib import Path"), CORE),
        (("core/planted.py", "import socket"), CORE),
        (("core/planted.py", "import logging"), CORE),
        (("core/agreement/planted.py", "from starlette.requests import Request"), CORE),
    ],
    indirect=["planted"],
)
def test_a_planted_import_breaks_its_contract(planted: Path, contract: str) -> None:
    broken = [name for name, verdict in verdicts(planted).items() if verdict == "BROKEN"]
    assert broken == [contract]
