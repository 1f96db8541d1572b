"""The API of the same small world behind the same real HTTP server as TAXII, and its own clients."""

from collections.abc import Callable, Iterator

import pytest

from opsroom.client import Client
from opsroom.core.roster import Role
from tests.taxii.conftest import Served, door, store

__all__ = ["door", "store"]

Asking = Callable[..., Client]


@pytest.fixture
def asking(door: Served) -> Iterator[Asking]:
    """Makes a client for a member, with the roles named or the usual ones."""
    opened: list[Client] = []

    def client(member: str, *roles: Role) -> Client:
        token = (
            door.tokens[member] if not roles else door.issue(member, f"{member} {len(opened)}", *roles).token
        )
        found = Client(door.url, token or "")
        opened.append(found)
        return found

    yield client
    for one in opened:
        one.close()
