"""Intake: examined objects become staged items and offers of one unit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from opsroom.core.canonical import digest
from opsroom.core.handling import Handling, bound, handling_of_marking
from opsroom.core.offer import Offer, OfferState, Reference, SourceLink, StoredItem
from opsroom.core.served import tlp_insertion
from opsroom.core.stix.objects import StixObject
from opsroom.core.stix.tlp import tlp_of_marking
from opsroom.core.timestamps import Instant, render, stix_sort_key
from opsroom.errors import Malformed
from opsroom.operations.contribute.labels import OTHER_LABEL, bears
from opsroom.operations.contribute.passing import (
    CHANGED,
    REFUSAL,
    Received,
    content,
    originals,
    passable,
    received,
    seen_now,
)
from opsroom.operations.contribute.receipt import KNOWN, PRESENT, Outcome, State
from opsroom.ports import Unit
from opsroom.upkeep import Upkeep

OTHER_CONTENT = (
    "you have contributed other content under this id and version; give the changed object a later `modified`"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a unit goes: the collection, who posts, what is said of everything in it.

    `categories`: those that the member made or holds, which its labels may name.
    """

    room: str
    collection: str
    agreement: str
    parties: frozenset[str]
    member: str
    desk: str
    person: str
    unit: str
    label: Handling
    categories: frozenset[str]
    stated: frozenset[str]
    stated_tlp: str | None
    dangle: bool
    sources: tuple[SourceLink, ...]


@dataclass(slots=True)
class Containers:
    """The containers of a unit: which ids they reach, and the strictest TLP that reaches an id."""

    tlps: dict[str, str] = field(default_factory=dict)
    contains: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def note(self, found: StixObject) -> None:
        """Remembers an object that contains others."""
        if found.contains:
            self.contains[found.id] = found.contains
            if found.tlp is not None:
                self.tlps[found.id] = found.tlp

    def reach(self) -> dict[str, set[str]]:
        """Of each id that a container with a TLP reaches, also through others, those TLPs."""
        found: dict[str, set[str]] = {}
        for tlp in set(self.tlps.values()):
            wave = [root for root, own in self.tlps.items() if own == tlp]
            passed = set(wave)
            while wave:
                for target in self.contains.get(wave.pop(), ()):
                    found.setdefault(target, set()).add(tlp)
                    if target in self.contains and target not in passed:
                        passed.add(target)
                        wave.append(target)
        return found


@dataclass(slots=True)
class Intake:
    """Stages batches of one unit inside units of work."""

    to: Destination
    containers: Containers = field(default_factory=Containers)

    def stage(self, unit: Unit, upkeep: Upkeep, batch: Sequence[StixObject]) -> list[Outcome]:
        """Stores a batch: new items, new offers. Outcomes in the order of the batch; staged ones as success."""
        at = upkeep.context.at
        leading = unit.items.leading(self.to.room, {found.id for found in batch})
        keyed = [(found, _version_key(found)) for found in batch]
        known = unit.items.find(self.to.room, self.to.member, {(one.id, key) for one, key in keyed})
        ids = {one.id for one in batch} | {ref.id for one in batch for ref in one.references}
        marks = {mark for one in batch for mark in one.marking_refs}
        rooms = upkeep.context.facts.rooms_of(self.to.member)
        foreign = received(unit, self.to.member, ids | marks, rooms=rooms)
        first = unit.items.reserve(self.to.room, 2 * len(batch))
        staging = _Staging(
            to=self.to,
            unit=unit,
            upkeep=upkeep,
            at=at,
            known=known,
            independent=self._independent(unit, leading, foreign),
            led={(one.originator, one.id) for listed in leading.values() for one in listed},
            foreign=foreign,
            numbers=iter(range(first, first + 2 * len(batch))),
        )
        outcomes: list[Outcome] = []
        for found, key in keyed:
            self.containers.note(found)
            outcomes.append(staging.take(found, key))
        staging.write()
        return outcomes

    def _independent(
        self,
        unit: Unit,
        leading: Mapping[str, Sequence[StoredItem]],
        foreign: Mapping[str, Iterable[Received]],
    ) -> frozenset[str]:
        """Ids that the member contributed before it received any: new versions rest on no received copy."""
        member = self.to.member
        own = {one.number: id for id, listed in leading.items() for one in listed if one.originator == member}
        copies = {(one.item.room, one.item.number, id) for id, listed in foreign.items() for one in listed}
        resting = {
            own[link.product]
            for link in unit.items.sources(self.to.room, own)
            if (link.source_room, link.source, own[link.product]) in copies
        }
        return frozenset(own.values()) - resting


@dataclass(slots=True)
class _Staging:
    """One batch under way."""

    to: Destination
    unit: Unit
    upkeep: Upkeep
    at: Instant
    known: dict[tuple[str, str], StoredItem]
    independent: frozenset[str]
    led: set[tuple[str, str]]
    foreign: dict[str, list[Received]]
    numbers: Iterator[int]
    items: list[tuple[StoredItem, bytes]] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    offered: dict[int, Offer] = field(default_factory=dict)
    adopted: list[Offer] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    links: list[SourceLink] = field(default_factory=list)
    _labels: dict[str, Handling] = field(default_factory=dict)
    _seen: dict[str, tuple[str, ...]] | None = None

    def take(self, found: StixObject, key: str) -> Outcome:
        """One object: a duplicate, something passed on, or a new item."""
        own = self.known.get((found.id, key))
        sum_of_bytes = digest(found.raw)
        if own is not None and own.digest != sum_of_bytes:
            if found.version is not None:
                return _refusal(found, OTHER_CONTENT)
            key, own = f"~{render(self.at)}", None
        if own is not None:
            return self._again(found, own)
        if of_others := originals(self.unit, self.foreign.get(found.id, ()), found, key, desk=self.to.desk):
            return self._pass_on(found, of_others)
        return self._new(found, key, sum_of_bytes)

    def write(self) -> None:
        """Everything of the batch."""
        for label in self._labels.values():
            self.unit.offers.put_label(self.to.room, label)
        self.unit.items.add(self.items)
        self.unit.items.add_references(self.to.room, self.references)
        self.unit.items.add_sources(self.links)
        self.unit.offers.add(self.offers)
        self.unit.offers.replace(self.adopted)

    def _again(self, found: StixObject, own: StoredItem) -> Outcome:
        """An exact duplicate is accepted; in a collection where it is not offered yet it is a new offer."""
        standing = self._standing(found, own, holder=None)
        if standing is None:
            return self._offer(found, own, originator=self.to.member)
        return standing if self._says_nothing_else(found, standing) else _refusal(found, OTHER_LABEL)

    def _says_nothing_else(self, found: StixObject, standing: Outcome) -> bool:
        """Whether what is said of it now is what its offer says already."""
        if standing.message != KNOWN or not self.to.stated:
            return True
        try:
            wanted = self._label(found)
        except Malformed:
            return False
        offer = self.unit.offers.by_number(self.to.room, [standing.offer]).get(standing.offer)
        if offer is None:
            return True
        label = self.unit.offers.labels(self.to.room, [offer.label])[offer.label]
        return bears(label, wanted, self.to.stated)

    def _standing(self, found: StixObject, item: StoredItem, *, holder: str | None) -> Outcome | None:
        """The outcome where the item is offered in this collection already, by the same giver."""
        batched = self.offered.get(item.number)
        offers = self.unit.offers.of_items(self.to.room, [item.number]) if batched is None else [batched]
        for offer in offers:
            if offer.collection != self.to.collection or offer.holder != holder:
                continue
            if offer.state is OfferState.STAGED and offer.unit != self.to.unit:
                mine = self.offered[item.number] = replace(offer, unit=self.to.unit)
                self.adopted.append(mine)
                return Outcome(found.id, found.version, State.SUCCESS, "", offer.number)
            if offer.state in (OfferState.OFFERED, OfferState.STAGED, OfferState.PENDING):
                state = State.PENDING if offer.state is OfferState.PENDING else State.SUCCESS
                return Outcome(found.id, found.version, state, KNOWN, offer.number)
        return None

    def _pass_on(self, posted: StixObject, of_others: Sequence[Received]) -> Outcome:
        """The original goes on, as its originator contributed and labelled it, with the member as holder."""
        parties, holder = self.to.parties, self.to.member
        original = next(
            (x for x in of_others if passable(self.upkeep, x, holder=holder, parties=parties)), None
        )
        if original is None:
            return self._present(posted, of_others) or _refusal(posted, REFUSAL)
        found = content(self.unit, original, posted)
        if found is None:
            return _refusal(posted, CHANGED)
        if said := sorted(self.to.stated - {"policy", "level"}):
            return _refusal(posted, _label_refusal(said))
        here = self.unit.items.find(
            self.to.room, original.item.originator, [(found.id, original.item.version_key)]
        )
        item = next(iter(here.values()), None)
        if item is None:
            number = next(self.numbers)
            item = replace(original.item, room=self.to.room, number=number, received_at=self.at)
            item = self._led_or_not(item)
            self.items.append((item, found.raw))
            self._refer(found, number)
            self.links += [
                replace(link, room=self.to.room, product=number)
                for link in self.unit.items.sources(original.item.room, [original.item.number])
            ]
        elif standing := self._standing(found, item, holder=self.to.member):
            return standing
        label = self.unit.offers.labels(original.item.room, [original.offer.label])[original.offer.label]
        return self._offer(
            found, item, originator=item.originator, label=label, offered_at=original.offer.offered_at
        )

    def _present(self, posted: StixObject, of_others: Sequence[Received]) -> Outcome | None:
        """Success where the desk is shown exactly this in this collection now and says nothing of it.

        Nothing is offered by that. A duplicate of what a collection has is no error (TAXII 2.1 section 5.5).
        """
        room, to = self.to.room, self.to
        shown = {
            row.offer: row
            for row in self.upkeep.rows.counting(room, to.desk, [posted.id])
            if row.collection == to.collection and not to.stated
        }
        for one in of_others:
            row = shown.get(one.offer.number) if one.item.room == room else None
            if row is not None and content(self.unit, one, posted) is not None:
                return Outcome(posted.id, posted.version or render(row.added), State.SUCCESS, PRESENT)
        return None

    def _new(self, found: StixObject, key: str, sum_of_bytes: str) -> Outcome:
        number = next(self.numbers)
        item = StoredItem(
            room=self.to.room,
            number=number,
            originator=self.to.member,
            id=found.id,
            kind=found.type,
            version=found.version,
            version_key=key,
            digest=sum_of_bytes,
            received_at=self.at,
        )
        item = self._led_or_not(item)
        self.known[found.id, key] = item
        self.items.append((item, found.raw))
        self._refer(found, number)
        self.links += [replace(link, room=self.to.room, product=number) for link in self.to.sources]
        if found.id not in self.independent:
            self.links += [
                SourceLink(self.to.room, number, one.item.room, one.item.number, sanitised=False)
                for one in self.foreign.get(found.id, ())
            ]
        return self._offer(found, item, originator=self.to.member)

    def _led_or_not(self, item: StoredItem) -> StoredItem:
        """The first of its versions in this room leads until one is let out."""
        key = (item.originator, item.id)
        leads = key not in self.led
        self.led.add(key)
        return replace(item, leads=leads)

    def _offer(
        self,
        found: StixObject,
        item: StoredItem,
        *,
        originator: str,
        label: Handling | None = None,
        offered_at: Instant | None = None,
    ) -> Outcome:
        try:
            binding = self._label(found) if label is None else label
        except Malformed as error:
            return _refusal(found, str(error))
        if any(not one.consent for one in binding.foreign):
            return _refusal(found, _foreign_refusal(binding))
        self._labels[binding.digest] = binding
        insertion = tlp_insertion(found, binding)
        offer = Offer(
            room=self.to.room,
            number=next(self.numbers),
            item=item.number,
            collection=self.to.collection,
            originator=originator,
            holder=None if label is None else self.to.member,
            label=binding.digest,
            state=OfferState.STAGED,
            posted_at=self.at,
            posted_by=self.to.person,
            unit=self.to.unit,
            dangle=self.to.dangle,
            offered_at=offered_at,
            insert_at=insertion.at,
            insert=insertion.text,
        )
        self.offers.append(offer)
        self.offered[item.number] = offer
        return Outcome(found.id, found.version, State.SUCCESS, "", offer.number)

    def _label(self, found: StixObject) -> Handling:
        """The label before markings and containers of the unit are known; a handling marking bears its own."""
        own = handling_of_marking(found.properties)
        label = bound(self.to.label, own, on_object=(found.tlp, self.to.stated_tlp))
        if unknown := sorted(label.need_to_know - self.to.categories):
            raise Malformed(
                f"need_to_know: {', '.join(unknown)} is no category that you made or hold; you do hold:"
                f" {', '.join(sorted(self.to.categories)) or 'none'}"
            )
        return label

    def _refer(self, found: StixObject, number: int) -> None:
        if self._seen is None:
            self._seen = seen_now(self.upkeep, self.foreign, self.to.room, self.to.member)
        marks = [mark for mark in found.marking_refs if tlp_of_marking(mark) is None]
        targets = {ref.id: False for ref in found.references if ref.id != found.id} | dict.fromkeys(
            marks, True
        )
        self.references += [
            Reference(number, target, marking, self._seen.get(target, ()))
            for target, marking in targets.items()
        ]


def _version_key(found: StixObject) -> str:
    return "" if found.version is None else stix_sort_key(found.version)


def _refusal(found: StixObject, reason: str) -> Outcome:
    return Outcome(found.id, found.version, State.FAILURE, reason)


def _label_refusal(said: Sequence[str]) -> str:
    options = ", ".join(f"--{one.replace('_', '-')}" for one in said)
    return f"it is passed on under its originator's own label: contribute it again without {options}"


def _foreign_refusal(label: Handling) -> str:
    named = ", ".join(one.source for one in label.foreign if not one.consent)
    return f"it came from {named}, whose consent is not recorded: it would go to nobody (ground: foreign)"
