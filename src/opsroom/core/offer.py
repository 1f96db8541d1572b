"""Items as kept and offers of them: what an originator contributed, and where it let it out."""

from dataclasses import dataclass
from enum import StrEnum

from opsroom.core.timestamps import Instant


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One version of one STIX object as its originator contributed it, without its bytes.

    `number` is the room's own and never leaves the server. `version` is `modified` (else `created`, else
    None) as written; `version_key` orders versions of one id as text. `leads`: among all versions of the id by
    this originator it decides for all: the newest that is let out and not `not-yet`, until there is one the
    first contributed.
    """

    room: str
    number: int
    originator: str
    id: str
    kind: str
    version: str | None
    version_key: str
    digest: str
    received_at: Instant
    leads: bool = True


class OfferState(StrEnum):
    """Where an offer stands between contributing and releasing."""

    STAGED = "staged"
    PENDING = "pending"
    OFFERED = "offered"
    REFUSED = "refused"
    RECALLED = "recalled"


LET_OUT = frozenset({OfferState.OFFERED, OfferState.RECALLED})
"""Offers on which there was a release act, whatever came after."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item posted to a collection. `offered_at` is the instant of the release act, None before it.

    `holder` passes on what `originator` contributed. `label` is the digest of the handling in force.
    `release_class` and `footing` are 0 until the offer is let out. The served form is the item's bytes with
    `insert` put in at byte `insert_at` (nothing, where `insert` is empty). `dangle`: sent out by the
    originator's explicit choice although its references may lead nowhere for a recipient.
    """

    room: str
    number: int
    item: int
    collection: str
    originator: str
    holder: str | None
    label: str
    state: OfferState
    posted_at: Instant
    posted_by: str
    unit: str
    dangle: bool = False
    offered_at: Instant | None = None
    recalled_at: Instant | None = None
    release_class: int = 0
    footing: int = 0
    insert_at: int = 0
    insert: bytes = b""


@dataclass(frozen=True, slots=True)
class Reference:
    """The item of that number names the STIX id `target`, as `marking` or as anything else.

    `seen` are the other originators whose copies of the target the poster could see when it posted:
    what others offer later puts no constraint.
    """

    item: int
    target: str
    marking: bool = False
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLink:
    """`product` rests on `source` (in any room); `sanitised`: declared free of it by the source's originator."""

    room: str
    product: int
    source_room: str
    source: int
    sanitised: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """One releasing officer's yes to one offer."""

    room: str
    offer: int
    person: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Task:
    """Work that is due: `kind` names who does it, `subject` is its own JSON text, `cursor` how far it came."""

    id: str
    room: str
    kind: str
    subject: str
    due_at: Instant
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """A TAXII status resource as kept: `body` is its JSON text, readable by the desk that posted."""

    room: str
    id: str
    member: str
    desk: str
    requested_at: Instant
    body: str
