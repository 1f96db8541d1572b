"""STIX objects that were released to one reader, as MISP events.

1. The converter goes back the way it came for what it once made from MISP, and by its general way for all
   else and where the first fails; an event may hold both.
2. TLP and PAP become tags (`opsroom.connectors.misp.tagging`). The distribution is 0, this organisation: who
   else may see it is the room's to say, not MISP's.
3. An indicator that the converter cannot take apart is kept as an attribute of type `stix2-pattern`, in
   another language as `yara`, `sigma` or text.
4. What MISP has no place for is reported.
5. The same objects give the same bytes: what the converter draws by lot is derived instead, what it leaves
   without a time takes that of its newest object, and lists are in one order.
6. The timestamp of an event is never before the instant at which any of its objects came to the reader: MISP
   fetches a known event again only when its timestamp has grown, and an old object may come late.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID, uuid5

from opsroom.connectors.misp.converter import Object, misp_of
from opsroom.connectors.misp.elements import Body
from opsroom.connectors.misp.gathering import ABOUT, Gathering, gathered, newest, seconds, subjects_of
from opsroom.connectors.misp.report import Report
from opsroom.connectors.misp.settling import UUID_IN_TEXT, settled
from opsroom.connectors.misp.tagging import labels_of, tag
from opsroom.connectors.misp.unheld import unheld
from opsroom.core.canonical import canonical
from opsroom.core.handling import HANDLING_EXTENSION
from opsroom.core.stix.objects import StixObject
from opsroom.core.stix.tlp import tlp_of_marking

_INNER = ("Attribute", "Object", "EventReport")
_LANGUAGES = {"stix": "stix2-pattern", "yara": "yara", "sigma": "sigma"}
"""The attribute types of the pattern languages that MISP has where a payload is installed."""
_MISP_LABEL = "misp:"
_NEVER: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who is named as the creator of an event."""

    name: str
    uuid: str


@dataclass(frozen=True, slots=True)
class Published:
    """One MISP event as JSON (`{"Event": {…}}`), and what of the objects is not in it."""

    uuid: str
    event: bytes
    reported: tuple[Report, ...]


def events_from(
    objects: Iterable[bytes],
    *,
    namespace: UUID,
    org: Organisation,
    came: Mapping[str, int] = _NEVER,
    made: dict[bytes, Published] | None = None,
) -> list[Published]:
    """The events that released objects make: one a report or grouping, one a day for the rest.

    `namespace` is the caller's own: event UUIDs are derived from it. `came`: by STIX id, the second since 1970 in
    which the object came to the reader (rule 6). An element that is in several events keeps its UUID in the first
    alone, since MISP takes a UUID once. `made` has the events of the last time for the same `namespace` and `org`:
    those that changed are converted, and it has those of this time then.
    """
    taken: set[str] = set()
    published: list[Published] = []
    before = {} if made is None else dict(made)
    now: dict[bytes, Published] = {}
    for one in gathered(objects, namespace=namespace):
        latest = max((came.get(each.id, 0) for each in one.objects), default=0)
        key = _digest(one, latest)
        found = now[key] = before.get(key) or _event(
            one.objects, uuid=one.uuid, org=org, date=one.date, info=one.info, came=latest
        )
        found = _apart(found, taken)
        taken |= _own_uuids(json.loads(found.event)["Event"])
        published.append(found)
    if made is not None:
        made.clear()
        made |= now
    return published


def _digest(one: Gathering, came: int) -> bytes:
    """What an event is made of."""
    found = hashlib.sha256(canonical([one.uuid, one.info, one.date, came]))
    for each in one.objects:
        found.update(len(each.raw).to_bytes(8, "big") + each.raw)
    return found.digest()


def _apart(one: Published, taken: set[str]) -> Published:
    """The event with UUIDs of its own in place of those that are taken."""
    again = taken & _own_uuids(json.loads(one.event)["Event"])
    if not again:
        return one
    own = {uuid: str(uuid5(UUID(one.uuid), uuid)) for uuid in again}
    event = UUID_IN_TEXT.sub(lambda found: own.get(found[0], found[0]), one.event.decode())
    return Published(one.uuid, event.encode(), one.reported)


def event_of(objects: Iterable[bytes], *, uuid: str, org: Organisation, date: str, info: str) -> Published:
    """The MISP event of STIX objects; `date` is YYYY-MM-DD. Of several versions the newest counts."""
    return _event(tuple(newest(objects).values()), uuid=uuid, org=org, date=date, info=info)


def _event(
    objects: tuple[StixObject, ...], *, uuid: str, org: Organisation, date: str, info: str, came: int = 0
) -> Published:
    event, messages = _converted_back(objects)
    _keep_patterns(event, objects)
    tag(event, objects)
    stamp = max((seconds(one.version) for one in objects if one.version), default=0)
    event = settled(event, objects, uuid=UUID(uuid), stamp=stamp) | {
        "uuid": uuid,
        "info": info,
        "date": date,
        "timestamp": str(max(stamp, came)),
        "Org": {"name": org.name, "uuid": org.uuid},
        "Orgc": {"name": org.name, "uuid": org.uuid},
        "distribution": "0",
        "analysis": "2",
        "threat_level_id": "4",
        "published": False,
    }
    reported = [Report("", "the converter", message) for message in messages]
    reported += unheld(event, [one for one in objects if not _is_handling(one)])
    return Published(uuid, canonical({"Event": event}), tuple(sorted(set(reported))))


def _converted_back(objects: Iterable[StixObject]) -> tuple[Body, list[str]]:
    """One event of both ways of the converter (rule 1), without the markings that become tags."""
    event: Body = {}
    messages: list[str] = []
    for internal, part in _ways({one.id: one for one in objects}):
        found, said = misp_of(part, internal=internal)
        messages += said
        if internal and not found:
            found, said = misp_of(part, internal=False)
            messages += said
        for key, value in found.items():
            if isinstance(value, list):
                event.setdefault(key, []).extend(value)
    return event, messages


def _ways(objects: Mapping[str, StixObject]) -> Iterator[tuple[bool, list[Object]]]:
    """The objects that the converter made from MISP, and all others; definitions go both ways."""
    made = _from_misp(objects)
    definitions = {one.id for one in objects.values() if one.type == "marking-definition"}
    for internal, ids in ((True, made), (False, objects.keys() - made - definitions)):
        part = [_unmarked(objects[id]) for id in sorted(ids | definitions) if not _is_handling(objects[id])]
        if ids:
            yield internal, part


def _from_misp(objects: Mapping[str, StixObject]) -> set[str]:
    """What bears labels of the converter, with what it refers to and what is said of it alone."""
    made: set[str] = set()
    grown = {
        one.id for one in objects.values() if any(label.startswith(_MISP_LABEL) for label in labels_of(one))
    }
    while grown - made:
        made |= grown
        grown = {ref.id for id in made for ref in objects[id].references if ref.id in objects}
        grown |= {
            one.id for one in objects.values() if one.type in ABOUT and made.issuperset(subjects_of(one))
        }
    return made


def _unmarked(one: StixObject) -> Object:
    """The object without the markings that `tag` reads, which the converter would read otherwise."""
    found: Object = {key: value for key, value in one.properties.items() if key != "object_marking_refs"}
    others = [ref for ref in one.marking_refs if tlp_of_marking(ref) is None]
    return found | ({"object_marking_refs": others} if others else {})


def _is_handling(one: StixObject) -> bool:
    extensions = one.properties.get("extensions")
    return one.type == "marking-definition" and (
        tlp_of_marking(one.id) is not None
        or (isinstance(extensions, Mapping) and HANDLING_EXTENSION in extensions)
    )


def _keep_patterns(event: Body, objects: Iterable[StixObject]) -> None:
    """Adds the patterns that the converter could not take apart (rule 3)."""
    text = json.dumps(event)
    named = set(UUID_IN_TEXT.findall(text))
    for one in objects:
        uuid = one.id.partition("--")[2]
        if one.type == "indicator" and uuid not in named and str(one.properties["pattern"]) not in text:
            language = _LANGUAGES.get(str(one.properties["pattern_type"]))
            kept = {
                "uuid": uuid,
                "type": language or "text",
                "category": "Payload installation" if language else "Other",
                "value": str(one.properties["pattern"]),
                "to_ids": language is not None,
                "comment": str(one.properties.get("name", "")),
            }
            event.setdefault("Attribute", []).append(kept)


def _own_uuids(event: Body) -> set[str]:
    """The UUIDs that MISP takes once in all events."""
    found: set[str] = set()
    for kind in _INNER:
        for one in event.get(kind, ()):
            found.add(one["uuid"])
            found |= {attribute["uuid"] for attribute in one.get("Attribute", ())}
    return found
