"""What opsroom talks to, as Protocols: the store with its shelves, the clock, randomness.

A store serves `reading()`, a consistent snapshot, and `writing()`, one unit of work: everything in it is
durable at its normal exit and nothing of it exists after an exception, a `discard` or a kill at any point.
Units of work exclude one another. One contract suite (`tests/storage`) holds for every adapter.
Adding what is there already raises `Conflict`. Identifiers compare by their exact code points.
Every shelf of something that belongs to a room takes the room first: it is the distribution key.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, Posting, VersionRow
from opsroom.core.feed import FeedRow, Footing, Narrowing, ReleaseClass, Tick, Verdict
from opsroom.core.handling import Handling
from opsroom.core.offer import Approval, Offer, OfferState, Reference, SourceLink, Status, StoredItem, Task
from opsroom.core.roster import Component, Credential, DeskRow, Holding, Member, MemberKey, Room
from opsroom.core.timestamps import Instant


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Instant:
        """Microseconds since the epoch, UTC."""


class Randomness(Protocol):
    """Gives unpredictable bytes."""

    def draw(self, count: int) -> bytes:
        """`count` random bytes."""


class People(Protocol):
    """Rooms, members, keys, components, desks, credentials, holdings."""

    def add_room(self, room: Room) -> None: ...
    def room(self, name: str) -> Room | None: ...
    def rooms(self) -> list[Room]:
        """By name."""

    def add_member(self, member: Member) -> None: ...
    def member(self, name: str) -> Member | None: ...
    def members(self) -> list[Member]:
        """By name."""

    def add_key(self, key: MemberKey) -> None: ...
    def end_key(self, member: str, fingerprint: str, at: Instant) -> None:
        """Ends the key's window at `at`; NotFound where there is no such key."""

    def keys(self, member: str) -> list[MemberKey]:
        """By the start of their windows, then by fingerprint."""

    def add_component(self, component: Component) -> None: ...
    def components(self, member: str) -> list[Component]:
        """By name."""

    def add_desk(self, desk: DeskRow) -> None:
        """Conflict where the id, or the name within its member, is taken."""

    def desk(self, identifier: str) -> DeskRow | None: ...
    def desks(self, members: Iterable[str] | None = None) -> list[DeskRow]:
        """All desks, or those of these members; by member, then by name."""

    def add_credential(self, credential: Credential) -> None:
        """Conflict where the id or the secret is taken. A person may have had several, so users may repeat."""

    def credential_of(self, secret_hash: bytes) -> Credential | None: ...
    def credentials(self, member: str | None = None) -> list[Credential]:
        """All, or those of one member; by user, then as they were issued."""

    def revoke_credential(self, identifier: str, at: Instant) -> None:
        """NotFound where there is no such credential."""

    def add_holding(self, holding: Holding) -> None: ...
    def end_holding(self, owner: str, category: str, member: str, at: Instant) -> None:
        """Ends the holding that is open at `at`; NotFound where none is."""

    def holdings(self) -> list[Holding]:
        """By owner, category, member, start."""

    def setting(self, key: str) -> bytes | None: ...
    def put_setting(self, key: str, value: bytes) -> None:
        """Replaces what was there."""


class Agreements(Protocol):
    """Agreements as recorded.

    `epoch` changes with every addition to versions, entries and collections, and with every room and holding, so
    that what is compiled of them can be kept.
    """

    def epoch(self) -> int: ...
    def add_version(self, version: VersionRow) -> None:
        """Conflict where (agreement, number) or the digest is taken."""

    def versions(self, agreement: str | None = None) -> list[VersionRow]:
        """By agreement, then by number."""

    def add_entry(self, entry: Entry) -> None:
        """Conflict where (agreement, position) is taken."""

    def entries(self, agreement: str | None = None) -> list[Entry]:
        """By agreement, then by position."""

    def add_collection(self, collection: Collection) -> None:
        """Conflict where the id, or (agreement, field), is taken."""

    def collections(self, room: str) -> list[Collection]:
        """By agreement, then by field."""

    def put_posting(self, posting: Posting) -> None:
        """Replaces the one for (member, collection)."""

    def posting(self, member: str, collection: str) -> Posting | None: ...
    def add_consent(self, entry: ConsentEntry) -> None:
        """Appends. Conflict where (consent, kind) is recorded already."""

    def consents(self, items: Iterable[str] | None = None) -> list[ConsentEntry]:
        """All entries, or those on these STIX ids; by consent, then in the order recorded."""

    def consents_of(self, member: str) -> list[ConsentEntry]:
        """The entries that name a member as originator, recipient or holder, in the same order."""

    def consent(self, identifier: str) -> list[ConsentEntry]:
        """The entries of one consent, in the order recorded."""


class Items(Protocol):
    """Item versions with their bytes, references and sources."""

    def reserve(self, room: str, count: int) -> int:
        """The first of `count` numbers that nobody else gets, rising from 1; for items and offers alike."""

    def add(self, items: Sequence[tuple[StoredItem, bytes]]) -> None:
        """Conflict where (room, originator, id, version_key) or (room, number) is taken; then none is added."""

    def find(
        self, room: str, originator: str, versions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StoredItem]:
        """Those of (id, version_key) that the originator has, by that pair."""

    def versions(self, room: str, originator: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        """All versions of each id of one originator, oldest first."""

    def copies(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        """All versions of each id of all originators, by originator, oldest first."""

    def leading(self, room: str, ids: Iterable[str]) -> dict[str, list[StoredItem]]:
        """Of each id the version of each originator that leads, by originator."""

    def preceding(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]:
        """By item, the version before it of the same id by the same originator, where there is one."""

    def lead(self, room: str, numbers: Mapping[int, bool]) -> None:
        """Says of these items whether they lead."""

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, StoredItem]: ...
    def bodies(self, room: str, numbers: Iterable[int]) -> dict[int, bytes]:
        """The bytes as received."""

    def add_references(self, room: str, references: Iterable[Reference]) -> None:
        """What is there already for (item, target) stays."""

    def references(self, room: str, items: Iterable[int]) -> dict[int, list[Reference]]:
        """Those of each item, by target."""

    def referrers(self, room: str, targets: Iterable[str]) -> list[int]:
        """The items that refer to one of these ids, by number."""

    def add_sources(self, links: Iterable[SourceLink]) -> None:
        """What is there already is replaced."""

    def sources(self, room: str, products: Iterable[int]) -> list[SourceLink]:
        """By product, source room, source."""

    def products(self, source_room: str, sources: Iterable[int]) -> list[SourceLink]:
        """What rests on these, in any room; same order."""


class Offers(Protocol):
    """Offers of items, the labels they bear, approvals."""

    def put_label(self, room: str, handling: Handling) -> None:
        """Keeps a handling under its digest; the same again changes nothing."""

    def labels(self, room: str, digests: Iterable[str]) -> dict[str, Handling]: ...
    def add(self, offers: Sequence[Offer]) -> None: ...
    def replace(self, offers: Sequence[Offer]) -> None:
        """Overwrites the offers of these numbers; NotFound where one is missing."""

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, Offer]: ...
    def of_items(self, room: str, items: Iterable[int]) -> list[Offer]:
        """By number."""

    def of_unit(self, room: str, unit: str, after: int, limit: int) -> list[Offer]:
        """The offers of one unit with a number above `after`, by number."""

    def of_footing(self, room: str, footing: int, after: int, limit: int) -> list[Offer]:
        """Those in state OFFERED that rest on this footing, numbers above `after`, by number."""

    def in_state(self, room: str, originator: str, state: OfferState, after: int, limit: int) -> list[Offer]:
        """One originator's, numbers above `after`, by number."""

    def add_approval(self, approval: Approval) -> None:
        """Conflict where the person has approved this offer already."""

    def approvals(self, room: str, offers: Iterable[int]) -> list[Approval]:
        """By offer, then by instant."""


class Decisions(Protocol):
    """Release classes, footings and verdicts."""

    def intern_class(self, room: str, found: ReleaseClass) -> tuple[int, bool]:
        """Its number (from 1), and whether it is new."""

    def classes(self, room: str, numbers: Iterable[int] | None = None) -> dict[int, ReleaseClass]: ...
    def intern_footing(self, room: str, footing: Footing) -> int:
        """Its number (from 1)."""

    def footings(self, room: str, numbers: Iterable[int]) -> dict[int, Footing]:
        """These and all that their alternatives name, at any depth."""

    def footings_on(self, room: str, classes: Iterable[int]) -> list[int]:
        """The footings that rest on one of these classes, also through an alternative; by number."""

    def verdicts(self, room: str, desk: str, classes: Iterable[int] | None = None) -> dict[int, Verdict]: ...
    def put_verdicts(self, room: str, desk: str, verdicts: Mapping[int, Verdict]) -> None:
        """Replaces those of these classes."""

    def desks_open(self, room: str, release_class: int) -> list[str]:
        """The desks for which the class is open, sorted."""

    def due(self, at: Instant, desks: Iterable[str] | None = None) -> list[tuple[str, str, int]]:
        """(room, desk, class) of the verdicts with `valid_until` ≤ at, sorted; of these desks, or of all."""

    def next_due(self) -> Instant | None:
        """The earliest `valid_until` of any verdict; None where every one is for ever."""


class Feeds(Protocol):
    """The rows of each desk's feed, and its head."""

    def head(self, room: str, desk: str) -> Tick:
        """The last tick used; 0 for a feed that has none."""

    def put_head(self, room: str, desk: str, last: Tick) -> None: ...
    def add(self, room: str, desk: str, rows: Sequence[FeedRow]) -> None:
        """Conflict where a tick is taken. The row's `footing` only says whether it is None (own)."""

    def remove(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        """Takes rows out of the feed for good, by tick, each at a later tick of the desk.

        That they were there stays known to `received`, `moves` and `lives` alone.
        """

    def put_footings(self, room: str, desk: str, footings: Iterable[int]) -> None:
        """Rows of the desk rest on these; what is known already stays."""

    def footings(self, room: str, desk: str) -> list[int]:
        """Every footing on which rows of the desk rest, or rested; by number."""

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, int]]:
        """(tick, item) of every row that came or left later than `after`, also of those gone since, by tick."""

    def lives(self, room: str, desk: str, items: Iterable[int]) -> list[tuple[FeedRow, Tick | None]]:
        """(row, when it left) of all rows that a desk has, or had, of these items; by tick."""

    def page(
        self,
        room: str,
        desk: str,
        *,
        collection: str | None,
        kind: str | None = None,
        after: Tick,
        limit: int,
    ) -> list[FeedRow]:
        """Rows later than `after`, by tick, of one collection or all, of one kind or all.

        Here and below `footing` is the offer's of now (None: own).
        """

    def of_ids(self, room: str, desk: str, ids: Iterable[str]) -> list[FeedRow]:
        """One desk's rows of these STIX ids, by tick."""

    def of_items(self, room: str, desks: Iterable[str], items: Iterable[int]) -> list[tuple[str, FeedRow]]:
        """(desk, row), by desk, then by tick."""

    def of_offers(self, room: str, offers: Iterable[int]) -> list[tuple[str, FeedRow]]:
        """(desk, row) in all feeds, by desk, then by tick."""

    def received(
        self, rooms: Iterable[str], desks: Iterable[str], ids: Iterable[str]
    ) -> list[tuple[str, FeedRow, StoredItem]]:
        """(desk, row, item) for these STIX ids, not own, removed since or not; by room, desk, tick."""


class Narrowings(Protocol):
    """What each desk is told of offers of its own member that are held back by what they rest on."""

    def add(self, room: str, desk: str, narrowings: Sequence[Narrowing]) -> None:
        """Conflict where one begins at a tick at which another one began."""

    def end(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        """Ends those that began at these ticks, each at a later tick of the desk."""

    def standing(self, room: str, offers: Iterable[int]) -> list[tuple[str, Narrowing]]:
        """(desk, narrowing) of those of these offers that have no end, by desk, then by tick."""

    def page(self, room: str, desk: str, *, standing: bool, after: Tick, limit: int) -> list[Narrowing]:
        """Those that began later than `after`, by tick; those without an end alone, where `standing`."""

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, Narrowing]]:
        """(tick, narrowing) of every beginning and every end later than `after`, by tick."""


class Terms(Protocol):
    """The index of words and values: which items a term stands in, by the shelf that they are shown from.

    A shelf is a footing or a member (`opsroom.core.feed.shelf_of_footing`, `shelf_of_member`), so that a reader
    looks at nothing but what it may see.
    """

    def put(self, room: str, shelf: str, items: Mapping[int, Mapping[str, int]]) -> None:
        """By item, the weight of each of its terms; what is there already is replaced."""

    def drop(self, room: str, shelf: str, items: Mapping[int, Iterable[str]]) -> None:
        """By item, the terms that it stands under on the shelf no more; what is not there does no harm."""

    def between(self, room: str, shelves: Iterable[str], low: str, high: str) -> list[tuple[str, int, int]]:
        """(term, item, weight) with low ≤ term < high by code point, by term, then by item."""

    def under(self, room: str, shelves: Iterable[str], terms: Iterable[str]) -> list[tuple[str, int, int]]:
        """The same of these terms."""


class Work(Protocol):
    """Tasks that are due, and status resources."""

    def add_task(self, task: Task) -> None: ...
    def due_tasks(self, at: Instant, limit: int) -> list[Task]:
        """Due at or before `at`, by due instant, then by id."""

    def next_task(self) -> Instant | None:
        """When the first task is due."""

    def finish_task(self, identifier: str) -> None:
        """Takes the task away; one that is gone already stays gone."""

    def add_status(self, status: Status) -> None: ...
    def status(self, room: str, identifier: str) -> Status | None: ...


class Snapshot(Protocol):
    """A consistent view of the store. The shelves' writing methods are for a `Unit` alone."""

    @property
    def people(self) -> People: ...
    @property
    def agreements(self) -> Agreements: ...
    @property
    def items(self) -> Items: ...
    @property
    def offers(self) -> Offers: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def narrowings(self) -> Narrowings: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def work(self) -> Work: ...


class Unit(Snapshot, Protocol):
    """One unit of work."""

    def discard(self) -> None:
        """Nothing of this unit is kept; for rehearsals such as a dry-run."""


class Store(Protocol):
    """Where a node keeps everything."""

    def reading(self) -> AbstractContextManager[Snapshot]: ...
    def writing(self) -> AbstractContextManager[Unit]: ...
    def close(self) -> None: ...
