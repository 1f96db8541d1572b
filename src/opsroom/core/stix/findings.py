"""What checks find: faults and customs, each with its path relative to the value that was checked.

A check takes a value that stands somewhere in an object and knows nothing of the place; whoever called it
puts the key or the index in front (`under`). A value without anything to say about gives the one empty tuple.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `custom` means that the standard allows it and does not define it."""

    path: str
    reason: str
    custom: bool = False


Findings: TypeAlias = Sequence[Finding]
Check: TypeAlias = Callable[[object], Findings]
Properties: TypeAlias = Mapping[str, object]
Rule: TypeAlias = Callable[[Properties], Iterable[Finding]]
"""A rule over several properties of one mapping. It sees None for a property that is wrong in itself."""

NOTHING: Findings = ()


def found(reason: str, path: str = "") -> Findings:
    """One fault at `path`."""
    return (Finding(path, reason),)


def under(key: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a value as those of the mapping or list that holds it under `key` (`name`, `[3]`).

    >>> under("hashes", under("MD5", found("is short")))[0].path
    'hashes.MD5'
    """
    return [Finding(_join(key, one.path), one.reason, one.custom) for one in findings]


def shown(value: object) -> str:
    """A JSON value for a message: itself where it is short, its beginning where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _join(key: str, path: str) -> str:
    return f"{key}.{path}" if path and not path.startswith("[") else key + path
