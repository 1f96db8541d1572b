"""The tutorial, run from its first line to its last; `opsroom serve` has tests of its own."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsroom.cli import main

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"(?:`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str]]:
    """In order: ("", line) of each command, and (name, text) of each block that a file is named for."""
    for name, language, body in BLOCK.findall(TUTORIAL.read_text()):
        if name:
            yield name, body
        elif language == "console":
            lines = body.replace("\\\n", " ").splitlines()
            yield from (("", line.removeprefix("$ ")) for line in lines if line.startswith("$ "))


def typed(line: str) -> str:
    """What a call of `opsroom` prints; it may end in `> FILE`."""
    words = shlex.split(line)
    call, output = (words[:-2], Path(words[-1])) if words[-2] == ">" else (words, None)
    assert call[0] == "opsroom", line
    result = CliRunner().invoke(main, call[1:], catch_exceptions=False)
    assert result.exit_code == 0, f"{line}\n{result.output}"
    if output:
        output.write_text(result.stdout)
    return result.stdout


def test_the_tutorial_runs_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    said = {}
    agreement = "AGREEMENT"
    for name, text in steps():
        if name:
            Path(name).write_text(text)
        elif text.startswith("export "):
            monkeypatch.setenv(*text.removeprefix("export ").split("=", 1))
        elif not text.startswith("opsroom serve"):
            said[text] = typed(text.replace("AGREEMENT", agreement))
            found = re.search(r"agreement--[0-9a-f-]{36}", said[text])
            agreement = found.group() if found else agreement
    answers = [answer for line, answer in said.items() if line.startswith("opsroom explain ")]
    assert "is released to bravo" in answers[0]
    assert "is withheld from bravo" in answers[-1]
