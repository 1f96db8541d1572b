"""An agreement as it stands: its versions with their newcomers, when each enters, what governs a pair.

1. Entry: while no version before it has entered, a version enters as its own `entry` says; then as
   `acts.amend` of the newest that has entered says (`all`: once every party of both has signed or left;
   a number: once that many have signed; `never`). A draft that never enters amends nothing.
2. `accede` lists the newcomer, from that instant, in the newest version that has entered; it counts as
   having signed that version then. Who is listed already stays as listed.
3. A version governs a pair from the latest of `in_force.from`, its entry and both signatures to
   `in_force.to` or until a newer one governs: what is replaced does not come back.
4. A pair is live while the version that governs it lists both, over both parties' spans. Its start runs
   through amendments without a gap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from opsroom.core.agreement.events import Event, Record, SignedVersion, in_order
from opsroom.core.agreement.terms import Party, Terms
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window


@dataclass(frozen=True, slots=True)
class StandingVersion:
    """One version as `entry` completes it. `terms` list the newcomers too; `joined` says when each acceded."""

    number: int
    terms: Terms
    amend: str | int
    signed: Mapping[str, Instant] | None
    entry: Instant
    joined: Mapping[str, Instant] = field(default_factory=dict)

    def parties_at(self, at: Instant) -> int:
        """How many parties are listed at that instant."""
        return len(self.terms.parties) - sum(at < instant for instant in self.joined.values())

    def begun(self, one: str, other: str) -> Window:
        """From when on the version is in force between two that signed it; empty where they did not."""
        if self.signed is None:
            return self.terms.in_force & Window(self.entry)
        signatures = (self.signed.get(one, FOREVER), self.signed.get(other, FOREVER))
        return self.terms.in_force & Window(max(self.entry, *signatures))


@dataclass(frozen=True, slots=True)
class Live:
    """A pair is live under `version` over `window`, and has been without a gap from `since` on."""

    version: StandingVersion
    window: Window
    since: Instant


@dataclass(frozen=True, slots=True)
class Standing:
    """What all pairs under one agreement share: `events` as they count, `versions` by number."""

    agreement: str
    versions: tuple[StandingVersion, ...]
    events: tuple[Event, ...]

    def live(self, one: str, other: str) -> list[Live]:
        """When the two are live together and under which version, whatever is suspended or ended by events."""
        found: list[Live] = []
        for version, span in self._governing(one, other):
            parties = version.terms.parties
            if one not in parties or other not in parties:
                continue
            window = span & parties[one].window & parties[other].window
            if not window.empty:
                runs_on = bool(found) and found[-1].window.until == window.since
                found.append(Live(version, window, found[-1].since if runs_on else window.since))
        return found

    def _governing(self, one: str, other: str) -> list[tuple[StandingVersion, Window]]:
        spans: list[tuple[StandingVersion, Window]] = []
        for version in self.versions:
            begun = version.begun(one, other)
            if not begun.empty:
                spans = [(before, span & Window(until=begun.since)) for before, span in spans]
                spans.append((version, begun))
        return spans


def standing(record: Record) -> Standing:
    """The agreement with its newcomers listed, its entries completed and its events in order."""
    events = in_order(record.events)
    left = {
        event.scope.party: event.effective_at
        for event in reversed(events)
        if event.type == "withdraw" and event.scope.party is not None
    }
    versions = _entered(record.versions, left, [])
    for event in events:
        if event.type != "accede" or event.newcomer is None:
            continue
        begun = [index for index, one in enumerate(versions) if one.entry <= event.counts_from]
        if begun and event.newcomer.member not in versions[begun[-1]].terms.parties:
            newest = versions[begun[-1]]
            versions[begun[-1]] = _listing(newest, event.newcomer, event.counts_from)
            versions = _entered(record.versions, left, versions[: begun[-1] + 1])
    return Standing(record.agreement, tuple(versions), tuple(events))


def _entered(
    versions: Sequence[SignedVersion], left: Mapping[str, Instant], known: Sequence[StandingVersion]
) -> list[StandingVersion]:
    """The versions in a row, each with its entry; the first of them are `known`."""
    found = list(known)
    for version in versions[len(known) :]:
        entry = BEGINNING if version.signed is None else _entry(version, found, left)
        found.append(StandingVersion(version.number, version.terms, version.amend, version.signed, entry))
    return found


def _entry(version: SignedVersion, before: Sequence[StandingVersion], left: Mapping[str, Instant]) -> Instant:
    """When the entry of a version is complete; FOREVER while it is not. Each entry before it changes what it takes."""
    entries = sorted(one.entry for one in before)
    for since, until in pairwise((BEGINNING, *entries, FOREVER)):
        begun = [one for one in before if one.entry <= since]
        entry = _amendment_entry(version, begun[-1], left) if begun else _first_entry(version)
        if max(since, entry) < until:
            return max(since, entry)
    return FOREVER


def _first_entry(version: SignedVersion) -> Instant:
    """As the version itself says."""
    given, parties, entry = version.signed or {}, version.terms.parties, version.terms.entry
    if entry.kind == "signatures":
        return _reached(given, parties, entry.signatures)
    signed = _reached(given, parties, len(parties))
    if entry.kind == "all-notified":
        return max(signed, _reached(version.ratified, parties, len(parties)))
    return signed


def _amendment_entry(version: SignedVersion, before: StandingVersion, left: Mapping[str, Instant]) -> Instant:
    """As the version that it replaces says."""
    signed, parties = version.signed or {}, version.terms.parties
    given = {member: max(at, before.joined.get(member, at)) for member, at in signed.items()}
    concerned = {*parties, *before.terms.parties}
    if isinstance(before.amend, int):
        return _reached(given, concerned, before.amend)
    if before.amend == "never":
        return FOREVER
    listed = before.terms.parties.items()
    ended = {member: party.window.until for member, party in listed if member not in parties}
    asked = (given, left, ended)
    return max(min(one.get(member, FOREVER) for one in asked) for member in concerned)


def _reached(given: Mapping[str, Instant], among: Iterable[str], number: int) -> Instant:
    """The instant at which so many of them have given theirs; FOREVER while they have not."""
    instants = sorted(given[member] for member in among if member in given)
    return instants[number - 1] if len(instants) >= number else FOREVER


def _listing(version: StandingVersion, newcomer: Party, since: Instant) -> StandingVersion:
    party = replace(newcomer, window=newcomer.window & Window(since))
    signed = version.signed
    if signed is not None:
        signed = {**signed, newcomer.member: min(since, signed.get(newcomer.member, since))}
    return replace(
        version,
        terms=replace(version.terms, parties={**version.terms.parties, newcomer.member: party}),
        signed=signed,
        joined={**version.joined, newcomer.member: since},
    )
