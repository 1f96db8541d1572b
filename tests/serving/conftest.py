"""A real server process over a real database, which tests start, stop and kill."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

import pytest
import requests

from opsroom.app import node_in
from opsroom.clock import SystemClock
from tests.builders import HandClock, World
from tests.taxii.conftest import free_port

COMMAND = [sys.executable, "-c", "from opsroom.cli import main; main()"]


@dataclass(slots=True)
class ServerProcess:
    """`opsroom serve` on one port over one data directory."""

    data: Path
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    scheme: str = "http"
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self, *, verify: bool | str = True) -> None:
        """Returns once it answers."""
        arguments = ["--data", str(self.data), "serve", "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(
            COMMAND + arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.data.parent,
        )
        for _ in range(600):
            assert self.process.poll() is None, self.process.communicate()[1]
            try:
                requests.get(f"{self.url}/healthz", timeout=5, verify=verify)
            except requests.ConnectionError:
                sleep(0.05)
            else:
                return
        raise AssertionError("the server did not come up")

    def send(self, number: signal.Signals) -> tuple[int, str, str]:
        """Sends a signal and waits for the end: exit status, standard output, standard error."""
        assert self.process is not None
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def kill(self) -> None:
        """Kills it as a power cut would."""
        self.send(signal.SIGKILL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server over an empty data directory, not started."""
    found = ServerProcess(tmp_path / "data")
    yield found
    if found.process is not None and found.process.poll() is None:
        found.kill()


def shared_room(data: Path) -> World:
    """A room of Alfa, Bravo and Carol in that data directory; whoever asks for it closes its node."""
    world = World(node_in(data), HandClock(SystemClock().now()))
    world.member("alfa", "bravo", "carol")
    world.room("room", "alfa")
    world.agree("all", "room", ["alfa", "bravo", "carol"], ["incidents"])
    return world
