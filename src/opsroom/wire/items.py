"""Items: those released to the desk, why, and taking back one's own."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from opsroom.wire.request import Request, StixId, Timestamp


class Item(msgspec.Struct, frozen=True):
    """One version of an object as it is served to the desk, and when it came into its feed."""

    added: Timestamp
    id: str
    kind: str
    version: str | None
    object: msgspec.Raw


class ItemPage(msgspec.Struct, frozen=True):
    """A page of items, oldest first. `next` None: there is no later one."""

    items: list[Item]
    next: str | None = None


class Items(Request[ItemPage], frozen=True):
    """Read what a collection shows to the desk, in the order of its own feed."""

    PATH = "/rooms/{room}/items"
    room: str
    collection: str = "released"
    added_after: Timestamp | None = None
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    versions: Annotated[
        Literal["last", "all"], msgspec.Meta(description="the newest of each, or every one")
    ] = "last"
    limit: Annotated[int, msgspec.Meta(ge=1)] | None = None
    next: str | None = None


class Source(msgspec.Struct, frozen=True):
    """What an item rests on, and whether it was declared free of it."""

    id: str
    originator: str
    sanitised: bool


class ShownOffer(msgspec.Struct, frozen=True):
    """One offer of an item: to its originator as received, with label and sources; to a reader as it is served."""

    id: str
    version: str | None
    room: str
    originator: str
    holder: str | None
    agreement: str
    field: str
    state: str
    offered_at: Timestamp | None
    handling: dict[str, Any] | None
    object: msgspec.Raw
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

    agreement: str
    version: int | None
    failed: Sequence[str]


class Explanation(msgspec.Struct, frozen=True):
    """Whether one offer is released to a member, on what ground. `conditions` are for the originator alone."""

    id: str
    version: str | None
    room: str
    originator: str
    agreement: str
    field: str
    state: str
    to: str
    holder: str | None
    released: bool
    ground: str
    because: Sequence[str]
    authority: str | None
    clauses: Sequence[str]
    obligations: list[Duty]
    valid_until: Timestamp | None
    conditions: list[Condition]


class Explain(Request[list[Explanation]], frozen=True):
    """Say of every offer of an item whether it is released to a member, on what ground and authority."""

    PATH = "/items/{id}/explanations"
    id: StixId
    to: str
    at: Timestamp | None = None
    known_at: Timestamp | None = None
    holder: str | None = None


class Recalled(msgspec.Struct, frozen=True):
    """How many versions were taken back."""

    id: str
    versions: int


class Recall(Request[Recalled], frozen=True):
    """Take back versions of an own item, wherever it was offered: all, or those named."""

    METHOD = "POST"
    PATH = "/rooms/{room}/items/{id}/recall"
    ROLE = None
    room: str
    id: StixId
    collection: str | None = None
    versions: tuple[str, ...] = ()
