"""The served form of an item: its bytes as received, but for the two things that a recipient must get otherwise.

1. Where the bytes name no TLP and the handling does, the TLP 2.0 marking reference is put in, and nothing
   else is touched. TLP:CLEAR puts nothing in.
2. A handling is never served as received: its recipient gets the TLP and what concerns itself (level, use,
   fields, itself in `rel_to`, the agreement that it receives under).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.core.canonical import canonical
from opsroom.core.handling import HANDLING_EXTENSION, Handling
from opsroom.core.jsontext import decode
from opsroom.core.offer import Offer
from opsroom.core.stix.objects import StixObject
from opsroom.core.stix.tlp import marking_id, with_marking


@dataclass(frozen=True, slots=True)
class Insertion:
    """`text` put in at byte `at`; no text is the bytes as received."""

    at: int = 0
    text: bytes = b""

    def apply(self, raw: bytes) -> bytes:
        """The served bytes."""
        return raw[: self.at] + self.text + raw[self.at :] if self.text else raw


def tlp_insertion(found: StixObject, handling: Handling) -> Insertion:
    """What has to be put into an object's bytes so that they name the TLP of its handling (rule 1)."""
    if found.tlp is not None or handling.tlp == "clear" or handling.fault is not None:
        return Insertion()
    served = with_marking(found.raw, marking_id(handling.tlp))
    at = next((i for i, (a, b) in enumerate(zip(found.raw, served, strict=False)) if a != b), len(found.raw))
    return Insertion(at, served[at : at + len(served) - len(found.raw)])


def served_form(raw: bytes, offer: Offer, label: Handling, *, to: str, under: str | None) -> bytes:
    """The bytes of an offered item as the member `to` gets them under the agreement `under` (rules 1 and 2)."""
    if bears_handling(raw):
        return recipient_view(decode(raw), label, to=to, under=under)
    return Insertion(offer.insert_at, offer.insert).apply(raw)


def bears_handling(raw: bytes) -> bool:
    """Whether an object is a marking-definition that carries a handling; its letters may be escaped."""
    may_bear = HANDLING_EXTENSION.encode() in raw or b"\\u" in raw
    return may_bear and is_handling(decode(raw))


def is_handling(properties: Mapping[str, object]) -> bool:
    """The same of an object that was read."""
    extensions = properties.get("extensions")
    is_marking = properties.get("type") == "marking-definition"
    return is_marking and isinstance(extensions, dict) and HANDLING_EXTENSION in extensions


def recipient_view(
    properties: Mapping[str, object], handling: Handling, *, to: str, under: str | None
) -> bytes:
    """A handling marking as `to` gets it, as canonical JSON (rule 2)."""
    shown: dict[str, object] = {
        "extension_type": "property-extension",
        "fields": list(handling.fields),
        "tlp": handling.tlp,
    }
    if handling.level:
        shown |= {"policy": handling.policy, "level": handling.level}
    if handling.rel_to is not None and to in handling.rel_to:
        shown["rel_to"] = [to]
    if handling.pap:
        shown["pap"] = handling.pap
    if handling.evidence or handling.purposes:
        shown["use"] = {"evidence": handling.evidence, "purposes": list(handling.purposes)}
    if under is not None:
        shown["under"] = under
    kept = {key: value for key, value in properties.items() if key not in ("extensions", "definition")}
    return canonical({**kept, "extensions": {HANDLING_EXTENSION: shown}})
