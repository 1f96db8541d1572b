"""A MISP event as it is given out: its elements, each with its path, checked for what the others rely on.

What MISP gives out comes in three frames: one event, a list of events, the answer of a REST search. An event
stands under `Event`, or bare, as PyMISP writes one. All of it is read before anything is converted, and every
fault is told at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from opsroom.core.identifiers import is_uuid
from opsroom.core.reading import Reader
from opsroom.errors import Fault, Malformed

Body = dict[str, Any]

_UNCONVERTED = frozenset({"CryptographicKey", "Relationship"})
"""What the converter makes nothing of; one that it cannot read would cost the whole event."""
_BARE = frozenset({"uuid", "info"})
"""What tells an event without its frame from other elements, none of which has an `info`."""

_INNER = (
    *("Attribute", "Object", "EventReport", "Galaxy", "GalaxyCluster", "Note", "Opinion", "Sighting"),
    *("ShadowAttribute", *sorted(_UNCONVERTED)),
)
"""The lists that hold elements; everything else that stands in an element is its own."""
_NAMED = frozenset({"Event", "Attribute", "Object", "EventReport", "Note", "Opinion", "GalaxyCluster"})
_REQUIRED = {
    "Event": ("info",),
    "Attribute": ("type", "value"),
    "Object": ("name",),
    "EventReport": ("name", "content"),
    "Galaxy": ("type",),
    "GalaxyCluster": ("value",),
    "Note": ("note",),
}
_STAMPS = {
    "Sighting": ("date_sighting",),
    "Note": ("created", "modified"),
    "Opinion": ("created", "modified"),
}
_SHARING = frozenset({"distribution", "sharing_group_id", "SharingGroup"})
_DEEPEST = 20
_DISTRIBUTIONS = frozenset(map(str, range(6)))
_NO = (None, False, 0, "", "0")


@dataclass(frozen=True, slots=True)
class Element:
    """A part of an event that MISP marks by itself. `own` is what it says, without the elements inside it.

    `path` is where it stands in what was read, such as `response[0].Event.Object[2]`.
    """

    kind: str
    path: str
    own: Mapping[str, Any]
    inner: tuple["Element", ...] = ()

    @property
    def uuid(self) -> str:
        """Its UUID in lower case, "" for an element without one."""
        return str(self.own.get("uuid") or "").lower()

    @property
    def deleted(self) -> bool:
        """Whether MISP keeps it as deleted."""
        return self.own.get("deleted") not in _NO

    @property
    def local(self) -> bool:
        """Whether it is a galaxy, or a cluster of one, that is local to the MISP instance."""
        if self.kind == "Galaxy" and self.inner and all(one.local for one in self.inner):
            return True
        return self.kind in ("Galaxy", "GalaxyCluster") and self.own.get("local") not in _NO

    @property
    def stays(self) -> bool:
        """Whether it stays in the MISP instance."""
        return self.deleted or self.local

    @property
    def tags(self) -> list[tuple[str, str, bool]]:
        """The path and the name of each tag, and whether it stays in the MISP instance."""
        return [
            (f"{self.path}.Tag[{index}]", str(tag["name"]), _stays(tag))
            for index, tag in enumerate(self.own.get("Tag") or ())
        ]

    def walk(self) -> Iterator["Element"]:
        """It, and all that is inside it."""
        yield self
        for one in self.inner:
            yield from one.walk()

    def body(self, keep: Callable[["Element"], bool], *, at: int | None = None) -> Body:
        """The element as the converter takes it, with those inside that `keep` says.

        Local tags and the distribution stay out: the label has them. What states no time gets the event's,
        `at` (seconds), since the converter would ask the clock.
        """
        stamp = int(self.own["timestamp"]) if at is None else at
        found = {
            **_stamps(self.kind, stamp),
            **{key: value for key, value in self.own.items() if value is not None and key not in _SHARING},
        }
        if "Tag" in found:
            found["Tag"] = [tag for tag in found["Tag"] if not _stays(tag)]
        for one in self.inner:
            if keep(one) and one.kind not in _UNCONVERTED:
                found.setdefault(one.kind, []).append(one.body(keep, at=stamp))
        return found


def events_of(text: bytes) -> list[Element]:
    """The events in what MISP gave out. Malformed names every fault with its path."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"this is no JSON: {error}") from None
    faults: list[Fault] = []
    events = [_event(one, path, faults) for one, path in _framed(value, faults)]
    if faults:
        raise Malformed(faults)
    return events


def _framed(value: object, faults: list[Fault]) -> Iterator[tuple[object, str]]:
    """What stands for an event in any of the three frames, with its path."""
    if isinstance(value, dict) and "response" in value:
        yield from _listed(value["response"], "response", faults)
    elif isinstance(value, list):
        yield from _listed(value, "", faults)
    else:
        yield value, ""


def _listed(value: object, path: str, faults: list[Fault]) -> Iterator[tuple[object, str]]:
    if isinstance(value, dict) and "Event" in value:
        yield value, path
    elif isinstance(value, list):
        yield from ((one, f"{path}[{index}]") for index, one in enumerate(value))
    else:
        faults.append(
            Fault(
                path, "a list of events is wanted here; attributes without their event do not say who may see"
            )
        )


def _event(value: object, path: str, faults: list[Fault]) -> Element:
    below = f"{path}.Event" if path else "Event"
    if isinstance(value, dict) and value.keys() >= _BARE:
        return _element(Reader.over(value, path, faults), "Event")
    if not isinstance(value, dict) or "Event" not in value:
        faults.append(Fault(path, 'an event is wanted here: {"Event": {…}}'))
        return Element("Event", below, {})
    return _element(Reader.over(value["Event"], below, faults), "Event")


def _element(reader: Reader, kind: str, depth: int = 0) -> Element:
    if depth > _DEEPEST:
        reader.fault("", f"elements stand in one another more than {_DEEPEST} deep")
        return Element(kind, reader.path, {})
    _check(reader, kind)
    inner = tuple(
        _element(entry, name, depth + 1)
        for name in _INNER
        if name in reader.value
        for entry in reader.entries(name)
    )
    own = {key: value for key, value in reader.value.items() if key not in _INNER}
    if kind == "Attribute" and not isinstance(own.get("value"), str):
        value = own.get("value")
        own["value"] = str(int(value) if isinstance(value, bool) else value)
    return Element(
        kind, reader.path, own, tuple(_with_local(inner, [tag.value for tag in reader.entries("Tag")]))
    )


def _with_local(inner: Iterable[Element], tags: Iterable[Mapping[str, object]]) -> Iterator[Element]:
    """What is inside an element, with the clusters local that only tags attach which stay in the instance."""
    listed = [(str(tag.get("name")), _stays(tag)) for tag in tags]
    going = {name for name, stays in listed if not stays}
    local = {name for name, stays in listed if stays} - going
    for one in inner:
        if one.kind == "Galaxy" and local:
            one = replace(one, inner=tuple(_localised(cluster, one, local) for cluster in one.inner))
        yield one


def _localised(cluster: Element, galaxy: Element, local: set[str]) -> Element:
    named = {
        str(cluster.own.get("tag_name")),
        f'misp-galaxy:{galaxy.own.get("type")}="{cluster.own.get("value")}"',
    }
    return replace(cluster, own={**cluster.own, "local": True}) if named & local else cluster


def _stays(tag: Mapping[str, object]) -> bool:
    """Whether a tag stays in the MISP instance: it is local, or not to be exported."""
    return tag.get("local") not in _NO or tag.get("exportable", True) in _NO


def _check(reader: Reader, kind: str) -> None:
    """What the label and the conversion rely on; the rest is the converter's to judge."""
    uuid = reader.text("uuid", required=kind in _NAMED)
    if uuid and not is_uuid(uuid.lower()):
        reader.fault("uuid", f'"{uuid[:80]}" is no UUID')
    for key in _REQUIRED.get(kind, ()):
        if (kind, key) != ("Attribute", "value"):
            reader.text(key, required=True)
        elif not isinstance(reader.raw(key, required=True), str | int | float | None):
            reader.fault(key, "a text or a number is wanted here")
    for key in ("timestamp", "publish_timestamp", "date_sighting"):
        stamp = reader.raw(key, required=(kind, key) == ("Event", "timestamp"))
        if stamp is not None and not _is_count(stamp):
            reader.fault(key, "seconds since 1970 are wanted here")
    distribution = reader.raw("distribution")
    if distribution is not None and str(distribution) not in _DISTRIBUTIONS:
        reader.fault("distribution", f'"{str(distribution)[:20]}" is not one of 0 to 5')
    for tag in reader.entries("Tag"):
        tag.text("name", required=True)
    for reference in reader.entries("ObjectReference"):
        reference.text("relationship_type")
    if kind == "Object" and not isinstance(reader.value.get("Attribute"), list):
        reader.fault("Attribute", "is missing: an object consists of its attributes")


def _is_count(value: object) -> bool:
    """Whether it is a time of MISP: whole seconds, before the year 10000."""
    text = str(value)
    return not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) <= 11


def _stamps(kind: str, at: int) -> Body:
    moment = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
    named = {key: moment if key in ("created", "modified") else str(at) for key in _STAMPS.get(kind, ())}
    return {"timestamp": str(at), **named}
