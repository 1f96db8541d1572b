"""An event of the converter with nothing in it that chance, the clock or the order of a set gave.

1. An element without a time takes the event's.
2. A UUID that was drawn by lot is derived from the event and from what its element says, wherever it stands.
3. A value that is no text becomes one, true and false 1 and 0, as MISP has them.
4. Numbers that a MISP instance gives its rows go, and the lists of elements are in one order.
5. Of elements of a kind that share a UUID, as STIX objects of several types may, the first keeps it: MISP takes a
   UUID once.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid5

from opsroom.connectors.misp.elements import Body
from opsroom.core.canonical import canonical
from opsroom.core.stix.objects import StixObject

UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_TIMED = frozenset({"Attribute", "Object", "EventReport"})
_NAMED = _TIMED | {"ObjectReference", "Note", "Opinion", "Sighting"}
_NUMBERS = frozenset({"sharing_group_id", "event_id", "object_id", "id", "orgc_id", "org_id"})


def settled(event: Body, objects: Iterable[StixObject], *, uuid: UUID, stamp: int) -> Body:
    """The event that came of `objects`; `stamp` is its time in seconds."""
    known = {id for one in objects for id in UUID_IN_TEXT.findall(one.raw.decode())}
    found: Body = _without_numbers(event)
    for kind, one in _elements(found):
        if kind in _TIMED:
            one.setdefault("timestamp", str(stamp))
            one.setdefault("uuid", "")
        if kind == "Attribute" and not isinstance(one["value"], str):
            one["value"] = str(int(one["value"]) if isinstance(one["value"], bool) else one["value"])
    drawn = {one["uuid"]: (kind, one) for kind, one in _elements(found) if _is_drawn(one.get("uuid"), known)}
    derived = _derived(drawn, uuid)
    named: Body = json.loads(_replaced(json.dumps(found), derived))
    for kind, one in _elements(named):
        if kind in _TIMED and not one["uuid"]:
            one["uuid"] = str(uuid5(uuid, canonical(one).decode()))
    _tell_apart(named, uuid)
    ordered: Body = _ordered(named)
    return ordered


def _tell_apart(event: Body, uuid: UUID) -> None:
    """Gives the second and later elements of one UUID one of their own, whatever order they stand in (rule 5)."""
    taken: set[tuple[str, str]] = set()
    for kind, one in sorted(_elements(event), key=lambda each: (each[0], canonical(each[1]))):
        if kind in _TIMED:
            while (kind, one["uuid"]) in taken:
                one["uuid"] = str(uuid5(uuid, f"{kind} {canonical(one).decode()}"))
            taken.add((kind, one["uuid"]))


def _is_drawn(uuid: object, known: set[str]) -> bool:
    return isinstance(uuid, str) and uuid != "" and uuid not in known and UUID(uuid).version == 4


def _derived(drawn: dict[str, tuple[str, Body]], event: UUID) -> dict[str, str]:
    """By UUID drawn, the one that follows from what the element says without any such."""
    blank = dict.fromkeys(drawn, "")
    said: Counter[str] = Counter()
    found: dict[str, str] = {}
    for uuid, (kind, one) in drawn.items():
        text = f"{kind} {_replaced(canonical(one).decode(), blank)}"
        found[uuid] = str(uuid5(event, f"{text} {said[text]}"))
        said[text] += 1
    return found


def _replaced(text: str, by: dict[str, str]) -> str:
    return UUID_IN_TEXT.sub(lambda found: by.get(found[0], found[0]), text)


def _elements(value: Any, kind: str = "") -> Iterator[tuple[str, Body]]:
    """Every element that can have a UUID of its own, with its kind."""
    if isinstance(value, dict):
        if kind in _NAMED:
            yield kind, value
        for key, inner in value.items():
            for one in inner if isinstance(inner, list) else ():
                yield from _elements(one, key)


def _without_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_numbers(one) for key, one in value.items() if key not in _NUMBERS}
    return [_without_numbers(one) for one in value] if isinstance(value, list) else value


def _ordered(value: Any) -> Any:
    """The value with its lists in the order of their canonical form."""
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(one) for one in value), key=canonical)
    return value
