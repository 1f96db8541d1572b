"""Random histories: what a member reads from its feed is what the rule says now, after every step.

The feeds are kept by small steps; the model asks the rule from scratch about every offer and every member.
What-if is checked on the way: what it foresaw is the difference that recording the event made.
"""

import json
import os
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from opsroom.core.agreement.events import Event, Scope
from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.handling import Handling
from opsroom.core.identifiers import uuid_from
from opsroom.core.offer import LET_OUT
from opsroom.core.release import Desk
from opsroom.errors import Malformed, NotFound
from opsroom.operations.contribute import Options, contribute
from opsroom.operations.foresee import Proposal, Seen, foresee, who_can_see
from opsroom.storage.memory import open_memory
from opsroom.upkeep.graph import Graph
from tests import objects
from tests.builders import DAY, SECOND, World, world

MEMBERS = ("alfa", "bravo", "carol", "delta")
AGREEMENTS = {
    "all": (("alfa", "bravo", "carol"), ("incidents", "planning")),
    "two": (("alfa", "bravo"), ("incidents",)),
    "late": (("alfa", "delta"), ("incidents",)),
}
members = st.sampled_from(MEMBERS)
numbers = st.integers(1, 6)
handlings = st.fixed_dictionaries(
    {},
    optional={
        "not_to": st.frozensets(members, min_size=1, max_size=1),
        "rel_to": st.frozensets(members, min_size=1),
        "tlp": st.sampled_from(("clear", "green", "amber", "red")),
        "not_before": st.integers(1, 5),
        "expires": st.integers(6, 12),
    },
)


class History(RuleBasedStateMachine):
    """One node, moved by posts, events, consents and time."""

    @initialize()
    def begin(self) -> None:
        self.world: World = world(open_memory())
        self.world.member(*MEMBERS)
        self.world.room("room", "alfa")
        for name, (parties, fields) in AGREEMENTS.items():
            parts: list[Any] = [
                {"member": one, "from": "2026-03-04T00:00:00Z"} if one == "delta" else one for one in parties
            ]
            covers = {"covers_existing": "all"} if name == "late" else {}
            self.world.agree(name, "room", parts, fields, onward="parties", **covers)
        self.versions = 0
        self.suspended: list[tuple[str, Scope]] = []
        self.given: list[tuple[str, int, str, str, str | None]] = []

    @rule(
        member=members,
        name=st.sampled_from(sorted(AGREEMENTS)),
        batch=st.lists(st.tuples(numbers, st.lists(numbers, max_size=2)), min_size=1, max_size=3),
        handling=handlings,
        source=st.one_of(st.none(), numbers),
    )
    def post(
        self,
        member: str,
        name: str,
        batch: list[tuple[int, list[int]]],
        handling: dict[str, Any],
        source: int | None,
    ) -> None:
        parties, _ = AGREEMENTS[name]
        if member not in parties:
            return
        for key in ("not_before", "expires"):
            if key in handling:
                handling = {**handling, key: self.world.clock.instant + handling[key] * DAY}
        raws = []
        for number, refs in batch:
            self.versions += 1
            modified = f"2026-02-02T00:00:{self.versions % 60:02d}.{self.versions:03d}Z"
            targets = [objects.numbered("report", ref) for ref in refs] or [objects.numbered("identity", 1)]
            raws.append(objects.report(number, targets, modified=modified))
        sources = ((objects.numbered("report", source), False),) if source else ()
        options = Options(Handling(**handling) if handling else None, frozenset(handling), sources)
        collection = self.world.collection(name, "incidents", "room")
        try:
            contribute(
                self.world.node,
                self.world.principal(member),
                "room",
                collection,
                raws,
                options,
                watch=lambda _: None,
            )
        except (NotFound, Malformed):
            event("not in the room, or no such source")

    @rule(
        name=st.sampled_from(sorted(AGREEMENTS)),
        scope=st.one_of(
            st.just(Scope()),
            st.builds(Scope, party=members),
            st.just(Scope(pair=frozenset({"alfa", "bravo"}))),
            st.just(Scope(field="incidents")),
        ),
    )
    def suspend(self, name: str, scope: Scope) -> None:
        self.happens(name, "suspend", scope)
        self.suspended.append((name, scope))

    @precondition(lambda self: self.suspended)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        name, scope = data.draw(st.sampled_from(self.suspended))
        self.suspended = [one for one in self.suspended if one != (name, scope)]
        self.happens(name, "resume", scope)

    @rule(member=members, number=numbers, to=members, holder=st.one_of(st.none(), members))
    def consent(self, member: str, number: int, to: str, holder: str | None) -> None:
        name = f"consent--{uuid_from(self.world.node.randomness.draw(16))}"
        self.step(name, "give", number, member, to, holder)
        self.given.append((name, number, member, to, holder))

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(self.given))
        self.given.remove(chosen)
        name, number, member, to, holder = chosen
        self.step(name, "revoke", number, member, to, holder)

    def step(self, name: str, kind: str, number: int, by: str, to: str, holder: str | None) -> None:
        node, item, at = self.world.node, objects.numbered("report", number), self.world.clock.now()
        entry = ConsentEntry(name, kind, item, by, to, holder, None, None, None, by, "", at, at, b"{}")
        with node.working() as (unit, _):
            unit.agreements.add_consent(entry)
            node.upkeep(unit).consents_changed(frozenset({item}))

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.world.clock.instant += days * DAY

    def happens(self, name: str, kind: str, scope: Scope) -> None:
        """Records an event, and holds what was foreseen against what it made of everybody's view."""
        clock = self.world.clock
        now = clock.now()
        self.world.node.advance()
        proposal = Proposal(self.world.agreements[name], event=Event(kind, now, scope))
        before = self.seen()
        effect = foresee(self.world.node, proposal, at=now + SECOND)
        self.world.event(name, kind, scope=scope.as_mapping(), effective_at=now)
        clock.instant = now + SECOND
        after = self.seen()
        assert set(effect.opens) == after - before
        assert set(effect.closes) == before - after

    def seen(self) -> set[Seen]:
        """What the rule says of every offer and member, from scratch."""
        node = self.world.node
        node.advance()
        with node.store.reading() as snapshot:
            facts = node.cache.facts(snapshot)
            return set(who_can_see(node, snapshot, facts, at=self.world.clock.instant))

    @invariant()
    def feeds_say_what_the_rule_says(self) -> None:
        if not hasattr(self, "world"):
            return
        for member in MEMBERS:
            assert self.read(member) == self.ruled(member)

    @invariant()
    def what_offers_rest_on_is_what_placing_all_anew_makes(self) -> None:
        if not hasattr(self, "world"):
            return
        node = self.world.node
        with node.working() as (unit, upkeep):
            ids = [objects.numbered("report", number) for number in range(1, 7)]
            items = [one.number for x in unit.items.copies("room", ids).values() for one in x]
            offers = {x.number: x for x in unit.offers.of_items("room", items) if x.state in LET_OUT}
            classes = {number: one.release_class for number, one in offers.items()}
            anew = Graph(upkeep.context, "room").footings(offers, classes)
            sights = upkeep.sights()
            for number, one in offers.items():
                for member in MEMBERS:
                    desk = Desk(member)
                    assert sights.is_open("room", one.footing, desk) == sights.is_open(
                        "room", anew[number], desk
                    ), (one, member)
            unit.discard()

    def read(self, member: str) -> set[tuple[str, str]]:
        """(id, version) that the member's own feed shows of others."""
        try:
            bodies = self.world.read(member, "room")
        except NotFound:
            return set()
        found = {(one["id"], one["modified"]) for one in map(json.loads, bodies)}
        return found - self.own(member)

    def own(self, member: str) -> set[tuple[str, str]]:
        with self.world.node.store.reading() as snapshot:
            ids = [objects.numbered("report", number) for number in range(1, 7)]
            versions = snapshot.items.versions("room", member, ids).values()
            return {(one.id, one.version or "") for listed in versions for one in listed}

    def ruled(self, member: str) -> set[tuple[str, str]]:
        """(id, version) of others that the rule releases to the member, offer by offer."""
        node = self.world.node
        found: set[tuple[str, str]] = set()
        with node.store.reading() as snapshot:
            upkeep = node.upkeep(snapshot)
            sights = upkeep.sights()
            ids = [objects.numbered("report", number) for number in range(1, 7)]
            for listed in snapshot.items.copies("room", ids).values():
                for item in listed:
                    for offer in snapshot.offers.of_items("room", [item.number]):
                        if item.originator != member and sights.of("room", offer, Desk(member)).released:
                            found.add((item.id, item.version or ""))
        event(f"released: {bool(found)}")
        return found - self.own(member)


History.TestCase.settings = settings(
    max_examples=300 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestHistories = History.TestCase
