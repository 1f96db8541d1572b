"""The words in which the tables under `standard/` write property types, and the checks that they stand for.

    [required] TYPE
    TYPE = string | boolean | binary | hex | hashes | listed hashes | language | URL | CPE | character-set
         | selector | property-name | relationship-type
         | integer [LOW..HIGH] | float [LOW..HIGH] | integer or string
         | timestamp [to the millisecond | to the second]
         | enum NAME | reference to NAME [or NAME ...] | list of TYPE | dictionary [of TYPE]
         | not applicable | reserved

A reference names object types or categories (SDO, SRO, SCO); `object` is any STIX object. An open
vocabulary is a string. Any other word is the name of a structure, or of a type that its object defines.
"""

import re
from collections.abc import Mapping

from opsroom.core.stix import formats, values
from opsroom.core.stix.findings import Check, found
from opsroom.core.stix.languages import language_tag_fault
from opsroom.core.timestamps import stix_timestamp_fault

_FRACTION = re.compile(r"\.(\d+)Z")
_SELECTOR = re.compile(r"[A-Za-z0-9_-]+(?:\.(?:[A-Za-z0-9_-]+|\[(?:0|[1-9]\d*)\]))*", re.ASCII)


def millisecond_fault(text: str) -> str | None:
    """Timestamps that name a version are precise to the millisecond at least (section 3.2)."""
    fault = stix_timestamp_fault(text)
    fraction = _FRACTION.search(text)
    if fault or (fraction and len(fraction[1]) >= 3):
        return fault
    return f'"{text}" is less precise than a millisecond: write three fractional digits or more'


def second_fault(text: str) -> str | None:
    """Timestamps that are precise to the second exactly (section 6.7.6)."""
    fault = stix_timestamp_fault(text)
    return fault or (
        f'"{text}" must be precise to the second: leave out the fraction' if "." in text else None
    )


def selector_fault(text: str) -> str | None:
    """Names, keys and list indices with dots between (section 7.2.3.1)."""
    if _SELECTOR.fullmatch(text):
        return None
    return f'"{text[:60]}" is no selector: write names and [indices] with dots between, such as labels.[0]'


_WORDS: dict[str, Check] = {
    "string": values.text(),
    "boolean": values.boolean,
    "integer": values.integer(),
    "float": values.number(),
    "binary": values.text(formats.base64_fault),
    "hex": values.text(formats.hex_fault),
    "hashes": values.hashes(listed=False),
    "listed hashes": values.hashes(listed=True),
    "language": values.text(language_tag_fault),
    "URL": values.text(formats.url_fault),
    "CPE": values.text(formats.cpe_fault),
    "character-set": values.text(formats.character_set_fault),
    "selector": values.text(selector_fault),
    "property-name": values.text(formats.property_name_fault),
    "relationship-type": values.text(formats.relationship_type_fault),
    "timestamp": values.text(stix_timestamp_fault),
    "timestamp to the millisecond": values.text(millisecond_fault),
    "timestamp to the second": values.text(second_fault),
    "dictionary": values.dictionary(values.anything),
    "not applicable": lambda _: found("objects of this type do not have this property: leave it out"),
    "reserved": lambda _: found("this name is reserved by the standard: leave the property out"),
}


class Vocabulary:
    """Turns the words of the tables into checks, given what they name."""

    def __init__(self, types: Mapping[str, str], enums: Mapping[str, list[str]]) -> None:
        """`types` gives the category of each object type that the standard defines."""
        self._types = types
        self._enums = enums
        self._structures: dict[str, Check] = {}

    def define(self, name: str, check: Check) -> None:
        """Let `name` stand for `check` from now on."""
        self._structures[name] = check

    def check(self, kind: str, own: Mapping[str, Check]) -> Check:
        """The check that `kind` stands for; `own` are the words that the object type itself defines."""
        known = own.get(kind) or self._structures.get(kind) or _WORDS.get(kind)
        if known:
            return known
        word, _, rest = kind.partition(" of " if kind.startswith(("list", "dictionary")) else " ")
        match word, rest:
            case "list", _:
                return values.list_of(self.check(rest, own))
            case "dictionary", _:
                return values.dictionary(self.check(rest, own))
            case "enum", _:
                return values.one_of(self._enums[rest])
            case "reference", _:
                return self.reference(rest.removeprefix("to "))
            case (("integer" | "float"), _) if ".." in rest:
                low, high = (int(bound) if bound else None for bound in rest.split(".."))
                return (values.integer if word == "integer" else values.number)(low, high)
            case _ if " or " in kind:
                return values.either({name: self.check(name, own) for name in kind.split(" or ")})
        raise ValueError(f'the tables name no type "{kind}"')

    def reference(self, wanted: str) -> Check:
        """The id of an object of the types or categories that `wanted` names."""
        names = wanted.split(" or ")
        whole = {"SDO", "SRO", "SCO", "object"}.intersection(names)
        allowed = [
            type for type, category in self._types.items() if {type, category, "object"}.intersection(names)
        ]
        known = {*self._types, "bundle"}
        return values.identifier(wanted, known=known, allowed=allowed, others=bool(whole))
