"""The agreement file, schema `opsroom.agreement/1`: what people write, and the canonical bytes that parties sign.

The text of the instrument prevails over the file. The file holds no state: whether it is signed, in
force or suspended follows from signed events (`opsroom.core.agreement.events`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.core.agreement.terms import Terms, check_reservations, read_party, read_terms
from opsroom.core.canonical import canonical, digest, is_digest
from opsroom.core.identifiers import stix_id_fault
from opsroom.core.reading import Reader
from opsroom.core.timestamps import later, parse_duration
from opsroom.core.windows import FOREVER
from opsroom.errors import Fault, Malformed

SCHEMA = "opsroom.agreement/1"
INSTRUMENTS = ("agreement", "treaty", "memorandum", "arrangement", "terms-of-reference")
DUTIES = (
    *("attribute", "protect", "purpose", "retain-until", "destroy-at-end", "report-loss", "receipt"),
    *("anonymise", "notify-affected", "correct", "review"),
)
SIGNED_ACTS = ("amend", "accede", "suspend_other", "terminate")
"""Acts that take the signatures that `acts` asks for: all | all-others | N | never."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a recipient owes. `within` and `until` as written (ISO 8601); "" where the clause names none."""

    type: str
    clause: str = ""
    within: str = ""
    until: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Acts:
    """Whose signatures an act takes. A number is that many parties; `resume` may also be "suspender"."""

    amend: str | int = "all"
    accede: str | int = "all"
    suspend_other: str | int = "all-others"
    resume: str | int = "suspender"
    terminate: str | int = "all"
    withdraw_notice: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement, as written. `properties` is the whole file; `digest` names its signed bytes."""

    id: str
    version: int
    supersedes: str | None
    title: str
    instrument: str
    binding: bool
    public: bool
    terms: Terms
    duties: tuple[Duty, ...]
    retention: str | None
    held_at_end: str
    acts: Acts
    properties: Mapping[str, object]
    signed_bytes: bytes

    def __str__(self) -> str:
        parties = ", ".join(self.terms.parties)
        return f'version {self.version} of {self.id}, "{self.title}", between {parties}'

    @property
    def digest(self) -> str:
        """`sha256:…` of the canonical bytes."""
        return digest(self.signed_bytes)


def parse_agreement(value: object) -> Agreement:
    """The agreement that a mapping states. Raises `Malformed` with every fault, each with its path."""
    faults: list[Fault] = []
    reader = Reader.over(value, "", faults)
    found = reader.done(_read_agreement)
    if faults:
        raise Malformed(faults)
    return found


def newcomer_faults(value: object, terms: Terms) -> list[Fault]:
    """Every fault of a newcomer as a party of these terms, as its accession states it."""
    faults: list[Fault] = []
    reader = Reader.over(value, "party", faults)
    party = reader.done(lambda one: read_party(one, terms.scale))
    check_reservations(reader, party, terms.parties)
    return faults


def _read_agreement(reader: Reader) -> Agreement:
    reader.choice("schema", (SCHEMA,), SCHEMA, required=True)
    identifier = reader.text("id", required=True)
    if identifier and (reason := stix_id_fault(identifier, "agreement")):
        reader.fault("id", f"{reason}; `opsroom agreement draft` writes a random one")
    version = reader.whole("version", 1, least=1, required=True)
    terms = read_terms(reader)
    reader.raw("in_force", required=True)
    _read_term(reader, terms)
    _read_particulars(reader, terms)
    held = reader.inner("termination")
    return Agreement(
        id=identifier,
        version=version,
        supersedes=_read_supersedes(reader, version),
        title=reader.text("title", required=True),
        instrument=reader.choice("instrument", INSTRUMENTS, "agreement"),
        binding=reader.flag("binding", True),
        public=reader.choice("existence", ("parties", "public"), "parties") == "public",
        terms=terms,
        duties=reader.each("duties", _read_duty),
        retention=reader.duration("retention"),
        held_at_end=held.done(_read_held) if held else "protect",
        acts=_read_acts(reader),
        properties=reader.value,
        signed_bytes=_signed_bytes(reader),
    )


def _signed_bytes(reader: Reader) -> bytes:
    """The canonical bytes; a fault of the whole where it holds what JSON cannot carry."""
    try:
        return canonical(reader.value)
    except (ValueError, RecursionError) as error:
        reader.fault("", f"cannot be signed: {error}")
        return b""


def _read_supersedes(reader: Reader, version: int) -> str | None:
    found = reader.optional_text("supersedes")
    if found is not None and not is_digest(found):
        reader.fault("supersedes", '"sha256:" and 64 hexadecimal digits are wanted')
    if version == 1 and found is not None:
        reader.fault("supersedes", "version 1 replaces nothing; leave it null")
    if version > 1 and found is None:
        reader.fault("supersedes", f"version {version} must name the digest of version {version - 1}")
    return found


def _read_term(reader: Reader, terms: Terms) -> None:
    """A term that does not renew must end when `in_force` does: the software runs `in_force` alone."""
    term = reader.inner("term")
    if term is None:
        return
    length = term.duration("length", required=True)
    renews = term.flag("renews", False)
    term.duration("notice")
    term.finish()
    start = terms.in_force.since
    if length and not renews and start > -FOREVER:
        end = later(start, parse_duration(length))
        if terms.in_force.until > end:
            term.fault("renews", f"the term ends {length} after in_force.from; in_force.to must not be later")


def _read_particulars(reader: Reader, terms: Terms) -> None:
    """Reads what decides nothing: kept in the file, shown, signed, and checked for its shape alone."""
    concluded = reader.inner("concluded")
    if concluded:
        concluded.optional_text("date")
        concluded.optional_text("place")
        concluded.finish()
    for one in reader.entries("signatories"):
        member = one.text("member", required=True)
        if member and member not in terms.parties:
            one.fault("member", f'"{member}" is no party')
        one.optional_text("name")
        one.optional_text("office")
        one.finish()
    for one in reader.entries("unexecuted"):
        one.text("clause", required=True)
        one.text("about", required=True)
        one.finish()
    for one in reader.entries("texts"):
        one.text("lang", required=True)
        one.text("sha256", required=True)
        one.flag("prevails", False)
        one.finish()


def _read_duty(reader: Reader) -> Duty:
    return Duty(
        type=reader.choice("type", DUTIES, "protect", required=True),
        clause=reader.text("clause"),
        within=reader.duration("within") or "",
        until=reader.text("until"),
        purpose=reader.text("purpose"),
    )


def _read_held(reader: Reader) -> str:
    reader.duration("deadline")
    return reader.choice("held", ("protect", "return", "destroy"), "protect")


def _read_acts(reader: Reader) -> Acts:
    inner = reader.inner("acts")
    if inner is None:
        return Acts()
    quorums = {act: _read_quorum(inner, act, Acts()) for act in (*SIGNED_ACTS, "resume")}
    withdraw = inner.inner("withdraw")
    notice = withdraw.done(lambda one: one.duration("notice")) if withdraw else None
    inner.finish()
    return Acts(**quorums, withdraw_notice=notice)


def _read_quorum(reader: Reader, act: str, default: Acts) -> str | int:
    found = reader.raw(act)
    words = ("all", "all-others", "never", *(("suspender",) if act == "resume" else ()))
    if isinstance(found, int) and not isinstance(found, bool) and found >= 1:
        return found
    if isinstance(found, str) and found in words:
        return found
    if found is not None:
        reader.fault(act, f"one of {', '.join(words)} or a number of parties is wanted here")
    standing: str | int = getattr(default, act)
    return standing
