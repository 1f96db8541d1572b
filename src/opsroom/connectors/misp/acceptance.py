"""Which of the converter's objects the room would take."""

from collections.abc import Iterable
from typing import Any

from opsroom.connectors.misp.arrival import Whereabouts
from opsroom.connectors.misp.converter import Object
from opsroom.connectors.misp.report import Report
from opsroom.core.canonical import canonical
from opsroom.core.stix.objects import examine


def acceptable(objects: Iterable[Object], where: Whereabouts, reported: list[Report]) -> list[Object | None]:
    """The objects that the examination of the room accepts, each in its place; None for what it refuses.

    A reference to what is refused is left out, and what cannot be without it is refused as well.
    """
    found: list[Object | None] = list(objects)
    refused: set[str] = set()
    pending = list(range(len(found)))
    while pending:
        gone = set(refused)
        for place in pending:
            one = found[place]
            if one is None:
                continue
            faults = examine(canonical(one)).faults
            if faults:
                said = "; ".join(map(str, faults))
                reported.append(Report(where.of(one["id"]), one["id"], f"the room would refuse it: {said}"))
                refused.add(one["id"])
                found[place] = None
        pending = _unreferred(found, refused - gone, where, reported)
    return found


def _unreferred(
    found: list[Object | None], refused: set[str], where: Whereabouts, reported: list[Report]
) -> list[int]:
    """Leaves out what refers to `refused`; the places of the objects that this changed."""
    changed: list[int] = []
    if not refused:
        return changed
    for place, one in enumerate(found):
        if one is not None and (rest := _without(one, refused)) != one:
            found[place] = rest
            changed.append(place)
            reported.append(
                Report(where.of(one["id"]), one["id"], "it loses a reference to what the room would refuse")
            )
    return changed


def _without(value: Any, refused: set[str]) -> Any:
    """`value` without the references to `refused`, and without the lists that this leaves empty."""
    if not isinstance(value, dict):
        return [_without(one, refused) for one in value] if isinstance(value, list) else value
    kept: dict[str, Any] = {}
    for key, one in value.items():
        if key.endswith("_ref") and isinstance(one, str) and one in refused:
            continue
        if key.endswith("_refs") and isinstance(one, list):
            rest = [ref for ref in one if ref not in refused]
            if rest or not one:
                kept[key] = rest
        else:
            kept[key] = _without(one, refused)
    return kept
