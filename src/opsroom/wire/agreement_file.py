"""The agreement file as a JSON Schema, for the API's document: what people write, and what each part does.

`opsroom.core.agreement.file` reads files and has the last word; this says the same to programs of others.
"""

from typing import Any

from opsroom.core.agreement.file import DUTIES, INSTRUMENTS, SCHEMA
from opsroom.core.agreement.terms import COVERS_EXISTING, ONWARD, RELEASE

Shape = dict[str, Any]


def _text(said: str = "", **more: Any) -> Shape:
    return {"type": "string", **({"description": said} if said else {}), **more}


def _flag(default: bool, said: str = "") -> Shape:
    return {"type": "boolean", "default": default, **({"description": said} if said else {})}


def _one_of(words: tuple[str, ...], said: str, **more: Any) -> Shape:
    return {"enum": list(words), "description": said, **more}


def _list(each: Shape, said: str = "", **more: Any) -> Shape:
    return {"type": "array", "items": each, **({"description": said} if said else {}), **more}


def _mapping(properties: dict[str, Shape], *required: str, said: str = "") -> Shape:
    return {
        "type": "object",
        "properties": {
            name: shape if name in required else _optional(shape) for name, shape in properties.items()
        },
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
        **({"description": said} if said else {}),
    }


def _optional(shape: Shape) -> Shape:
    """Null is as good as absent."""
    if "anyOf" in shape:
        return {**shape, "anyOf": [*shape["anyOf"], {"type": "null"}]}
    if "enum" in shape:
        return {**shape, "enum": [*shape["enum"], None]}
    return {**shape, "type": [shape["type"], "null"]}


_DURATION = _text("ISO 8601", examples=["P90D"])
_SPAN = {"from": _text("an instant (RFC 3339); null: no bound"), "to": _text("likewise, itself left out")}
_NOTICE = _mapping({"notice": _DURATION})


def _quorum(default: str, *words: str) -> Shape:
    named = {"enum": ["all", "all-others", "never", *words]}
    return {"anyOf": [named, {"type": "integer", "minimum": 1}], "default": default}


_PARTY = _mapping(
    {
        "member": _text("the name of a member; each is listed once"),
        "key": _text("the fingerprint of its key, for people to check"),
        **_SPAN,
        "ceiling": _text("the highest level of `scale` that it receives; null: no cap"),
        "designates": _list(_text(), "its components that read under this agreement"),
        "reservations": _list(
            _mapping({"peer": _text(), "field": _text(), "kind": _text()}),
            "what it keeps out, in both directions: one of the three in each",
        ),
    },
    "member",
)
_PROVISION = _mapping(
    {
        "field": _text("the field of cooperation"),
        "clause": _text("shown with every ground", examples=["Art. 3(1)"]),
        "kinds": _list(_text(), "STIX types; absent: all"),
        "excluded_kinds": _list(_text(), "an explicit prohibition, in whatever agreement"),
        "ceiling": _text("the highest level that it covers; wanted where there is a `scale`"),
        "directions": {
            "anyOf": [{"const": "all"}, _list(_list(_text(), minItems=2, maxItems=2))],
            "description": "all, or pairs [originator, recipient]",
            "default": "all",
        },
    },
    "field",
    said="one field of cooperation",
)
_EQUIVALENCE = _mapping(
    {
        "policy": _text("a member's own classification"),
        "level": _text("a level of it"),
        "is": _text("the level of `scale` that it comes to"),
        "receives": _flag(False, "the mark that this party puts on what it gets"),
    },
    *("policy", "level", "is"),
)
_PARTICULARS: dict[str, Shape] = {
    "concluded": _mapping({"date": _text("EDTF"), "place": _text()}),
    "signatories": _list(_mapping({"member": _text(), "name": _text(), "office": _text()}, "member")),
    "unexecuted": _list(
        _mapping({"clause": _text(), "about": _text()}, "clause", "about"),
        "clauses that the software does not run",
    ),
    "texts": _list(
        _mapping({"lang": _text(), "sha256": _text(), "prevails": _flag(False)}, "lang", "sha256"),
        "the authentic texts",
    ),
    "term": _mapping({"length": _DURATION, "renews": _flag(False), "notice": _DURATION}, "length"),
}
"""What decides nothing: shown and signed."""

AGREEMENT_FILE: Shape = _mapping(
    {
        "schema": {"const": SCHEMA},
        "id": _text("`agreement--` and a random UUID, drawn by whoever drafts it"),
        "version": {"type": "integer", "minimum": 1},
        "supersedes": _text("the digest of the version that this one replaces; null in version 1"),
        "title": _text(),
        "instrument": _one_of(INSTRUMENTS, "what it is called", default="agreement"),
        "binding": _flag(True),
        "existence": _one_of(("parties", "public"), "who may learn that it exists", default="parties"),
        "parties": _list(_PARTY, minItems=2),
        "in_force": _mapping(_SPAN),
        "entry": {
            "anyOf": [
                {"enum": ["all-signed", "all-notified"]},
                _mapping({"signatures": {"type": "integer", "minimum": 2}}, "signatures"),
            ],
            "description": "what it takes to enter into force",
            "default": "all-signed",
        },
        "covers_existing": _one_of(
            COVERS_EXISTING, "all: what was released before is shared too", default="none"
        ),
        "scale": _list(_text(), "common levels, rising; empty: it covers items without a level"),
        "equivalence": _list(_EQUIVALENCE),
        "provisions": _list(_PROVISION, minItems=1),
        "fields_exhaustive": _flag(True, "false: the provisions are among others"),
        "release": _one_of(RELEASE, "whether an item must cite this agreement", default="originator-cites"),
        "onward": _one_of(ONWARD, "whether what was received may be passed on", default="prior-consent"),
        "need_to_know": _list(_text(), "categories that a recipient must hold"),
        "duties": _list(
            _mapping(
                {
                    "type": _one_of(DUTIES, "what a recipient owes"),
                    "clause": _text(),
                    "within": _DURATION,
                    "until": _text(),
                    "purpose": _text(),
                },
                "type",
            )
        ),
        "retention": _DURATION,
        "termination": _mapping(
            {
                "held": _one_of(
                    ("protect", "return", "destroy"), "what becomes of what is held", default="protect"
                ),
                "deadline": _DURATION,
            }
        ),
        "acts": _mapping(
            {
                "amend": _quorum("all"),
                "accede": _quorum("all"),
                "suspend_other": _quorum("all-others"),
                "resume": _quorum("suspender", "suspender"),
                "terminate": _quorum("all"),
                "withdraw": _NOTICE,
            },
            said="whose signatures an act takes: all, all-others, a number of parties, or never",
        ),
        **_PARTICULARS,
    },
    *("schema", "id", "version", "title", "parties", "in_force", "provisions"),
    said="A version of an agreement, schema opsroom.agreement/1. What is null or absent takes its default.",
)
AGREEMENT_FILE["examples"] = [
    {
        "schema": SCHEMA,
        "id": "agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a11",
        "version": 1,
        "supersedes": None,
        "title": "Information-sharing agreement",
        "parties": [{"member": "alfa"}, {"member": "bravo"}],
        "in_force": {"from": "2026-01-01T00:00:00Z", "to": None},
        "entry": "all-signed",
        "provisions": [{"field": "incidents", "clause": "Art. 3"}],
        "release": "originator-cites",
        "onward": "prior-consent",
    }
]
