"""What the house's own tests look at: the source, its syntax, and every text file of the checkout."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "opsroom"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def named(path: Path) -> str:
    """The path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> dict[str, ast.Module]:
    """The source, parsed, by path."""
    return {named(path): ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))}


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method of the source, with where it stands."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, Function):
                yield f"{path}:{node.name}", node


def imported(module: ast.Module) -> set[str]:
    """The top-level names that a module imports."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@cache
def texts() -> dict[str, str]:
    """The text files that are in the repository or would be, by path."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = {}
    for line in listed.stdout.splitlines():
        try:
            found[line] = (ROOT / line).read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            continue
    return found


def project() -> dict[str, Any]:
    """The tables of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared(*, dev: bool) -> set[str]:
    """The distributions that the project says it needs at run time, and in development too."""
    table = project()["project"]
    return distributions(table["dependencies"] + (table["optional-dependencies"]["dev"] if dev else []))


def distributions(requirements: list[str]) -> set[str]:
    """The normalised names of requirements."""
    names = [re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0] for line in requirements]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}
