"""What of an event did not arrive in STIX: each thing that it says is looked for in what came of it.

1. An attribute, object, report, sighting, note or opinion has arrived where an object has its UUID.
2. A value inside a MISP object has arrived where it stands in an object of that UUID, word for word or in its
   parts, or anywhere as a whole; else where the converter makes another thing of the MISP object without it.
3. A comment, an attachment, a tag that is no label and no galaxy, has arrived where it stands word for word.
4. What arrived as an object of the converter's own (`x-misp-…`) is reported too: few readers know it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opsroom.connectors.misp.converter import Object, stix_of
from opsroom.connectors.misp.elements import Element
from opsroom.connectors.misp.marking import word_of
from opsroom.connectors.misp.report import Report

_CUSTOM = "x-misp-"
_LOST = "it did not arrive in STIX"
_LOCAL = "it is local to the MISP instance, and stays there"
_SHORT = 60
_EVENT_FIELDS = ("threat_level_id", "analysis", "extends_uuid")
"""Of the event itself, what STIX has no property for. The rest is MISP's bookkeeping, or arrives."""

_UNDEFINED = {"threat_level_id": "4"}


class Whereabouts:
    """Where in an event the STIX objects come from, by UUID."""

    def __init__(self, event: Element) -> None:
        self._paths: dict[str, str] = {}
        for one in event.walk():
            if one.uuid:
                self._paths.setdefault(one.uuid, one.path)
        self._event = event.path

    def of(self, id: str) -> str:
        """The path of the element with the UUID of a STIX id, the event's where there is none."""
        return self._paths.get(_uuid(id), self._event)


def missing(event: Element, objects: Iterable[Object]) -> list[Report]:
    """What of `event` is not in `objects`, and what is there in a form of the converter's own."""
    return list(_Search(event, list(objects)).everything())


class _Search:
    """One event, and what came of it."""

    def __init__(self, event: Element, objects: list[Object]) -> None:
        self.event = event
        self.types: dict[str, set[str]] = defaultdict(set)
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.links: set[tuple[str, str, str]] = set()
        for one in objects:
            uuid = _uuid(one["id"])
            self.types[uuid].add(one["type"])
            self.texts[uuid] += texts_of(one)
            if one["type"] == "relationship":
                ends = _uuid(one["source_ref"]), _uuid(one["target_ref"])
                self.links.add((ends[0], one["relationship_type"], ends[1]))
        self.anywhere = {text for texts in self.texts.values() for text in texts}

    def everything(self) -> Iterator[Report]:
        yield from self._event_fields()
        yield from self._tags(self.event, self.event.uuid)
        for one in self.event.inner:
            yield from self._element(one, one.uuid)

    def _event_fields(self) -> Iterator[Report]:
        for key in _EVENT_FIELDS:
            said = str(self.event.own.get(key) or "")
            if said not in ("", _UNDEFINED.get(key)):
                yield Report(f"{self.event.path}.{key}", f"{key} {said}", "STIX has no property for it")

    def _element(self, one: Element, home: str) -> Iterator[Report]:
        """What is lost of an element; `home` is the UUID of what its values would be in."""
        if one.deleted:
            yield Report(one.path, _name(one), "MISP keeps it as deleted")
            return
        if one.local:
            yield Report(one.path, _name(one), _LOCAL)
            return
        if one.kind == "ShadowAttribute":
            yield Report(one.path, f"proposal {_name(one)}", "a proposal is not part of the event yet")
            return
        if one.kind == "Attribute":
            yield from self._attribute(one, home)
        elif one.kind == "Object":
            yield from self._object(one)
        elif one.kind == "GalaxyCluster":
            yield from self._cluster(one)
        elif one.kind != "Galaxy" and not self.types.get(one.uuid):
            yield Report(one.path, _name(one), _LOST)
        yield from self._tags(one, home)
        if not self._lost_whole(one):
            for inner in one.inner:
                yield from self._element(inner, one.uuid if one.kind == "Object" else inner.uuid)

    def _attribute(self, one: Element, home: str) -> Iterator[Report]:
        inside = home != one.uuid
        if not self.types.get(one.uuid) and not (inside and self._value_arrived(one, home)):
            yield Report(one.path, _name(one), _LOST)
            return
        yield from self._custom(one)
        for key in ("comment", "data", "first_seen", "last_seen"):
            said = str(one.own.get(key) or "")
            if said and not self._stands(said[:19] if key.endswith("seen") else said, one.uuid, home):
                yield Report(f"{one.path}.{key}", f"{key} {_short(said)}", _LOST)

    def _object(self, one: Element) -> Iterator[Report]:
        yield from self._custom(one)
        comment = str(one.own.get("comment") or "")
        if comment and not self._stands(comment, one.uuid):
            yield Report(f"{one.path}.comment", f"comment {_short(comment)}", _LOST)
        for index, reference in enumerate(one.own.get("ObjectReference") or ()):
            kind = str(reference.get("relationship_type"))
            target = str(reference.get("referenced_uuid")).lower()
            merged = not (self.types.get(one.uuid) and self.types.get(target))
            if (one.uuid, kind, target) not in self.links and not merged:
                yield Report(f"{one.path}.ObjectReference[{index}]", f"{kind} {target}", _LOST)

    def _cluster(self, one: Element) -> Iterator[Report]:
        value = str(one.own["value"])
        if not self.types.get(one.uuid) and value not in self.anywhere:
            yield Report(one.path, f"galaxy cluster {_short(value)}", _LOST)
        yield from self._custom(one)

    def _tags(self, one: Element, home: str) -> Iterator[Report]:
        for path, name, local in one.tags:
            if local:
                yield Report(path, name, _LOCAL)
            elif not self._tag_arrived(name, one, home):
                yield Report(path, name, _LOST)

    def _tag_arrived(self, name: str, one: Element, home: str) -> bool:
        """Whether it went into the label, is a galaxy that is looked for itself, or stands as a label."""
        if word_of(name, "tlp") is not None or word_of(name, "pap") is not None:
            return True
        galaxies = (inner for inner in one.inner if inner.kind == "Galaxy")
        clusters = {str(cluster.own["value"]) for galaxy in galaxies for cluster in galaxy.inner}
        if name.startswith("misp-galaxy:") and name.partition('="')[2].removesuffix('"') in clusters:
            return True
        return name in self.texts.get(home, ()) or name in self.texts.get(one.uuid, ())

    def _custom(self, one: Element) -> Iterator[Report]:
        for type_ in sorted(self.types.get(one.uuid, ())):
            if type_.startswith(_CUSTOM):
                yield Report(one.path, _name(one), f"STIX has no object for it: it is kept as {type_}")

    def _lost_whole(self, one: Element) -> bool:
        """Whether the element is lost with all inside it, so that its own report says it all."""
        return one.kind not in ("Object", "Galaxy", "GalaxyCluster") and not self.types.get(one.uuid)

    def _stands(self, said: str, *homes: str) -> bool:
        return said in self.anywhere or any(
            said in text for home in dict.fromkeys(homes) for text in self.texts.get(home, ())
        )

    def _value_arrived(self, one: Element, home: str) -> bool:
        pieces = [piece for piece in str(one.own["value"]).split("|") if piece]
        return (
            self._stands(one.uuid, home)
            or all(self._stands(piece, home) for piece in pieces)
            or self._matters(one, home)
        )

    def _matters(self, one: Element, home: str) -> bool:
        """Whether the converter makes another thing of the MISP object without this attribute (rule 2)."""
        whole = next((each for each in self.event.inner if each.uuid == home and one in each.inner), None)
        return whole is not None and _alone(self.event, whole, None) != _alone(self.event, whole, one)


def _alone(event: Element, kept: Element, left_out: Element | None) -> list[Object]:
    """What the converter makes of an event with one MISP object, less one of its attributes."""
    inside = set(map(id, kept.walk()))
    body = event.body(lambda one: id(one) in inside and one is not left_out)
    return [one for one in stix_of(body)[0] if _uuid(one["id"]) != event.uuid]


def texts_of(value: Any) -> Iterator[str]:
    """Every text and number in a value."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif value is not None:
        yield str(value)


def _uuid(id: str) -> str:
    return id.partition("--")[2].lower()


def _name(one: Element) -> str:
    said = next((str(one.own[key]) for key in ("value", "name", "note", "comment") if one.own.get(key)), "")
    type_ = one.own.get("type") if one.kind in ("Attribute", "ShadowAttribute") else one.kind.lower()
    return f"{type_} {_short(said)}".strip()


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
