"""Small MISP events for tests, made up here."""

import json
from typing import Any
from uuid import UUID, uuid5

from opsroom.connectors.misp import Converted, Organisation, converted, events_of
from opsroom.core.handling import Handling

SPACE = UUID("0f6b1f6e-52cc-4c35-9b54-6f6a8c3f1d10")
ORG = {"name": "Harbour Watch", "uuid": str(uuid5(SPACE, "org"))}
READER = Organisation("Bravo", str(uuid5(SPACE, "bravo")))
AT = "1700000000"
Made = dict[str, Any]


def named(name: str) -> str:
    """A UUID for a name in a test."""
    return str(UUID(bytes=uuid5(SPACE, name).bytes, version=4))


def tags(*names: str) -> list[Made]:
    return [{"name": name} for name in names]


def attribute(type: str, value: str, *said: str, **more: object) -> Made:
    """An attribute whose UUID is named after its value, with the tags `said`."""
    found = {"uuid": named(value), "type": type, "value": value, "timestamp": AT, "to_ids": True}
    return found | ({"Tag": tags(*said)} if said else {}) | more


def misp_object(name: str, relations: dict[str, Made], **more: object) -> Made:
    inner = [one | {"object_relation": relation} for relation, one in relations.items()]
    return {
        "uuid": named(name),
        "name": name,
        "meta-category": "misc",
        "timestamp": AT,
        "Attribute": inner,
    } | more


def galaxy(type: str, value: str, **more: object) -> Made:
    cluster = {
        "uuid": named(value),
        "type": type,
        "value": value,
        "description": f"About {value}.",
        "meta": {},
    }
    return {
        "uuid": named(type),
        "name": type,
        "type": type,
        "description": type,
        "GalaxyCluster": [cluster | more],
    }


def event(*said: str, **more: object) -> Made:
    """An event with the tags `said`, as MISP frames it."""
    body = {
        "uuid": named("event"),
        "info": "Ships at anchor",
        "date": "2023-11-14",
        "timestamp": AT,
        "Orgc": ORG,
    }
    return {"Event": body | {"Tag": tags(*said)} | more}


def read(made: Made, *, unstated: str = "amber") -> Converted:
    (found,) = events_of(json.dumps(made).encode())
    return converted(found, unstated=unstated)


def objects(found: Converted) -> list[Made]:
    return [json.loads(one) for one in found.objects]


def label_of(found: Converted, value: str) -> tuple[Handling, frozenset[str]]:
    """The one label of all objects in whose bytes a value stands, containers aside."""
    labels = {
        (part.label, part.stated)
        for part in found.parts
        for one in part.objects
        if value.encode() in one and json.loads(one)["type"] not in ("grouping", "report")
    }
    assert len(labels) == 1, labels
    return labels.pop()


def stated(found: Converted, value: str) -> Made:
    """What the label of a value states, as it is written."""
    handling, keys = label_of(found, value)
    return {key: said for key, said in handling.as_mapping().items() if key in keys}


def whys(found: Converted) -> dict[str, str]:
    """By path, why something is reported."""
    return {one.path: one.why for one in found.reported}
