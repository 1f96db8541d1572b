"""The databases of these tests give rows the wrong way round wherever a question leaves the order open."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event


def _reverse(connection: object, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


@pytest.fixture(autouse=True)
def _no_order_but_what_is_asked_for() -> Iterator[None]:
    event.listen(Engine, "connect", _reverse)
    yield
    event.remove(Engine, "connect", _reverse)
