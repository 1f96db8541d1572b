"""Consents: asked for by whom they would serve, given, refused and revoked by the item's originator."""

from typing import Annotated, Literal

import msgspec

from opsroom.core.roster import Role
from opsroom.wire.request import AgreementId, ConsentId, MemberName, Request, StixId, Timestamp
from opsroom.wire.statements import Envelope, Fingerprint, Prepared

StepType = Literal["ask", "give", "refuse", "revoke"]


class ConsentStep(msgspec.Struct, frozen=True):
    """One signed step of a consent: one item, one member, through a holder (or anybody), under an agreement."""

    consent: ConsentId
    step: StepType
    item: StixId
    originator: MemberName
    to: MemberName
    holder: MemberName | None
    under: AgreementId | None
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None
    by: MemberName
    reason: str
    effective_at: Timestamp | None
    recorded_at: Timestamp | None


class Consents(Request[list[ConsentStep]], frozen=True):
    """List the consents in which the member is originator, recipient or holder, step by step.

    `member`: only those that concern this member too.
    """

    PATH = "/consents"
    member: MemberName | None = None


class ConsentTerms(msgspec.Struct, frozen=True):
    """What a new consent is about."""

    item: StixId
    to: Annotated[MemberName, msgspec.Meta(description="the member that may get it")]
    originator: Annotated[
        MemberName | None, msgspec.Meta(description="whose item it is; null: the one that signs")
    ] = None
    holder: Annotated[
        MemberName | None, msgspec.Meta(description="who may pass it on; null: whoever holds it")
    ] = None
    under: Annotated[
        AgreementId | None,
        msgspec.Meta(description="the agreement between holder and `to` that it goes under"),
    ] = None
    since: Annotated[Timestamp | None, msgspec.Meta(description="null: from its recording on")] = (
        msgspec.field(default=None, name="from")
    )
    until: Annotated[Timestamp | None, msgspec.Meta(description="null: without an end")] = None


class PrepareConsent(Request[Prepared], frozen=True):
    """Prepare a step as it would be signed now: a new consent of these terms, or a step of a known one.

    ask, by whom it would serve, names `terms` with the originator. The originator gives (by `terms`, or what was
    asked for by its `consent`), refuses and revokes (by its `consent`).
    """

    METHOD = "POST"
    PATH = "/consents"
    ROLE = Role.RELEASER
    step: StepType
    by: Annotated[
        MemberName | None, msgspec.Meta(description="who signs; null: whose `key` is named, else the asker")
    ] = None
    key: Fingerprint | None = None
    terms: Annotated[ConsentTerms | None, msgspec.Meta(description="of a new consent")] = None
    consent: Annotated[
        ConsentId | None, msgspec.Meta(description="a consent that was asked for or given")
    ] = None
    reason: Annotated[str, msgspec.Meta(description="for people; signed and recorded")] = ""


class RecordedStep(msgspec.Struct, frozen=True):
    """A step that is recorded."""

    consent: ConsentId
    step: str
    item: StixId
    to: MemberName
    by: MemberName


class RecordConsent(Request[RecordedStep], frozen=True):
    """Record a signed step of a consent."""

    METHOD = "POST"
    PATH = "/statements/consents"
    ROLE = Role.RELEASER
    envelope: Envelope
