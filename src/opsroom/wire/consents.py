"""Consents: asked for by whom they would serve, given, refused and revoked by the item's originator."""

from typing import Literal

import msgspec

from opsroom.core.roster import Role
from opsroom.wire.request import Request, StixId, Timestamp
from opsroom.wire.statements import Envelope, Fingerprint, Prepared

StepType = Literal["ask", "give", "refuse", "revoke"]


class ConsentStep(msgspec.Struct, frozen=True):
    """One signed step of a consent: one item, one member, through a holder (or anybody), under an agreement."""

    consent: str
    step: StepType
    item: str
    originator: str
    to: str
    holder: str | None
    under: str | None
    since: Timestamp | None = msgspec.field(name="from")
    until: Timestamp | None
    by: str
    reason: str
    effective_at: Timestamp | None
    recorded_at: Timestamp | None


class Consents(Request[list[ConsentStep]], frozen=True):
    """List the consents in which the member is originator, recipient or holder, step by step.

    `member`: only those that concern this member too.
    """

    PATH = "/consents"
    member: str | None = None


class ConsentTerms(msgspec.Struct, frozen=True):
    """What a new consent is about. `holder` None: anybody may pass it on; `originator` None: whoever signs."""

    item: StixId
    to: str
    originator: str | None = None
    holder: str | None = None
    under: str | None = None
    since: Timestamp | None = msgspec.field(default=None, name="from")
    until: Timestamp | None = None


class PrepareConsent(Request[Prepared], frozen=True):
    """Prepare a step as it would be signed now: a new consent of these terms, or a step of a known one.

    `by` signs it; where nobody is named, whose key is named, else the member that asks.
    """

    METHOD = "POST"
    PATH = "/consents"
    ROLE = Role.RELEASER
    step: StepType
    by: str | None = None
    key: Fingerprint | None = None
    terms: ConsentTerms | None = None
    consent: str | None = None
    reason: str = ""


class RecordedStep(msgspec.Struct, frozen=True):
    """A step that is recorded."""

    consent: str
    step: str
    item: str
    to: str
    by: str


class RecordConsent(Request[RecordedStep], frozen=True):
    """Record a signed step of a consent."""

    METHOD = "POST"
    PATH = "/statements/consents"
    ROLE = Role.RELEASER
    envelope: Envelope
