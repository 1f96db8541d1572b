"""Which request a path and a method are; a table made of the requests themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from opsroom.errors import NotFound
from opsroom.service import HANDLERS
from opsroom.wire.request import PREFIX, Request

Kinds = Mapping[str, type[Request[Any]]]


@dataclass(frozen=True, slots=True)
class Found:
    """The requests of a path, by method, and what stands where the path has names."""

    kinds: Kinds
    named: Mapping[str, str]


def _table() -> dict[tuple[str, ...], dict[str, type[Request[Any]]]]:
    found: dict[tuple[str, ...], dict[str, type[Request[Any]]]] = {}
    for kind in HANDLERS:
        found.setdefault(tuple(kind.PATH.strip("/").split("/")), {})[kind.METHOD] = kind
    return found


TABLE = _table()


def find(raw_path: str) -> Found:
    """What stands at a path as it was sent (percent-encoded). NotFound where nothing does."""
    segments = raw_path.removeprefix(PREFIX).removeprefix("/").removesuffix("/").split("/")
    for pattern, kinds in TABLE.items():
        if len(pattern) == len(segments) and (named := _named(pattern, segments)) is not None:
            return Found(kinds, named)
    raise NotFound("there is no such path")


def _named(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for wanted, segment in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            found[wanted[1:-1]] = unquote(segment)
        elif wanted != segment:
            return None
    return found
