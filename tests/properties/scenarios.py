"""Questions to the rule, drawn so that most of them end in a release.

Agreements come first; the item, its recipient, fields and level are then drawn from what is in force
between two members, and only now and then bent. `scenario` takes any `random.Random`: Hypothesis hands in
its own (`SHRINKING`), a fixed seed gives the same batch for ever (`batch`). Instants are small numbers,
so that bounds meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from random import Random

from hypothesis import strategies as st

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Record, SignedVersion
from opsroom.core.agreement.terms import Level, Party, Provision, Terms
from opsroom.core.consent import Consent
from opsroom.core.handling import Foreign, Handling
from opsroom.core.release import Decision, Desk, Held, Item, Source, decide
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER
from tests import in_force, oracle
from tests.properties.agreements import (
    CATEGORIES,
    FIELDS,
    KINDS,
    MARKS,
    MEMBERS,
    NOW,
    OPENING_DAY,
    odds,
    record,
    some,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """All the arguments of one decision."""

    records: tuple[Record, ...]
    item: Item
    to: Desk
    at: Instant
    holder: str | None
    consents: tuple[Consent, ...]
    held: Held

    def decided(self, *, at: Instant | None = None) -> Decision:
        """What the rule says, at another instant if one is given."""
        return decide(
            self.item,
            to=self.to,
            at=self.at if at is None else at,
            by=Edges(self.records),
            holder=self.holder,
            consents=self.consents,
            held=self.held,
        )

    def foretold(self) -> oracle.Verdict:
        """What the oracle says."""
        return oracle.verdict(
            self.item,
            to=self.to,
            at=self.at,
            by=self.records,
            holder=self.holder,
            consents=self.consents,
            held=self.held,
        )


def scenario(rng: Random) -> Scenario:
    """One question with all its facts."""
    records, at, ways = _world(rng)
    giver, receiver = _pair(rng, ways)
    held = {member: frozenset(CATEGORIES) for member in MEMBERS if odds(rng, 85)}
    item = _item(rng, ways, giver, receiver, at, depth=2)
    direct = Scenario(records, item, _desk(rng, receiver, item), at, None, (), held)
    holder = _holder(rng, direct, ways) if odds(rng, 65) else None
    when = at if odds(rng, 90) else rng.choice(_instants(rng, records))
    return replace(direct, at=when, holder=holder, consents=_consents(rng, direct, holder))


def _world(rng: Random) -> tuple[tuple[Record, ...], Instant, list["_Way"]]:
    """Agreements and an instant at which, most of the time, something is in force."""
    for _ in range(4):
        records = tuple(record(rng, f"A{number}") for number in range(1, rng.choice((2, 3, 3, 4))))
        at = NOW if odds(rng, 60) else rng.choice(_instants(rng, records))
        ways = _ways(records, at)
        if ways:
            break
    return records, at, ways


@cache
def batch(size: int) -> tuple[Scenario, ...]:
    """The first so many scenarios of the fixed seed."""
    rng = Random("scenarios")
    return tuple(scenario(rng) for _ in range(size))


SHRINKING = st.randoms(use_true_random=False).map(scenario)
"""Slow to draw, and a failing one is reduced."""

SCENARIOS = st.integers(0, 2**32 - 1).map(lambda seed: scenario(Random(seed)))
"""Quick to draw; a failing one comes as it is."""


def _instants(rng: Random, records: Sequence[Record]) -> list[Instant]:
    """Bounds of the facts, one before and one after."""
    bounds = {x for record in records for x in in_force.instants(record) if BEGINNING < x < FOREVER}
    return [bound + rng.choice((-1, 0, 0, 1)) for bound in sorted(bounds)] or [NOW]


# --- the item and its recipient -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """A provision in force from one member to another."""

    past: in_force.Past
    version: SignedVersion
    provision: Provision
    giver: str
    receiver: str


def _ways(records: Sequence[Record], at: Instant) -> list[_Way]:
    return [
        _Way(past, version, provision, giver, receiver)
        for past in map(in_force.replay, records)
        for giver, receiver in permutations(sorted(past.record.members), 2)
        for version in in_force.in_force_between(past, giver, receiver, at)
        for name in FIELDS
        for provision in in_force.running(past, version, name, giver, receiver, at)
    ]


def _pair(rng: Random, ways: Sequence[_Way]) -> tuple[str, str]:
    """A giver and a receiver between whom something is in force, if there are such."""
    if ways and odds(rng, 97):
        way = rng.choice(ways)
        return way.giver, way.receiver
    one, other = rng.sample(MEMBERS, 2)
    return (one, one) if odds(rng, 60) else (one, other)


def _item(rng: Random, ways: Sequence[_Way], giver: str, receiver: str, at: Instant, *, depth: int) -> Item:
    """An item of the giver that some agreement covers towards the receiver, most of the time."""
    between = [way for way in ways if (way.giver, way.receiver) == (giver, receiver)]
    if not between:
        return _stray_item(rng, giver)
    way = rng.choice(between)
    since = max(in_force.live_since(way.past, giver, receiver, at), 0)
    label = _bent(rng, _label(rng, way, between), receiver)
    kinds = [kind for kind in KINDS if way.provision.admits(kind)] or list(KINDS)
    return Item(
        originator=giver,
        kind=rng.choice(kinds if odds(rng, 97) else KINDS),
        offered=rng.randint(since, max(since, at)) if odds(rng, 92) else rng.choice((since - 1, 5, 20, 40)),
        handling=label if odds(rng, 99) else None,
        id=f"item-{depth}",
        recalled_at=rng.choice((NOW, 55, 60, 40)) if odds(rng, 2) else None,
        sources=_sources(rng, ways, giver, receiver, at, depth) if depth and odds(rng, 18) else (),
    )


def _label(rng: Random, way: _Way, between: Sequence[_Way]) -> Handling:
    terms = way.version.terms
    beside = [other.provision.field for other in between if other.past is way.past]
    fields = {way.provision.field} | ({rng.choice(beside)} if odds(rng, 25) else set())
    cited = not terms.field_match or odds(rng, 20)
    policy, level = _mark(rng, terms, way.provision, terms.parties[way.receiver])
    return Handling(
        fields=tuple(sorted(fields)) if odds(rng, 99) else (),
        policy=policy,
        level=level,
        tlp=rng.choice(
            ("clear", "clear", "green", "green", "green", "green", "amber", "amber", "amber+strict")
        ),
        cites=frozenset({way.past.record.agreement}) if cited and odds(rng, 97) else frozenset(),
    )


def _stray_item(rng: Random, giver: str) -> Item:
    policy, level = rng.choice((*MARKS, ("", "")))
    label = Handling(
        fields=(rng.choice(FIELDS),), policy=policy, level=level, tlp=rng.choice(("clear", "green"))
    )
    return Item(giver, rng.choice(KINDS), OPENING_DAY, label if odds(rng, 90) else None)


def _mark(rng: Random, terms: Terms, provision: Provision, recipient: Party) -> Level:
    """A mark at or below the ceilings, most of the time."""
    if not terms.scale:
        return ("", "") if odds(rng, 99) else ("A", "1")
    top = min(terms.cap(provision.ceiling), terms.cap(recipient.ceiling))
    fitting = [mark for mark, common in terms.equivalence.items() if terms.scale.index(common) <= top]
    if fitting and odds(rng, 97):
        return rng.choice(fitting)
    return rng.choice((*MARKS, ("", ""), ("A", "")))


def _bent(rng: Random, label: Handling, receiver: str) -> Handling:
    """The label with one or two of the rarer things that a label can say."""
    if odds(rng, 60):
        return label
    strangers = [member for member in MEMBERS if member != receiver]
    named = frozenset({receiver, *some(rng, strangers)})
    turns: dict[str, dict[str, object]] = {
        "named": {"rel_to": named},
        "named red": {"rel_to": named, "tlp": "red"},
        "named, controlled": {"rel_to": named, "originator_control": True},
        "controlled": {"originator_control": True},
        "unnamed red": {"tlp": "red"},
        "nobody": {"rel_to": frozenset()},
        "others": {"rel_to": frozenset(some(rng, strangers))},
        "barred": {"not_to": frozenset({receiver})},
        "barred others": {"not_to": frozenset(rng.sample(strangers, 1))},
        "barred and named": {"not_to": frozenset({receiver}), "rel_to": named},
        "category": {"need_to_know": frozenset(some(rng, CATEGORIES))},
        "unknown category": {"need_to_know": frozenset({"grey"})},
        "begun": {"not_before": rng.choice((20, 20, NOW, NOW + 1))},
        "ends": {"expires": rng.choice((NOW, NOW + 1, 60, 90))},
        "foreign": {"foreign": (Foreign("outsider", consent=rng.choice(("", "recorded", "recorded"))),)},
        "several citations": {"cites": label.cites | {"A1", "A2"}},
        "more fields": {"fields": tuple(sorted({*label.fields, rng.choice(FIELDS)}))},
        "unresolved": {"unresolved": True},
        "odd TLP": {"tlp": "purple"},
    }
    rare = (
        "barred others",
        "controlled",
        "unnamed red",
        "nobody",
        "others",
        "barred",
        "barred and named",
        "unknown category",
        "unresolved",
        "odd TLP",
    )
    for name in rng.sample(sorted(turns), rng.choice((1, 1, 2))):
        if name not in rare or odds(rng, 15):
            label = replace(label, **turns[name])  # type: ignore[arg-type]
    return label


def _sources(
    rng: Random, ways: Sequence[_Way], giver: str, receiver: str, at: Instant, depth: int
) -> tuple[Source, ...]:
    sources = []
    for _ in range(rng.choice((1, 1, 2))):
        givers = [way.giver for way in ways if way.receiver == receiver]
        origin = giver if odds(rng, 65) else rng.choice([*givers, receiver])
        item = _item(rng, ways, origin, receiver, at, depth=depth - 1)
        sources.append(Source(item, sanitised=odds(rng, 15)))
    return tuple(sources)


def _desk(rng: Random, member: str, item: Item) -> Desk:
    if odds(rng, 82):
        at_home = member == item.originator and odds(rng, 30)
        return Desk(member, component=f"{member}-guard" if at_home else None)
    worked_on = item.handling.fields if item.handling is not None and odds(rng, 80) else FIELDS[:1]
    return Desk(
        member,
        fields=frozenset(worked_on) if odds(rng, 50) else None,
        held=frozenset(some(rng, (*CATEGORIES, "grey"))) if odds(rng, 40) else None,
        clearance=rng.choice((*MARKS, ("A", "3"), ("A", "3"), ("C", "9"))) if odds(rng, 35) else None,
        component=f"{member}-guard" if odds(rng, 20) else None,
    )


def _holder(rng: Random, direct: Scenario, ways: Sequence[_Way]) -> str | None:
    """Who passes on: mostly one who has the item."""
    item, receiver = direct.item, direct.to.member
    near = sorted({way.receiver for way in ways if way.giver == item.originator} - {receiver})
    having = [member for member in near if replace(direct, to=Desk(member)).foretold().outcome == "release"]
    if odds(rng, 90):
        return rng.choice(having) if having else None
    return rng.choice(near if near and odds(rng, 60) else MEMBERS)


def _consents(rng: Random, direct: Scenario, holder: str | None) -> tuple[Consent, ...]:
    item, receiver = direct.item, direct.to.member
    originators = [item.originator, *(source.item.originator for source in item.sources)]
    controlled = item.handling is not None and item.handling.originator_control
    wanted = holder is not None or item.sources or controlled
    consents: list[Consent] = []
    for _ in range(rng.choice((0, 1, 1, 2)) if wanted else rng.choice((0, 0, 1))):
        consents.append(
            Consent(
                to=receiver if odds(rng, 92) else rng.choice(MEMBERS),
                by=rng.choice(originators) if odds(rng, 94) else rng.choice(MEMBERS),
                item=rng.choice((item.id, item.id, item.id, "another")) if odds(rng, 20) else None,
                holder=rng.choice((holder, holder, *MEMBERS)) if odds(rng, 20) else None,
                under=rng.choice(direct.records).agreement if odds(rng, 40) else None,
                since=rng.choice((BEGINNING, BEGINNING, 20, NOW)),
                until=rng.choice((NOW, 60, 70)) if odds(rng, 15) else FOREVER,
                revoked_at=rng.choice((40, NOW, 60)) if odds(rng, 12) else None,
            )
        )
    return tuple(consents)
