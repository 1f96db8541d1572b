"""The house's own rules: sizes, names, marks, paths, locks, layers."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FORBIDDEN_SUFFIXES = ("Manager", "Helper", "Util", "Utils", "Data", "Info")
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK|NotImplemented" + r"Error)\b")
MACHINE_PATHS = re.compile("(?<![a-z.-])/" + "(work|root|home)/")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".txt", ".in", ".sh", ".ini", ".mako", ""}


def tracked() -> list[Path]:
    """Files that are in the repository or would be."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / line for line in found.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix in TEXT_SUFFIXES]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_stay_small() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_functions_stay_small() -> None:
    long = [f"{path.name}:{one.name}" for path in SOURCES for one in functions(path) if length(one) > 60]
    assert long == []
    assert statistics.median(length(one) for path in SOURCES for one in functions(path)) <= 12


def test_names_say_what_a_thing_is() -> None:
    bad = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name.endswith(FORBIDDEN_SUFFIXES):
                bad.append(f"{path.name}: {node.name}")
            if isinstance(node, ast.FunctionDef) and node.name.startswith("get_"):
                bad.append(f"{path.name}: {node.name}")
    assert bad == []


def test_nothing_is_marked_unfinished() -> None:
    paths = [path for path in tracked() if path.suffix == ".py"]
    assert [str(path) for path in paths if MARKS.search(path.read_text())] == []


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    found = {str(path.relative_to(ROOT)) for path in tracked() if MACHINE_PATHS.search(path.read_text())}
    assert found == set()


def test_locks_hold_hashes_and_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"https?:|index-url|trusted-host|find-links", text), lock.name
        pinned = re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)
        assert len(pinned) == len(
            re.findall(r"^[a-z0-9._-]+==[^\n]*\\\n +--hash=sha256:", text, re.MULTILINE)
        )


def test_every_target_lists_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    listed = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert sorted(phony.split()) == sorted(listed)
    assert {"help", "setup", "run", "test", "check", "bench", "docs"} <= set(listed)


def contracts(tree: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(command), "--no-cache", "--config", str(tree / "pyproject.toml")],
        cwd=tree / "src",
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tree / "src"), "PATH": ""},
    )


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("helpers.py", "", "imports only go down"),
        ("core/clockwork.py", "import time\n", "the core asks no clock"),
        ("core/upward.py", "import opsroom.ports\n", "imports only go down"),
        (
            "operations/sideways.py",
            "import opsroom.operations.enrol\n",
            "operations never import one another",
        ),
        ("taxii/backdoor.py", "import opsroom.storage\n", "doors reach storage"),
    ],
)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, path: str, text: str, said: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.ndjson")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    planted = tmp_path / "src" / "opsroom" / path
    planted.write_text(f'"""Planted."""\n\n{text}')
    outcome = contracts(tmp_path)
    assert outcome.returncode != 0
    assert said in outcome.stdout or "helpers" in outcome.stdout
