"""A MISP event as STIX 2.1 objects, each with the label that binds it, and what did not arrive.

1. The converter makes the objects; ids are MISP's UUIDs. What MISP keeps as deleted, proposals, tags and galaxies
   local to the instance stay out, and are reported.
2. Objects with one label are one part. The label of each is complete: no part leans on another's.
3. The TLP on an object is that of its label, or none: where they differ, the markings on it go, and the room
   puts in the right one. The well-known TLP marking definitions are not sent: everybody has them. STIX has no
   marking for the PAP: that of the label stands among the labels of an object that can have some, and no other does.
4. Admiralty credibility 1 to 5 becomes `confidence` (STIX 2.1 appendix A) where an object bears one such tag
   and has no confidence. What has no counterpart there stays a label, and is reported.
5. What the room would refuse is left out and reported with its faults; references to it in lists go, and what
   cannot be without it goes too.
"""

from dataclasses import dataclass

from opsroom.connectors.misp.acceptance import acceptable
from opsroom.connectors.misp.arrival import Whereabouts, missing
from opsroom.connectors.misp.converter import Object, stix_of
from opsroom.connectors.misp.elements import Element
from opsroom.connectors.misp.layers import markings_of
from opsroom.connectors.misp.marking import Marking, Markings, word_of
from opsroom.connectors.misp.mending import mended, with_access
from opsroom.connectors.misp.report import Report
from opsroom.core.canonical import canonical
from opsroom.core.handling import PAP, Handling
from opsroom.core.stix.tlp import strictest, tlp_of_marking

ADMIRALTY = "admiralty-scale:"
CREDIBILITY = ADMIRALTY + "information-credibility="
_CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}


@dataclass(frozen=True, slots=True)
class Part:
    """Objects to be contributed under one label; `stated` names the keys of it that the event states."""

    objects: tuple[bytes, ...]
    label: Handling
    stated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Converted:
    """An event as STIX. `label` and `stated` are the event's own; `parts` are in the order of their labels."""

    uuid: str
    label: Handling
    stated: frozenset[str]
    parts: tuple[Part, ...]
    reported: tuple[Report, ...]

    @property
    def objects(self) -> list[bytes]:
        """All objects, part by part."""
        return [one for part in self.parts for one in part.objects]


def converted(event: Element, *, unstated: str = "amber") -> Converted:
    """The STIX objects of an event with their labels. `unstated`: the TLP of the collection it goes to."""
    markings = Markings(unstated)
    markings.read(event)
    made, messages = stix_of(event.body(lambda one: not one.stays))
    marked = [
        (_under(mended(one), marking), marking)
        for one, marking in zip(with_access(made, event), markings_of(event, made, markings), strict=True)
        if tlp_of_marking(one["id"]) is None
    ]
    where = Whereabouts(event)
    reported = [*markings.reported, *(Report(event.path, "the converter", one) for one in messages)]
    judged = [_judged(one, where, reported) for one, _ in marked]
    accepted = acceptable(judged, where, reported)
    reported += missing(event, [one for one in accepted if one is not None])
    parts: dict[Marking, list[bytes]] = {}
    for one, (_, marking) in zip(accepted, marked, strict=True):
        if one is not None:
            parts.setdefault(marking, []).append(canonical(one))
    return Converted(
        event.uuid,
        *markings.of[event.path].label,
        tuple(Part(tuple(parts[marking]), *marking.label) for marking in sorted(parts)),
        tuple(sorted(set(reported))),
    )


def _under(one: Object, marking: Marking) -> Object:
    """The object with the TLP that the converter put on it only where it is its label's, and that PAP (rule 3)."""
    one = _with_pap(one, marking.pap)
    refs = one.get("object_marking_refs", [])
    borne = strictest(*map(tlp_of_marking, refs))
    if borne is None or borne == marking.tlp:
        return one
    others = [ref for ref in refs if tlp_of_marking(ref) is None]
    kept = {key: value for key, value in one.items() if key != "object_marking_refs"}
    return kept | ({"object_marking_refs": others} if others else {})


def _with_pap(one: Object, pap: str) -> Object:
    """The object with this PAP among its labels, and no other; observables and definitions have no labels."""
    if "modified" not in one:
        return one
    said = {label: word_of(label, "pap") for label in one.get("labels", [])}
    labels = [label for label, word in said.items() if word == pap or word not in PAP]
    if pap and pap not in said.values():
        labels.append(f"PAP:{pap.upper()}")
    kept = {key: value for key, value in one.items() if key != "labels"}
    return kept | ({"labels": labels} if labels else {})


def _judged(one: Object, where: Whereabouts, reported: list[Report]) -> Object:
    """The object with the confidence that its Admiralty tag means (rule 4)."""
    tags = [label for label in one.get("labels", []) if label.casefold().startswith(ADMIRALTY)]
    credibility = {label for label in tags if label.casefold().startswith(CREDIBILITY)}
    score = _CONFIDENCE.get(min(credibility).partition("=")[2].strip('" ')) if len(credibility) == 1 else None
    taken = score is not None and one.get("confidence", score) == score
    for tag in tags:
        if not (taken and tag in credibility):
            reported.append(Report(where.of(one["id"]), tag, "STIX has no such confidence: it stays a label"))
    return one | {"confidence": score} if taken else one
