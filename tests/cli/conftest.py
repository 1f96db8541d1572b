"""A shell on a real node: commands as people type them, against SQLite in a directory of the test."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsroom.app import node_in, web
from opsroom.cli import main
from opsroom.config import load
from tests.taxii.conftest import free_port, serving

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
    whom: tuple[str, ...] = ()
    """Whom the commands ask; nobody: the node in the directory."""

    def run(self, *words: str, status: int | None = 0, typed: bytes | None = None) -> Result:
        """One command; fails where it ends with another status."""
        arguments = [*(self.whom or ("--data", str(self.home / "data"))), *words]
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

    def away(self, url: str, member: str, *roles: str) -> "Shell":
        """The same files on a machine elsewhere, which asks a server as a member."""
        words = [word for role in roles or ("reader", "contributor") for word in ("--role", role)]
        user = f"{member} with {' '.join(roles)}"
        token = self.json("member", "token", member, "--user", user, *words)["secret"]
        return Shell(self.home, ("--url", url, "--token", token))

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


@pytest.fixture
def server(room: Shell) -> Iterator[str]:
    """The node of the room, served; its address."""
    settings = load(given={"port": free_port()}, environ={}).settings
    with node_in(room.home / "data") as node, serving(web(node, settings), settings) as url:
        yield url
