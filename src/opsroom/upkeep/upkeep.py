"""The face of the upkeep: what changed goes in, verdicts and feeds are in step when it returns.

Each public method ends with everything written to the unit of work; the caller commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from opsroom.core.footing import NOBODY
from opsroom.core.offer import LET_OUT, Offer, OfferState, Task
from opsroom.core.roster import DeskRow
from opsroom.core.timestamps import Instant
from opsroom.ports import Randomness, Snapshot
from opsroom.upkeep.classes import Classes
from opsroom.upkeep.context import Context, Ticks
from opsroom.upkeep.facts import Facts, load_facts
from opsroom.upkeep.graph import Graph, Leaders
from opsroom.upkeep.index import Index
from opsroom.upkeep.narrowings import Narrowings
from opsroom.upkeep.rows import Rows
from opsroom.upkeep.sights import Sights
from opsroom.upkeep.verdicts import Change, Verdicts

INDEXED_AT_ONCE = 2000
"""Numbers of items and offers that one task looks at to make the index."""


@dataclass(slots=True)
class Upkeep:
    """Keeps classes, footings, verdicts and feeds of one unit of work in step with its facts."""

    context: Context
    classes: Classes
    verdicts: Verdicts
    rows: Rows
    index: Index

    @classmethod
    def of(
        cls, unit: Snapshot, *, at: Instant, randomness: Randomness, facts: Facts | None = None
    ) -> "Upkeep":
        """The upkeep of a unit at an instant; `facts` where they are known already."""
        known = load_facts(unit) if facts is None else facts
        context = Context(unit, at, randomness, known, Ticks(unit, at))
        classes = Classes(context)
        verdicts = Verdicts(context, classes)
        narrowings = Narrowings(context, Sights(context, classes, known, at))
        rows = Rows(context, verdicts, narrowings)
        return cls(context, classes, verdicts, rows, Index(context, classes))

    def sights(self, *, at: Instant | None = None) -> Sights:
        """Who sees what, at an instant (the unit's own)."""
        context = self.context
        return Sights(context, self.classes, context.facts, context.at if at is None else at)

    def posted(self, room: str, offers: Sequence[Offer]) -> None:
        """Offers that a member has just posted: its own desks see them, let out or not."""
        self.rows.show_own(room, offers)
        self.index.wait(room, offers)
        self.context.ticks.write()

    def let_out(self, room: str, offers: Sequence[Offer]) -> list[Offer]:
        """The release act: these offers go out now, as one unit. Returns them as they stand then.

        What is passed on keeps the instant at which its originator let it out. Of these offers themselves, those
        that rest on an earlier one that they change are placed again with it: on a cycle all open together.
        """
        at, unit = self.context.at, self.context.unit
        begun = [replace(one, state=OfferState.OFFERED, offered_at=one.offered_at or at) for one in offers]
        mine = frozenset(one.number for one in begun)
        items = unit.items.by_number(room, {one.item for one in begun}).values()
        graph = Graph(self.context, room)
        led = graph.leaders(items)
        before = self._footings(room, led, but=mine)
        unit.offers.replace(begun)
        leaders = graph.advance(items, led)
        self._place(room, {one.number: one for one in begun}, were=offers)
        after = self._footings(room, leaders)
        back = graph.leading_back(one for key, one in leaders.items() if one.number != led[key].number)
        turned = {one.number for key, one in leaders.items() if before[key] != after[key] or one.id in back}
        self._rest_on(room, turned, begun)
        now = unit.offers.by_number(room, mine)
        placed = [now[one.number] for one in begun]
        self.rows.show(room, placed)
        self._note_beginnings(room, begun)
        self.context.ticks.write()
        return placed

    def take_back(self, room: str, offers: Sequence[Offer]) -> None:
        """Offers that are refused after all: nobody keeps a row of them, and what rests on them follows."""
        if not offers:
            return
        self._withdraw(room, offers, [replace(one, state=OfferState.REFUSED) for one in offers])

    def recall(self, room: str, offers: Sequence[Offer]) -> None:
        """The originator takes these back: nobody keeps a row of them. What waits never goes out."""
        at = self.context.at
        out = [one for one in offers if one.state in LET_OUT]
        self.take_back(room, [one for one in offers if one.state not in LET_OUT])
        recalled = [replace(one, state=OfferState.RECALLED, recalled_at=at) for one in out]
        self._withdraw(room, out, recalled)

    def reassess(self, room: str, items: Iterable[int]) -> None:
        """Something that is read of these items changed (label, recall, version, time)."""
        numbers = set(items)
        Graph(self.context, room).elect(self.context.unit.items.by_number(room, numbers).values())
        self._rest_all_again(self._affected(room, numbers))
        self.context.ticks.write()

    def agreements_changed(self, members: frozenset[str]) -> list[Change]:
        """Something was recorded of an agreement among these members: the cells whose edges it touches.

        An edge has both its ends among them, so a cell of somebody else is touched only where two of those
        whom the class rests on are.
        """
        return self._review_all(members, enough=2)

    def parties_listed(self, room: str, agreement: str) -> None:
        """An agreement lists others now: who offers under it is told at once whom that is held back from.

        Told later, the notice would come with whatever is decided next, and tell of that.
        """
        collections = {x.id for x in self.context.facts.collections(room) if x.agreement == agreement}
        decisions = self.context.unit.decisions
        self.rows.look_again(room, decisions.footings_on(room, decisions.classes(room)), collections)
        self.context.ticks.write()

    def holdings_changed(self, members: frozenset[str]) -> list[Change]:
        """Categories of these members changed."""
        return self._review_all(members, enough=1)

    def desk_added(self, desk: DeskRow) -> None:
        """A new desk gets its member's own items and verdicts on all that its member may receive."""
        member = desk.desk.member
        for room in self.context.unit.people.rooms():
            for state in (OfferState.OFFERED, OfferState.PENDING):
                self.rows.show_own_to(room.name, desk, state)
            numbers = self.context.unit.decisions.classes(room.name)
            self._follow(self.verdicts.review(room.name, numbers, [member]))
        self.context.ticks.write()

    def consents_changed(self, items: frozenset[str]) -> None:
        """A consent speaks of these STIX ids: what is theirs, and what rests on it, is classed and decided again."""
        for room in self.context.unit.people.rooms():
            copies = self.context.unit.items.copies(room.name, items).values()
            affected = self._affected(room.name, {one.number for listed in copies for one in listed})
            self._rest_all_again(affected)
            for name, touched in affected.items():
                offers = self.context.unit.offers.of_items(name, touched)
                self._follow(self.verdicts.review(name, {one.release_class for one in offers} - {NOBODY}))
        self.context.ticks.write()

    def fallen_due(self, cells: Iterable[tuple[str, str, int]]) -> None:
        """Verdicts whose validity has ended are decided again."""
        by_desk: dict[tuple[str, str], list[int]] = {}
        for room, desk, number in cells:
            by_desk.setdefault((room, desk), []).append(number)
        for (room, desk), numbers in by_desk.items():
            row = self.context.unit.people.desk(desk)
            if row is not None:
                self._follow(self.verdicts.review(room, numbers, [row.desk.member]))
        self.context.ticks.write()

    def perform(self, task: Task) -> None:
        """Does the work of a task."""
        if task.kind == "refill":
            [footings] = msgspec.json.decode(task.subject, type=dict[str, list[int] | int]).values()
            listed = [footings] if isinstance(footings, int) else footings
            self.rows.refill(task.room, listed, task.cursor)
        elif task.kind == "index":
            self._index_on(task)
        else:
            subject = msgspec.json.decode(task.subject, type=dict[str, int])
            self.reassess(task.room, [subject["item"]])
        self.context.ticks.write()

    def _withdraw(self, room: str, were: Sequence[Offer], offers: Sequence[Offer]) -> None:
        """Keeps offers as they stand now and takes their rows out of all feeds; what rests on them follows."""
        unit = self.context.unit
        unit.offers.replace(offers)
        self.rows.drop(room, unit.feeds.of_offers(room, [one.number for one in offers]))
        self.rows.narrowings.look(room, offers)
        self.index.withdraw(room, were)
        self.reassess(room, {one.item for one in offers})

    def _index_on(self, task: Task) -> None:
        """Makes the index of a room that was kept before there was one, part by part."""
        unit, first = self.context.unit, task.cursor + 1
        if first >= unit.items.reserve(task.room, 0):
            return
        last = task.cursor + INDEXED_AT_ONCE
        self.index.make(task.room, unit.offers.by_number(task.room, range(first, last + 1)).values())
        self.context.add_task(task.room, "index", task.subject, due_at=self.context.at, cursor=last)

    def _review_all(self, members: frozenset[str], *, enough: int) -> list[Change]:
        """The cells of these members; of everybody, where `enough` of those that a class rests on are among them."""
        changes: list[Change] = []
        for room in self.context.unit.people.rooms():
            everybody: list[int] = []
            theirs: list[int] = []
            for number in self.context.unit.decisions.classes(room.name):
                touched = len(self.classes.members(room.name, number) & members)
                if touched >= enough:
                    everybody.append(number)
                elif touched == enough - 1:
                    theirs.append(number)
            changes += self.verdicts.review(room.name, everybody)
            changes += self.verdicts.review(room.name, theirs, members)
        self._follow(changes)
        self.context.ticks.write()
        return changes

    def _follow(self, changes: Iterable[Change]) -> None:
        """Rows follow verdicts: what opened at once, what closed when there is time (it counts no more already)."""
        opened: dict[str, set[int]] = {}
        closed: dict[str, set[int]] = {}
        for change in changes:
            (opened if change.opened else closed).setdefault(change.room, set()).add(change.release_class)
        decisions = self.context.unit.decisions
        for room, classes in sorted(opened.items()):
            if footings := decisions.footings_on(room, classes):
                self.rows.refill(room, footings)
        for room, classes in sorted(closed.items()):
            if footings := decisions.footings_on(room, classes - opened.get(room, set())):
                self.rows.refill_later(room, footings)

    def _footings(
        self, room: str, leaders: Leaders, *, but: frozenset[int] = frozenset()
    ) -> dict[tuple[str, str], frozenset[int]]:
        """What those that refer to these find them resting on: the footings of their offers, leaving out some."""
        found: dict[int, set[int]] = {}
        for offer in self.context.unit.offers.of_items(room, {one.number for one in leaders.values()}):
            if offer.state in LET_OUT and offer.number not in but:
                found.setdefault(offer.item, set()).add(offer.footing)
        return {key: frozenset(found.get(one.number, ())) for key, one in leaders.items()}

    def _rest_on(self, room: str, turned: set[int], begun: Sequence[Offer]) -> None:
        """What rests on these is placed again, together with what has just begun: it may lead back to it."""
        if turned:
            affected, fresh = self._affected(room, turned), {one.item for one in begun}
            affected[room] = affected[room] | fresh if affected[room] - fresh else set()
            self._rest_all_again(affected)

    def _place(self, room: str, offers: dict[int, Offer], *, were: Sequence[Offer] = ()) -> list[Offer]:
        """Classes and footings for offers that are let out; keeps them and returns them.

        `were`: how they stood before they were let out just now.
        """
        classes = self.classes.of_offers(room, offers.values())
        self.verdicts.introduce()
        footings = Graph(self.context, room).footings(offers, classes)
        placed = [
            replace(one, release_class=classes[number], footing=footings[number])
            for number, one in offers.items()
        ]
        self.context.unit.offers.replace([one for one in placed if one != offers[one.number]])
        self.index.rest(room, {one.number: one for one in were} or offers, placed)
        return placed

    def _rest_again(self, room: str, items: set[int]) -> None:
        """Classes and footings of what may have changed; rows follow."""
        offers = {
            one.number: one for one in self.context.unit.offers.of_items(room, items) if one.state in LET_OUT
        }
        if not offers:
            return
        self.rows.drop_dead(room, list(offers.values()))
        placed = self._place(room, offers)
        moved = [one for one in placed if one != offers[one.number]]
        self.rows.drop_dead(room, moved)
        self.rows.show(room, moved)

    def _rest_all_again(self, affected: Mapping[str, set[int]]) -> None:
        for room, items in sorted(affected.items()):
            self._rest_again(room, items)

    def _affected(self, room: str, items: set[int]) -> dict[str, set[int]]:
        """These items and all that may rest on them, by room: other versions, referrers, products, and theirs."""
        found: dict[str, set[int]] = {room: set()}
        wave = {room: items}
        while wave:
            nearer: dict[str, set[int]] = {}
            for name, numbers in wave.items():
                fresh = (numbers | Graph(self.context, name).dependents(numbers)) - found.setdefault(
                    name, set()
                )
                found[name] |= fresh
                for link in self.context.unit.items.products(name, fresh):
                    nearer.setdefault(link.room, set()).add(link.product)
            wave = {
                name: left for name, numbers in nearer.items() if (left := numbers - found.get(name, set()))
            }
        return found

    def _note_beginnings(self, room: str, offers: Sequence[Offer]) -> None:
        """A version that is `not-yet` decides for its older ones from the instant at which it begins."""
        labels = self.context.unit.offers.labels(room, {one.label for one in offers})
        for one in offers:
            begins = labels[one.label].not_before
            if begins is not None and begins > self.context.at:
                subject = msgspec.json.encode({"item": one.item}).decode()
                self.context.add_task(room, "reassess", subject, due_at=begins)
