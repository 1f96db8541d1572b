"""Small departures of the converter from STIX 2.1, put right where the meaning is beyond doubt.

1. The values of header fields are lists (sections 6.6.1 and 6.12.2): a single text becomes a list of one.
2. The hive of a registry key is written in full (section 6.15): `HKLM` is `HKEY_LOCAL_MACHINE`.
3. A pattern in another language (Snort, YARA, Sigma) stands as it is: the brackets that the converter puts
   around it, as if it were a STIX pattern, break it.
4. An access marking (a galaxy such as ACS) stays beside a TLP; the converter lets the TLP replace it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from opsroom.connectors.misp.converter import Object
from opsroom.connectors.misp.elements import Element

_HEADERS = ("additional_header_fields", "request_header")
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}


def with_access(objects: Iterable[Object], event: Element) -> list[Object]:
    """The objects of `event` with the access markings of what they were made from (rule 4)."""
    listed = list(objects)
    ids = {one["id"] for one in listed}
    wanted: dict[str, list[str]] = defaultdict(list)
    for home, cluster in _clusters(event, event.uuid):
        if (marking := f"marking-definition--{cluster.uuid}") in ids:
            wanted[home].append(marking)
    return [_marked(one, wanted.get(one["id"].partition("--")[2], ())) for one in listed]


def _clusters(element: Element, home: str) -> Iterator[tuple[str, Element]]:
    """Each galaxy cluster, with the UUID of the objects that are made from what bears it."""
    for one in element.inner:
        if one.kind == "Galaxy":
            yield from ((home, cluster) for cluster in one.inner)
        else:
            yield from _clusters(one, home if element.kind == "Object" else one.uuid)


def _marked(one: Object, markings: Iterable[str]) -> Object:
    refs = list(dict.fromkeys([*one.get("object_marking_refs", ()), *markings]))
    return one | {"object_marking_refs": refs} if refs and one["type"] != "marking-definition" else one


def mended(one: Object) -> Object:
    """The object as the standard wants it."""
    found: Object = _with_listed_headers(one)
    if one["type"] == "windows-registry-key" and isinstance(key := one.get("key"), str):
        hive, backslash, rest = key.partition("\\")
        found["key"] = _HIVES.get(hive.upper(), hive) + backslash + rest
    pattern = str(one.get("pattern"))
    if one.get("pattern_type", "stix") != "stix" and pattern.startswith("[") and pattern.endswith("]"):
        found["pattern"] = pattern[1:-1]
    return found


def _with_listed_headers(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_listed_headers(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: [text] if isinstance(text, str) else text for name, text in one.items()}
        if key in _HEADERS and isinstance(one, dict)
        else _with_listed_headers(one)
        for key, one in value.items()
    }
