"""Contributing: a file of STIX, or a report, in; what became of each object out."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from opsroom.core.roster import Role
from opsroom.wire.request import Request, Timestamp
from opsroom.wire.sights import Sight

Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
Pap = Literal["clear", "green", "amber", "red"]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one object. `message`: why it was refused, what narrows it, what it waits for.

    `sights` in a dry-run alone: who would see it. `known`: it was contributed before. `reported`: no object, but
    something of a MISP event that STIX, or the label, cannot say.
    """

    id: str | None
    version: str | None
    state: Literal["accepted", "pending", "refused", "reported"]
    message: str = ""
    known: bool = False
    sights: tuple[Sight, ...] | UnsetType = UNSET


class Contribute(Request[Outcome], frozen=True):
    """Contribute a bundle, an array, one object or NDJSON of any size, a report, or MISP events.

    What is said here holds for all objects of the file and only ever narrows; what is not said is the
    collection's default. The answer has a line for each object, as soon as it is settled.
    """

    METHOD = "POST"
    PATH = "/rooms/{room}/contributions"
    ROLE = Role.CONTRIBUTOR
    UPLOAD = True
    STREAMED = True

    room: str
    agreement: str
    field: str
    dry_run: Annotated[bool, msgspec.Meta(description="keep nothing; say who would see each object")] = False
    policy: str | None = None
    level: str | None = None
    tlp: Tlp | None = None
    rel_to: Annotated[tuple[str, ...], msgspec.Meta(description="to these members alone")] = ()
    to_nobody: Annotated[bool, msgspec.Meta(description="a list that names nobody")] = False
    not_to: tuple[str, ...] = ()
    cites: Annotated[tuple[str, ...], msgspec.Meta(description="share under these agreements alone")] = ()
    need_to_know: tuple[str, ...] = ()
    originator_control: bool = False
    not_before: Timestamp | None = None
    expires: Timestamp | None = None
    foreign: Annotated[
        tuple[str, ...], msgspec.Meta(description="NAME[:TERMS[:CONSENT]] of a source outside the room")
    ] = ()
    pap: Pap | None = None
    sources: Annotated[tuple[str, ...], msgspec.Meta(description="items that it rests on")] = ()
    sanitised: Annotated[
        tuple[str, ...], msgspec.Meta(description="own items that it rests on and gives nothing away of")
    ] = ()
    strict: Annotated[bool, msgspec.Meta(description="refuse properties that no extension explains")] = False
    references: Literal["narrow", "strict", "dangle"] = "narrow"
    report: Annotated[str | None, msgspec.Meta(description="the file is a report of this name")] = None
    misp: Annotated[bool, msgspec.Meta(description="the file holds MISP events; their tags narrow too")] = (
        False
    )
    title: str | None = None
    date: Annotated[str | None, msgspec.Meta(description="when the report was published")] = None
    source_name: str | None = None
    source_url: str | None = None
    labels: tuple[str, ...] = ()
