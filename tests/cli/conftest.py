"""A shell on a real node: commands as people type them, against SQLite in a directory of the test."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsroom.cli import main

AGREEMENT = """\
schema: opsroom.agreement/1
id: {id}
version: 1
title: Agreement {name}
parties: [{parties}]
in_force: {{from: "2026-01-01T00:00:00Z"}}
scale: []
provisions:
  - {{field: incidents, clause: Art. 3(1)}}
duties:
  - {{type: protect, clause: Art. 9}}
"""
SHARING = "agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a11"


@dataclass(slots=True)
class Shell:
    """Runs commands in one directory, which also holds the files of the test."""

    home: Path

    def run(self, *words: str, status: int | None = 0, typed: bytes | None = None) -> Result:
        """One command; fails where it ends with another status."""
        arguments = ["--data", str(self.home / "data"), *words]
        result = CliRunner().invoke(main, arguments, input=typed, catch_exceptions=False)
        assert status in (None, result.exit_code), result.output
        return result

    def json(self, *words: str, status: int | None = 0, typed: bytes | None = None) -> Any:
        """What a command prints with --json."""
        return json.loads(self.run(*words, "--json", status=status, typed=typed).stdout)

    def file(self, name: str, content: str | bytes) -> str:
        """A file with this content; its path."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def members(self, *names: str) -> None:
        """Members, each with a key of its own."""
        for name in names:
            self.run("key", "new", self.key(name))
            self.run("member", "add", name, "--title", name.title(), "--key", self.key(name))

    def key(self, member: str) -> str:
        """The path of a member's private key."""
        return str(self.home / f"{member}.key")

    def agree(self, identifier: str, *parties: str, room: str = "room") -> None:
        """An agreement on incidents, recorded and signed by all its parties."""
        listed = ", ".join(f"{{member: {one}}}" for one in parties)
        text = AGREEMENT.format(id=identifier, name=" and ".join(parties), parties=listed)
        path = self.file(f"{identifier}.yaml", text)
        self.run("agreement", "draft", path, "--room", room)
        keys = [word for one in parties for word in ("--key", self.key(one))]
        self.run("agreement", "sign", path, *keys, "--record")

    def contribute(
        self,
        raws: Sequence[bytes],
        *words: str,
        member: str = "alfa",
        agreement: str = SHARING,
        status: int = 0,
    ) -> Any:
        """Objects contributed as a bundle, under incidents; what is printed with --json."""
        objects = b",".join(raws)
        bundle = b'{"type": "bundle", "id": "bundle--1", "objects": [' + objects + b"]}"
        return self.json(
            *self.contributing("-", *words, member=member, agreement=agreement), status=status, typed=bundle
        )

    def contributing(
        self, file: str, *words: str, member: str = "alfa", agreement: str = SHARING
    ) -> tuple[str, ...]:
        """The words of a contribution."""
        place = ("--as", member, "--room", "room", "--agreement", agreement, "--field", "incidents")
        return ("contribute", file, *place, *words)

    def sees(self, member: str, item: str) -> bool:
        """Whether an item is served to a member."""
        return self.run("show", item, "--as", member, status=None).exit_code == 0


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty node."""
    found = Shell(tmp_path)
    found.run("init")
    return found


@pytest.fixture
def room(shell: Shell) -> Shell:
    """Alfa and Bravo share incidents in a room; Carol is on the node and in no agreement."""
    shell.members("alfa", "bravo", "carol")
    shell.run("room", "create", "room", "--title", "A room", "--host", "alfa", "--place", "Somewhere")
    shell.agree(SHARING, "alfa", "bravo")
    return shell
