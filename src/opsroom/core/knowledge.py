"""Knowledge as a record of its own: who is said to have been told of something, or to have known of it.

1. It is a STIX object of a new type (`TYPE`, by our extension), contributed, labelled and released like any other.
2. Four things that are not one another: that somebody was *notified*, was *not notified*, *is said to have known*,
   *is said not to have known*. None follows from another, and later records stand beside earlier ones.
3. Each is attributed (`according_to`), dated (`as_of`, EDTF as stated) and has a source: an external reference, or
   items that it rests on. `who` is named as the source names it: no member of a room, and nobody's number.
4. It is about one thing: an agreement, a room, or an item. What is about an agreement is posted under it, what is
   about a room in it, so that a record never tells of them where they are not known.
5. No decision reads it, and it is listed by what it is about alone: it is a record of what was said, and no list of
   whom to keep unaware.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsroom.core.edtf import FuzzyDate, parse_date
from opsroom.core.identifiers import stix_id_fault
from opsroom.core.reading import Reader
from opsroom.errors import Fault, Malformed

TYPE = "opsroom-knowledge"
EXTENSION = "extension-definition--0c1a7d4e-5b0f-4f0c-8a44-2d9b6e1f7c58"
_ABOUT = ("about_agreement", "about_room", "about_ref")


class Awareness(StrEnum):
    """What is recorded of somebody (rule 2)."""

    NOTIFIED = "notified"
    NOT_NOTIFIED = "not-notified"
    SAID_TO_HAVE_KNOWN = "said-to-have-known"
    SAID_NOT_TO_HAVE_KNOWN = "said-not-to-have-known"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record is about: exactly one of an agreement, a room and a STIX id (rule 4)."""

    agreement: str | None = None
    room: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One record. `sources` are the ids of items that it rests on, `references` the names of external ones."""

    subject: Subject
    who: str
    state: Awareness
    as_of: FuzzyDate
    according_to: str
    quote: str
    sources: tuple[str, ...]
    references: tuple[str, ...]


def read_knowledge(properties: Mapping[str, object]) -> Knowledge:
    """The record that a STIX object of our type says. Malformed with every fault of what is ours of it."""
    faults: list[Fault] = []
    reader = Reader.over(properties, "", faults)
    extensions = reader.inner("extensions", required=True)
    if extensions is not None and not extensions.has(EXTENSION):
        extensions.fault(EXTENSION, "is missing: it defines this type of object")
    found = Knowledge(
        subject=_subject(reader),
        who=reader.text("who", required=True),
        state=Awareness(reader.choice("state", Awareness, Awareness.NOTIFIED, required=True)),
        as_of=_date(reader),
        according_to=reader.text("according_to", required=True),
        quote=reader.text("quote"),
        sources=reader.texts("source_refs"),
        references=tuple(one.text("source_name") for one in reader.entries("external_references")),
    )
    if not (found.sources or found.references):
        reader.fault("", "a record has a source: external_references, or source_refs")
    if faults:
        raise Malformed(faults)
    return found


def knowledge_object(
    subject: Subject,
    *,
    id: str,
    at: str,
    who: str,
    state: str,
    as_of: str,
    according_to: str,
    quote: str = "",
    source: tuple[str | None, str | None] = (None, None),
    sources: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> dict[str, object]:
    """The STIX object of a record made at `at`; `source`: name and address of one elsewhere. Nothing is checked."""
    name, url = source
    where = {"url": url} if url else {"description": "named without an address"}
    external = {"source_name": name or url or "", **where}
    own = {
        "about_agreement": subject.agreement,
        "about_room": subject.room,
        "about_ref": subject.item,
        "who": who,
        "state": state,
        "as_of": as_of,
        "according_to": according_to,
        "quote": quote,
        "source_refs": list(sources),
        "external_references": [external] if external["source_name"] else [],
        "labels": list(labels),
    }
    common = {"type": TYPE, "spec_version": "2.1", "id": id, "created": at, "modified": at}
    extensions = {"extensions": {EXTENSION: {"extension_type": "new-sdo"}}}
    return {**common, **extensions, **{key: value for key, value in own.items() if value}}


def misplaced(found: Knowledge, *, room: str, agreement: str) -> Fault | None:
    """Why a record cannot be offered in a room under an agreement (rule 4); None where it can."""
    subject = found.subject
    if subject.agreement not in (None, agreement):
        return Fault("about_agreement", "what is about an agreement is posted under that agreement")
    if subject.room not in (None, room):
        return Fault("about_room", "what is about a room is posted in that room")
    return None


def _subject(reader: Reader) -> Subject:
    named = [key for key in _ABOUT if reader.has(key)]
    if len(named) != 1:
        reader.fault("", f"a record is about one thing: give one of {', '.join(_ABOUT)}")
    agreement, room, item = (reader.optional_text(key) for key in _ABOUT)
    for key, value, kind in (("about_agreement", agreement, "agreement"), ("about_ref", item, None)):
        if value is not None and (reason := stix_id_fault(value, kind)):
            reader.fault(key, reason)
    return Subject(agreement, room, item)


def _date(reader: Reader) -> FuzzyDate:
    text = reader.text("as_of", required=True)
    try:
        return parse_date(text)
    except ValueError as error:
        if text:
            reader.fault("as_of", str(error))
        return parse_date("0000")
