"""Agreements drawn at random: parties, provisions, levels, entry, amendments, events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from opsroom.core.agreement.events import WHOLE, Event, Record, Scope, SignedVersion
from opsroom.core.agreement.terms import Entry, Level, Party, Provision, Reservations, Terms
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window

T = TypeVar("T")

MEMBERS = ("alfa", "bravo", "carol", "delta", "echo")
FIELDS = ("airspace", "harbours", "health")
KINDS = ("report", "indicator", "malware")
CATEGORIES = ("blue", "white")
SCALES = ((), ("low", "high"), ("low", "middle", "high"))
MARKS: tuple[Level, ...] = (("A", "1"), ("A", "2"), ("A", "3"), ("B", "1"), ("B", "2"))
OPENING_DAY, NOW, CLOSING_DAY = 10, 50, 90


def odds(rng: Random, percent: int) -> bool:
    """True so many times in a hundred."""
    return rng.randrange(100) < percent


def some(rng: Random, among: Sequence[T]) -> list[T]:
    """At least one of them, in their order."""
    return sorted(rng.sample(among, rng.randint(1, len(among))), key=among.index)


def record(rng: Random, agreement: str) -> Record:
    """One agreement with its versions and events."""
    first = _terms(rng)
    versions = [
        SignedVersion(1, "", first, _signatures(rng, first.parties, 5), _notices(rng, first), _amend(rng))
    ]
    left: list[str] = []
    for number in range(2, rng.choice((2, 2, 2, 3, 3, 4))):
        before, terms = versions[-1].terms, _amended(rng, versions[-1].terms)
        concerned = {**before.parties, **terms.parties}
        signed = _signatures(rng, concerned, 20 * number) or dict.fromkeys(concerned, 6)
        dropped = sorted({*before.parties} - {*terms.parties})
        if dropped and odds(rng, 60):
            signed = {member: when for member, when in signed.items() if member not in dropped}
            if odds(rng, 50):
                left += dropped
            else:
                versions[-1] = replace(versions[-1], terms=_over(rng, before, dropped))
        versions.append(SignedVersion(number, "", terms, signed, _notices(rng, terms), _amend(rng)))
    leaving = [Event("withdraw", rng.choice((20, 40, 60)), Scope(party=member)) for member in left]
    return Record(agreement, tuple(versions), (*leaving, *_events(rng, tuple(versions))))


def _over(rng: Random, terms: Terms, members: Sequence[str]) -> Terms:
    """The same terms; the time of these members as parties is over before long."""
    window = Window(until=rng.choice((20, 40)))
    over = {member: replace(terms.parties[member], window=window) for member in members}
    return replace(terms, parties={**terms.parties, **over})


def _terms(rng: Random) -> Terms:
    members = some(rng, MEMBERS)
    members = members if len(members) > 1 else [*members, *rng.sample(sorted({*MEMBERS} - {*members}), 1)]
    scale = rng.choice(SCALES)
    fields = some(rng, FIELDS)
    twice = [rng.choice(fields)] if odds(rng, 20) else []
    return Terms(
        parties={member: _party(rng, member, members, scale) for member in members},
        provisions=tuple(_provision(rng, name, members, scale) for name in [*fields, *twice]),
        in_force=Window(
            rng.choice((OPENING_DAY, OPENING_DAY, BEGINNING)),
            rng.choice((CLOSING_DAY, CLOSING_DAY, CLOSING_DAY, FOREVER, FOREVER, 25, 45)),
        ),
        entry=_entry(rng, len(members)),
        covers_existing=odds(rng, 40),
        scale=scale,
        equivalence=_equivalence(rng, scale),
        field_match=odds(rng, 70),
        onward=rng.choice(("parties", "parties", "parties", "parties", "prior-consent", "prohibited")),
        need_to_know=frozenset(some(rng, CATEGORIES)) if odds(rng, 6) else frozenset(),
    )


def _party(rng: Random, member: str, members: Sequence[str], scale: tuple[str, ...]) -> Party:
    since = rng.choice((20, 30, NOW)) if odds(rng, 12) else BEGINNING
    until = rng.choice((NOW, 60, 70)) if odds(rng, 12) else FOREVER
    others = [other for other in members if other != member]
    return Party(
        member,
        window=Window(since, until if until > since else FOREVER),
        ceiling=rng.choice(scale) if scale and odds(rng, 12) else None,
        designates=frozenset({f"{member}-guard"}) if odds(rng, 60) else frozenset(),
        reservations=Reservations(
            peers=frozenset(rng.sample(others, 1)) if odds(rng, 6) else frozenset(),
            fields=frozenset({rng.choice(FIELDS)}) if odds(rng, 6) else frozenset(),
            kinds=frozenset({rng.choice(KINDS)}) if odds(rng, 6) else frozenset(),
        ),
    )


def _provision(rng: Random, name: str, members: Sequence[str], scale: tuple[str, ...]) -> Provision:
    pairs = [(one, other) for one in members for other in members if one != other]
    return Provision(
        name,
        kinds=frozenset(some(rng, KINDS)) if odds(rng, 25) else None,
        excluded_kinds=frozenset({rng.choice(KINDS)}) if odds(rng, 6) else frozenset(),
        ceiling=rng.choice((*scale, scale[-1], scale[-1])) if scale else None,
        directions=frozenset(some(rng, pairs)) if odds(rng, 15) else None,
    )


def _entry(rng: Random, parties: int) -> Entry:
    kind = rng.choice(("all-signed", "all-signed", "all-notified", "signatures"))
    return Entry(kind, rng.randint(2, parties) if kind == "signatures" else 0)


def _equivalence(rng: Random, scale: tuple[str, ...]) -> dict[Level, str]:
    if not scale:
        return {}
    return {
        (policy, level): scale[min(int(level), len(scale)) - 1] for policy, level in MARKS if odds(rng, 85)
    }


def _signatures(rng: Random, members: Iterable[str], latest: Instant) -> dict[str, Instant] | None:
    """When each signed; None (as in a case file): all, from the beginning."""
    if odds(rng, 50):
        return None
    late = (latest + 20, NOW, 70)
    return {
        member: rng.choice(late) if odds(rng, 10) else rng.randint(latest - 5, latest)
        for member in members
        if odds(rng, 94)
    }


def _notices(rng: Random, terms: Terms) -> dict[str, Instant]:
    if terms.entry.kind != "all-notified":
        return {}
    return {member: rng.choice((4, 8, 15)) for member in terms.parties if odds(rng, 96)}


def _amend(rng: Random) -> str | int:
    return rng.choice(("all", "all", "all", "all", 3, 3, 2, "never"))


def _amended(rng: Random, before: Terms) -> Terms:
    """The next version: some of its forerunner's terms are replaced by newly drawn ones."""
    drawn = _terms(rng)
    members = {*before.parties}
    if odds(rng, 35) and len(members) > 2:
        members -= {rng.choice(sorted(members))}
    if odds(rng, 25):
        members |= {rng.choice(MEMBERS)}
    listed = sorted(members)
    return replace(
        before,
        parties={
            member: before.parties[member]
            if member in before.parties and odds(rng, 75)
            else _party(rng, member, listed, before.scale)
            for member in listed
        },
        provisions=tuple(_provision(rng, one.field, listed, before.scale) for one in drawn.provisions),
        in_force=Window(rng.choice((OPENING_DAY, 30, NOW, 60)), rng.choice((80, CLOSING_DAY, FOREVER)))
        if odds(rng, 45)
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
    if earlier and odds(rng, 80):
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
