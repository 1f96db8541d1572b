"""Runs the commands of a document as its reader would type them, in one shell, in a directory of its own.

1. Every line of a `console` block that begins with `$ ` is a command; one that ends in a backslash goes on. The
   lines below it are what it prints, some of it: they are found there in their order, `…` standing for anything.
2. A block that a sentence names a file for ("`object.json`:") is written to that file.
3. What serves (`opsroom serve`, `--serve`) runs meanwhile, as in a terminal of its own, on the port of these runs.
4. A page may go on from another (`<!-- continues: tutorial.md -->`): it finds its files, its variables and functions,
   and its server.
"""

import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONTINUES = re.compile(r"<!-- continues: (\S+) -->")
PORT = "8420"
SECONDS = 240


@dataclass(frozen=True, slots=True)
class Command:
    """One command, and the lines that it is said to print."""

    text: str
    printed: tuple[str, ...] = ()

    @property
    def serves(self) -> bool:
        """Whether it runs until somebody stops it."""
        return self.text.startswith("opsroom serve") or self.text.endswith("--serve")


@dataclass(frozen=True, slots=True)
class File:
    """A file that the reader is told to write."""

    name: str
    text: str


def steps_of(page: Path) -> Iterator[Command | File]:
    """What a page has its reader do, in order."""
    for name, language, body in BLOCK.findall(page.read_text()):
        if name and language != "console":
            yield File(name, body)
        elif language == "console":
            yield from _commands(body.replace("\\\n", ""))


def _commands(body: str) -> Iterator[Command]:
    text, printed = "", list[str]()
    for line in body.splitlines():
        if line.startswith("$ "):
            if text:
                yield Command(text, tuple(printed))
            text, printed = line.removeprefix("$ "), []
        elif line.strip():
            printed.append(line)
    if text:
        yield Command(text, tuple(printed))


def continued(page: Path) -> Path | None:
    """The page that a page goes on from."""
    found = CONTINUES.search(page.read_text())
    return (page.parent / found[1]).resolve() if found else None


class Runs:
    """Runs pages, each once; those that others go on from leave a directory to copy."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._port = _free_port()
        self._left: dict[Path, Path] = {}

    def run(self, page: Path) -> Path:
        """The directory that a page leaves. AssertionError names the command that failed, or what was not printed."""
        if page not in self._left:
            place = self._home / page.relative_to(ROOT).as_posix().replace("/", "-")
            before = continued(page)
            if before is not None:
                shutil.copytree(self.run(before), place, ignore=shutil.ignore_patterns(".out-*"))
            else:
                place.mkdir()
            _run(place, list(steps_of(page)), self._port)
            self._left[page] = place
        return self._left[page]


def _run(place: Path, steps: list[Command | File], port: int) -> None:
    script, serving = place / ".script.sh", place / ".serving"
    lines = [
        "set -e -o pipefail; shopt -s expand_aliases",
        "test ! -e .state || source .state",
        f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH HOME=$PWD COLUMNS=200",
        f"export OPSROOM_PORT={port}",
        'SERVER=; stop() { test -z "$SERVER" || { kill $SERVER; wait $SERVER || true; }; }; trap stop EXIT',
        f"up() {{ curl -sf http://127.0.0.1:{port}/healthz; }}",
        "ready() { for _ in $(seq 200); do up && return; sleep 0.1; done; false; }",
        *(_in_background(serving.read_text()) if serving.exists() else ()),
    ]
    for number, step in enumerate(steps):
        if isinstance(step, File):
            (place / f".file-{number}").write_text(_at(port, step.text))
            lines.append(f"cp .file-{number} {shlex.quote(step.name)}")
            continue
        text = _at(port, step.text)
        lines.append(f"echo {shlex.quote(step.text)} >.now")
        if step.serves:
            serving.write_text(text)
            lines.extend(["stop", *_in_background(text)])
        else:
            lines.append(f"{{ {text}\n}} >.out-{number} 2>&1")
    lines.append("{ export -p; declare -f; } >.state")
    script.write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        ["bash", script.name], cwd=place, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        now = (place / ".now").read_text().strip()
        outs = sorted(place.glob(".out-*"), key=lambda one: int(one.name.removeprefix(".out-")))
        raise AssertionError(f"{now}\n{outs[-1].read_text() if outs else ''}\n{done.stderr}")
    for number, step in enumerate(steps):
        if isinstance(step, Command) and not step.serves:
            _check(step, (place / f".out-{number}").read_text(), port)


def _in_background(command: str) -> tuple[str, str]:
    return f"{command} >.served 2>&1 & SERVER=$!", "ready"


def _at(port: int, text: str) -> str:
    """The text with the port of this run for the one that is written."""
    return text.replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}")


def _check(step: Command, said: str, port: int) -> None:
    rest = said.replace(f"127.0.0.1:{port}", f"127.0.0.1:{PORT}").splitlines()
    for wanted in step.printed:
        pattern = re.compile(".*".join(map(re.escape, wanted.strip().split("…"))))
        index = next((index for index, line in enumerate(rest) if pattern.fullmatch(line.strip())), None)
        assert index is not None, f"{step.text}\ndoes not print\n{wanted}\nbut\n{said}"
        rest = rest[index + 1 :]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
