"""Questions to the rule, drawn so that most of them end in a release.

Agreements come first; the item, its recipient, fields and level are then drawn from what is in force
between two members, and only now and then bent. `scenario` takes any `random.Random`: Hypothesis hands in
its own (`SCENARIOS`), a fixed seed gives the same batch for ever (`batch`). Instants are small numbers,
so that bounds meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import WHOLE, Event, Record, Scope, SignedVersion
from opsroom.core.agreement.terms import Entry, Level, Party, Provision, Reservations, Terms
from opsroom.core.consent import Consent
from opsroom.core.handling import Foreign, Handling
from opsroom.core.release import Decision, Desk, Held, Item, Source, decide
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window
from tests import oracle

T = TypeVar("T")

MEMBERS = ("alfa", "bravo", "carol", "delta", "echo")
FIELDS = ("airspace", "harbours", "health")
KINDS = ("report", "indicator", "malware")
CATEGORIES = ("blue", "white")
SCALES = ((), ("low", "high"), ("low", "middle", "high"))
MARKS: tuple[Level, ...] = (("A", "1"), ("A", "2"), ("A", "3"), ("B", "1"), ("B", "2"))
OPENING_DAY, NOW, CLOSING_DAY = 10, 50, 90


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
    held = {member: frozenset(CATEGORIES) for member in MEMBERS if _odds(rng, 85)}
    item = _item(rng, ways, giver, receiver, at, depth=2)
    direct = Scenario(records, item, _desk(rng, receiver, item), at, None, (), held)
    holder = _holder(rng, direct, ways) if _odds(rng, 65) else None
    return replace(direct, holder=holder, consents=_consents(rng, direct, holder))


def _world(rng: Random) -> tuple[tuple[Record, ...], Instant, list["_Way"]]:
    """Agreements and an instant at which, most of the time, something is in force."""
    for _ in range(4):
        records = tuple(_record(rng, f"A{number}") for number in range(1, rng.choice((2, 3, 3, 4))))
        at = NOW if _odds(rng, 60) else rng.choice(_instants(rng, records))
        ways = _ways(records, at)
        if ways:
            break
    return records, at, ways


def batch(size: int) -> list[Scenario]:
    """The first so many scenarios of the fixed seed."""
    rng = Random("scenarios")
    return [scenario(rng) for _ in range(size)]


SCENARIOS = st.randoms(use_true_random=False).map(scenario)


def _odds(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def _some(rng: Random, among: Sequence[T], *, most: int | None = None) -> list[T]:
    """At least one of them, in their order."""
    size = rng.randint(1, min(len(among), most or len(among)))
    return sorted(rng.sample(among, size), key=among.index)


# --- agreements ---------------------------------------------------------------------------------------


def _record(rng: Random, agreement: str) -> Record:
    first = _terms(rng)
    versions = [SignedVersion(1, "", first, signed=_signatures(rng, first.parties, 5))]
    if first.entry.kind == "all-notified":
        versions[0] = replace(versions[0], ratified=_notices(rng, first.parties))
    for number in range(2, rng.choice((2, 2, 2, 3, 3, 4))):
        before = versions[-1].terms
        terms = _amended(rng, before)
        concerned = {**before.parties, **terms.parties}
        signed = _signatures(rng, concerned, 20 * number)
        if signed is None:
            signed = dict.fromkeys(concerned, BEGINNING)
        amend = rng.choice(("all", "all", "all", 2, 1, "never"))
        versions.append(SignedVersion(number, "", terms, signed=signed, amend=amend))
    return Record(agreement, tuple(versions), _events(rng, tuple(versions)))


def _terms(rng: Random) -> Terms:
    members = _some(rng, MEMBERS)
    members = members if len(members) > 1 else [*members, *rng.sample(sorted({*MEMBERS} - {*members}), 1)]
    scale = rng.choice(SCALES)
    fields = _some(rng, FIELDS)
    twice = [rng.choice(fields)] if _odds(rng, 20) else []
    return Terms(
        parties={member: _party(rng, member, members, scale) for member in members},
        provisions=tuple(_provision(rng, name, members, scale) for name in [*fields, *twice]),
        in_force=Window(
            OPENING_DAY if _odds(rng, 70) else BEGINNING, CLOSING_DAY if _odds(rng, 70) else FOREVER
        ),
        entry=_entry(rng, len(members)),
        covers_existing=_odds(rng, 40),
        scale=scale,
        equivalence=_equivalence(rng, scale),
        field_match=_odds(rng, 70),
        onward=rng.choice(("parties", "parties", "parties", "parties", "prior-consent", "prohibited")),
        need_to_know=frozenset(_some(rng, CATEGORIES)) if _odds(rng, 6) else frozenset(),
    )


def _party(rng: Random, member: str, members: Sequence[str], scale: tuple[str, ...]) -> Party:
    since = rng.choice((20, 30, NOW)) if _odds(rng, 12) else BEGINNING
    until = rng.choice((NOW, 60, 70)) if _odds(rng, 12) else FOREVER
    others = [other for other in members if other != member]
    return Party(
        member,
        window=Window(since, until if until > since else FOREVER),
        ceiling=rng.choice(scale) if scale and _odds(rng, 12) else None,
        designates=frozenset({f"{member}-guard"}) if _odds(rng, 60) else frozenset(),
        reservations=Reservations(
            peers=frozenset(rng.sample(others, 1)) if _odds(rng, 6) else frozenset(),
            fields=frozenset({rng.choice(FIELDS)}) if _odds(rng, 6) else frozenset(),
            kinds=frozenset({rng.choice(KINDS)}) if _odds(rng, 6) else frozenset(),
        ),
    )


def _provision(rng: Random, name: str, members: Sequence[str], scale: tuple[str, ...]) -> Provision:
    pairs = [(one, other) for one in members for other in members if one != other]
    return Provision(
        name,
        kinds=frozenset(_some(rng, KINDS)) if _odds(rng, 25) else None,
        excluded_kinds=frozenset({rng.choice(KINDS)}) if _odds(rng, 6) else frozenset(),
        ceiling=rng.choice((*scale, scale[-1], scale[-1])) if scale else None,
        directions=frozenset(_some(rng, pairs)) if _odds(rng, 15) else None,
    )


def _entry(rng: Random, parties: int) -> Entry:
    kind = rng.choice(("all-signed", "all-signed", "all-notified", "signatures"))
    return Entry(kind, rng.randint(2, parties) if kind == "signatures" else 0)


def _equivalence(rng: Random, scale: tuple[str, ...]) -> dict[Level, str]:
    if not scale:
        return {}
    return {
        (policy, level): scale[min(int(level), len(scale)) - 1] for policy, level in MARKS if _odds(rng, 85)
    }


def _signatures(rng: Random, members: Iterable[str], latest: Instant) -> dict[str, Instant] | None:
    """When each signed; None (as in a case file): all, from the beginning."""
    if _odds(rng, 50):
        return None
    late = (latest + 20, NOW, 70)
    return {
        member: rng.choice(late) if _odds(rng, 10) else rng.randint(latest - 5, latest)
        for member in members
        if _odds(rng, 94)
    }


def _notices(rng: Random, members: Iterable[str]) -> dict[str, Instant]:
    return {member: rng.choice((4, 8, 15)) for member in members if _odds(rng, 96)}


def _amended(rng: Random, before: Terms) -> Terms:
    """The next version: some of its forerunner's terms are replaced by newly drawn ones."""
    drawn = _terms(rng)
    members = {*before.parties}
    if _odds(rng, 25) and len(members) > 2:
        members -= {rng.choice(sorted(members))}
    if _odds(rng, 25):
        members |= {rng.choice(MEMBERS)}
    listed = sorted(members)
    return replace(
        before,
        parties={
            member: before.parties[member]
            if member in before.parties and _odds(rng, 75)
            else _party(rng, member, listed, before.scale)
            for member in listed
        },
        provisions=tuple(_provision(rng, one.field, listed, before.scale) for one in drawn.provisions),
        in_force=replace(before.in_force, since=rng.choice((before.in_force.since, 30, NOW, 60)))
        if _odds(rng, 40)
        else before.in_force,
        covers_existing=drawn.covers_existing,
        field_match=drawn.field_match,
        onward=drawn.onward,
    )


# --- events -------------------------------------------------------------------------------------------


def _events(rng: Random, versions: tuple[SignedVersion, ...]) -> tuple[Event, ...]:
    members = sorted({member for version in versions for member in version.terms.parties})
    events: list[Event] = []
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3, 4))):
        events.append(_event(rng, members, versions, events))
    return tuple(events)


def _event(
    rng: Random, members: Sequence[str], versions: tuple[SignedVersion, ...], before: Sequence[Event]
) -> Event:
    type = rng.choice(
        (
            "suspend",
            "suspend",
            "resume",
            "resume",
            "resume",
            "withdraw",
            "rescind",
            "accede",
            "accede",
            "terminate",
        )
    )
    effective = rng.choice((15, 25, 25, 40, 40, NOW, 60, 60, 70, 80))
    recorded = rng.choice((None, effective, effective - 5, effective + 5, effective + 5))
    scope = _scope(rng, members)
    if type in ("withdraw", "rescind"):
        scope = Scope(party=rng.choice(members))
    earlier = [
        event for event in before if (event.type, type) in (("suspend", "resume"), ("withdraw", "rescind"))
    ]
    if earlier and _odds(rng, 80):
        scope = rng.choice(earlier).scope
    newcomer = None
    if type == "accede":
        scope, name = WHOLE, rng.choice(MEMBERS)
        newcomer = _party(rng, name, [*members, name], versions[0].terms.scale)
    if type == "terminate":
        scope = WHOLE
    return Event(type, effective, scope, recorded, newcomer=newcomer)


def _scope(rng: Random, members: Sequence[str]) -> Scope:
    return rng.choice(
        (
            WHOLE,
            Scope(party=rng.choice(members)),
            Scope(pair=frozenset(rng.sample(members, 2))),
            Scope(field=rng.choice(FIELDS)),
        )
    )


def _instants(rng: Random, records: Sequence[Record]) -> list[Instant]:
    """Bounds of the facts, one before and one after."""
    bounds = {x for record in records for x in oracle.instants(record) if BEGINNING < x < FOREVER}
    return [bound + rng.choice((-1, 0, 0, 1)) for bound in sorted(bounds)] or [NOW]


# --- the item and its recipient -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """A provision in force from one member to another."""

    record: Record
    version: SignedVersion
    provision: Provision
    giver: str
    receiver: str


def _ways(records: Sequence[Record], at: Instant) -> list[_Way]:
    return [
        _Way(record, version, provision, giver, receiver)
        for record in records
        for giver, receiver in permutations(MEMBERS, 2)
        for version in oracle.in_force_between(record, giver, receiver, at)
        for name in FIELDS
        for provision in oracle.running(record, version, name, giver, receiver, at)
    ]


def _pair(rng: Random, ways: Sequence[_Way]) -> tuple[str, str]:
    """A giver and a receiver between whom something is in force, if there are such."""
    if ways and _odds(rng, 97):
        way = rng.choice(ways)
        return way.giver, way.receiver
    one, other = rng.sample(MEMBERS, 2)
    return (one, one) if _odds(rng, 60) else (one, other)


def _item(rng: Random, ways: Sequence[_Way], giver: str, receiver: str, at: Instant, *, depth: int) -> Item:
    """An item of the giver that some agreement covers towards the receiver, most of the time."""
    between = [way for way in ways if (way.giver, way.receiver) == (giver, receiver)]
    if not between:
        return _stray_item(rng, giver)
    way = rng.choice(between)
    since = max(oracle.live_since(way.record, giver, receiver, at), 0)
    label = _bent(rng, _label(rng, way, between), receiver)
    kinds = [kind for kind in KINDS if way.provision.admits(kind)] or list(KINDS)
    return Item(
        originator=giver,
        kind=rng.choice(kinds if _odds(rng, 97) else KINDS),
        offered=rng.randint(since, max(since, at)) if _odds(rng, 94) else since - 1,
        handling=label if _odds(rng, 99) else None,
        id=f"item-{depth}",
        recalled_at=rng.choice((NOW, 55, 60, 40)) if _odds(rng, 3) else None,
        sources=_sources(rng, ways, giver, receiver, at, depth) if depth and _odds(rng, 22) else (),
    )


def _label(rng: Random, way: _Way, between: Sequence[_Way]) -> Handling:
    terms = way.version.terms
    beside = [other.provision.field for other in between if other.record is way.record]
    fields = {way.provision.field} | ({rng.choice(beside)} if _odds(rng, 25) else set())
    cited = not terms.field_match or _odds(rng, 20)
    policy, level = _mark(rng, terms, way.provision, terms.parties[way.receiver])
    return Handling(
        fields=tuple(sorted(fields)) if _odds(rng, 99) else (),
        policy=policy,
        level=level,
        tlp=rng.choice(
            ("clear", "clear", "green", "green", "green", "green", "amber", "amber", "amber+strict")
        ),
        cites=frozenset({way.record.agreement}) if cited and _odds(rng, 97) else frozenset(),
    )


def _stray_item(rng: Random, giver: str) -> Item:
    policy, level = rng.choice((*MARKS, ("", "")))
    label = Handling(
        fields=(rng.choice(FIELDS),), policy=policy, level=level, tlp=rng.choice(("clear", "green"))
    )
    return Item(giver, rng.choice(KINDS), OPENING_DAY, label if _odds(rng, 90) else None)


def _mark(rng: Random, terms: Terms, provision: Provision, recipient: Party) -> Level:
    """A mark at or below the ceilings, most of the time."""
    if not terms.scale:
        return ("", "") if _odds(rng, 98) else ("A", "1")
    top = min(terms.cap(provision.ceiling), terms.cap(recipient.ceiling))
    fitting = [mark for mark, common in terms.equivalence.items() if terms.scale.index(common) <= top]
    if fitting and _odds(rng, 94):
        return rng.choice(fitting)
    return rng.choice((*MARKS, ("", ""), ("A", "")))


def _bent(rng: Random, label: Handling, receiver: str) -> Handling:
    """The label with one or two of the rarer things that a label can say."""
    if _odds(rng, 60):
        return label
    strangers = [member for member in MEMBERS if member != receiver]
    named = frozenset({receiver, *_some(rng, strangers)})
    turns: dict[str, dict[str, object]] = {
        "named": {"rel_to": named},
        "named red": {"rel_to": named, "tlp": "red"},
        "named, controlled": {"rel_to": named, "originator_control": True},
        "controlled": {"originator_control": True},
        "unnamed red": {"tlp": "red"},
        "nobody": {"rel_to": frozenset()},
        "others": {"rel_to": frozenset(_some(rng, strangers))},
        "barred": {"not_to": frozenset({receiver})},
        "barred others": {"not_to": frozenset(rng.sample(strangers, 1))},
        "barred and named": {"not_to": frozenset({receiver}), "rel_to": named},
        "category": {"need_to_know": frozenset(_some(rng, CATEGORIES))},
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
        if name not in rare or _odds(rng, 25):
            label = replace(label, **turns[name])  # type: ignore[arg-type]
    return label


def _sources(
    rng: Random, ways: Sequence[_Way], giver: str, receiver: str, at: Instant, depth: int
) -> tuple[Source, ...]:
    sources = []
    for _ in range(rng.choice((1, 1, 2))):
        givers = [way.giver for way in ways if way.receiver == receiver]
        origin = giver if _odds(rng, 65) else rng.choice([*givers, receiver])
        item = _item(rng, ways, origin, receiver, at, depth=depth - 1)
        sources.append(Source(item, sanitised=_odds(rng, 15)))
    return tuple(sources)


def _desk(rng: Random, member: str, item: Item) -> Desk:
    if _odds(rng, 78):
        return Desk(member)
    worked_on = item.handling.fields if item.handling is not None and _odds(rng, 80) else FIELDS[:1]
    return Desk(
        member,
        fields=frozenset(worked_on) if _odds(rng, 50) else None,
        held=frozenset(_some(rng, (*CATEGORIES, "grey"))) if _odds(rng, 40) else None,
        clearance=rng.choice((*MARKS, ("A", "3"), ("A", "3"), ("C", "9"))) if _odds(rng, 35) else None,
        component=f"{member}-guard" if _odds(rng, 20) else None,
    )


def _holder(rng: Random, direct: Scenario, ways: Sequence[_Way]) -> str | None:
    """Who passes on: mostly one who has the item."""
    item, receiver = direct.item, direct.to.member
    near = sorted({way.receiver for way in ways if way.giver == item.originator} - {receiver})
    having = [member for member in near if replace(direct, to=Desk(member)).foretold().outcome == "release"]
    if _odds(rng, 90):
        return rng.choice(having) if having else None
    return rng.choice(near if near and _odds(rng, 60) else MEMBERS)


def _consents(rng: Random, direct: Scenario, holder: str | None) -> tuple[Consent, ...]:
    item, receiver = direct.item, direct.to.member
    originators = [item.originator, *(source.item.originator for source in item.sources)]
    controlled = item.handling is not None and item.handling.originator_control
    wanted = holder is not None or item.sources or controlled
    consents: list[Consent] = []
    for _ in range(rng.choice((0, 1, 1, 2)) if wanted else rng.choice((0, 0, 1))):
        consents.append(
            Consent(
                to=receiver if _odds(rng, 92) else rng.choice(MEMBERS),
                by=rng.choice(originators) if _odds(rng, 94) else rng.choice(MEMBERS),
                item=rng.choice((item.id, item.id, item.id, "another")) if _odds(rng, 20) else None,
                holder=rng.choice((holder, holder, *MEMBERS)) if _odds(rng, 20) else None,
                under=rng.choice(direct.records).agreement if _odds(rng, 40) else None,
                since=rng.choice((BEGINNING, BEGINNING, 20, NOW)),
                until=rng.choice((NOW, 60, 70)) if _odds(rng, 15) else FOREVER,
                revoked_at=rng.choice((40, NOW, 60)) if _odds(rng, 12) else None,
            )
        )
    return tuple(consents)
