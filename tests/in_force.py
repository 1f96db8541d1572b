"""What is in force between two members at one instant: the oracle's half that knows agreements and their events.

An agreement's past is replayed once, instant by instant (`replay`); every question is then asked of one
instant alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from opsroom.core.agreement.events import Event, Record, Scope, SignedVersion
from opsroom.core.agreement.terms import Party, Provision
from opsroom.core.timestamps import Instant

BEFORE_ALL_TIME: Instant = -(2**62)


@dataclass(slots=True)
class Past:
    """What happened to the versions of an agreement, by index: when each entered, who joined it and when."""

    record: Record
    entered: dict[int, Instant] = field(default_factory=dict)
    joined: list[tuple[int, Party, Instant]] = field(default_factory=list)

    def version(self, index: int, at: Instant) -> SignedVersion:
        """The version as it stands, with its newcomers so far, each of whom counts as having signed it."""
        version = self.record.versions[index]
        for joined_to, newcomer, since in self.joined:
            if joined_to == index and since <= at:
                version = with_newcomer(version, newcomer, since)
        return version

    def newest(self, at: Instant, short_of: int) -> int | None:
        """The newest version, older than `short_of`, that has entered by now."""
        found = [index for index, since in self.entered.items() if since <= at and index < short_of]
        return max(found, default=None)


def replay(record: Record) -> Past:
    """The past, instant by instant: what enters first, who accedes then."""
    past = Past(record)
    for instant in sorted(set(instants(record))):
        for index in range(len(record.versions)):
            if index not in past.entered and enters(past, index, instant):
                past.entered[index] = instant
        for event in in_effect(record, instant):
            if event.type == "accede" and counts_from(event) == instant and event.newcomer is not None:
                newest = past.newest(instant, len(record.versions))
                if newest is None or event.newcomer.member in past.version(newest, instant).terms.parties:
                    continue
                past.joined.append((newest, event.newcomer, instant))
    return past


def enters(past: Past, index: int, at: Instant) -> bool:
    """Whether enough is signed by now: as the version says itself, or as the one says that it replaces."""
    version, replaced = past.record.versions[index], past.newest(at, index)
    if version.signed is None:
        return True
    if replaced is None:
        return enters_by_itself(version, at)
    return enters_as_amendment(past.record, version, past.version(replaced, at), at)


def enters_by_itself(version: SignedVersion, at: Instant) -> bool:
    """All signed, all signed and notified, or so many signed."""
    parties, entry = version.terms.parties, version.terms.entry
    signatures = [member for member in parties if has_signed(version, member, at)]
    if entry.kind == "signatures":
        return len(signatures) >= entry.signatures
    notified = all(member in version.ratified and version.ratified[member] <= at for member in parties)
    return len(signatures) == len(parties) and (notified or entry.kind == "all-signed")


def enters_as_amendment(record: Record, version: SignedVersion, replaced: SignedVersion, at: Instant) -> bool:
    """Signed by all parties of both versions that have not left, or by as many as the replaced one wants."""
    listed, before = version.terms.parties, replaced.terms.parties
    concerned = {*listed, *before}
    if replaced.amend in ("all", "all-others"):
        return all(
            has_signed(version, member, at)
            or has_left(record, member, at)
            or (member not in listed and before[member].window.until <= at)
            for member in concerned
        )
    signatures = [member for member in concerned if has_signed(version, member, at)]
    return isinstance(replaced.amend, int) and len(signatures) >= replaced.amend


def has_signed(version: SignedVersion, member: str, at: Instant) -> bool:
    """Whether the member's signature was recorded by now; without signatures, all signed at the beginning."""
    return version.signed is None or (member in version.signed and version.signed[member] <= at)


def with_newcomer(version: SignedVersion, newcomer: Party, joined: Instant) -> SignedVersion:
    """The version with one more party."""
    since = max(joined, newcomer.window.since)
    party = replace(newcomer, window=replace(newcomer.window, since=since))
    terms = replace(version.terms, parties={**version.terms.parties, newcomer.member: party})
    if version.signed is None or has_signed(version, newcomer.member, joined):
        return replace(version, terms=terms)
    return replace(version, terms=terms, signed={**version.signed, newcomer.member: joined})


# --- between two --------------------------------------------------------------------------------------


def in_force_between(past: Past, one: str, other: str, at: Instant) -> Iterator[SignedVersion]:
    """The one version under which the two are live, newcomers listed, or none."""
    if one == other or has_left(past.record, one, at) or has_left(past.record, other, at):
        return
    version = governing(past, one, other, at)
    if version is None:
        return
    parties = version.terms.parties
    if one in parties and other in parties:
        spans = (version.terms.in_force, parties[one].window, parties[other].window)
        if all(span.since <= at < span.until for span in spans):
            yield version


def governing(past: Past, one: str, other: str, at: Instant) -> SignedVersion | None:
    """The newest version that both signed and that has been in force by now: what it replaced stays replaced."""
    for index in sorted(past.entered, reverse=True):
        version = past.version(index, at)
        if any(
            past.entered[index] <= instant <= at
            and has_signed(version, one, instant)
            and has_signed(version, other, instant)
            and version.terms.in_force.since <= instant < version.terms.in_force.until
            for instant in instants(past.record)
        ):
            return version
    return None


def live_since(past: Past, one: str, other: str, at: Instant) -> Instant:
    """From when on the pair has been live without a break, through amendments: looks back fact by fact."""
    since = at
    for instant in sorted((x for x in instants(past.record) if x <= at), reverse=True):
        if not any(in_force_between(past, one, other, instant)):
            return since
        since = instant
    return since


def running(
    past: Past, version: SignedVersion, field: str, giver: str, receiver: str, at: Instant
) -> Iterator[Provision]:
    """The provisions of a field whose edge giver → receiver is in force, given that the pair is live."""
    one, other = version.terms.parties[giver].reservations, version.terms.parties[receiver].reservations
    reserved = receiver in one.peers or giver in other.peers or field in one.fields or field in other.fields
    if reserved or is_suspended(past.record, field, giver, receiver, at):
        return
    for provision in version.terms.provisions:
        directed = provision.directions is None or (giver, receiver) in provision.directions
        if provision.field == field and directed:
            yield provision


# --- events -------------------------------------------------------------------------------------------


def counts_from(event: Event) -> Instant:
    """What opens never takes effect before it is recorded."""
    opens = event.type in ("resume", "accede", "rescind")
    if opens and event.recorded_at is not None and event.recorded_at > event.effective_at:
        return event.recorded_at
    return event.effective_at


def in_effect(record: Record, at: Instant) -> list[Event]:
    """The events that count by now, at one instant in the order recorded."""
    return sorted((event for event in record.events if counts_from(event) <= at), key=counts_from)


def has_left(record: Record, member: str, at: Instant) -> bool:
    """Withdrawn, and the withdrawal not rescinded before it took effect; or the agreement was terminated."""
    for place, event in enumerate(record.events):
        if event.effective_at > at:
            continue
        if event.type == "terminate":
            return True
        if event.type == "withdraw" and event.scope.party == member:
            afterwards = record.events[place + 1 :]
            if not any(takes_back(rescission, event) for rescission in afterwards):
                return True
    return False


def takes_back(rescission: Event, withdrawal: Event) -> bool:
    """Whether a later event rescinds the withdrawal in time."""
    same = rescission.type == "rescind" and rescission.scope == withdrawal.scope
    return same and counts_from(rescission) < withdrawal.effective_at


def is_suspended(record: Record, field: str, one: str, other: str, at: Instant) -> bool:
    """Whether a suspension stands that bears on this field between the two."""
    scopes: list[Scope] = []
    for event in in_effect(record, at):
        if event.type == "suspend":
            scopes.append(event.scope)
        if event.type == "resume":
            scopes = [scope for scope in scopes if scope != event.scope]
    return any(bears_on(scope, field, one, other) for scope in scopes)


def bears_on(scope: Scope, field: str, one: str, other: str) -> bool:
    """All, a party, a pair without order, or a field."""
    if scope.party is not None:
        return scope.party in (one, other)
    if scope.pair is not None:
        return scope.pair == frozenset((one, other))
    return scope.field is None or scope.field == field


def instants(record: Record) -> Iterator[Instant]:
    """Every instant at which something of this agreement may begin or end."""
    yield BEFORE_ALL_TIME
    for version in record.versions:
        spans = [version.terms.in_force, *(party.window for party in version.terms.parties.values())]
        for span in spans:
            yield from (span.since, span.until)
        yield from (version.signed or {}).values()
        yield from version.ratified.values()
    for event in record.events:
        yield counts_from(event)
        if event.newcomer is not None:
            yield from (event.newcomer.window.since, event.newcomer.window.until)
