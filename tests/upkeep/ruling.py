"""What a member may see of a room, from the offers alone: no footing, verdict, leading version or feed is read.

All that the rule releases is taken to be open; then whatever rests on something that is not open is struck
out, until nothing more is (the greatest fixed point).
"""

from collections.abc import Iterable

from opsroom.core.offer import LET_OUT, Offer, OfferState, Reference, StoredItem
from opsroom.core.release import Desk, Ground, Release
from opsroom.operations.foresee import Seen, who_can_see
from opsroom.ports import Snapshot
from opsroom.upkeep import Upkeep
from tests import objects
from tests.builders import World

IDS = [objects.numbered("report", number) for number in range(1, 7)]


def seen(world: World) -> set[Seen]:
    """Every item version that every member can see of others now."""
    node = world.node
    node.advance()
    with node.store.reading() as snapshot:
        return set(who_can_see(node, snapshot, node.cache.facts(snapshot), at=world.clock.instant))


class Ruling:
    """One member's view of the reports of the room `room`."""

    def __init__(self, snapshot: Snapshot, upkeep: Upkeep, member: str) -> None:
        self.member = member
        self.at = upkeep.context.at
        copies = snapshot.items.copies("room", IDS)
        self.items = {one.number: one for listed in copies.values() for one in listed}
        listed = snapshot.offers.of_items("room", self.items)
        self.offers = {one.number: one for one in listed if one.state in LET_OUT}
        self.labels = snapshot.offers.labels("room", {one.label for one in listed})
        self.references = snapshot.items.references("room", self.items)
        sights = upkeep.sights()
        decided = {
            number: sights.decision("room", one.release_class, Desk(member))
            for number, one in self.offers.items()
        }
        self.grounds = {number: one.ground for number, one in decided.items()}
        self.permitted = {
            number
            for number, one in self.offers.items()
            if self.is_own(one) or isinstance(decided[number], Release)
        }

    def released(self) -> set[tuple[str, str]]:
        """(id, version) of everything that is open, and of all of the member's own that it has not recalled."""
        opened = self.opened() | {number for number, one in self.offers.items() if self.is_own(one)}
        standing = (self.offers[one] for one in opened)
        items = (self.items[one.item] for one in standing if one.state is OfferState.OFFERED)
        return {(one.id, one.version or "") for one in items}

    def opened(self) -> set[int]:
        """The offers that are open."""
        opened = set(self.permitted)
        while struck := {one for one in opened if not self.stands(self.offers[one], opened)}:
            opened -= struck
        return opened

    def held_back(self) -> set[int]:
        """The offers of others that the rule would release by their label, and that what they rest on holds back."""
        sources = {number for number, ground in self.grounds.items() if ground is Ground.SOURCE}
        return (self.permitted - self.opened()) | sources

    def is_own(self, offer: Offer) -> bool:
        return offer.originator == self.member and offer.holder is None

    def stands(self, offer: Offer, opened: set[int]) -> bool:
        """Whether what an offer rests on is open: the newest version of its object, and all that it refers to."""
        item = self.items[offer.item]
        newest = self.newest(item.originator, item.id)
        if newest.version_key > item.version_key and not self.shown(newest, opened):
            return False
        references = () if offer.dangle else self.references.get(item.number, ())
        return all(self.resolves(offer, reference, opened) for reference in references)

    def resolves(self, offer: Offer, reference: Reference, opened: set[int]) -> bool:
        poster = offer.holder or offer.originator
        copies = {
            one.originator
            for one in self.items.values()
            if one.id == reference.target and (one.originator == poster or one.originator in reference.seen)
        }
        newest = [self.newest(originator, reference.target) for originator in copies]
        return not copies or any(self.shown(one, opened) for one in newest)

    def shown(self, item: StoredItem, opened: Iterable[int]) -> bool:
        return any(self.offers[one].item == item.number for one in opened)

    def newest(self, originator: str, id: str) -> StoredItem:
        """The newest version that is let out and has begun; the first contributed where there is none."""
        mine = [one for one in self.items.values() if (one.originator, one.id) == (originator, id)]
        begun = {
            one.item
            for one in self.offers.values()
            if (self.labels[one.label].not_before or self.at) <= self.at
        }
        return max(
            (one for one in mine if one.number in begun),
            key=lambda one: one.version_key,
            default=min(mine, key=lambda one: one.number),
        )
