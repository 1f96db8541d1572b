"""Contributing: a file of STIX, or a report, in; what became of each object out."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from opsroom.core.roster import Role
from opsroom.wire.request import AgreementId, FieldName, Request, RoomName, StixId, Timestamp, Version
from opsroom.wire.sights import Sight

Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
Pap = Literal["clear", "green", "amber", "red"]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one object. `message`: why it was refused, what narrows it, what it waits for.

    `sights` in a dry-run alone: who would see it. `known`: it was contributed before. `reported`: no object, but
    something of a MISP event that STIX, or the label, cannot say.
    """

    id: StixId | None
    version: Version | None
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

    room: RoomName
    agreement: AgreementId
    field: FieldName
    dry_run: Annotated[bool, msgspec.Meta(description="keep nothing; say who would see each object")] = False
    policy: Annotated[
        str | None,
        msgspec.Meta(description="whose classification the level is of; goes with a level", examples=["ALF"]),
    ] = None
    level: Annotated[
        str | None,
        msgspec.Meta(description="the level, in the words of the policy", examples=["GEHEIM"]),
    ] = None
    tlp: Annotated[Tlp | None, msgspec.Meta(description="TLP 2.0; a stricter one on an object counts")] = None
    rel_to: Annotated[tuple[str, ...], msgspec.Meta(description="to these members alone")] = ()
    to_nobody: Annotated[bool, msgspec.Meta(description="a list that names nobody")] = False
    not_to: Annotated[tuple[str, ...], msgspec.Meta(description="never to these members")] = ()
    cites: Annotated[tuple[str, ...], msgspec.Meta(description="share under these agreements alone")] = ()
    need_to_know: Annotated[
        tuple[str, ...], msgspec.Meta(description="categories that a recipient must hold")
    ] = ()
    originator_control: Annotated[
        bool, msgspec.Meta(description="to members named in `rel_to`, or by a live consent, alone")
    ] = False
    not_before: Annotated[Timestamp | None, msgspec.Meta(description="to nobody before this instant")] = None
    expires: Annotated[Timestamp | None, msgspec.Meta(description="to nobody from this instant on")] = None
    foreign: Annotated[
        tuple[str, ...], msgspec.Meta(description="NAME[:TERMS[:CONSENT]] of a source outside the room")
    ] = ()
    pap: Annotated[
        Pap | None, msgspec.Meta(description="permissible actions; a duty, it withholds nothing")
    ] = None
    sources: Annotated[tuple[str, ...], msgspec.Meta(description="items that it rests on")] = ()
    sanitised: Annotated[
        tuple[str, ...], msgspec.Meta(description="own items that it rests on and gives nothing away of")
    ] = ()
    strict: Annotated[bool, msgspec.Meta(description="refuse properties that no extension explains")] = False
    references: Annotated[
        Literal["narrow", "strict", "dangle"],
        msgspec.Meta(
            description="what a reference to something that a recipient does not see does: the object is withheld"
            " from that recipient (narrow), is refused instead (strict), or goes out all the same (dangle)"
        ),
    ] = "narrow"
    report: Annotated[
        str | None,
        msgspec.Meta(
            description="the file is a report of this name: text, Markdown, HTML or PDF, as its suffix says",
            examples=["advisory.pdf"],
        ),
    ] = None
    misp: Annotated[bool, msgspec.Meta(description="the file holds MISP events; their tags narrow too")] = (
        False
    )
    title: Annotated[str | None, msgspec.Meta(description="of a report: its title")] = None
    date: Annotated[str | None, msgspec.Meta(description="of a report: when it was published")] = None
    source_name: Annotated[str | None, msgspec.Meta(description="of a report: who published it")] = None
    source_url: Annotated[str | None, msgspec.Meta(description="of a report: where")] = None
    labels: Annotated[tuple[str, ...], msgspec.Meta(description="of a report: labels for its objects")] = ()
