"""What MISP says of who may see an element, and what may be done with it, as a label of the room.

1. `tlp:white`, `clear`, `green`, `amber`, `amber+strict`, `red` in any case; of several the strictest. Any
   other `tlp:` counts as red, and is reported. `TLP-RED`, `tlp="red"` and `TLP AMBER`, as people type them, too.
2. `PAP:WHITE`, `CLEAR`, `GREEN`, `AMBER`, `RED` likewise.
3. Distribution 0 (this organisation) and 4 (a sharing group, whose members are not in the event) go to
   nobody: `rel_to: []`; 4 is reported. So does what names a sharing group and no distribution. 1, 2, 3 and 5
   narrow nothing, and grant nothing: agreements do.
4. An element never says less than what it stands in. A wider tag on it is reported.
5. An event without TLP takes that of the collection, `unstated`: a wider tag inside does not widen it.
6. A tag that is local to the MISP instance narrows like any other.
7. A tag of another scale of classification or sharing narrows nothing, and is reported: the room knows none of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from opsroom.connectors.misp.elements import Element
from opsroom.connectors.misp.report import Report
from opsroom.core.handling import PAP, Handling
from opsroom.core.stix.tlp import TLP_ORDER

_SYNONYMS = {"white": "clear"}
_NOBODY = "0"
_SHARING_GROUP = "4"
_SAID = re.compile(r"\s*(?P<scale>tlp|pap)\s*[:=_\s-]\s*(?P<word>.*?)\s*")
_OTHER_SCALES = frozenset(
    {"cssa", "data-classification", "de-vs", "dni-ism", "fr-classif", "iep", "iep2-policy", "nato"}
)
"""Namespaces of MISP's taxonomies that say who may have something."""


@dataclass(frozen=True, slots=True, order=True)
class Marking:
    """TLP, PAP and the list of one element. `tlp` "" is the collection's, `pap` "" is none."""

    tlp: str = ""
    pap: str = ""
    to_nobody: bool = False

    @property
    def label(self) -> tuple[Handling, frozenset[str]]:
        """It as a label, and the keys of it that are stated."""
        stated = {"tlp": self.tlp, "pap": self.pap, "rel_to": self.to_nobody}
        return (
            Handling(
                tlp=self.tlp or "amber",
                pap=self.pap,
                rel_to=frozenset() if self.to_nobody else None,
            ),
            frozenset(key for key, said in stated.items() if said),
        )


@dataclass(slots=True)
class Markings:
    """The markings of all elements of an event, by path. `unstated` is the TLP of the collection, "" for none."""

    unstated: str
    reported: list[Report] = field(default_factory=list)
    of: dict[str, Marking] = field(default_factory=dict)

    def read(self, element: Element, inside: Marking | None = None) -> None:
        """Notes the marking of an element and of all inside it; `inside` is what it stands in (rule 4)."""
        tlps, paps = self._tagged(element, inside or Marking())
        own = Marking(
            tlp=max(tlps, key=self._tlp_rank, default=""),
            pap=max(paps, key=_pap_rank, default=""),
            to_nobody=self._to_nobody(element),
        )
        if inside is None:
            found = own
        else:
            found = self.strictest((inside, own if tlps else Marking(inside.tlp, own.pap, own.to_nobody)))
        self.of[element.path] = found
        for one in element.inner:
            self.read(one, found)

    def strictest(self, markings: Iterable[Marking]) -> Marking:
        """The widest marking that is as strict as each of `markings` in every respect."""
        return reduce(self._joined, markings)

    def within(self, one: Marking, limit: Marking) -> bool:
        """Whether `one` is in no respect stricter than `limit`."""
        return self._joined(one, limit) == limit

    def _joined(self, one: Marking, other: Marking) -> Marking:
        return Marking(
            max(one.tlp, other.tlp, key=self._tlp_rank),
            max(one.pap, other.pap, key=_pap_rank),
            one.to_nobody or other.to_nobody,
        )

    def _tlp_rank(self, tlp: str) -> float:
        """What states none stands right above the TLP that the collection gives it (rule 5), if any."""
        if tlp or not self.unstated:
            return TLP_ORDER.index(tlp) if tlp else -1
        return TLP_ORDER.index(self.unstated) + 0.5

    def _tagged(self, element: Element, inside: Marking) -> tuple[list[str], list[str]]:
        """The TLPs and the PAPs that the tags say (rules 1 and 2)."""
        tlps: list[str] = []
        paps: list[str] = []
        for path, name, _ in element.tags:
            if (tlp := self._word(path, name, "tlp", TLP_ORDER)) is not None:
                tlps.append(tlp)
                if element.kind != "Event" and self._tlp_rank(tlp) < self._tlp_rank(inside.tlp):
                    self._wider(path, name)
            if (pap := self._word(path, name, "pap", PAP)) is not None:
                paps.append(pap)
                if _pap_rank(pap) < _pap_rank(inside.pap):
                    self._wider(path, name)
            if name.strip().casefold().partition(":")[0] in _OTHER_SCALES:
                self.reported.append(
                    Report(
                        path, name, "the room knows no such marking: it stays a label, and narrows nothing"
                    )
                )
        return tlps, paps

    def _word(self, path: str, name: str, scale: str, words: tuple[str, ...]) -> str | None:
        """The word of a scale that a tag says, the strictest for one that the scale lacks, None for other tags."""
        said = word_of(name, scale)
        if said is None or said in words:
            return said
        self.reported.append(
            Report(path, name, f"no {scale.upper()} is called that: it counts as {words[-1]}")
        )
        return words[-1]

    def _wider(self, path: str, name: str) -> None:
        self.reported.append(Report(path, name, "what it stands in is stricter, and that counts"))

    def _to_nobody(self, element: Element) -> bool:
        own = element.own
        distribution = str(own.get("distribution"))
        if own.get("distribution") is None and (
            own.get("SharingGroup") or str(own.get("sharing_group_id") or "0") != "0"
        ):
            distribution = _SHARING_GROUP
        if distribution == _SHARING_GROUP:
            self.reported.append(
                Report(
                    f"{element.path}.distribution",
                    "a sharing group",
                    "its members are not known here: it goes to nobody until its originator names them",
                )
            )
        return distribution in (_NOBODY, _SHARING_GROUP)


def word_of(tag: str, scale: str) -> str | None:
    """The word that a tag says on the scale `tlp` or `pap`, known or not; None for any other tag.

    >>> word_of("TLP:White", "tlp"), word_of("PAP:RED", "pap"), word_of("osint", "tlp")
    ('clear', 'red', None)
    >>> word_of('tlp="red"', "tlp"), word_of("TLP-AMBER", "tlp"), word_of("TLP AMBER STRICT", "tlp")
    ('red', 'amber', 'amber strict')
    """
    found = _SAID.fullmatch(tag.casefold())
    if found is None or found["scale"] != scale:
        return None
    word = found["word"].strip("\"' ")
    return _SYNONYMS.get(word, word)


def _pap_rank(pap: str) -> int:
    return PAP.index(pap) if pap else -1
