"""What is signed: versions as their own canonical bytes, every other act as a small canonical statement.

`agreement` and `previous` chain the acts of one agreement: an act names the digest of the act before it, so a
fork shows; `version` names what the signers looked at, so a stale act shows. `by` names all who sign.
A statement has one form, the one that `payload` writes: times in UTC, signers sorted, nothing said emptily.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from opsroom.core.agreement.events import WHOLE, Scope, read_scope
from opsroom.core.agreement.terms import Party, read_party
from opsroom.core.canonical import canonical, digest
from opsroom.core.identifiers import stix_id_fault
from opsroom.core.reading import Reader
from opsroom.core.timestamps import Instant, render
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.errors import Fault, Malformed

VERSION_TYPE = "application/vnd.opsroom.agreement+json"
ACT_TYPE = "application/vnd.opsroom.event+json"
CONSENT_TYPE = "application/vnd.opsroom.consent+json"
KEY_TYPE = "application/vnd.opsroom.key+json"

ACT_SCHEMA = "opsroom.event/1"
CONSENT_SCHEMA = "opsroom.consent/1"
KEY_SCHEMA = "opsroom.key/1"

SCOPES = {
    "suspend": ("party", "pair", "field"),
    "resume": ("party", "pair", "field"),
    "withdraw": ("party",),
    "rescind": ("party",),
    "accede": (),
    "terminate": (),
    "notify": (),
}
"""Every act, and what its scope may name; an act of one's own part (withdraw, rescind) must name the party."""
OWN_PART = frozenset({"withdraw", "rescind"})
CONSENT_STEPS = ("ask", "give", "refuse", "revoke")


class Statement(Protocol):
    """What is signed besides versions. As text: what it says, in a line."""

    @property
    def payload(self) -> bytes:
        """The canonical bytes that are signed."""


T = TypeVar("T", bound=Statement)


@dataclass(frozen=True, slots=True)
class Act:
    """An act on an agreement as it is signed. `by`: the members that sign it."""

    agreement: str
    version: str
    previous: str | None
    type: str
    by: tuple[str, ...]
    effective_at: Instant
    scope: Scope = WHOLE
    newcomer: Mapping[str, object] | None = None

    def __str__(self) -> str:
        of = self.scope if self.newcomer is None else f"of {self.newcomer.get('member')}"
        signers = ", ".join(sorted(self.by))
        return (
            f"{self.type} {of}, of {self.agreement}, by {signers}, effective at {render(self.effective_at)}"
        )

    @property
    def payload(self) -> bytes:
        """The canonical bytes that are signed."""
        found: dict[str, object] = {
            "schema": ACT_SCHEMA,
            "agreement": self.agreement,
            "version": self.version,
            "previous": self.previous,
            "type": self.type,
            "by": sorted(self.by),
            "effective_at": render(self.effective_at),
        }
        if self.scope.as_mapping():
            found["scope"] = self.scope.as_mapping()
        if self.newcomer is not None:
            found["party"] = dict(self.newcomer)
        try:
            return canonical(found)
        except ValueError as error:
            raise Malformed([Fault("party", f"cannot be signed: {error}")]) from error

    @property
    def digest(self) -> str:
        """The name of the act."""
        return digest(self.payload)

    def party(self, levels: tuple[str, ...]) -> Party | None:
        """The newcomer of an accession; its ceiling is one of these levels. Raises `Malformed`."""
        if self.newcomer is None:
            return None
        faults: list[Fault] = []
        found = Reader.over(self.newcomer, "party", faults).done(lambda one: read_party(one, levels))
        if faults:
            raise Malformed(faults)
        return found


@dataclass(frozen=True, slots=True)
class ConsentStep:
    """One step of a consent as it is signed."""

    consent: str
    kind: str
    item: str
    originator: str
    to: str
    by: str
    effective_at: Instant
    holder: str | None = None
    under: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    reason: str = ""

    def __str__(self) -> str:
        through = f" through {self.holder}" if self.holder else ""
        under = f" under {self.under}" if self.under else ""
        return f"{self.kind} {self.consent} by {self.by}: {self.item} of {self.originator} to {self.to}{through}{under}"

    @property
    def payload(self) -> bytes:
        """The canonical bytes that are signed."""
        found: dict[str, object] = {
            "schema": CONSENT_SCHEMA,
            "consent": self.consent,
            "kind": self.kind,
            "item": self.item,
            "originator": self.originator,
            "to": self.to,
            "by": self.by,
            "effective_at": render(self.effective_at),
        }
        texts = {"holder": self.holder, "under": self.under, "reason": self.reason or None}
        bounds = {"from": self.since, "until": self.until}
        found |= {key: value for key, value in texts.items() if value is not None}
        found |= {key: render(instant) for key, instant in bounds.items() if instant is not None}
        return canonical(found)


@dataclass(frozen=True, slots=True)
class KeyStep:
    """A member's next key as it is introduced: by its last one, or (a lost key) by the host and a second member."""

    member: str
    key: str
    replaces: str
    by: tuple[str, ...]

    def __str__(self) -> str:
        name = digest(bytes.fromhex(self.key))
        return f"the next key of {self.member}, {name}, introduced by {', '.join(sorted(self.by))}"

    @property
    def payload(self) -> bytes:
        """The canonical bytes that are signed; `key` is 32 raw bytes in hexadecimal."""
        found = {"schema": KEY_SCHEMA, "member": self.member, "key": self.key}
        return canonical({**found, "replaces": self.replaces, "by": sorted(self.by)})


def parse_act(value: object) -> Act:
    """The act that a payload states. Raises `Malformed` with every fault."""
    return _parsed(value, _read_act)


def parse_consent(value: object) -> ConsentStep:
    """The step that a payload states. Raises `Malformed` with every fault."""
    return _parsed(value, _read_consent)


def parse_key(value: object) -> KeyStep:
    """The step that a payload states. Raises `Malformed` with every fault."""
    return _parsed(value, _read_key)


def _parsed(value: object, read: Callable[[Reader], T]) -> T:
    faults: list[Fault] = []
    found = Reader.over(value, "", faults).done(read)
    if not faults and found.payload != canonical(value):
        faults.append(Fault("", "this says the same in another form; prepare it with opsroom"))
    if faults:
        raise Malformed(faults)
    return found


def _read_act(reader: Reader) -> Act:
    reader.choice("schema", (ACT_SCHEMA,), ACT_SCHEMA, required=True)
    newcomer = reader.raw("party")
    kind = reader.choice("type", SCOPES, "suspend", required=True)
    if (kind == "accede") != isinstance(newcomer, Mapping):
        reader.fault("party", "an accession, and no other act, names the newcomer as a party")
    return Act(
        agreement=_read_id(reader, "agreement", "agreement"),
        version=reader.text("version", required=True),
        previous=reader.optional_text("previous"),
        type=kind,
        by=_read_signers(reader),
        effective_at=_read_instant(reader, "effective_at"),
        scope=_read_scope(reader, kind),
        newcomer=newcomer if isinstance(newcomer, Mapping) else None,
    )


def _read_scope(reader: Reader, kind: str) -> Scope:
    scope = read_scope(reader)
    for named in scope.as_mapping():
        if named not in SCOPES[kind]:
            reader.fault("scope", f"to {kind} has no scope of a {named}")
    if kind in OWN_PART and scope == WHOLE:
        reader.fault("scope", f"to {kind} names the party that does it")
    return scope


def _read_consent(reader: Reader) -> ConsentStep:
    reader.choice("schema", (CONSENT_SCHEMA,), CONSENT_SCHEMA, required=True)
    step = ConsentStep(
        consent=_read_id(reader, "consent", "consent"),
        kind=reader.choice("kind", CONSENT_STEPS, "ask", required=True),
        item=_read_id(reader, "item", None),
        originator=reader.name("originator", "member"),
        to=reader.name("to", "member"),
        by=reader.name("by", "member"),
        effective_at=_read_instant(reader, "effective_at"),
        holder=reader.name("holder", "member", required=False) or None,
        under=_read_id(reader, "under", "agreement") if reader.has("under") else None,
        since=reader.instant("from"),
        until=reader.instant("until"),
        reason=reader.text("reason"),
    )
    if (BEGINNING if step.since is None else step.since) >= (FOREVER if step.until is None else step.until):
        reader.fault("until", 'must be later than "from": the span is half-open and would be empty')
    if step.to in (step.originator, step.holder):
        reader.fault("to", f"{step.to} has the item already; consent lets it reach another member")
    if step.holder == step.originator:
        reader.fault("holder", f"{step.holder} is the originator itself; leave the holder out")
    return step


def _read_key(reader: Reader) -> KeyStep:
    reader.choice("schema", (KEY_SCHEMA,), KEY_SCHEMA, required=True)
    step = KeyStep(
        member=reader.name("member", "member"),
        key=reader.text("key", required=True),
        replaces=reader.text("replaces", required=True),
        by=_read_signers(reader),
    )
    if step.key and (len(step.key) != 64 or set(step.key) - set("0123456789abcdef")):
        reader.fault("key", "64 hexadecimal digits (32 bytes) are wanted")
    return step


def _read_id(reader: Reader, key: str, type: str | None) -> str:
    found = reader.text(key, required=True)
    if found and (reason := stix_id_fault(found, type)):
        reader.fault(key, reason)
    return found


def _read_signers(reader: Reader) -> tuple[str, ...]:
    signers = reader.texts("by")
    if not signers:
        reader.fault("by", "is missing: the members that sign")
    return signers


def _read_instant(reader: Reader, key: str) -> Instant:
    found = reader.instant(key)
    if not reader.has(key):
        reader.fault(key, "is missing")
    return BEGINNING if found is None else found
