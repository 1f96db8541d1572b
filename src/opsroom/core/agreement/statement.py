"""What is signed: versions as their own canonical bytes, every other act as a small canonical statement.

`agreement` and `previous` chain the acts of one agreement: an act names the digest of the act before it, so a
fork shows; `version` names what the signers looked at, so a stale act shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.core.agreement.events import WHOLE, Scope, read_scope
from opsroom.core.agreement.terms import Party, read_party
from opsroom.core.canonical import canonical, digest
from opsroom.core.reading import Reader
from opsroom.core.timestamps import Instant, render
from opsroom.core.windows import BEGINNING
from opsroom.errors import Fault, Malformed

VERSION_TYPE = "application/vnd.opsroom.agreement+json"
ACT_TYPE = "application/vnd.opsroom.event+json"
CONSENT_TYPE = "application/vnd.opsroom.consent+json"
KEY_TYPE = "application/vnd.opsroom.key+json"

ACT_SCHEMA = "opsroom.event/1"
CONSENT_SCHEMA = "opsroom.consent/1"
KEY_SCHEMA = "opsroom.key/1"

ACTS = ("suspend", "resume", "accede", "withdraw", "rescind", "terminate", "notify")
CONSENT_STEPS = ("ask", "give", "refuse", "revoke")


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
        return canonical(found)

    @property
    def digest(self) -> str:
        """The name of the act."""
        return digest(self.payload)

    def party(self, scale: tuple[str, ...]) -> Party | None:
        """The newcomer of an accession, read against the agreement's scale. Raises `Malformed`."""
        if self.newcomer is None:
            return None
        faults: list[Fault] = []
        found = Reader.over(self.newcomer, "party", faults).done(lambda one: read_party(one, scale))
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

    @property
    def payload(self) -> bytes:
        """The canonical bytes that are signed; `key` is 32 raw bytes in hexadecimal."""
        found = {"schema": KEY_SCHEMA, "member": self.member, "key": self.key}
        return canonical({**found, "replaces": self.replaces, "by": sorted(self.by)})


def parse_act(value: object) -> Act:
    """The act that a payload states. Raises `Malformed` with every fault."""
    faults: list[Fault] = []
    found = Reader.over(value, "", faults).done(_read_act)
    if faults:
        raise Malformed(faults)
    return found


def parse_consent(value: object) -> ConsentStep:
    """The step that a payload states. Raises `Malformed` with every fault."""
    faults: list[Fault] = []
    found = Reader.over(value, "", faults).done(_read_consent)
    if faults:
        raise Malformed(faults)
    return found


def _read_act(reader: Reader) -> Act:
    reader.choice("schema", (ACT_SCHEMA,), ACT_SCHEMA, required=True)
    newcomer = reader.raw("party")
    kind = reader.choice("type", ACTS, "suspend", required=True)
    if (kind == "accede") != isinstance(newcomer, Mapping):
        reader.fault("party", "an accession, and no other act, names the newcomer as a party")
    if not reader.has("by"):
        reader.fault("by", "is missing: the members that sign")
    return Act(
        agreement=reader.text("agreement", required=True),
        version=reader.text("version", required=True),
        previous=reader.optional_text("previous"),
        type=kind,
        by=reader.texts("by"),
        effective_at=_read_instant(reader, "effective_at"),
        scope=read_scope(reader),
        newcomer=newcomer if isinstance(newcomer, Mapping) else None,
    )


def _read_consent(reader: Reader) -> ConsentStep:
    reader.choice("schema", (CONSENT_SCHEMA,), CONSENT_SCHEMA, required=True)
    return ConsentStep(
        consent=reader.text("consent", required=True),
        kind=reader.choice("kind", CONSENT_STEPS, "ask", required=True),
        item=reader.text("item", required=True),
        originator=reader.text("originator", required=True),
        to=reader.text("to", required=True),
        by=reader.text("by", required=True),
        effective_at=_read_instant(reader, "effective_at"),
        holder=reader.optional_text("holder"),
        under=reader.optional_text("under"),
        since=reader.instant("from"),
        until=reader.instant("until"),
        reason=reader.text("reason"),
    )


def _read_instant(reader: Reader, key: str) -> Instant:
    found = reader.instant(key)
    if not reader.has(key):
        reader.fault(key, "is missing")
    return BEGINNING if found is None else found
