"""One STIX 2.1 object as received: examined in full and kept byte for byte, with a read-only view.

1. The bytes are one JSON object as I-JSON allows it (`opsroom.core.jsontext`).
2. Its type is one of the standard's, or a well-formed name that an extension or a custom defines.
3. It has the properties of its type and category, each of its type, and keeps the rules over several of them
   (`opsroom.core.stix.catalogue`).
4. What the standard allows and does not define is custom: warned of, and refused on demand. What an extension
   on the object may have added is not custom.

All faults are found at once, each with its path (`external_references[0].url`); beyond `MOST_FAULTS`
that there are more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from opsroom.core.identifiers import stix_id_fault, type_fault
from opsroom.core.jsontext import decode
from opsroom.core.stix.catalogue import foreign_shape, shape_of
from opsroom.core.stix.extensions import NEW_TYPES, adding_types
from opsroom.core.stix.findings import Finding, Properties
from opsroom.core.stix.tlp import strictest, tlp_of_marking
from opsroom.errors import MOST_FAULTS, Fault, Malformed, told

_CONTAINERS = frozenset({"report", "grouping", "observed-data"})
_VERSIONED = frozenset({"created", "modified", "created_by_ref", "revoked", "labels", "confidence", "lang"})
_NO_OBJECTS = {
    "bundle": "a bundle is no object: send the objects in it one by one",
    "action": "the standard reserves this type",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """An embedded reference other than a marking: where it stands and which object it names."""

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class StixObject:
    """A faultless STIX 2.1 object.

    `version` is `modified`, else `created`, as written; None for an object without versions. `marking_refs`
    are the markings of the whole and of parts, each once; `tlp` is the strictest that well-known ones among
    them name (`opsroom.core.stix.tlp`). `contains` are the refs of a report, a grouping or observed data.
    """

    raw: bytes
    properties: Mapping[str, object]
    id: str
    type: str
    version: str | None
    references: tuple[Reference, ...]
    marking_refs: tuple[str, ...]
    tlp: str | None
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found; `object` is None exactly when there are faults."""

    object: StixObject | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def examine(raw: bytes, *, strict: bool = False) -> Examined:
    """Every fault of one STIX object, or the object. With `strict` a custom is a fault, else a warning."""
    try:
        properties = decode(raw)
    except Malformed as malformed:
        return Examined(None, malformed.faults, ())
    faults: list[Fault] = []
    warnings: list[Fault] = []
    for one in _findings(properties):
        kind = warnings if one.custom and not strict else faults
        if len(kind) <= MOST_FAULTS:
            kind.append(Fault(one.path, one.reason))
    return Examined(None if faults else _view(raw, properties), told(faults), told(warnings))


def kept(raw: bytes) -> StixObject:
    """An object that was accepted before; what is asked of new ones is not asked of it again."""
    return _view(raw, decode(raw))


def _findings(properties: Properties) -> Iterator[Finding]:
    type_ = properties.get("type")
    if not isinstance(type_, str):
        yield Finding("type", "is missing" if "type" not in properties else "a string is wanted")
        return
    added_by = adding_types(properties)
    shape = shape_of(type_)
    if shape:
        yield from shape.examine(properties, extended=bool(added_by))
    else:
        yield from _type_findings(type_, added_by)
        yield from foreign_shape(_category(properties, added_by)).examine(properties, extended=True)


def _type_findings(type_: str, added_by: set[str]) -> Iterator[Finding]:
    fault = _NO_OBJECTS.get(type_) or type_fault(type_)
    new = added_by.intersection(NEW_TYPES)
    if fault:
        yield Finding("type", fault)
    elif not new:
        yield Finding(
            "type", "the standard does not define this type, and no extension on the object does", True
        )
    if len(new) > 1:
        yield Finding("extensions", f"an object is of one new type, not {' and '.join(sorted(new))}")


def _category(properties: Properties, added_by: set[str]) -> str:
    """The category of an object of a foreign type: as its extension says, else as its properties suggest."""
    stated = min(added_by.intersection(NEW_TYPES), default=None)
    if stated:
        return NEW_TYPES[stated]
    return "SCO" if _VERSIONED.isdisjoint(properties) else "SDO"


def _view(raw: bytes, properties: dict[str, object]) -> StixObject:
    type_ = str(properties["type"])
    version = properties.get("modified", properties.get("created"))
    marking_refs = tuple(dict.fromkeys(_marking_refs(properties)))
    return StixObject(
        raw=raw,
        properties=MappingProxyType(properties),
        id=str(properties["id"]),
        type=type_,
        version=version if isinstance(version, str) else None,
        references=tuple(_references(properties, "")),
        marking_refs=marking_refs,
        tlp=strictest(*map(tlp_of_marking, marking_refs)),
        contains=_strings(properties.get("object_refs")) if type_ in _CONTAINERS else (),
    )


def _marking_refs(properties: Properties) -> Iterator[str]:
    yield from _strings(properties.get("object_marking_refs"))
    granular = properties.get("granular_markings")
    for marking in granular if isinstance(granular, list) else ():
        if "marking_ref" in marking:
            yield marking["marking_ref"]


def _references(value: Mapping[str, object], path: str) -> Iterator[Reference]:
    """Every id under a name that ends in _ref or _refs, at any depth, markings aside."""
    for name, one in value.items():
        below = f"{path}.{name}" if path else name
        if isinstance(one, str):
            if name.endswith("_ref") and name != "marking_ref" and stix_id_fault(one) is None:
                yield Reference(below, one)
        elif isinstance(one, dict):
            yield from _references(one, below)
        elif isinstance(one, list) and name != "object_marking_refs":
            for place, item in enumerate(one):
                if isinstance(item, dict):
                    yield from _references(item, f"{below}[{place}]")
                elif isinstance(item, str) and name.endswith("_refs") and stix_id_fault(item) is None:
                    yield Reference(f"{below}[{place}]", item)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else ()
