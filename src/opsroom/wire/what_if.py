"""What-if: what a proposed version or act would open and close, before anybody signs it."""

from typing import Annotated, Literal

import msgspec

from opsroom.wire.agreements import AgreementFile, Scope
from opsroom.wire.request import (
    AgreementId,
    FieldName,
    MemberName,
    Request,
    RoomName,
    StixId,
    Timestamp,
    Version,
)
from opsroom.wire.statements import Envelope

At = Annotated[
    Timestamp | None,
    msgspec.Meta(description="for this instant; else for that at which it would take effect"),
]
OptionType = Literal["suspend", "resume", "withdraw", "rescind", "terminate"]


class SeenItem(msgspec.Struct, frozen=True):
    """One member sees one version of an item, offered under an agreement and field."""

    member: MemberName
    room: RoomName
    id: StixId
    version: Version
    originator: MemberName
    agreement: AgreementId
    field: FieldName


class Effect(msgspec.Struct, frozen=True):
    """What opens and what closes at an instant.

    A member is told of its own items, and of what it sees now and would lose; of nothing else.
    """

    at: Timestamp | None
    opens: list[SeenItem]
    closes: list[SeenItem]


class ForeseeVersion(Request[Effect], frozen=True):
    """Say what a version would open and close, taken as signed by `signed_by` and those who have signed it.

    Where `signed_by` is empty, by all its parties.
    """

    METHOD = "POST"
    PATH = "/what-if/version"
    file: AgreementFile
    signed_by: Annotated[tuple[str, ...], msgspec.Meta(description="members")] = ()
    at: At = None


class ForeseeAct(Request[Effect], frozen=True):
    """Say what an act would open and close that was prepared and waits for signatures."""

    METHOD = "POST"
    PATH = "/what-if/act"
    envelope: Envelope
    at: At = None


class ForeseeOption(Request[Effect], frozen=True):
    """Say what an act would open and close if it were signed now; a withdrawal counts after its notice."""

    METHOD = "POST"
    PATH = "/what-if/option"
    agreement: AgreementId
    type: OptionType
    scope: Scope = Scope()
    effective_at: Timestamp | None = None
    at: At = None
