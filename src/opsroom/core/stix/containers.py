"""The deprecated observable container of observed data (STIX 2.1 section 2.13): objects under local keys.

1. It holds at least one object, each with a type, and no domain, relationship or meta objects.
2. References are keys of the container, and name objects of the types that the referring property allows.
3. The objects are related to each other, directly or through others of the container (section 4.14.1).
4. Objects of the standard's types are sound. They may be of STIX 2.0: need no id, may have other properties.
"""

from collections.abc import Iterator, Mapping

from opsroom.core.stix.findings import Check, Finding, Findings, found, shown, under
from opsroom.core.stix.shapes import Shape

_ANY_UUID = "00000000-0000-4000-8000-000000000000"
_MARKINGS = frozenset({"object_marking_refs", "marking_ref"})
_OF_STIX_2_0 = frozenset({"created", "modified"})
"""Properties of files, processes and registry keys in STIX 2.0 whose names are common ones in 2.1."""


def container_check(shapes: Mapping[str, Shape], categories: Mapping[str, str]) -> Check:
    """The check of `objects`, given the shapes of objects and the categories of their types."""

    def check(value: object) -> Findings:
        if type(value) is not dict or not value:
            return found(f"a dictionary of at least one object is wanted, not {shown(value)}")
        untyped = [
            key for key, one in value.items() if type(one) is not dict or type(one.get("type")) is not str
        ]
        if untyped:
            return [Finding(key, "an object with a type is wanted") for key in untyped]
        findings: list[Finding] = []
        for key, one in value.items():
            if categories.get(one["type"], "SCO") == "SCO":
                findings += under(key, _object_faults(one, value, shapes.get(one["type"])))
            else:
                findings.append(Finding(f"{key}.type", "only cyber-observable objects stand here"))
        return findings or list(_unrelated(value))

    return check


def _object_faults(
    one: Mapping[str, object], container: Mapping[str, Mapping[str, str]], shape: Shape | None
) -> list[Finding]:
    dangling = [
        Finding(path, f"{shown(ref)} is no key of this container")
        for path, ref in _local_refs(one, "")
        if ref not in container
    ]
    if shape is None:
        return dangling
    named = {"id": f"{one['type']}--{_ANY_UUID}"} | {
        name: _with_ids(name, value, container) for name, value in one.items() if name not in _OF_STIX_2_0
    }
    told = {fault.path for fault in dangling}
    return [
        *dangling,
        *(fault for fault in shape.examine(named) if not fault.custom and fault.path not in told),
    ]


def _local_refs(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every reference under `value` with its path, markings aside."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            below = f"{path}.{name}" if path else name
            if name in _MARKINGS:
                continue
            if name.endswith("_ref") and type(one) is str:
                yield below, one
            elif name.endswith("_refs") and type(one) is list:
                yield from ((f"{below}[{place}]", ref) for place, ref in enumerate(one) if type(ref) is str)
            else:
                yield from _local_refs(one, below)
    elif type(value) is list:
        for place, one in enumerate(value):
            yield from _local_refs(one, f"{path}[{place}]")


def _with_ids(name: str, value: object, container: Mapping[str, Mapping[str, str]]) -> object:
    """`value` with an id of the right type in place of each key of the container, for the common checks."""
    if isinstance(value, dict):
        return {inner: _with_ids(inner, one, container) for inner, one in value.items()}
    if isinstance(value, list):
        return [_with_ids(name, one, container) for one in value]
    if name.endswith(("_ref", "_refs")) and isinstance(value, str) and value in container:
        return f"{container[value]['type']}--{_ANY_UUID}"
    return value


def _unrelated(container: Mapping[str, object]) -> Iterator[Finding]:
    neighbours: dict[str, set[str]] = {key: set() for key in container}
    for key, one in container.items():
        for _, ref in _local_refs(one, ""):
            neighbours[key].add(ref)
            neighbours[ref].add(key)
    first = next(iter(container))
    reached, frontier = {first}, [first]
    while frontier:
        further = neighbours[frontier.pop()] - reached
        reached |= further
        frontier += further
    for key in container:
        if key not in reached:
            yield Finding(key, f"is not related to object {shown(first)}: give it observed data of its own")
