"""Rules of the `extensions` property (STIX 2.1 sections 3.2, 3.10, 7.3 and 11.3).

1. A key is the id of an extension definition, or the name of an extension that the standard predefines for
   this type of object.
2. A cyber-observable object may also have a custom extension (deprecated), whose name is 3 to 250 of a-z, 0-9
   and hyphens and ends with -ext.
3. Under the id of an extension definition stands an extension_type of the closed vocabulary.
4. An extension does not redefine a type that the standard has: only objects of other types are of a new one,
   of one category.
5. The properties of an extension are named as all properties outside the standard.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.core.identifiers import stix_id_fault
from opsroom.core.stix.findings import NOTHING, Check, Finding, Findings, Properties, found, shown, under
from opsroom.core.stix.undefined import undefined

NEW_TYPES = {"new-sdo": "SDO", "new-sco": "SCO", "new-sro": "SRO"}
TOP_LEVEL = "toplevel-property-extension"
_CUSTOM = "the standard does not define this extension"
_CUSTOM_NAME = re.compile(r"[a-z0-9-]{0,246}-ext")
_DEFINITION = "extension-definition--"


def adding_types(properties: Properties) -> set[str]:
    """The extension types stated on an object that add to its top level: NEW_TYPES, TOP_LEVEL."""
    extensions = properties.get("extensions")
    contents = extensions.values() if type(extensions) is dict else ()
    stated = [content.get("extension_type") for content in contents if type(content) is dict]
    return {type for type in (*NEW_TYPES, TOP_LEVEL) if type in stated}


@dataclass(frozen=True, slots=True)
class Extensions:
    """What `extensions` may hold on objects of one type of a category.

    `predefined` are the extensions that the standard gives the type, `elsewhere` the types that all of them
    belong to, `extension_type` checks the property of that name, and `standard` says whether the
    standard defines the type.
    """

    category: str
    predefined: Mapping[str, Check]
    elsewhere: Mapping[str, str]
    extension_type: Check
    standard: bool

    def check(self, value: object) -> Findings:
        """The check of the property."""
        if type(value) is not dict or not value:
            return found(f"a dictionary of at least one extension is wanted, not {shown(value)}")
        findings: list[Finding] = []
        for key, content in value.items():
            findings += under(key, self._entry(key, content))
        return findings

    def _entry(self, key: str, content: object) -> Findings:
        if type(content) is not dict or not content:
            return found(f"an extension holds at least one property, not {shown(content)}")
        if key in self.predefined:
            return self.predefined[key](content)
        if key.startswith(_DEFINITION):
            return [*self._definition_faults(key, content), *_contents(content)]
        if key in self.elsewhere:
            return found(f"this extension is for {self.elsewhere[key]} objects")
        if self.category == "SCO" and _CUSTOM_NAME.fullmatch(key):
            return [*_contents(content), Finding("", _CUSTOM, custom=True)]
        return found("an extension is keyed by the id of its extension definition or a predefined name")

    def _definition_faults(self, key: str, content: Mapping[str, object]) -> Findings:
        fault = stix_id_fault(key, "extension-definition")
        findings = [*(found(fault) if fault else NOTHING)]
        stated = content.get("extension_type")
        if "extension_type" not in content:
            reason = "is missing: an extension definition defines this extension"
            findings.append(Finding("extension_type", reason))
        elif self.standard and stated in tuple(NEW_TYPES):
            reason = "the standard has this type of object: it is no new one"
            findings.append(Finding("extension_type", reason))
        else:
            findings += under("extension_type", self.extension_type(stated))
        return findings


def _contents(content: Mapping[str, object]) -> Findings:
    findings: list[Finding] = []
    for name, value in content.items():
        findings += under(name, undefined(name, value, tolerant=False))
    return findings
