"""Disclose: what a desk sees of a room, read from its own feed in one snapshot.

A room, a collection or an object that the desk may not know of is `NotFound`, as if it were not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.agreement.record import Collection
from opsroom.core.feed import FeedRow, Footing, Tick, Verdict, open_since
from opsroom.core.handling import HANDLING_EXTENSION, Handling
from opsroom.core.jsontext import decode
from opsroom.core.offer import Offer, StoredItem
from opsroom.core.roster import Role, Room
from opsroom.core.served import Insertion, recipient_view
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal
from opsroom.upkeep import Facts

RELEASED = "released"
"""The shelf with everything released to the reader, once; also the alias of its collection."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as one desk sees it. `agreement` and `field` are None for `released`."""

    id: str
    title: str
    description: str
    alias: str | None
    can_read: bool
    can_write: bool
    agreement: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One item version that was decided and may leave: its served bytes. Only this module makes one."""

    added: Tick
    id: str
    kind: str
    version: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Disclosed items by tick; `more`: there are later ones. `last` is the tick to go on after."""

    entries: tuple[Disclosed, ...]
    more: bool
    last: Tick | None


def rooms(node: Node, principal: Principal) -> list[Room]:
    """The rooms that the principal may know of, by name."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        now = node.clock.now()
        return [one for one in snapshot.people.rooms() if _knows(snapshot, facts, principal, one, now)]


def room(node: Node, principal: Principal, name: str) -> Room:
    """One room."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        return _room(snapshot, facts, principal, name, node.clock.now())


def shelves(node: Node, principal: Principal, name: str) -> list[Shelf]:
    """The collections of a room: `released` first, then by agreement and field."""
    with node.answering(principal.desk.id) as (snapshot, facts):
        now = node.clock.now()
        return _shelves(snapshot, facts, principal, _room(snapshot, facts, principal, name, now), now)


def shelf(node: Node, principal: Principal, name: str, collection: str) -> Shelf:
    """One collection, by its id or its alias."""
    for found in shelves(node, principal, name):
        if collection in (found.id, found.alias):
            return found
    raise NotFound("there is no such collection")


def page(
    node: Node,
    principal: Principal,
    name: str,
    collection: str,
    *,
    after: Tick = 0,
    limit: int,
    ids: Iterable[str] | None = None,
) -> Page:
    """Up to `limit` items of a collection later than `after`; of these STIX ids alone, where given."""
    found = shelf(node, principal, name, collection)
    with node.answering(principal.desk.id) as (snapshot, _):
        reader = _Reader(snapshot, name, principal)
        return reader.page(found, after, limit, None if ids is None else frozenset(ids))


def status_owner(principal: Principal) -> tuple[str, str]:
    """Whose status resources a principal reads: its member's desk."""
    return principal.member, principal.desk.id


def _knows(snapshot: Snapshot, facts: Facts, principal: Principal, found: Room, at: Instant) -> bool:
    if principal.room not in (None, found.name):
        return False
    return bool(facts.entered(principal.desk.desk, snapshot.agreements.collections(found.name), at))


def _room(snapshot: Snapshot, facts: Facts, principal: Principal, name: str, at: Instant) -> Room:
    found = snapshot.people.room(name)
    if found is None or not _knows(snapshot, facts, principal, found, at):
        raise NotFound("there is no such room")
    return found


def _shelves(snapshot: Snapshot, facts: Facts, principal: Principal, found: Room, at: Instant) -> list[Shelf]:
    listed = snapshot.agreements.collections(found.name)
    entered = facts.entered(principal.desk.desk, listed, at)
    can_read = Role.READER in principal.roles
    released = snapshot.people.setting(f"released/{found.name}") or b""
    first = Shelf(
        id=released.decode(),
        title="Released to you",
        description="Everything in this room that is released to you, once. Read-only.",
        alias=RELEASED,
        can_read=can_read,
        can_write=False,
    )
    own = [_shelf(snapshot, facts, principal, one, can_read) for one in listed if one.agreement in entered]
    return [first, *own]


def _shelf(snapshot: Snapshot, facts: Facts, principal: Principal, one: Collection, can_read: bool) -> Shelf:
    agreement = facts.agreement(one.agreement)
    posting = snapshot.agreements.posting(principal.member, one.id)
    level_wanted = bool(agreement.terms.scale) and (posting is None or posting.level is None)
    may_post = Role.CONTRIBUTOR in principal.roles and principal.desk.desk.component is None
    description = f"Posting here offers an object under {agreement.title}, field {one.field}."
    if level_wanted:
        description += (
            " Read-only until your keeper sets the level of what is posted here"
            " (`opsroom member posting`), since this agreement has levels."
        )
    return Shelf(
        id=one.id,
        title=f"{agreement.title}: {one.field}",
        description=description,
        alias=None,
        can_read=can_read,
        can_write=may_post and not level_wanted,
        agreement=one.agreement,
        field=one.field,
    )


@dataclass(slots=True)
class _Reader:
    """Reads one desk's feed in one snapshot."""

    snapshot: Snapshot
    room: str
    principal: Principal

    def page(self, found: Shelf, after: Tick, limit: int, ids: frozenset[str] | None) -> Page:
        desk = self.principal.desk.id
        wanted: list[tuple[FeedRow, StoredItem]] = []
        cursor = after
        while len(wanted) <= limit:
            batch = max(limit + 1 - len(wanted), 50)
            rows = self.snapshot.feeds.page(
                self.room, desk, collection=found.agreement and found.id, after=cursor, limit=batch
            )
            wanted += self._kept(rows, once=found.agreement is None, ids=ids)
            if len(rows) < batch:
                break
            cursor = rows[-1].added
        shown = wanted[:limit]
        return Page(
            entries=self._disclosed(shown),
            more=len(wanted) > limit,
            last=shown[-1][0].added if shown else None,
        )

    def _kept(
        self, rows: list[FeedRow], *, once: bool, ids: frozenset[str] | None
    ) -> list[tuple[FeedRow, StoredItem]]:
        """The rows that count, in their order; of several for one item the first, where `once`."""
        items = self.snapshot.items.by_number(self.room, {row.item for row in rows})
        if ids is not None:
            rows = [row for row in rows if items[row.item].id in ids]
        counting = self._counting(rows)
        if once and counting:
            numbers = {row.item for row in counting}
            desk = self.principal.desk.id
            others = [row for _, row in self.snapshot.feeds.of_items(self.room, [desk], numbers)]
            first: dict[int, Tick] = {}
            for row in self._counting(others):
                first[row.item] = min(row.added, first.get(row.item, row.added))
            counting = [row for row in counting if row.added == first[row.item]]
        return [(row, items[row.item]) for row in counting]

    def _counting(self, rows: list[FeedRow]) -> list[FeedRow]:
        resting = {row.footing for row in rows if row.footing is not None}
        footings: dict[int, Footing] = self.snapshot.decisions.footings(self.room, resting)
        classes = {number for one in footings.values() for number in one.classes}
        verdicts: dict[int, Verdict] = self.snapshot.decisions.verdicts(
            self.room, self.principal.desk.id, classes
        )
        opened = {one: open_since(one, footings=footings, verdicts=verdicts) for one in resting}
        kept: list[FeedRow] = []
        for row in rows:
            since = row.added if row.footing is None else opened[row.footing]
            if since is not None and since <= row.added:
                kept.append(row)
        return kept

    def _disclosed(self, shown: list[tuple[FeedRow, StoredItem]]) -> tuple[Disclosed, ...]:
        bodies = self.snapshot.items.bodies(self.room, {item.number for _, item in shown})
        offers = self.snapshot.offers.by_number(self.room, {row.offer for row, _ in shown})
        labels = self.snapshot.offers.labels(self.room, {offer.label for offer in offers.values()})
        return tuple(
            Disclosed(
                added=row.added,
                id=item.id,
                kind=item.kind,
                version=item.version,
                body=self._served(bodies[item.number], row, item, offers[row.offer], labels),
            )
            for row, item in shown
        )

    def _served(
        self, raw: bytes, row: FeedRow, item: StoredItem, offer: Offer, labels: Mapping[str, Handling]
    ) -> bytes:
        if row.footing is None:
            return raw
        if item.kind == "marking-definition" and HANDLING_EXTENSION.encode() in raw:
            authority = self.snapshot.decisions.verdicts(
                self.room, self.principal.desk.id, [offer.release_class]
            )[offer.release_class].authority
            return recipient_view(decode(raw), labels[offer.label], to=self.principal.member, under=authority)
        return Insertion(offer.insert_at, offer.insert).apply(raw)
