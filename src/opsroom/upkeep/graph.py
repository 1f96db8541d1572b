"""What the offers of a room need of one another, read from the store for `opsroom.core.footing`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from opsroom.core.footing import Resting, components, footings_of
from opsroom.core.offer import LET_OUT, Offer, Reference, StoredItem
from opsroom.upkeep.context import Context

Leaders: TypeAlias = dict[tuple[str, str], StoredItem]
"""By originator and id the version that leads."""


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
        targets = {one.target for listed in references.values() for one in listed}
        copies = unit.items.leading(self.room, targets)
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

    def leaders(self, items: Iterable[StoredItem]) -> Leaders:
        """Of each originator and id among these the version that leads."""
        wanted = {(one.originator, one.id) for one in items}
        found = self.context.unit.items.leading(self.room, {id for _, id in wanted})
        return {
            (one.originator, one.id): one
            for listed in found.values()
            for one in listed
            if (one.originator, one.id) in wanted
        }

    def leading_back(self, items: Iterable[StoredItem]) -> set[str]:
        """Those of these ids from which references lead back to them, by what leads now."""
        shelf = self.context.unit.items
        edges: dict[str, set[str]] = {}
        wave = {one.id for one in items}
        while wave:
            edges |= {id: set() for id in wave}
            ids = {one.number: id for id, listed in shelf.leading(self.room, wave).items() for one in listed}
            for number, listed in shelf.references(self.room, ids).items():
                edges[ids[number]] |= {one.target for one in listed}
            wave = {target for id in wave for target in edges[id]} - edges.keys()
        return {id for cycle in components(edges) if len(cycle) > 1 for id in cycle}

    def advance(self, items: Iterable[StoredItem], leaders: Leaders) -> Leaders:
        """These were let out just now: each leads from now on if it is newer than what leads, and may."""
        rivals = {one.number: one for one in (*items, *leaders.values())}
        return leaders | self._crown(rivals.values())

    def elect(self, items: Iterable[StoredItem]) -> None:
        """Something that leading rests on changed: finds what leads among all versions of these ids."""
        self._crown(one for listed in self._versions(items).values() for one in listed)

    def _crown(self, rivals: Iterable[StoredItem]) -> Leaders:
        """Among versions of which one leads, the newest that may leads from now on; those that are new to it."""
        listed: dict[tuple[str, str], list[StoredItem]] = {}
        for one in rivals:
            listed.setdefault((one.originator, one.id), []).append(one)
        several = [one for versions in listed.values() if len(versions) > 1 for one in versions]
        newest = {(one.originator, one.id): one for one in self._eligible(several)}
        chosen = {key: one for key, one in newest.items() if not one.leads}
        deposed = [one for key in chosen for one in listed[key] if one.leads]
        changes = {one.number: False for one in deposed} | {one.number: True for one in chosen.values()}
        self.context.unit.items.lead(self.room, changes)
        return chosen

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
        """For each older version the version that leads."""
        wanted = list(items)
        leaders = self.leaders(wanted)
        found: dict[int, StoredItem] = {}
        for one in wanted:
            newest = leaders[one.originator, one.id]
            if newest.version_key > one.version_key:
                found[one.number] = newest
        return found

    def _eligible(self, versions: Iterable[StoredItem]) -> list[StoredItem]:
        """Those that are let out and not `not-yet`, in the order of their versions."""
        unit, at = self.context.unit, self.context.at
        listed = sorted(versions, key=lambda one: one.version_key)
        let_out = self._let_out({one.number for one in listed})
        labels = unit.offers.labels(self.room, {one.label for offers in let_out.values() for one in offers})
        return [
            one
            for one in listed
            if any((labels[offer.label].not_before or at) <= at for offer in let_out.get(one.number, ()))
        ]

    def _let_out(self, items: set[int]) -> dict[int, list[Offer]]:
        found: dict[int, list[Offer]] = {}
        for offer in self.context.unit.offers.of_items(self.room, items):
            if offer.state in LET_OUT:
                found.setdefault(offer.item, []).append(offer)
        return found


def _seen_copies(copies: Iterable[StoredItem], reference: Reference, offer: Offer) -> list[StoredItem]:
    poster = offer.holder or offer.originator
    return [one for one in copies if one.originator == poster or one.originator in reference.seen]
