"""An operation room in software: members share under a signed agreement, and nobody else learns a thing.

`Client` and `AsyncClient` ask a server (`opsroom.client`); they are imported when they are first named.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsroom.client import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from opsroom import client

    found: object = getattr(client, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
