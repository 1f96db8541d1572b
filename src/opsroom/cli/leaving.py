"""Which of a member's items may go to a server outside of the room, and with which bytes (`opsroom.core.leaving`).

1. Every version that stands under an id must be the member's own, and every offer of it must let it go: the strictest
   counts, in whichever room it was made.
2. What it refers to, and what that refers to, must be allowed to go too, where the member sees it in a room. So must
   what it rests on and was not sanitised of; what others contributed never is.
3. It goes as it was received, with the TLP marking put in where the bytes name none and the label does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsroom.cli.asking import Asks
from opsroom.core.handling import Handling, read_label
from opsroom.core.leaving import GONE, HANDLING, RECEIVED, REFERENCE, RESTING, WAITING, obstacles
from opsroom.core.offer import OfferState
from opsroom.core.reading import Reader
from opsroom.core.served import bears_handling, tlp_insertion
from opsroom.core.stix.objects import kept
from opsroom.core.stix.tlp import strictest, tlp_of_marking
from opsroom.errors import Fault, Malformed, NotFound
from opsroom.wire.items import Item, ShowItem, ShownOffer

_OVER = frozenset({OfferState.REFUSED, OfferState.RECALLED})
_WAITS = frozenset({OfferState.STAGED, OfferState.PENDING})


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an id: why it stays by itself, what it names, the strictest label that an offer of it has."""

    reasons: frozenset[str]
    names: frozenset[str]
    label: Handling | None


@dataclass(slots=True)
class Leaving:
    """Judges the items of one run; each id is asked for once."""

    asked: Asks
    member: str
    tlp_at_most: str
    _known: dict[str, _Known | None] = field(default_factory=dict)
    _free: set[str] = field(default_factory=set)

    def judged(self, item: Item) -> tuple[bytes | None, frozenset[str]]:
        """The bytes that may go, or None with every reason why they stay."""
        known = self._of(item.id)
        if known is None:
            return None, frozenset({GONE})
        if known.label is None:
            return None, known.reasons
        reasons = known.reasons or (frozenset() if self._all_go(item.id) else frozenset({REFERENCE}))
        if reasons:
            return None, reasons
        raw = bytes(item.object)
        return tlp_insertion(kept(raw), known.label).apply(raw), reasons

    def _all_go(self, id: str) -> bool:
        """Whether everything that an id leads to may go (rule 2)."""
        seen, pending = {id}, [id]
        while pending:
            known = self._of(pending.pop())
            if known is None:
                continue
            if known.reasons:
                return False
            pending += known.names - seen - self._free
            seen |= known.names
        self._free |= seen
        return True

    def _of(self, id: str) -> _Known | None:
        """What is known of an id; None where the member sees nothing of it."""
        if id not in self._known:
            try:
                offers = self.asked.ask(ShowItem(id))
            except (NotFound, Malformed):
                self._known[id] = None
            else:
                self._known[id] = self._judged(offers)
        return self._known[id]

    def _judged(self, offers: list[ShownOffer]) -> _Known:
        standing = [one for one in offers if one.state not in _OVER]
        own = [one for one in standing if one.originator == self.member and one.handling is not None]
        labels = [_label(one) for one in own]
        tlp = strictest(*(one.tlp for one in labels))
        raws = [bytes(one.object) for one in own]
        resting = {source for one in own for source in one.sources if not source.sanitised}
        reasons = frozenset(self._reasons(standing, own, labels, raws))
        if any(one.originator != self.member for one in resting):
            reasons |= {RESTING}
        return _Known(
            reasons,
            frozenset(name for raw in raws for name in _names(raw)) | {one.id for one in resting},
            next((one for one in labels if one.tlp == tlp), None),
        )

    def _reasons(
        self, standing: list[ShownOffer], own: list[ShownOffer], labels: list[Handling], raws: list[bytes]
    ) -> Iterator[str]:
        if len(own) < len(standing) or not own:
            yield RECEIVED
        if any(one.state in _WAITS for one in own):
            yield WAITING
        if any(map(bears_handling, raws)):
            yield HANDLING
        for one, label in zip(own, labels, strict=True):
            yield from obstacles(label, under=one.agreement, tlp_at_most=self.tlp_at_most)


def _label(offer: ShownOffer) -> Handling:
    faults: list[Fault] = []
    found = Reader.over(offer.handling, "handling", faults).done(read_label)
    if faults:
        raise Malformed(faults)
    return found


def _names(raw: bytes) -> Iterator[str]:
    """The ids that an object names, the markings of the TLP aside: everybody has them."""
    found = kept(raw)
    yield from (one.id for one in found.references)
    yield from (one for one in found.marking_refs if tlp_of_marking(one) is None)
