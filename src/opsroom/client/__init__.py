"""The client of the API: `Client(url, token)`, and `AsyncClient` with the same methods.

Each method is one request of `opsroom.wire`, fully typed; what fails raises an error of `opsroom.errors`.
"""

from opsroom.client.client import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]
