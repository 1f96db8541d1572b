"""The Traffic Light Protocol as STIX markings: TLP 1 (STIX 2.1 section 7.2.1.4) and TLP 2.0 (FIRST, OASIS).

Both have well-known marking definitions, which objects refer to by id. TLP 1 white reads as clear.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from opsroom.core.canonical import canonical

TLP_ORDER = ("clear", "green", "amber", "amber+strict", "red")
"""From the widest to the strictest."""

TLP_2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""What defines the markings of TLP 2.0: its key under `extensions`."""

_TLP_2_IDS = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_TLP_1_IDS = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

TLP_1_MARKINGS: tuple[Mapping[str, object], ...] = tuple(
    MappingProxyType(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": id,
            "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp",
            "name": f"TLP:{tlp.upper()}",
            "definition": {"tlp": tlp},
        }
    )
    for tlp, id in _TLP_1_IDS.items()
)
"""The only TLP 1 marking definitions that may exist."""

TLP_2_MARKINGS: Mapping[str, bytes] = MappingProxyType(
    {
        tlp: canonical(
            {
                "type": "marking-definition",
                "spec_version": "2.1",
                "id": id,
                "created": "2022-10-01T00:00:00.000Z",
                "name": f"TLP:{tlp.upper()}",
                "extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
            }
        )
        for tlp, id in _TLP_2_IDS.items()
    }
)
"""The TLP 2.0 marking definition of each TLP, in canonical form."""

_TLP_OF_ID = {id: tlp for tlp, id in (*_TLP_1_IDS.items(), *_TLP_2_IDS.items())} | {
    _TLP_1_IDS["white"]: "clear"
}
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_COLON = re.compile(rb"\s*:")


def tlp_of_marking(id: str) -> str | None:
    """The TLP that a well-known marking definition names, None for all others.

    >>> tlp_of_marking("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9")
    'clear'
    """
    return _TLP_OF_ID.get(id.lower())


def marking_id(tlp: str) -> str:
    """The id of the TLP 2.0 marking definition; KeyError for a word that is no TLP."""
    return _TLP_2_IDS[tlp]


def strictest(*tlps: str | None) -> str | None:
    """The strictest of `tlps`, None where there is none. A word that is no TLP is stricter than all.

    >>> strictest("green", None, "amber+strict", "amber")
    'amber+strict'
    """
    given = [tlp for tlp in tlps if tlp is not None]
    return max(
        given, key=lambda tlp: TLP_ORDER.index(tlp) if tlp in TLP_ORDER else len(TLP_ORDER), default=None
    )


def with_marking(raw: bytes, marking: str) -> bytes:
    """The bytes of an object with `marking` added to its object_marking_refs, all else as it stands.

    `raw` is the text of one faultless STIX object. The list is added as the last member where there is none;
    a list that holds the marking already stays as it is.
    """
    place, before = _marking_place(raw)
    reference = b'"%b"' % marking.encode()
    if before is None:
        end = len(raw[: raw.rindex(b"}")].rstrip())
        return raw[:end] + b',"object_marking_refs":[%b]' % reference + raw[end:]
    if marking in before:
        return raw
    return raw[:place] + (b"," if before else b"") + reference + raw[place:]


def _marking_place(raw: bytes) -> tuple[int, list[str] | None]:
    """Where a further reference goes and the references before it; None where the object has no list."""
    depth = 0
    inside = False
    references: list[str] = []
    place = 0
    for token in _TOKEN.finditer(raw):
        text = token[0]
        if text in b"[{":
            depth += 1
            place = token.end()
        elif text in b"]}":
            depth -= 1
            if inside and depth == 1:
                return place, references
        elif inside:
            references.append(msgspec.json.decode(text, type=str))
            place = token.end()
        elif depth == 1 and _COLON.match(raw, token.end()):
            inside = msgspec.json.decode(text) == "object_marking_refs"
    return 0, None
