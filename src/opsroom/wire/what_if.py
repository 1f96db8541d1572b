"""What-if: what a proposed version or act would open and close, before anybody signs it."""

from typing import Literal

import msgspec

from opsroom.wire.agreements import AgreementFile, Scope
from opsroom.wire.request import Request, Timestamp
from opsroom.wire.statements import Envelope

OptionType = Literal["suspend", "resume", "withdraw", "rescind", "terminate"]


class SeenItem(msgspec.Struct, frozen=True):
    """One member sees one version of an item, offered under an agreement and field."""

    member: str
    room: str
    id: str
    version: str
    originator: str
    agreement: str
    field: str


class Effect(msgspec.Struct, frozen=True):
    """What opens and what closes at an instant.

    A member is told of its own items, and of what it sees now and would lose; of nothing else.
    """

    at: Timestamp | None
    opens: list[SeenItem]
    closes: list[SeenItem]


class ForeseeVersion(Request[Effect], frozen=True):
    """Say what a version would open and close, taken as signed by `signed_by` and those who have signed it.

    Where `signed_by` is empty, by all its parties. `at`: for this instant; else for that at which it would
    take effect.
    """

    METHOD = "POST"
    PATH = "/what-if/version"
    file: AgreementFile
    signed_by: tuple[str, ...] = ()
    at: Timestamp | None = None


class ForeseeAct(Request[Effect], frozen=True):
    """Say what an act would open and close that was prepared and waits for signatures."""

    METHOD = "POST"
    PATH = "/what-if/act"
    envelope: Envelope
    at: Timestamp | None = None


class ForeseeOption(Request[Effect], frozen=True):
    """Say what an act would open and close if it were signed now; a withdrawal counts after its notice."""

    METHOD = "POST"
    PATH = "/what-if/option"
    agreement: str
    type: OptionType
    scope: Scope = Scope()
    effective_at: Timestamp | None = None
    at: Timestamp | None = None
