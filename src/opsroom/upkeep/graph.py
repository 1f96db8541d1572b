"""What the offers of a room need of one another, read from the store for `opsroom.core.footing`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.footing import Resting, footings_of
from opsroom.core.offer import LET_OUT, Offer, Reference, StoredItem
from opsroom.upkeep.context import Context


@dataclass(slots=True)
class Graph:
    """References and versions among the offers of one room."""

    context: Context
    room: str

    def footings(self, offers: Mapping[int, Offer], classes: Mapping[int, int]) -> dict[int, int]:
        """The footing of each offer (all of them let out); offers outside the set keep theirs."""
        decisions = self.context.unit.decisions
        needed = self.needs(offers.values())
        options = self._let_out({item.number for needs in needed.values() for need in needs for item in need})
        resting = {
            number: Resting(
                classes[number],
                tuple(
                    frozenset(one.number for item in need for one in options.get(item.number, ()))
                    for need in needs
                ),
            )
            for number, needs in needed.items()
        }
        outside = [one for listed in options.values() for one in listed if one.number not in offers]
        known = {one.number: one.footing for one in outside if one.footing}
        return footings_of(
            resting,
            known=known,
            footings=decisions.footings(self.room, set(known.values())),
            intern=lambda footing: decisions.intern_footing(self.room, footing),
        )

    def needs(self, offers: Iterable[Offer]) -> dict[int, list[list[StoredItem]]]:
        """By offer, the items of which one must be open, for each thing that the offer needs."""
        unit, wanted = self.context.unit, list(offers)
        numbers = {offer.item for offer in wanted}
        items = unit.items.by_number(self.room, numbers)
        references = unit.items.references(self.room, numbers)
        copies = self._copies({one.target for listed in references.values() for one in listed})
        later = self._later(items.values())
        found: dict[int, list[list[StoredItem]]] = {}
        for offer in wanted:
            needs = [[later[offer.item]]] if offer.item in later else []
            for one in () if offer.dangle else references.get(offer.item, ()):
                seen = _seen_copies(copies.get(one.target, ()), one, offer)
                if seen:
                    needs.append(seen)
            found[offer.number] = needs
        return found

    def dependents(self, items: Iterable[int]) -> set[int]:
        """All items whose offers may rest on these: other versions, referrers, and theirs in turn."""
        items_shelf = self.context.unit.items
        found: set[int] = set()
        wave = set(items)
        while wave:
            stored = items_shelf.by_number(self.room, wave).values()
            nearer = set(items_shelf.referrers(self.room, {one.id for one in stored}))
            nearer |= {one.number for listed in self._versions(stored).values() for one in listed}
            wave = nearer - found
            found |= nearer
        return found

    def _versions(self, items: Iterable[StoredItem]) -> dict[tuple[str, str], list[StoredItem]]:
        """All versions of the same ids by the same originators, oldest first."""
        by_originator: dict[str, set[str]] = {}
        for one in items:
            by_originator.setdefault(one.originator, set()).add(one.id)
        return {
            (originator, id): listed
            for originator, ids in by_originator.items()
            for id, listed in self.context.unit.items.versions(self.room, originator, ids).items()
        }

    def _later(self, items: Iterable[StoredItem]) -> dict[int, StoredItem]:
        """For each older version the version that decides for it."""
        wanted = list(items)
        deciding = self._deciding(self._versions(wanted))
        found: dict[int, StoredItem] = {}
        for one in wanted:
            newest = deciding[one.originator, one.id]
            if newest.version_key > one.version_key:
                found[one.number] = newest
        return found

    def _copies(self, targets: set[str]) -> dict[str, list[StoredItem]]:
        """Of each id, the deciding version of each originator."""
        versions: dict[tuple[str, str], list[StoredItem]] = {}
        for listed in self.context.unit.items.copies(self.room, targets).values():
            for one in listed:
                versions.setdefault((one.originator, one.id), []).append(one)
        found: dict[str, list[StoredItem]] = {}
        for (_, id), one in self._deciding(versions).items():
            found.setdefault(id, []).append(one)
        return found

    def _deciding(
        self, versions: Mapping[tuple[str, str], list[StoredItem]]
    ) -> dict[tuple[str, str], StoredItem]:
        """The newest version that is let out and not `not-yet`; the oldest where there is none."""
        unit, at = self.context.unit, self.context.at
        several = {one.number for listed in versions.values() if len(listed) > 1 for one in listed}
        let_out = self._let_out(several)
        labels = unit.offers.labels(self.room, {one.label for listed in let_out.values() for one in listed})
        begun = {
            number
            for number, listed in let_out.items()
            if any((labels[one.label].not_before or at) <= at for one in listed)
        }
        return {
            key: next((one for one in reversed(listed) if one.number in begun), listed[0])
            for key, listed in versions.items()
        }

    def _let_out(self, items: set[int]) -> dict[int, list[Offer]]:
        found: dict[int, list[Offer]] = {}
        for offer in self.context.unit.offers.of_items(self.room, items):
            if offer.state in LET_OUT:
                found.setdefault(offer.item, []).append(offer)
        return found


def _seen_copies(copies: Iterable[StoredItem], reference: Reference, offer: Offer) -> list[StoredItem]:
    poster = offer.holder or offer.originator
    return [one for one in copies if one.originator == poster or one.originator in reference.seen]
