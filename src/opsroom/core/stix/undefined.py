"""Properties that STIX 2.1 does not define: those of extensions and customs (sections 3.1, 7.3.2, 11.1).

1. A name is 3 to 250 of a-z, 0-9 and _, beginning with a letter. MISP makes names of custom properties from
   what its users write, capitals and hyphens included (x_misp_...): such a name may be tolerated.
2. A name that ends in _hex, _bin or _enc holds hex, base64 or the name of a character set.
3. An encoding stands beside the text that was encoded.
4. A value is as all content must be: no null, nothing empty.
"""

import re
from collections.abc import Iterator

from opsroom.core.stix.findings import NOTHING, Finding, Findings, Properties, found
from opsroom.core.stix.formats import base64_fault, character_set_fault, hex_fault, property_name_fault
from opsroom.core.stix.values import anything, text

_TOLERATED_NAME = re.compile(r"x_misp_[A-Za-z0-9_-]{1,243}")
_BY_SUFFIX = {"_hex": text(hex_fault), "_bin": text(base64_fault), "_enc": text(character_set_fault)}


def undefined(name: str, value: object, *, tolerant: bool) -> Findings:
    """Rules 1, 2 and 4 for one property."""
    fault = None if tolerant and _TOLERATED_NAME.fullmatch(name) else property_name_fault(name)
    check = _BY_SUFFIX.get(name[-4:], anything)
    return [*(found(fault) if fault else NOTHING), *check(value)]


def encodings_have_texts(properties: Properties) -> Iterator[Finding]:
    """Rule 3, which binds the standard's own properties too."""
    for name in properties:
        if name.endswith("_enc") and name.removesuffix("_enc") not in properties:
            yield Finding(name, f"cannot stand without {name.removesuffix('_enc')}")
