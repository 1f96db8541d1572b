"""The source: sizes, names, what the core may do, what is asked of whom, what is imported."""

import ast
import statistics
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.tree import ROOT, Function, declared, distributions, functions, imported, modules

FORBIDDEN_SUFFIXES = ("Manager", "Helper", "Helpers", "Util", "Utils", "Data", "Info")
FORBIDDEN_MODULES = {
    "base",
    "common",
    "data",
    "helper",
    "helpers",
    "info",
    "manager",
    "misc",
    "util",
    "utils",
}
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__"}


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_stay_small() -> None:
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}


def test_functions_stay_small() -> None:
    lengths = {where: length(node) for where, node in functions()}
    assert {where: lines for where, lines in lengths.items() if lines > 60} == {}
    assert statistics.median(length(node) for _, node in functions()) <= 12


def test_names_say_what_a_thing_is() -> None:
    classes = [
        f"{path}:{node.name}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and node.name.endswith(FORBIDDEN_SUFFIXES)
    ]
    getters = [where for where, node in functions() if node.name.startswith("get_")]
    catchalls = [path for path in modules() if FORBIDDEN_MODULES & set(Path(path).with_suffix("").parts)]
    assert classes + getters + catchalls == []


def test_the_core_does_nothing_but_compute() -> None:
    found = []
    for path, module in modules().items():
        if not path.startswith("src/opsroom/core/"):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global):
                found.append(f"{path}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in IMPURE_CALLS
            ):
                found.append(f"{path}:{node.lineno} {node.func.id}")
    assert found == []


@pytest.mark.parametrize(
    ("adapter", "asks"),
    [
        ("clock.py", "import time\n\ntime.time_ns()\n"),
        ("clock.py", "from datetime import UTC, datetime\n\ndatetime.now(UTC)\n"),
        ("clock.py", "from datetime import datetime\n\ndatetime.utcnow()\n"),
        ("clock.py", "from time import monotonic\n\nmonotonic()\n"),
        ("randomness.py", "import random\n\nrandom.random()\n"),
        ("randomness.py", "from secrets import token_bytes\n\ntoken_bytes(1)\n"),
        ("randomness.py", "import os\n\nos.urandom(1)\n"),
        ("randomness.py", "from uuid import uuid4\n\nuuid4()\n"),
    ],
)
def test_only_the_adapters_ask_the_clock_and_chance(adapter: str, asks: str) -> None:
    def found(path: str) -> str:
        ruff = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--output-format", "concise"]
        command = [*ruff, "--no-cache", "--stdin-filename", f"src/opsroom/{path}", "-"]
        return subprocess.run(
            command, cwd=ROOT, input=asks, capture_output=True, text=True, check=False
        ).stdout

    assert "TID251" in found("operations/planted.py")
    assert "TID251" not in found(adapter)


def test_what_the_source_imports_is_what_the_project_declares() -> None:
    names = set().union(*(imported(module) for module in modules().values()))
    foreign = names - sys.stdlib_module_names - {"opsroom"}
    providers = packages_distributions()
    used = distributions([providers.get(name, [name])[0] for name in foreign])
    assert used == declared(dev=False)


def test_what_the_tests_import_is_declared() -> None:
    parsed = [
        ast.parse(path.read_text())
        for room in ("tests", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
    ]
    names = set().union(*map(imported, parsed))
    foreign = names - sys.stdlib_module_names - {"opsroom", "tests", "benchmarks"}
    providers = packages_distributions()
    used = distributions([providers.get(name, [name])[0] for name in foreign])
    assert used <= declared(dev=True)
