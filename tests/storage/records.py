"""Records to keep, whole and distinct: every field has a value that a store could lose or mix up."""

from typing import Any

from opsroom.core.agreement.record import Collection, ConsentEntry, Entry, Posting, VersionRow
from opsroom.core.feed import FeedRow, Footing, Narrowing, ReleaseClass, Verdict
from opsroom.core.offer import Offer, OfferState, StoredItem, Task
from opsroom.core.release import Desk, Ground
from opsroom.core.roster import Credential, DeskRow, Member, Role, Room
from opsroom.core.windows import FOREVER
from tests.builders import START

ROOM, OTHER = "room", "other"


def room(name: str = ROOM) -> Room:
    return Room(name, f"Room {name}", host="alfa", place="Łódź", created_at=START, closed_at=START + 9)


def member(name: str = "alfa") -> Member:
    return Member(name, name.title(), f"identity--{name}", START)


def desk(id: str = "d1", name: str = "main", of: str = "alfa", **narrowed: Any) -> DeskRow:
    return DeskRow(id, name, Desk(of, **narrowed), START)


def credential(id: str = "c1", user: str = "ann", **changed: Any) -> Credential:
    values: dict[str, Any] = {
        "secret_hash": id.encode(),
        "member": "alfa",
        "desk": "d1",
        "room": None,
        "roles": frozenset({Role.READER, Role.RELEASER}),
        "created_at": START,
        "expires_at": START + 10,
    }
    return Credential(id, user, **{**values, **changed})


def version(agreement: str = "a", number: int = 1, room: str = ROOM) -> VersionRow:
    return VersionRow(agreement, number, room, f"{agreement}/{number}", b"\x00content", START)


def entry(agreement: str = "a", position: int = 1) -> Entry:
    return Entry(
        agreement, position, "sign", "digest", ("alfa", "bravo"), b"payload\xff", "d", b"{}", START, START + 1
    )


def collection(id: str = "id", room: str = ROOM, agreement: str = "a", field: str = "f") -> Collection:
    return Collection(id, room, agreement, field)


def posting(level: str | None = "secret") -> Posting:
    return Posting("alfa", "id", "policy", level, "red", "two-releasers")


def consent(name: str = "c", kind: str = "ask", item: str = "i", at: int = START) -> ConsentEntry:
    return ConsentEntry(
        name, kind, item, "alfa", "bravo", "carol", None, None, FOREVER, "bravo", "why", START, at, b"{}"
    )


def item(number: int = 1, room: str = ROOM, **changed: Any) -> StoredItem:
    values: dict[str, Any] = {
        "originator": "alfa",
        "id": f"malware--{number}",
        "kind": "malware",
        "version": "2026-01-01T00:00:00Z",
        "version_key": "2026",
        "digest": f"digest {number}",
        "received_at": START + number,
    }
    return StoredItem(room, number, **{**values, **changed})


def body(one: StoredItem) -> bytes:
    return f"{one.room}/{one.number}\0".encode()


def offer(number: int = 1, room: str = ROOM, **changed: Any) -> Offer:
    values: dict[str, Any] = {
        "item": number,
        "collection": "c",
        "originator": "alfa",
        "holder": "bravo",
        "label": "label",
        "state": OfferState.OFFERED,
        "posted_at": START,
        "posted_by": "ann",
        "unit": "unit",
        "dangle": True,
        "offered_at": START + 1,
        "recalled_at": START + 2,
        "release_class": 3,
        "footing": 4,
        "insert_at": 5,
        "insert": b"\x00\xff",
    }
    return Offer(room, number, **{**values, **changed})


def release_class(originator: str = "alfa", **changed: Any) -> ReleaseClass:
    values: dict[str, Any] = {
        "kind": "malware",
        "offered": START,
        "handling": "label",
        "holder": "bravo",
        "item": "i",
        "recalled_at": 8,
        "sources": ((1, True), (2, False)),
    }
    return ReleaseClass(originator, **{**values, **changed})


def footing(*classes: int, over: tuple[tuple[int, ...], ...] = ()) -> Footing:
    return Footing(classes, over)


def verdict(open_since: int | None = START, until: int = FOREVER) -> Verdict:
    return Verdict(open_since, Ground.PROVISION, "a", 2, ("provisions[0]",), until)


def row(
    added: int,
    offer: int = 1,
    *,
    own: bool = False,
    collection: str = "c",
    kind: str = "malware",
    footing: int = 4,
) -> FeedRow:
    """A row of the offer of that number of the item of the same number."""
    id = f"malware--{offer}"
    return FeedRow(added, collection, offer, offer, "alfa", id, kind, "2026", None if own else footing)


def narrowing(
    since: int, offer: int = 1, *, until: int | None = None, collection: str = "c", reader: str = "bravo"
) -> Narrowing:
    """A narrowing of the offer of that number of the item of the same number."""
    return Narrowing(since, until, offer, offer, collection, reader)


def task(id: str = "t", due_at: int = START, room: str = ROOM) -> Task:
    return Task(id, room, "refill", '{"footing":1}', due_at, cursor=7)
