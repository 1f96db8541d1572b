"""TLP and PAP of released STIX as MISP tags: `tlp:amber`, `PAP:GREEN`.

1. An object's TLP is the strictest that its markings, its handling or its labels name; its PAP likewise. A
   word that is no TLP or PAP counts as red.
2. An attribute takes the strictest of all objects whose UUIDs it or its MISP object names.
3. The event takes the strictest of all its objects, so that what cannot be told apart is marked too.

The tags of the converter give way to these.
"""

import json
from collections.abc import Iterable, Mapping

from opsroom.connectors.misp.elements import Body
from opsroom.connectors.misp.marking import Marking, Markings, word_of
from opsroom.connectors.misp.settling import UUID_IN_TEXT
from opsroom.core.handling import HANDLING_EXTENSION, PAP
from opsroom.core.stix.objects import StixObject
from opsroom.core.stix.tlp import TLP_ORDER

_RANK = Markings("")


def tag(event: Body, objects: Iterable[StixObject]) -> None:
    """Puts the TLP and PAP tags of `objects` on the event that was made of them."""
    markings = _markings(list(objects))
    by_uuid: dict[str, Marking] = {}
    for id, marking in markings.items():
        uuid = id.partition("--")[2]
        by_uuid[uuid] = _RANK.strictest([marking, by_uuid.get(uuid, Marking())])
    _mark(event, _RANK.strictest([Marking(), *markings.values()]))
    for attribute in event.get("Attribute", ()):
        _mark(attribute, _named(attribute, by_uuid))
    for one in event.get("Object", ()):
        found = _named(one, by_uuid)
        for attribute in one.get("Attribute", ()):
            _mark(attribute, found)


def _markings(objects: list[StixObject]) -> dict[str, Marking]:
    handlings = {one.id: _of_handling(one.properties) for one in objects if one.type == "marking-definition"}
    return {
        one.id: _RANK.strictest(
            [
                Marking(tlp=one.tlp or ""),
                *(handlings.get(ref, Marking()) for ref in one.marking_refs),
                *map(_of_label, labels_of(one)),
            ]
        )
        for one in objects
        if one.type != "marking-definition"
    }


def _of_handling(properties: Mapping[str, object]) -> Marking:
    extensions = properties.get("extensions")
    body = extensions.get(HANDLING_EXTENSION) if isinstance(extensions, Mapping) else None
    if not isinstance(body, Mapping):
        return Marking()
    return Marking(tlp=_known(body.get("tlp"), TLP_ORDER), pap=_known(body.get("pap"), PAP))


def _of_label(label: str) -> Marking:
    return Marking(tlp=_known(word_of(label, "tlp"), TLP_ORDER), pap=_known(word_of(label, "pap"), PAP))


def _known(word: object, words: tuple[str, ...]) -> str:
    """The word itself, the strictest for one that is none of `words`, "" for nothing said."""
    if word in (None, ""):
        return ""
    return str(word) if word in words else words[-1]


def labels_of(one: StixObject) -> list[str]:
    """The labels of an object, none where it has none."""
    labels = one.properties.get("labels")
    return [str(label) for label in labels] if isinstance(labels, list) else []


def _named(element: Body, by_uuid: Mapping[str, Marking]) -> Marking:
    """The strictest marking of the objects whose UUIDs stand anywhere in an element."""
    named = sorted(set(UUID_IN_TEXT.findall(json.dumps(element))))
    return _RANK.strictest([Marking(), *(by_uuid[uuid] for uuid in named if uuid in by_uuid)])


def _mark(element: Body, marking: Marking) -> None:
    tags = [one for one in element.pop("Tag", []) if _is_other(str(one["name"]))]
    if marking.tlp:
        tags.append({"name": f"tlp:{marking.tlp}"})
    if marking.pap:
        tags.append({"name": f"PAP:{marking.pap.upper()}"})
    if tags:
        element["Tag"] = tags


def _is_other(name: str) -> bool:
    return word_of(name, "tlp") is None and word_of(name, "pap") is None
