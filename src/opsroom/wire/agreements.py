"""Agreements: as recorded and where they stand, and the acts that change them. They are there for their parties."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from opsroom.core.roster import Role
from opsroom.wire.request import AgreementId, Digest, FieldName, MemberName, Request, RoomName, Timestamp
from opsroom.wire.statements import Envelope, Prepared, SignerKeys, Signers

ActType = Literal["suspend", "resume", "withdraw", "rescind", "accede", "terminate", "notify"]
AgreementFile = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="A version of an agreement, as people write it",
        extra_json_schema={"$ref": "#/components/schemas/AgreementFile"},
    ),
]
StateWord = Annotated[
    str,
    msgspec.Meta(
        description="Where it stands. signed: entered, and its first day is ahead; suspended: as a whole",
        extra_json_schema={
            "enum": ["draft", "partly signed", "signed", "in force", "suspended", "expired", "terminated"]
        },
    ),
]
VersionNumber = Annotated[int, msgspec.Meta(description="The number of the version, from 1", examples=[1])]


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an act bears on: at most one of the three; none of them is the whole agreement."""

    party: str | None = None
    pair: Annotated[
        tuple[str, ...] | None, msgspec.Meta(description="two members", examples=[["alfa", "bravo"]])
    ] = None
    field: FieldName | None = None


class AgreementParty(msgspec.Struct, frozen=True):
    """A party, with the number of the version that binds it; None: none does."""

    member: MemberName
    version: int | None
    ceiling: str | None
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None = msgspec.field(name="to")
    signed: Timestamp | None
    acceded: Timestamp | None


class Suspension(msgspec.Struct, frozen=True):
    """A suspension that stands, and who signed it."""

    scope: Scope
    by: list[str]
    effective_at: Timestamp | None


class Leaving(msgspec.Struct, frozen=True):
    """A withdrawal that lies ahead."""

    member: MemberName
    effective_at: Timestamp | None


class AgreementVersion(msgspec.Struct, frozen=True):
    """A recorded version: when it entered into force, and who signed it when. `entered_at` None: it has not."""

    version: int
    digest: Digest
    recorded_at: Timestamp | None
    entered_at: Timestamp | None
    signed: dict[str, Timestamp | None]


class Agreement(msgspec.Struct, frozen=True):
    """An agreement as recorded and where it stands now.

    `version`, `digest`, `signed` and `file` are those of the newest version; `awaited` are who has not signed
    it, while it has not entered. `previous` is the digest of the last act, which the next one names.
    """

    id: str
    title: str
    room: RoomName
    state: StateWord
    version: int
    digest: Digest
    signed: dict[str, Timestamp | None]
    awaited: list[str]
    parties: list[AgreementParty]
    suspended: list[Suspension]
    leaving: list[Leaving]
    versions: list[AgreementVersion]
    previous: str | None
    file: AgreementFile


class Agreements(Request[list[Agreement]], frozen=True):
    """List the agreements that list the member, by id; those of one room, where it is named."""

    PATH = "/agreements"
    room: RoomName | None = None


class ShowAgreement(Request[Agreement], frozen=True):
    """Show an agreement as recorded and where it stands."""

    PATH = "/agreements/{agreement}"
    agreement: AgreementId


class ShowVersion(Request[AgreementFile], frozen=True):
    """Show a recorded version of an agreement, as it was written."""

    PATH = "/agreements/{agreement}/versions/{version}"
    agreement: AgreementId
    version: VersionNumber


class PrepareVersion(Request[Prepared], frozen=True):
    """Prepare a recorded version to be signed.

    Its payload is the canonical JSON of the file, so whoever has the file can make it as well. Every party signs by
    itself, in whatever order; the version is in force when all whom its `entry` asks for have signed.
    """

    PATH = "/agreements/{agreement}/versions/{version}/statement"
    ROLE = Role.KEEPER
    agreement: AgreementId
    version: VersionNumber


class ShowSuccessor(Request[AgreementFile], frozen=True):
    """Show the newest version as the next one would begin, newcomers listed: what changes is for people to write."""

    PATH = "/agreements/{agreement}/successor"
    agreement: AgreementId


class AgreementEntry(msgspec.Struct, frozen=True):
    """A signed entry: a signature of a version ("sign") or an act.

    `party` is the newcomer of an accession; `version` the digest of the version signed or spoken of.
    """

    position: int
    type: str
    scope: Scope | None
    party: dict[str, Any] | None
    by: list[str]
    effective_at: Timestamp | None
    recorded_at: Timestamp | None
    version: str
    digest: Digest


class AgreementEntries(Request[list[AgreementEntry]], frozen=True):
    """List the signed entries of an agreement in the order recorded."""

    PATH = "/agreements/{agreement}/entries"
    agreement: AgreementId


class RecordedVersion(msgspec.Struct, frozen=True):
    """A version that is recorded, unsigned."""

    agreement: AgreementId
    version: int
    digest: Digest
    room: RoomName


class RecordVersion(Request[RecordedVersion], frozen=True):
    """Record a version, unsigned: the first of an agreement, or the one that replaces its newest.

    The first is drafted by a party of it: the room's host, or a member that knows the room. Recorded, it grants
    nothing; what it would open, `/what-if/version` says.
    """

    METHOD = "POST"
    PATH = "/rooms/{room}/agreements"
    ROLE = Role.KEEPER
    room: RoomName
    file: AgreementFile


class PrepareAct(Request[Prepared], frozen=True):
    """Prepare an act as it would be signed now.

    All who are named by it sign one envelope, in whatever order. Without `effective_at` it counts as soon as it
    may. The types: suspend and resume (all of it, or a `scope`), withdraw and rescind (the asker's own part),
    accede (with `newcomer`), terminate, and notify (its own procedures are completed).
    """

    METHOD = "POST"
    PATH = "/agreements/{agreement}/acts"
    ROLE = Role.KEEPER
    agreement: AgreementId
    type: ActType
    by: Signers = ()
    keys: SignerKeys = ()
    scope: Scope = Scope()
    newcomer: Annotated[
        dict[str, Any] | None,
        msgspec.Meta(
            description="who accedes, as an entry of `parties` in the file", examples=[{"member": "carol"}]
        ),
    ] = None
    effective_at: Annotated[
        Timestamp | None,
        msgspec.Meta(description="when it counts; an act that opens not before it is recorded"),
    ] = None


class Foretold(msgspec.Struct, frozen=True):
    """An act that may be recorded once all whom it names have signed it."""

    says: str
    digest: Digest


class ForetellAct(Request[Foretold], frozen=True):
    """Say whether an act could be recorded once it is signed; refused, with every reason, where it could not."""

    METHOD = "POST"
    PATH = "/statements/agreements/foretell"
    ROLE = Role.KEEPER
    envelope: Envelope


class Recorded(msgspec.Struct, frozen=True):
    """What was recorded: an act, or ("sign") signatures of a version, `by` those who had not signed it before."""

    type: str
    agreement: str | UnsetType = UNSET
    by: list[str] = []


class RecordStatement(Request[Recorded], frozen=True):
    """Record what was signed: signatures of a version, or an act.

    Signatures of a version may come one by one; those of an act come together, in one envelope.
    """

    METHOD = "POST"
    PATH = "/statements/agreements"
    ROLE = Role.KEEPER
    envelope: Envelope
