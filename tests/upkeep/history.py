"""A history of one room drawn at random: posts, events, consents and time, most of them such that items flow."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from opsroom.core.agreement.events import Event, Scope
from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.handling import Handling
from opsroom.core.identifiers import uuid_from
from opsroom.errors import Malformed, NotFound, Refused
from opsroom.operations.contribute import Options, contribute
from opsroom.operations.foresee import Proposal, foresee
from opsroom.operations.recall import recall
from opsroom.storage.memory import open_memory
from tests import objects
from tests.builders import DAY, SECOND, World, world
from tests.upkeep.ruling import IDS, seen

MEMBERS = ("alfa", "bravo", "carol", "delta")
AGREEMENTS = {
    "all": (("alfa", "bravo", "carol"), ("incidents", "planning")),
    "two": (("alfa", "bravo"), ("incidents",)),
    "late": (("alfa", "delta"), ("incidents",)),
}
STEPS = {"post": 12, "time_passes": 3, "suspend": 2, "resume": 2, "consent": 3, "revoke": 1, "recall": 2}
LABELS: tuple[dict[str, Any], ...] = (
    *({},) * 8,
    *({"tlp": "clear"}, {"tlp": "green"}, {"tlp": "red"}, {"not_to": ["bravo"]}, {"not_to": ["carol"]}),
    *({"rel_to": ["bravo"]}, {"rel_to": ["bravo", "carol", "delta"]}, {"not_before": 2}, {"not_before": 5}),
    *({"expires": 3}, {"not_before": 1, "expires": 4}, {"originator_control": True}),
)


def _beginning() -> World:
    found = world(open_memory())
    found.member(*MEMBERS)
    found.room("room", "alfa")
    for name, (parties, fields) in AGREEMENTS.items():
        parts: list[Any] = [
            {"member": one, "from": "2026-03-04T00:00:00Z"} if one == "delta" else one for one in parties
        ]
        covers = {"covers_existing": "all"} if name == "late" else {}
        found.agree(name, "room", parts, fields, onward="parties", **covers)
    return found


@dataclass(slots=True)
class History:
    """One node, moved step by step."""

    rng: Random
    world: World = field(default_factory=_beginning)
    versions: int = 0
    suspended: list[tuple[str, Scope]] = field(default_factory=list)
    given: list[ConsentEntry] = field(default_factory=list)

    def step(self) -> str:
        """Does one thing, and says what."""
        [name] = self.rng.choices(list(STEPS), list(STEPS.values()))
        getattr(self, name)()
        return name

    def post(self) -> None:
        name = self.rng.choice(sorted(AGREEMENTS))
        member = self.rng.choice(AGREEMENTS[name][0])
        label = dict(self.rng.choice(LABELS))
        for bound in ("not_before", "expires"):
            if bound in label:
                label[bound] = self.world.clock.instant + label[bound] * DAY
        for listed in ("not_to", "rel_to"):
            if listed in label:
                label[listed] = frozenset(label[listed])
        sources = ((self.rng.choice(IDS), False),) if self.rng.random() < 0.1 else ()
        raws = [self.report() for _ in range(self.rng.randint(1, 3))]
        options = Options(Handling(**label) if label else None, frozenset(label), sources)
        collection = self.world.collection(name, "incidents", "room")
        principal = self.world.principal(member)
        try:
            contribute(self.world.node, principal, "room", collection, raws, options, watch=lambda _: None)
        except (NotFound, Malformed):
            """Delta's time has not come, or there is no such source."""

    def report(self) -> bytes:
        """A new version, mostly newer than all before, of one of a few reports that refer to one another."""
        self.versions += 1
        second = self.versions if self.rng.random() < 0.85 else self.rng.randint(0, self.versions)
        modified = f"2026-02-02T00:{second // 60:02}:{second % 60:02}.{self.versions:03}Z"
        number = self.rng.choice((1, 1, 1, 2, 2, 3, 4, 5, 6))
        targets = self.rng.sample(IDS, self.rng.choice((0, 0, 0, 1, 1, 2)))
        return objects.report(number, targets or [objects.numbered("identity", 1)], modified=modified)

    def recall(self) -> None:
        """An originator takes back some or all versions of one of its reports."""
        name = self.rng.choice(sorted(AGREEMENTS))
        member = self.rng.choice(AGREEMENTS[name][0])
        collection = self.world.collection(name, "incidents", "room")
        some = self.rng.choice((slice(None), slice(0, 1), slice(-1, None)))
        principal, id = self.world.principal(member), self.rng.choice(IDS)
        try:
            recall(self.world.node, principal, "room", collection, id, which=lambda shown: shown[some])
        except Refused:
            """It has nothing of this id there."""

    def time_passes(self) -> None:
        self.world.clock.instant += self.rng.randint(1, 3) * DAY

    def suspend(self) -> None:
        name = self.rng.choice(sorted(AGREEMENTS))
        scope = self.rng.choice(
            (
                Scope(),
                Scope(party=self.rng.choice(MEMBERS)),
                Scope(pair=frozenset({"alfa", "bravo"})),
                Scope(field="incidents"),
            )
        )
        self.happens(name, "suspend", scope)
        self.suspended.append((name, scope))

    def resume(self) -> None:
        if self.suspended:
            name, scope = self.rng.choice(self.suspended)
            self.suspended = [one for one in self.suspended if one != (name, scope)]
            self.happens(name, "resume", scope)

    def consent(self) -> None:
        name = f"consent--{uuid_from(self.world.node.randomness.draw(16))}"
        item, by, to = self.rng.choice(IDS), self.rng.choice(MEMBERS), self.rng.choice(MEMBERS)
        holder, at = self.rng.choice((None, None, *MEMBERS)), self.world.clock.now()
        entry = ConsentEntry(name, "give", item, by, to, holder, None, None, None, by, "", at, at, b"{}")
        self.record(entry)
        self.given.append(entry)

    def revoke(self) -> None:
        if self.given:
            one = self.given.pop(self.rng.randrange(len(self.given)))
            at = self.world.clock.now()
            self.record(
                ConsentEntry(
                    *(one.consent, "revoke", one.item, one.originator, one.to, one.holder, None, None, None),
                    *(one.by, "", at, at, b"{}"),
                )
            )

    def record(self, entry: ConsentEntry) -> None:
        node = self.world.node
        with node.working() as (unit, _):
            unit.agreements.add_consent(entry)
            node.upkeep(unit).consents_changed(frozenset({entry.item}))

    def happens(self, name: str, kind: str, scope: Scope) -> None:
        """Records an event, and holds what was foreseen against what it made of everybody's view."""
        clock = self.world.clock
        now = clock.now()
        self.world.node.advance()
        proposal = Proposal(self.world.agreements[name], event=Event(kind, now, scope))
        before = seen(self.world)
        effect = foresee(self.world.node, proposal, at=now + SECOND)
        self.world.event(name, kind, scope=scope.as_mapping(), effective_at=now)
        clock.instant = now + SECOND
        after = seen(self.world)
        assert set(effect.opens) == after - before
        assert set(effect.closes) == before - after
