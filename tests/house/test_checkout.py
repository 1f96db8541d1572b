"""The checkout as a whole: marks, paths, hosts, locks, and the Makefile."""

import os
import re
import shutil
import subprocess

import pytest

from tests.house.tree import ROOT, declared, distributions, project, texts

MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK|NotImplemented" + r"Error)\b")
MACHINE_PATHS = re.compile("(?<![a-z.-])/" + "(work|root|home)/")
REGISTRIES = re.compile(
    r"pypi" + r"\.org|python" + r"hosted|npm" + r"js|deb\." + r"debian|proxy\." + "golang"
)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = r"([a-z0-9][a-z0-9-]*)==[\w.!+]+( ; [\w .'()<>=!]+)? \\\n"
HASHES = r"(?:    --hash=sha256:[0-9a-f]{64} \\\n)*    --hash=sha256:[0-9a-f]{64}\n"


def places(pattern: re.Pattern[str]) -> list[str]:
    """Where a text file of the checkout has it."""
    found = []
    for path, text in texts().items():
        found += [
            f"{path}:{text.count(chr(10), 0, hit.start()) + 1} {hit.group()}"
            for hit in pattern.finditer(text)
        ]
    return found


def test_nothing_is_marked_unfinished() -> None:
    assert places(MARKS) == []


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    assert places(MACHINE_PATHS) == []


def test_no_registry_is_named() -> None:
    assert places(REGISTRIES) == []


def pinned(lock: str) -> dict[str, str]:
    """Each entry of a lock, by name and marker. A lock holds nothing but entries: no address, no option."""
    text = (ROOT / "requirements" / lock).read_text()
    entries = re.compile(PINNED + HASHES)
    assert entries.sub("", text) == ""
    return {entry.group(1) + (entry.group(2) or ""): entry.group() for entry in entries.finditer(text)}


@pytest.mark.parametrize("lock", [path.name for path in LOCKS])
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: str) -> None:
    assert pinned(lock)


def test_the_locks_hold_what_the_project_declares() -> None:
    run, dev = pinned("run.txt"), pinned("dev.txt")
    assert run.items() <= dev.items()
    built = (ROOT / "requirements" / "build.in").read_text().splitlines()
    assert distributions(project()["build-system"]["requires"]) <= distributions(built)
    assert declared(dev=False) | distributions(built) <= distributions(list(run))
    assert declared(dev=True) <= distributions(list(dev))
    fuzz = pinned("fuzz.txt")
    assert distributions(project()["project"]["optional-dependencies"]["fuzz"]) <= distributions(list(fuzz))
    assert {name for name, entry in fuzz.items() if dev.get(name, entry) != entry} == set()


def test_every_target_lists_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert {"help", "setup", "run", "test", "check", "bench", "docs"} <= set(targets)
    assert sorted(phony.split()) == sorted(targets)
    if shutil.which("make") is None:
        pytest.skip("there is no make to ask")
    plain = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [["make", one] for one in targets]


def test_the_makefile_names_only_what_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(
        re.findall(r"(?<![\w./-])(?:tests|requirements|examples|benchmarks|tools)/[\w./-]*", makefile)
    )
    assert named
    assert {path for path in named if not (ROOT / path).exists()} == set()
