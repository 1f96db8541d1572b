"""Records of knowledge: who is said to have been told of a thing, or to have known of it."""

from typing import Annotated, Literal

import msgspec

from opsroom.wire.request import AgreementId, MemberName, Request, RoomName, StixId, Timestamp, Version

AwarenessWord = Literal["notified", "not-notified", "said-to-have-known", "said-not-to-have-known"]


class KnowledgeRecord(msgspec.Struct, frozen=True):
    """One record, as it was said: `who` and `according_to` are named as the source names them."""

    id: StixId
    version: Version | None
    recorded_by: MemberName
    added: Timestamp
    who: str
    state: AwarenessWord
    as_of: Annotated[str, msgspec.Meta(description="EDTF, as precise as it is known", examples=["2015-09~"])]
    according_to: str
    quote: str
    sources: Annotated[tuple[str, ...], msgspec.Meta(description="ids of items that it rests on")]
    references: Annotated[tuple[str, ...], msgspec.Meta(description="names of sources elsewhere")]


class Knowledge(Request[list[KnowledgeRecord]], frozen=True):
    """List what is recorded of who was told of an agreement, an item or the room, or knew of it, by date.

    What is released to the desk. A record is contributed as an object of the type `opsroom-knowledge`. It is listed
    by what it is about alone: it says what was said, and is no list of whom to keep unaware.
    """

    PATH = "/rooms/{room}/knowledge"
    room: RoomName
    agreement: Annotated[AgreementId | None, msgspec.Meta(description="about this agreement")] = None
    item: Annotated[StixId | None, msgspec.Meta(description="about this item; without either: the room")] = (
        None
    )
