"""Rules of data markings (STIX 2.1 section 7.2) that an object can break by itself.

1. A selector names content that the object has.
2. A marking definition does not mark itself, wholly or in part.
3. A marking definition has a definition_type and a definition, unless an extension defines it.
4. A statement marking is of type statement and holds its statement, a string.
5. A TLP marking (of TLP 1) is of type tlp, and one of the four that the standard prints, to the letter.
6. Other definition types are custom.
7. A marking of TLP 2.0, which an extension defines, has the id and the name that it gives the level.
"""

from collections.abc import Iterator, Mapping

from opsroom.core.stix.findings import Finding, Properties, shown
from opsroom.core.stix.tlp import TLP_1_MARKINGS, TLP_2_EXTENSION, TLP_ORDER, marking_id


def selectors_resolve(properties: Properties) -> Iterator[Finding]:
    """Rule 1."""
    for place, marking in _granular(properties):
        for number, selector in enumerate(marking["selectors"]):
            if not _selects(properties, selector):
                path = f"granular_markings[{place}].selectors[{number}]"
                yield Finding(path, f'"{selector}" selects nothing: this object holds no such content')


def marks_itself(properties: Properties) -> Iterator[Finding]:
    """Rule 2."""
    own = properties.get("id")
    refs = properties.get("object_marking_refs")
    reason = "a marking definition cannot mark itself"
    if type(refs) is list:
        for place, ref in enumerate(refs):
            if ref == own:
                yield Finding(f"object_marking_refs[{place}]", reason)
    for place, marking in _granular(properties):
        if marking.get("marking_ref") == own:
            yield Finding(f"granular_markings[{place}].marking_ref", reason)


def defines_a_marking(properties: Properties) -> Iterator[Finding]:
    """Rules 3 to 6."""
    if "extensions" not in properties:
        for name in ("definition_type", "definition"):
            if name not in properties:
                yield Finding(name, "is missing: no extension defines this marking")
    kind, definition = properties.get("definition_type"), properties.get("definition")
    if kind == "tlp" and (definition is not None or "definition" not in properties):
        yield from _tlp_faults(properties, definition)
    elif kind == "statement" and type(definition) is dict:
        if type(definition.get("statement")) is not str:
            yield Finding("definition.statement", "a statement marking holds a statement, a string")
    elif type(kind) is str and type(definition) is dict and set(definition) in ({"statement"}, {"tlp"}):
        yield Finding(
            "definition_type", f"the type of this definition is {min(definition)}, not {shown(kind)}"
        )
    elif type(kind) is str and kind != "statement":
        yield Finding("definition_type", f"the standard defines no marking type {shown(kind)}", custom=True)


def is_the_tlp_of_its_id(properties: Properties) -> Iterator[Finding]:
    """Rule 7."""
    extensions = properties.get("extensions")
    if type(extensions) is not dict or TLP_2_EXTENSION not in extensions:
        return
    tlp = extensions[TLP_2_EXTENSION].get("tlp_2_0")
    if tlp not in TLP_ORDER:
        path = f"extensions.{TLP_2_EXTENSION}.tlp_2_0"
        yield Finding(path, f"{shown(tlp)} is no level of TLP 2.0: choose of {', '.join(TLP_ORDER)}")
        return
    for name, fixed in (("id", marking_id(tlp)), ("name", f"TLP:{tlp.upper()}")):
        if properties.get(name, fixed) not in (None, fixed):
            yield Finding(name, f"must be {shown(fixed)} on this TLP marking: its extension fixes it")


def _tlp_faults(properties: Properties, definition: object) -> Iterator[Finding]:
    printed = next((one for one in TLP_1_MARKINGS if one["definition"] == definition), None)
    if printed is None:
        yield Finding("definition", "a TLP marking names white, green, amber or red and nothing else")
        return
    for name in sorted({*printed, *properties}):
        if properties.get(name) != printed.get(name):
            reason = (
                "is no property of this" if name not in printed else f"must be {shown(printed[name])} on this"
            )
            yield Finding(name, f"{reason} TLP marking: the standard fixes it to the letter")


def _granular(properties: Properties) -> Iterator[tuple[int, Mapping[str, list[str]]]]:
    markings = properties.get("granular_markings")
    if type(markings) is list:
        yield from enumerate(markings)


def _selects(properties: Properties, selector: str) -> bool:
    """Whether the content is there; content inside what is wrong in itself counts as there."""
    value: object = properties
    for component in selector.split("."):
        if value is None:
            return True
        if component.startswith("["):
            place = int(component[1:-1])
            if type(value) is not list or place >= len(value):
                return False
            value = value[place]
        elif isinstance(value, Mapping) and component in value:
            value = value[component]
        else:
            return False
    return True
