"""Which release class an offer belongs to, and what the decision is asked about a class."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsroom.core.consent import Consent
from opsroom.core.feed import ReleaseClass
from opsroom.core.footing import NOBODY
from opsroom.core.offer import LET_OUT, Offer, OfferState, SourceLink, StoredItem
from opsroom.core.release import Item, Source
from opsroom.core.windows import BEGINNING
from opsroom.upkeep.context import Context

_UNRELEASED = Item(originator="", kind="", offered=BEGINNING, handling=None)
"""A source that its originator has not let out: no label, released to nobody."""


@dataclass(slots=True)
class Classes:
    """Interns classes and turns them back into the items that `decide` reads."""

    context: Context
    fresh: set[tuple[str, int]] = field(default_factory=set)
    _facts: dict[tuple[str, int], ReleaseClass] = field(default_factory=dict)
    _items: dict[tuple[str, int], Item] = field(default_factory=dict)

    def of_offers(self, room: str, offers: Iterable[Offer]) -> dict[int, int]:
        """The class of each offer that is let out, by the offer's number."""
        wanted = list(offers)
        items = self.context.items(room, {offer.item for offer in wanted})
        self.context.consents(one.id for one in items.values())
        links: dict[int, list[SourceLink]] = {}
        for link in self.context.unit.items.sources(room, items):
            links.setdefault(link.product, []).append(link)
        return {
            offer.number: self._of_offer(room, offer, items[offer.item], links.get(offer.item, []))
            for offer in wanted
        }

    def facts(self, room: str, numbers: Iterable[int]) -> dict[int, ReleaseClass]:
        """The classes of these numbers."""
        wanted = sorted(set(numbers))
        missing = [number for number in wanted if (room, number) not in self._facts]
        if missing:
            for number, found in self.context.unit.decisions.classes(room, missing).items():
                self._facts[room, number] = found
        return {number: self._facts[room, number] for number in wanted}

    def members(self, room: str, number: int) -> frozenset[str]:
        """Whose edges the decision on a class reads besides the recipient's: originators and holder, sources' too."""
        if number == NOBODY:
            return frozenset()
        found = self.facts(room, [number])[number]
        own = {found.originator} | ({found.holder} if found.holder else set())
        return frozenset(own).union(*(self.members(room, one) for one, _ in found.sources))

    def item(self, room: str, number: int) -> Item:
        """A class as the item that the decision is about."""
        if number == NOBODY:
            return _UNRELEASED
        key = (room, number)
        if key not in self._items:
            found = self.facts(room, [number])[number]
            handling = self.context.unit.offers.labels(room, [found.handling])[found.handling]
            self._items[key] = Item(
                originator=found.originator,
                kind=found.kind,
                offered=found.offered,
                handling=handling,
                id=found.item,
                recalled_at=found.recalled_at,
                sources=tuple(Source(self.item(room, one), free) for one, free in found.sources),
            )
        return self._items[key]

    def consents(self, item: Item) -> tuple[Consent, ...]:
        """What the decision on an item reads of consents: those on it and on its sources."""
        return self.context.consents(_consented(item))

    def _of_offer(self, room: str, offer: Offer, item: StoredItem, links: list[SourceLink]) -> int:
        sources = self._of_sources(room, offer, links, frozenset({(room, item.number)}))
        return self._interned(room, offer, item, sources, holder=offer.holder)

    def _of_sources(
        self, room: str, product: Offer, links: list[SourceLink], passed: frozenset[tuple[str, int]]
    ) -> tuple[tuple[int, bool], ...]:
        """The classes of sources. What rests on itself through its sources adds nothing the second time."""
        found = {
            (self._of_source(room, product, link, one, passed | {(one.room, one.number)}), link.sanitised)
            for link in links
            for one in self._versions_of(link)
            if (one.room, one.number) not in passed
        }
        return tuple(sorted(found))

    def _of_source(
        self,
        room: str,
        product: Offer,
        link: SourceLink,
        source: StoredItem,
        passed: frozenset[tuple[str, int]],
    ) -> int:
        """The class of a source, as seen from the room of its product."""
        unit = self.context.unit
        offers = [
            one for one in unit.offers.of_items(link.source_room, [source.number]) if one.state in LET_OUT
        ]
        own = [one for one in offers if one.holder is None] or offers
        if not own:
            return NOBODY
        facts = self.context.facts
        agreement = {
            one.id: one.agreement for one in (*facts.collections(room), *facts.collections(link.source_room))
        }
        target = agreement.get(product.collection)
        chosen = min(
            own,
            key=lambda one: (
                one.state is OfferState.RECALLED,
                agreement.get(one.collection) != target,
                one.number,
            ),
        )
        label = unit.offers.labels(link.source_room, [chosen.label])[chosen.label]
        unit.offers.put_label(room, label)
        deeper = self._of_sources(
            room, product, unit.items.sources(link.source_room, [source.number]), passed
        )
        return self._interned(room, chosen, source, deeper, holder=None)

    def _versions_of(self, link: SourceLink) -> list[StoredItem]:
        """The version that was used and, where a newer one decides for it, that."""
        items = self.context.unit.items
        used = items.by_number(link.source_room, [link.source])[link.source]
        listed = items.leading(link.source_room, [used.id])[used.id]
        newer = (
            one for one in listed if one.originator == used.originator and one.version_key > used.version_key
        )
        return [used, *newer]

    def _interned(
        self,
        room: str,
        offer: Offer,
        item: StoredItem,
        sources: tuple[tuple[int, bool], ...],
        *,
        holder: str | None,
    ) -> int:
        facts = self.context.facts
        offered = self.context.at if offer.offered_at is None else offer.offered_at
        number, new = self.context.unit.decisions.intern_class(
            room,
            ReleaseClass(
                originator=item.originator,
                kind=item.kind,
                offered=facts.era(item.originator, offered),
                handling=offer.label,
                holder=holder,
                item=item.id if self.context.consents([item.id]) else None,
                recalled_at=offer.recalled_at,
                sources=sources,
            ),
        )
        if new:
            self.fresh.add((room, number))
        return number


def _consented(item: Item) -> Iterator[str]:
    """The ids among an item and its sources of which some consent speaks: the others bear none in their class."""
    if item.id is not None:
        yield item.id
    for source in item.sources:
        yield from _consented(source.item)
