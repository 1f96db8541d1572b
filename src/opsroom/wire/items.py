"""Items: those released to the desk, why, and taking back one's own."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from opsroom.core.offer import OfferState
from opsroom.core.release import Ground
from opsroom.wire.request import (
    AgreementId,
    CollectionName,
    FieldName,
    Limit,
    MemberName,
    Next,
    Request,
    RoomName,
    StixId,
    Timestamp,
    Version,
)

Kinds = Annotated[
    tuple[str, ...], msgspec.Meta(description="of these STIX types", examples=[["indicator", "malware"]])
]
ServedObject = Annotated[
    msgspec.Raw,
    msgspec.Meta(
        description="The STIX object, byte for byte as it is served; only a TLP marking may have been added",
        extra_json_schema={"type": "object"},
    ),
]
GroundWord = Annotated[
    str,
    msgspec.Meta(
        description="Why, in a word. `own` and `provision` release, every other word withholds",
        extra_json_schema={"enum": [*(one.value for one in Ground), *("reference", "not-released")]},
    ),
]
OfferStateWord = Annotated[
    str,
    msgspec.Meta(
        description="Where the offer stands: `pending` waits for a release act, `offered` is out",
        extra_json_schema={"enum": [one.value for one in OfferState]},
    ),
]


class Item(msgspec.Struct, frozen=True):
    """One version of an object as it is served to the desk, and when it came into its feed."""

    added: Timestamp
    id: StixId
    kind: str
    version: Version | None
    object: ServedObject


class ItemPage(msgspec.Struct, frozen=True):
    """A page of items, oldest first. `next` None: there is no later one."""

    items: list[Item]
    next: Next | None = None


class Items(Request[ItemPage], frozen=True):
    """Read what a collection shows to the desk, in the order of its own feed."""

    PATH = "/rooms/{room}/items"
    room: RoomName
    collection: CollectionName = "released"
    added_after: Annotated[
        Timestamp | None, msgspec.Meta(description="came into the feed later than this (`added`)")
    ] = None
    ids: Annotated[tuple[str, ...], msgspec.Meta(description="of these STIX ids")] = ()
    kinds: Kinds = ()
    versions: Annotated[
        Literal["last", "all"], msgspec.Meta(description="the newest of each, or every one")
    ] = "last"
    limit: Limit | None = None
    next: Next | None = None


class Source(msgspec.Struct, frozen=True):
    """What an item rests on, and whether it was declared free of it."""

    id: StixId
    originator: MemberName
    sanitised: bool


class ShownOffer(msgspec.Struct, frozen=True):
    """One offer of an item: to its originator as received, with label and sources; to a reader as it is served."""

    id: StixId
    version: Version | None
    room: RoomName
    originator: MemberName
    holder: MemberName | None
    agreement: AgreementId
    field: FieldName
    state: OfferStateWord
    offered_at: Timestamp | None
    handling: dict[str, Any] | None
    object: ServedObject
    sources: Sequence[Source] = ()


class ShowItem(Request[list[ShownOffer]], frozen=True):
    """Show every offer of an item that is the member's own or released to the desk."""

    PATH = "/items/{id}"
    id: StixId


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the agreement asks of whoever holds the item."""

    type: str
    clause: str = ""
    within: str = ""
    until: str = ""
    purpose: str = ""


class Condition(msgspec.Struct, frozen=True):
    """What failed under one version of one agreement; nothing where it covers the item."""

    agreement: AgreementId
    version: int | None
    failed: Annotated[Sequence[str], msgspec.Meta(description="each condition that does not hold, in words")]


class Explanation(msgspec.Struct, frozen=True):
    """Whether one offer is released to a member, on what ground. `conditions` are for the originator alone."""

    id: StixId
    version: Version | None
    room: RoomName
    originator: MemberName
    agreement: AgreementId
    field: FieldName
    state: OfferStateWord
    to: MemberName
    holder: MemberName | None
    released: bool
    ground: GroundWord
    because: Annotated[
        Sequence[str],
        msgspec.Meta(description="ids of what it refers to, or rests on, and `to` is not shown"),
    ]
    authority: Annotated[AgreementId | None, msgspec.Meta(description="the agreement that releases it")]
    clauses: Annotated[Sequence[str], msgspec.Meta(description="the clauses of that agreement")]
    obligations: Annotated[list[Duty], msgspec.Meta(description="what `to` owes for it")]
    valid_until: Annotated[
        Timestamp | None, msgspec.Meta(description="the first instant at which it could be otherwise")
    ]
    conditions: list[Condition]


class Explain(Request[list[Explanation]], frozen=True):
    """Say of every offer of an item whether it is released to a member, on what ground and authority."""

    PATH = "/items/{id}/explanations"
    id: StixId
    to: Annotated[MemberName, msgspec.Meta(description="the member that would receive it")]
    at: Annotated[Timestamp | None, msgspec.Meta(description="as it is at this instant; else now")] = None
    known_at: Annotated[
        Timestamp | None, msgspec.Meta(description="by what was recorded until then; else by all of it")
    ] = None
    holder: Annotated[
        MemberName | None, msgspec.Meta(description="as if this member passed it on; else as it was offered")
    ] = None


class Recalled(msgspec.Struct, frozen=True):
    """How many versions were taken back."""

    id: StixId
    versions: int


class Recall(Request[Recalled], frozen=True):
    """Take back versions of an own item, wherever in the room it was offered: all, or those named.

    It takes the role releaser; contributor will do where the member lets its contributors release.
    """

    METHOD = "POST"
    PATH = "/rooms/{room}/items/{id}/recall"
    ROLE = None
    room: RoomName
    id: StixId
    collection: Annotated[
        CollectionName | None, msgspec.Meta(description="what this collection shows of it alone")
    ] = None
    versions: Annotated[
        tuple[Version, ...], msgspec.Meta(description="these versions alone; none named: all of them")
    ] = ()
