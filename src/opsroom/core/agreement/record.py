"""What is kept of an agreement: versions, signed entries in order, collections, and how members post to them."""

from dataclasses import dataclass

from opsroom.core.timestamps import Instant


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One recorded version: `content` is the canonical bytes that parties sign, `digest` names them."""

    agreement: str
    number: int
    room: str
    digest: str
    content: bytes
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed, append-only entry of an agreement: a signature, a notification or an event.

    `position` counts from 1 within the agreement. `kind` is "sign" (a signature of a version) or the type of
    the act; `version` is the digest of the version that it signs or speaks of; `by` are the members whose
    signatures hold. `payload` is what was signed, `digest` names it, `envelope` is the DSSE envelope as JSON.
    `recorded_at` is the node's, `effective_at` the signers'.
    """

    agreement: str
    position: int
    kind: str
    version: str
    by: tuple[str, ...]
    payload: bytes
    digest: str
    envelope: bytes
    effective_at: Instant
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Collection:
    """One (agreement, field) of a room; `id` is a random UUID and says nothing."""

    id: str
    room: str
    agreement: str
    field: str


@dataclass(frozen=True, slots=True)
class Posting:
    """How one member posts to one collection: the level and TLP of what says nothing else, and who lets it out.

    `release_by`: contributor | releaser | two-releasers. `policy` and `level` None: never set.
    """

    member: str
    collection: str
    policy: str | None = None
    level: str | None = None
    tlp: str = "amber"
    release_by: str = "contributor"


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One signed step of a consent: ask, give, refuse or revoke. Entries of one consent share `consent`.

    `by` asks, gives, refuses or revokes. Bounds are None where not stated. `recorded_at` orders them.
    """

    consent: str
    kind: str
    item: str
    originator: str
    to: str
    holder: str | None
    under: str | None
    since: Instant | None
    until: Instant | None
    by: str
    reason: str
    effective_at: Instant
    recorded_at: Instant
    envelope: bytes
