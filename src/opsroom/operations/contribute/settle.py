"""Settle: once all of a unit is staged, its labels are final and its offers go out or wait."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from opsroom.core.handling import Handling, bound, handling_of_marking
from opsroom.core.jsontext import decode
from opsroom.core.offer import LET_OUT, Offer, OfferState, Reference, StoredItem
from opsroom.core.served import tlp_insertion
from opsroom.core.stix.objects import StixObject, kept
from opsroom.errors import Malformed
from opsroom.operations.contribute.intake import Destination
from opsroom.ports import Unit
from opsroom.upkeep import Upkeep

TIERS = (
    frozenset({"marking-definition", "extension-definition", "identity", "location"}),
    None,
    frozenset({"relationship", "sighting", "language-content"}),
    frozenset({"observed-data", "grouping", "note", "opinion", "report"}),
)
"""Letting out what is referred to before what refers to it keeps work linear; None is every other kind."""
_NAMED = frozenset[str]().union(*(tier for tier in TIERS if tier is not None))


@dataclass(slots=True)
class Settling:
    """Settles one unit in batches, each in a unit of work."""

    to: Destination
    reach: Mapping[str, set[str]]
    release_by: str
    _handlings: dict[str, tuple[Handling, frozenset[str]] | None] = field(default_factory=dict)

    def of_tier(self, unit: Unit, offers: list[Offer], tier: int) -> list[Offer]:
        """Those whose objects are of kinds that are let out in this tier."""
        items = unit.items.by_number(self.to.room, {one.item for one in offers})
        return [one for one in offers if in_tier(items[one.item].kind, tier)]

    def settle(
        self, unit: Unit, upkeep: Upkeep, offers: Iterable[Offer]
    ) -> tuple[list[Offer], dict[int, str]]:
        """Final labels, own rows, and out they go. Returns the offers as they stand and, by offer, refusals."""
        staged = [one for one in offers if one.state is OfferState.STAGED]
        refused: dict[int, str] = {}
        labelled = [self._labelled(unit, one, refused) for one in self._resolved(unit, staged)]
        waiting = self.release_by != "contributor"
        settled = [
            replace(one, state=OfferState.REFUSED)
            if one.number in refused
            else replace(one, state=OfferState.PENDING)
            if waiting and one.holder is None
            else one
            for one in labelled
        ]
        unit.offers.replace(settled)
        upkeep.posted(self.to.room, [one for one in settled if one.state is not OfferState.REFUSED])
        going = [one for one in settled if one.state is OfferState.STAGED]
        gone = {one.number: one for one in upkeep.let_out(self.to.room, going)}
        self._resolve_earlier(unit, upkeep, gone.values())
        return [gone.get(one.number, one) for one in settled], refused

    def _resolved(self, unit: Unit, staged: list[Offer]) -> Iterator["_Marked"]:
        items = unit.items.by_number(self.to.room, {one.item for one in staged})
        references = unit.items.references(self.to.room, items)
        for offer in staged:
            marks = [one for one in references.get(offer.item, ()) if one.marking]
            self._learn(unit, [one.target for one in marks])
            yield _Marked(offer, items[offer.item], marks)

    def _learn(self, unit: Unit, markings: Iterable[str]) -> None:
        """Reads the member's own markings of these ids; None: a marking that carries no handling."""
        missing = [mark for mark in markings if mark not in self._handlings]
        found = unit.items.leading(self.to.room, missing) if missing else {}
        for mark, listed in found.items():
            for own in (one for one in listed if one.originator == self.to.member):
                raw = unit.items.bodies(self.to.room, [own.number])[own.number]
                self._handlings[mark] = handling_of_marking(decode(raw))

    def _labelled(self, unit: Unit, marked: "_Marked", refused: dict[int, str]) -> Offer:
        """The offer under its final label; most need no second look."""
        offer, item = marked.offer, marked.item
        own = self._own(marked.marks)
        lost = any(one.target not in self._handlings and not one.seen for one in marked.marks)
        containers = self.reach.get(item.id, ())
        if offer.holder is not None or not (own or lost or containers):
            return offer
        if len(own) > 1:
            refused[offer.number] = "it bears two handlings; one object takes one"
            return offer
        found = self._object(unit, item)
        try:
            label = self._label(found, own[0] if own else None, containers, lost)
        except Malformed as error:
            refused[offer.number] = str(error)
            return offer
        return self._relabelled(unit, offer, found, label)

    def _own(self, marks: Iterable[Reference]) -> list[tuple[Handling, frozenset[str]]]:
        return [bears for one in marks if (bears := self._handlings.get(one.target)) is not None]

    def _object(self, unit: Unit, item: StoredItem) -> StixObject:
        return kept(unit.items.bodies(self.to.room, [item.number])[item.number])

    def _relabelled(self, unit: Unit, offer: Offer, found: StixObject, label: Handling) -> Offer:
        unit.offers.put_label(self.to.room, label)
        insertion = tlp_insertion(found, label)
        return replace(offer, label=label.digest, insert_at=insertion.at, insert=insertion.text)

    def _label(
        self,
        found: StixObject,
        own: tuple[Handling, frozenset[str]] | None,
        containers: Iterable[str],
        lost: bool,
    ) -> Handling:
        label = bound(
            self.to.label,
            own or handling_of_marking(found.properties),
            on_object=(found.tlp, self.to.stated_tlp),
            containers=containers,
        )
        return replace(label, unresolved=True) if lost else label

    def _resolve_earlier(self, unit: Unit, upkeep: Upkeep, gone: Iterable[Offer]) -> None:
        """Markings that came late: earlier objects of the member that waited for them get their label."""
        items = unit.items.by_number(self.to.room, {one.item for one in gone})
        markings = {one.id for one in items.values() if one.kind == "marking-definition"}
        if not markings:
            return
        waiting = unit.offers.of_items(self.to.room, unit.items.referrers(self.to.room, markings))
        labels = unit.offers.labels(self.to.room, {one.label for one in waiting})
        lost = [
            one
            for one in waiting
            if one.originator == self.to.member
            and one.holder is None
            and one.state in (*LET_OUT, OfferState.PENDING)
            and labels[one.label].unresolved
        ]
        found = [self._found(unit, one, labels[one.label]) for one in lost]
        moved = [new for new, old in zip(found, lost, strict=True) if new != old]
        unit.offers.replace(moved)
        upkeep.reassess(self.to.room, {one.item for one in moved})

    def _found(self, unit: Unit, offer: Offer, label: Handling) -> Offer:
        """The offer under the label that it gets once all its markings are known; unchanged until then."""
        listed = unit.items.references(self.to.room, [offer.item]).get(offer.item, ())
        marks = [one for one in listed if one.marking]
        self._learn(unit, [one.target for one in marks])
        own = self._own(marks)
        if len(own) > 1 or any(one.target not in self._handlings and not one.seen for one in marks):
            return offer
        resolved = replace(label, unresolved=False)
        item = unit.items.by_number(self.to.room, [offer.item])[offer.item]
        binding = bound(resolved, own[0], on_object=(label.tlp,)) if own else resolved
        return self._relabelled(unit, offer, self._object(unit, item), binding)


@dataclass(frozen=True, slots=True)
class _Marked:
    offer: Offer
    item: StoredItem
    marks: list[Reference]


def in_tier(kind: str, tier: int) -> bool:
    """Whether objects of a kind are let out in this tier."""
    kinds = TIERS[tier]
    return kind not in _NAMED if kinds is None else kind in kinds
