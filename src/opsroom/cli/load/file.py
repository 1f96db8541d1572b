"""The file `room.toml`: rooms as data, for `opsroom load`. docs/reference/room-file.md explains every key."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsroom.cli.asking import OPERATOR
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.record import Posting
from opsroom.core.handling import read_handling
from opsroom.core.reading import Reader
from opsroom.core.release import Desk
from opsroom.core.roster import Component
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.core.timestamps import Instant
from opsroom.errors import Fault, Malformed, NotFound
from opsroom.operations.contribute import Options
from opsroom.operations.enrol import RELEASE_BY
from opsroom.operations.permit import Terms
from opsroom.service.contributions import LABEL_KEYS
from opsroom.service.reports import Particulars, is_report

SCHEMA = "opsroom.room/1"
FILE = "room.toml"
EXPECT = ("accepted", "refused")
ACTS = ("accede", "suspend", "resume", "withdraw", "rescind", "terminate", "notify")
REFERENCES = ("narrow", "strict", "dangle")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member; `key` is a file with its public key, relative to the room file."""

    name: str
    title: str
    key: str | None
    components: tuple[Component, ...]
    desks: tuple[tuple[str, Desk], ...]


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room."""

    name: str
    title: str
    host: str
    place: str | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A version of an agreement. `signed_by` None: all its parties, unless there are files with signatures."""

    name: str
    file: str
    room: str
    signed_by: tuple[str, ...] | None
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostingRow:
    """How a member posts; the posting's `collection` is the field, `agreement` the name here."""

    agreement: str
    posting: Posting


@dataclass(frozen=True, slots=True)
class Contribution:
    """A file that a member contributes. `agreement` is the name here; `key` is one text for one entry."""

    key: str
    file: str
    member: str
    person: str
    desk: str | None
    agreement: str
    field: str
    options: Options
    report: bool
    particulars: Particulars
    expect: str


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent that an originator gives; `terms.under` is the name here."""

    key: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act on an agreement, signed by all that are named. `effective_at` None: at once, or after its notice."""

    key: str
    agreement: str
    kind: str
    by: tuple[str, ...]
    scope: Scope
    newcomer: Mapping[str, object] | None
    effective_at: Instant | None


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A releasing officer's yes to what a member has waiting in the room of an agreement."""

    key: str
    ids: tuple[str, ...]
    member: str
    person: str
    agreement: str


Step = Contribution | ConsentRow | ActRow | ReleaseRow


@dataclass(frozen=True, slots=True)
class RoomFile:
    """All that a room file says."""

    members: tuple[MemberRow, ...]
    rooms: tuple[RoomRow, ...]
    agreements: tuple[AgreementRow, ...]
    postings: tuple[PostingRow, ...]
    steps: tuple[Step, ...]


def read_room_file(path: Path) -> RoomFile:
    """The room file at `path`. Raises `Malformed` with every fault, each with its path."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} is not TOML: {error}") from error
    faults: list[Fault] = []
    found = Reader.over(value, "", faults).done(_read)
    if faults:
        raise Malformed([Fault(f"{path.name}: {one.path}", one.reason) for one in faults])
    return found


def _read(reader: Reader) -> RoomFile:
    reader.choice("schema", (SCHEMA,), SCHEMA, required=True)
    found = RoomFile(
        members=reader.each("members", _read_member, required=True),
        rooms=reader.each("rooms", _read_room, required=True),
        agreements=reader.each("agreements", _read_agreement),
        postings=reader.each("postings", _read_posting),
        steps=reader.each("steps", _read_step),
    )
    known = {one.name for one in found.agreements}
    named = [(f"postings[{index}].agreement", one.agreement) for index, one in enumerate(found.postings)]
    for index, step in enumerate(found.steps):
        if not isinstance(step, ConsentRow):
            named.append((f"steps[{index}].agreement", step.agreement))
        elif step.terms.under is not None:
            named.append((f"steps[{index}].under", step.terms.under))
    for path, name in named:
        if name and name not in known:
            reader.fault(path, f'"{name}" is the name of no agreement of this file')
    return found


def _read_member(reader: Reader) -> MemberRow:
    name = reader.name("name", "member")

    return MemberRow(
        name=name,
        title=reader.text("title", required=True),
        key=reader.optional_text("key"),
        components=reader.each("components", lambda one: _read_component(one, name)),
        desks=reader.each("desks", lambda one: _read_desk(one, name)),
    )


def _read_component(reader: Reader, member: str) -> Component:
    return Component(
        member=member,
        name=reader.name("name", "component"),
        title=reader.text("title", required=True),
        part_of=reader.optional_text("part_of"),
        window=reader.window(),
    )


def _read_desk(reader: Reader, member: str) -> tuple[str, Desk]:
    mark = reader.inner("clearance")
    narrowed = Desk(
        member=member,
        fields=reader.names("fields"),
        held=reader.names("held"),
        clearance=mark.done(_read_mark) if mark else None,
        component=reader.optional_text("component"),
    )
    return reader.name("name", "desk"), narrowed


def _read_mark(reader: Reader) -> tuple[str, str]:
    return reader.text("policy", required=True), reader.text("level", required=True)


def _read_room(reader: Reader) -> RoomRow:
    return RoomRow(
        name=reader.name("name", "room"),
        title=reader.text("title", required=True),
        host=reader.text("host", required=True),
        place=reader.optional_text("place"),
    )


def _read_agreement(reader: Reader) -> AgreementRow:
    signed_by = reader.raw("signed_by")
    if signed_by != "all" and signed_by is not None and not isinstance(signed_by, list):
        reader.fault("signed_by", '"all" or a list of parties is wanted here')
    return AgreementRow(
        name=reader.text("name", required=True),
        file=reader.text("file", required=True),
        room=reader.text("room", required=True),
        signed_by=reader.texts("signed_by") if isinstance(signed_by, list) else None,
        signatures=reader.texts("signatures"),
    )


def _read_posting(reader: Reader) -> PostingRow:
    return PostingRow(
        agreement=reader.text("agreement", required=True),
        posting=Posting(
            member=reader.text("member", required=True),
            collection=reader.text("field", required=True),
            policy=reader.optional_text("policy"),
            level=reader.optional_text("level"),
            tlp=reader.choice("tlp", TLP_ORDER, "amber"),
            release_by=reader.choice("release_by", RELEASE_BY, "contributor"),
        ),
    )


def _read_step(reader: Reader) -> Step:
    key = json.dumps(reader.value, sort_keys=True, default=str)
    readers: dict[str, Callable[[Reader, str], Step]] = {
        "contribute": _read_contribution,
        "consent": _read_consent,
        "act": _read_act,
        "release": _read_release,
    }
    named = [name for name in readers if reader.has(name)]
    if len(named) != 1:
        reader.fault(
            "", "a step has one of contribute (a file), consent (an item), act (its type), release (ids)"
        )
    return readers[named[0] if named else "contribute"](reader, key)


def _read_act(reader: Reader, key: str) -> ActRow:
    pair, newcomer = reader.names("pair"), reader.raw("newcomer")
    if newcomer is not None and not isinstance(newcomer, dict):
        reader.fault("newcomer", 'a table such as {member = "foxtrot"} is wanted here')
    return ActRow(
        key=key,
        agreement=reader.text("agreement", required=True),
        kind=reader.choice("act", ACTS, ACTS[0], required=True),
        by=reader.texts("by"),
        scope=Scope(reader.optional_text("party"), pair, reader.optional_text("field")),
        newcomer=newcomer if isinstance(newcomer, dict) else None,
        effective_at=reader.instant("effective_at"),
    )


def _read_release(reader: Reader, key: str) -> ReleaseRow:
    return ReleaseRow(
        key=key,
        ids=reader.texts("release"),
        member=reader.text("as", required=True),
        person=reader.text("by", OPERATOR),
        agreement=reader.text("agreement", required=True),
    )


def _read_consent(reader: Reader, key: str) -> ConsentRow:
    terms = Terms(
        item=reader.text("consent", required=True),
        originator=reader.text("by", required=True),
        to=reader.text("to", required=True),
        holder=reader.optional_text("holder"),
        under=reader.optional_text("under"),
        since=reader.instant("from"),
        until=reader.instant("until"),
    )
    return ConsentRow(key, terms)


def _read_contribution(reader: Reader, key: str) -> Contribution:
    file = reader.text("contribute")
    label = {name: value for name in sorted(LABEL_KEYS) if (value := reader.raw(name)) is not None}
    if label.get("tlp", "amber") not in TLP_ORDER:
        reader.fault("tlp", f"one of {', '.join(TLP_ORDER)} is wanted here")
    handling = Reader.over(label, reader.path, reader.faults).done(read_handling)
    return Contribution(
        key=key,
        file=file,
        member=reader.text("as", required=True),
        person=reader.text("by", OPERATOR),
        desk=reader.optional_text("desk"),
        agreement=reader.text("agreement", required=True),
        field=reader.text("field", required=True),
        options=Options(
            label=handling if label else None,
            stated=frozenset(label),
            sources=(
                *((id, False) for id in reader.texts("sources")),
                *((id, True) for id in reader.texts("sanitised")),
            ),
            references=reader.choice("references", REFERENCES, "narrow"),
            strict=reader.flag("strict", False),
        ),
        report=reader.flag("report", is_report(file)),
        particulars=Particulars(
            title=reader.optional_text("title"),
            date=reader.optional_text("date"),
            source_name=reader.optional_text("source_name"),
            source_url=reader.optional_text("source_url"),
            labels=reader.texts("labels"),
        ),
        expect=reader.choice("expect", EXPECT, "accepted"),
    )
