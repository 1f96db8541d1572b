"""Rules of single domain and meta objects (STIX 2.1 sections 4 and 7) that no table can say.

1. The id of an object names its own type (2.9). This binds all objects.
2. A CVE or CAPEC id in the external references of a vulnerability or an attack pattern is exact, and its
   source is named cve or capec (4.1.1, 4.19.1).
3. A pattern of type stix is a STIX pattern (4.7.1), about cyber-observable objects (9.7).
4. A malware family has a name (4.11.1).
5. Observed data refer to at least one cyber-observable object (4.14.1).
6. The contents of a language-content are translations by language tag: strings, lists and objects that mirror
   the properties of another object (7.1.1).
7. Extension properties are listed only where there is a top-level property extension (7.3.1).
"""

import re
from collections.abc import Collection, Iterator

from opsroom.core.identifiers import stix_id_fault, type_of
from opsroom.core.stix.findings import NOTHING, Finding, Findings, Properties, Rule, found, shown
from opsroom.core.stix.formats import property_name_fault
from opsroom.core.stix.languages import language_tag_fault
from opsroom.core.stix.pattern import pattern_faults
from opsroom.core.stix.values import dictionary, list_of

_CATALOGUES = {
    "cve": (re.compile(r"CVE-\d{4}-\d{4,}", re.ASCII), "CVE-2016-1234"),
    "capec": (re.compile(r"CAPEC-\d+", re.ASCII), "CAPEC-550"),
}


def names_own_type(properties: Properties) -> Findings:
    """Rule 1."""
    id, type_ = properties.get("id"), properties.get("type")
    fault = stix_id_fault(id, type_) if isinstance(id, str) and isinstance(type_, str) else None
    return found(fault, "id") if fault else NOTHING


def cites_exactly(catalogue: str) -> Rule:
    """Rule 2 for one catalogue."""
    pattern, example = _CATALOGUES[catalogue]

    def rule(properties: Properties) -> Iterator[Finding]:
        references = properties.get("external_references")
        for place, reference in enumerate(references if type(references) is list else ()):
            source, cited = reference["source_name"], reference.get("external_id")
            if source == catalogue and cited is not None and not pattern.fullmatch(cited):
                reason = f"{shown(cited)} is no {catalogue} id: write one like {example}"
                yield Finding(f"external_references[{place}].external_id", reason)
            elif source != catalogue and cited is not None and pattern.fullmatch(cited):
                reason = f"{shown(cited)} is cited: name the source {catalogue}"
                yield Finding(f"external_references[{place}].source_name", reason)

    return rule


def pattern_is_well_formed(unobservable: Collection[str]) -> Rule:
    """Rule 3, given the types that are no cyber-observable ones."""

    def rule(properties: Properties) -> Findings:
        pattern = properties.get("pattern")
        if properties.get("pattern_type") != "stix" or type(pattern) is not str:
            return NOTHING
        return [Finding("pattern", fault) for fault in pattern_faults(pattern, unobservable=unobservable)]

    return rule


def family_has_a_name(properties: Properties) -> Findings:
    """Rule 4."""
    if properties.get("is_family") is True and "name" not in properties:
        return found("is missing: a malware family has a name", "name")
    return NOTHING


def refers_to_an_observable(properties: Properties) -> Findings:
    """Rule 5. A type that is no relationship may be one of an extension, and so an observable."""
    refs = properties.get("object_refs")
    if type(refs) is not list or any(type_of(ref) not in ("relationship", "sighting") for ref in refs):
        return NOTHING
    return found("at least one cyber-observable object is wanted", "object_refs")


def translations(value: object) -> Findings:
    """Rule 6, as the check of `contents`."""
    findings = [*dictionary(_mirror)(value)]
    for tag in value if isinstance(value, dict) else ():
        fault = language_tag_fault(tag)
        if fault:
            findings.append(Finding(tag, fault))
    return findings


def extension_properties_are_top_level(properties: Properties) -> Findings:
    """Rule 7."""
    types = properties.get("extension_types")
    if type(types) is not list or "toplevel-property-extension" in types:
        return NOTHING
    if "extension_properties" not in properties:
        return NOTHING
    return found(
        "only a toplevel-property-extension adds properties: list it in extension_types",
        "extension_properties",
    )


def _mirror(value: object) -> Findings:
    """The translations into one language, by the names of properties."""
    findings = [*dictionary(_translation)(value)]
    for name in value if isinstance(value, dict) else ():
        fault = property_name_fault(name)
        if fault:
            findings.append(Finding(name, fault))
    return findings


def _translation(value: object) -> Findings:
    if isinstance(value, dict):
        return dictionary(_translation)(value)
    if isinstance(value, list):
        return list_of(_translation)(value)
    if isinstance(value, str):
        return NOTHING
    return found(f"a translation is a string, a list or an object, not {shown(value)}")
