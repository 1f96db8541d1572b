"""Which released objects an event does not hold: each is looked for in what came of it.

1. An object is held where its UUID, its name, or all that it says stands in the event.
2. A relationship is held where one element names both its ends; a sighting
   (an opinion too, of a false positive) where its time stands.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from opsroom.connectors.misp.arrival import texts_of
from opsroom.connectors.misp.elements import Body
from opsroom.connectors.misp.gathering import seconds
from opsroom.connectors.misp.report import Report
from opsroom.connectors.misp.settling import UUID_IN_TEXT
from opsroom.core.stix.objects import StixObject

_FORMAL = frozenset({"id", "type", "spec_version", "created", "modified", "defanged", "labels"})


def unheld(event: Body, objects: Iterable[StixObject]) -> Iterator[Report]:
    """The objects that `event` does not hold, with their ids for paths."""
    by_id = {one.id: one for one in objects}
    places = _places(event)
    for one in by_id.values():
        if not _held(one, by_id, places):
            yield Report(one.id, str(one.properties.get("name", one.type)), "MISP has no place for it")


def _places(event: Body) -> dict[str, set[int]]:
    """By text and by UUID, the numbers of the elements that it stands in; the event itself is 0."""
    elements = [{key: value for key, value in event.items() if key not in ("Attribute", "Object", "Galaxy")}]
    elements += [*event.get("Attribute", ()), *event.get("Object", ()), *event.get("Galaxy", ())]
    places: dict[str, set[int]] = defaultdict(set)
    for number, element in enumerate(elements):
        texts = set(texts_of(element))
        quoted = {text.partition('="')[2].removesuffix('"') for text in texts}
        for text in {*texts, *quoted, *UUID_IN_TEXT.findall(json.dumps(element))}:
            places[text].add(number)
    return places


def _held(one: StixObject, by_id: dict[str, StixObject], places: dict[str, set[int]]) -> bool:
    if _where(one, places):
        return True
    if one.type == "relationship":
        ends = [by_id.get(str(one.properties[key])) for key in ("source_ref", "target_ref")]
        source, target = (_where(end, places) if end else set() for end in ends)
        return bool(source & target)
    if one.type in ("sighting", "opinion") and one.version and str(seconds(one.version)) in places:
        return True
    said = [
        text
        for key, value in one.properties.items()
        if key not in _FORMAL and not key.endswith(("_ref", "_refs"))
        for text in texts_of(value)
    ]
    return bool(said) and all(text in places for text in said)


def _where(one: StixObject, places: dict[str, set[int]]) -> set[int]:
    """The elements that name an object by its UUID or its name."""
    name = str(one.properties.get("name", ""))
    return places.get(one.id.partition("--")[2], set()) | (places.get(name, set()) if name else set())
