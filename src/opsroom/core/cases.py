"""Release cases as data: facts, the expected outcome and ground, readable by a lawyer.

A file states a base item, agreements, events and cases. A case overrides the base item (tables are
merged key by key, lists replaced), names the agreements that exist (absent = all) and the events that
happened (absent = none). Agreements of a case file are signed by all their parties from the beginning;
events are facts: one with nothing to act on is no fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, SignedVersion, read_scope
from opsroom.core.agreement.terms import read_party, read_terms
from opsroom.core.consent import Consent
from opsroom.core.handling import read_label
from opsroom.core.reading import Reader
from opsroom.core.release import Decision, Desk, Ground, Held, Item, Release, Source, decide
from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.errors import Fault, Malformed

EVENT_TYPES = ("suspend", "resume", "withdraw", "rescind", "accede", "terminate")
OUTCOMES = ("release", "withhold")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is expected or was decided; `authority` None: none, or (expected) not asked about."""

    outcome: str
    ground: str
    authority: str | None = None

    @classmethod
    def of(cls, decision: Decision) -> "Outcome":
        """The outcome of a decision."""
        if isinstance(decision, Release):
            return cls("release", decision.ground, decision.authority)
        return cls("withhold", decision.ground)

    def met_by(self, got: "Outcome") -> bool:
        """Whether `got` is what was expected."""
        same = (self.outcome, self.ground) == (got.outcome, got.ground)
        return same and self.authority in (None, got.authority)


@dataclass(frozen=True, slots=True)
class Case:
    """One question and its expected answer."""

    name: str
    item: Item
    to: Desk
    at: Instant
    holder: str | None
    agreements: tuple[str, ...]
    events: tuple[str, ...]
    consents: tuple[Consent, ...]
    held: Held
    expected: Outcome


@dataclass(slots=True)
class CaseFile:
    """The cases of one file with the facts that they draw on."""

    agreements: dict[str, SignedVersion]
    events: dict[str, tuple[str, Event]]
    cases: tuple[Case, ...]
    _edges: dict[tuple[tuple[str, ...], tuple[str, ...]], Edges] = field(default_factory=dict)

    def edges(self, case: Case) -> Edges:
        """The agreements of a case compiled under its events; cases with the same facts share them."""
        key = (case.agreements, case.events)
        if key not in self._edges:
            happened = [self.events[name] for name in case.events]
            self._edges[key] = Edges(
                Record(name, (self.agreements[name],), tuple(event for of, event in happened if of == name))
                for name in case.agreements
            )
        return self._edges[key]

    def decide(self, case: Case) -> Decision:
        """What the rule says of a case."""
        return decide(
            case.item,
            to=case.to,
            at=case.at,
            by=self.edges(case),
            holder=case.holder,
            consents=case.consents,
            held=case.held,
        )

    def failures(self) -> Iterator[tuple[Case, Decision]]:
        """The cases decided otherwise than expected, in the order of the file."""
        for case in self.cases:
            decision = self.decide(case)
            if not case.expected.met_by(Outcome.of(decision)):
                yield case, decision


def read_cases(value: object, extra: Mapping[str, SignedVersion] | None = None) -> CaseFile:
    """The case file that a mapping states; `extra` adds agreements. Raises `Malformed` with every fault."""
    faults: list[Fault] = []
    reader = Reader.over(value, "", faults)
    base = reader.raw("item") or {}
    agreements = {**_read_agreements(reader), **(extra or {})}
    events = _read_events(reader, agreements)
    cases = tuple(_read_case(one, base, agreements, events) for one in reader.entries("case", required=True))
    reader.finish()
    if faults:
        raise Malformed(faults)
    return CaseFile(agreements, events, cases)


def _read_agreements(reader: Reader) -> dict[str, SignedVersion]:
    found: dict[str, SignedVersion] = {}
    for one in reader.entries("agreement"):
        name = one.text("id", required=True)
        if name in found:
            one.fault("id", f'"{name}" is used twice')
        found[name] = SignedVersion(number=1, digest="", terms=one.done(read_terms))
    return found


def _read_events(reader: Reader, agreements: Mapping[str, SignedVersion]) -> dict[str, tuple[str, Event]]:
    found: dict[str, tuple[str, Event]] = {}
    for one in reader.entries("event"):
        name, agreement = one.text("name", required=True), one.text("agreement", required=True)
        if name in found:
            one.fault("name", f'"{name}" is used twice')
        scale = agreements[agreement].terms.scale if agreement in agreements else ()
        newcomer = one.inner("party")
        read_newcomer = partial(read_party, scale=scale)
        effective = one.instant("effective_at")
        if not one.has("effective_at"):
            one.fault("effective_at", "is missing")
        event = Event(
            type=one.choice("type", EVENT_TYPES, "suspend", required=True),
            effective_at=BEGINNING if effective is None else effective,
            scope=read_scope(one),
            newcomer=newcomer.done(read_newcomer) if newcomer else None,
        )
        one.finish()
        found[name] = (agreement, event)
    return found


def _read_case(
    reader: Reader,
    base: object,
    agreements: Mapping[str, SignedVersion],
    events: Mapping[str, object],
) -> Case:
    merged = _merged(base, reader.raw("item") or {})
    item_reader = Reader.over(merged, reader.at("item"), reader.faults)
    held: dict[str, frozenset[str]] = {}
    item = _read_item(item_reader, held)
    to, at = reader.text("to", required=True), reader.instant("at")
    if not reader.has("at"):
        reader.fault("at", "is missing")
    expected = Outcome(
        reader.choice("expect", OUTCOMES, "withhold", required=True),
        reader.choice("ground", tuple(Ground), "label", required=True),
        reader.optional_text("authority"),
    )
    case = Case(
        name=reader.text("name", required=True),
        item=item,
        to=_read_desk(reader, to),
        at=BEGINNING if at is None else at,
        holder=reader.optional_text("holder"),
        agreements=_known(reader, "agreements", tuple(agreements), tuple(agreements)),
        events=_known(reader, "events", tuple(events), ()),
        consents=reader.each("consents", _read_consent),
        held=held,
        expected=expected,
    )
    reader.finish()
    return case


def _known(reader: Reader, key: str, known: Sequence[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """The named agreements or events, in the order of the file."""
    if not reader.has(key):
        reader.raw(key)
        return default
    named = reader.texts(key)
    for index, name in enumerate(named):
        if name not in known:
            reader.fault(f"{key}[{index}]", f'"{name}" is not in this file')
    return tuple(name for name in known if name in named)


def _merged(base: object, override: object) -> object:
    if isinstance(base, Mapping) and isinstance(override, Mapping):
        return {**base, **{key: _merged(base.get(key), value) for key, value in override.items()}}
    return override


def _read_item(reader: Reader, held: dict[str, frozenset[str]]) -> Item:
    """The item under `reader`; who holds what, a fact of the case wherever it stands, is added to `held`."""
    _read_held(reader, held)
    handling = reader.inner("handling")
    offered = reader.instant("offered")
    if not reader.has("offered"):
        reader.fault("offered", "is missing: the instant at which the item was released to the room")
    item = Item(
        originator=reader.text("originator", required=True),
        kind=reader.text("kind", required=True),
        offered=BEGINNING if offered is None else offered,
        handling=handling.done(read_label) if handling else None,
        id=reader.optional_text("id"),
        recalled_at=BEGINNING if reader.flag("recalled", False) else None,
        sources=tuple(_read_source(one, held) for one in reader.entries("sources")),
    )
    reader.finish()
    return item


def _read_source(reader: Reader, held: dict[str, frozenset[str]]) -> Source:
    return Source(sanitised=reader.flag("sanitised", False), item=_read_item(reader, held))


def _read_held(reader: Reader, held: dict[str, frozenset[str]]) -> None:
    inner = reader.inner("held")
    if inner is None:
        return
    for member in inner.value:
        held[member] = held.get(member, frozenset()) | frozenset(inner.texts(member))


def _read_desk(reader: Reader, member: str) -> Desk:
    inner = reader.inner("desk")
    if inner is None:
        return Desk(member)
    clearance = inner.inner("clearance")
    desk = Desk(
        member=member,
        fields=inner.names("fields"),
        held=inner.names("held"),
        clearance=clearance.done(_read_level) if clearance else None,
    )
    inner.finish()
    return desk


def _read_level(reader: Reader) -> tuple[str, str]:
    return reader.text("policy", required=True), reader.text("level", required=True)


def _read_consent(reader: Reader) -> Consent:
    since, until = reader.instant("from"), reader.instant("until")
    return Consent(
        to=reader.text("to", required=True),
        by=reader.text("by", required=True),
        item=reader.optional_text("item"),
        holder=reader.optional_text("holder"),
        under=reader.optional_text("under"),
        since=BEGINNING if since is None else since,
        until=FOREVER if until is None else until,
        revoked_at=reader.instant("revoked_at"),
    )
