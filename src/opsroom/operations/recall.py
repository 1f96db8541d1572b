"""Recall: the originator takes back what it let out. Nobody is shown it any more, its own desks included.

The bytes stay, and so does the record of who was shown them. Contributed again, it is a new offer with a new
date. What others passed on is taken back with it, in whatever room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from opsroom.core.feed import FeedRow
from opsroom.core.offer import Offer, OfferState
from opsroom.core.roster import Role
from opsroom.errors import Refused
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import Principal

STANDING = frozenset({OfferState.PENDING, OfferState.OFFERED})
"""Offers that can be taken back."""

Which = Callable[[Sequence[FeedRow]], Sequence[FeedRow]]
"""Chooses among the versions that a collection shows under one id."""


def recall(
    node: Node, principal: Principal, room: str, collection: str | None, id: str, *, which: Which = list
) -> int:
    """Takes back those versions of a STIX id that `which` chooses of the member's own in a collection, or in any.

    An act of a releasing officer; of a contributor where the member lets its contributors release in every
    collection that a version leaves. Returns how many versions were taken back. Refused where the member has none
    of its own there.
    """
    with node.working() as (unit, upkeep):
        rows = [
            row
            for row in unit.feeds.of_ids(room, principal.desk.id, [id])
            if row.footing is None and collection in (None, row.collection)
        ]
        chosen = {row.item for row in which(rows)}
        versions = {(one.id, one.version_key) for one in unit.items.by_number(room, chosen).values()}
        found = list(_offers(unit, upkeep.context.facts.rooms, room, principal.member, versions))
        own = {one.collection for _, offers in found for one in offers if one.holder is None}
        for one in own or {collection or ""}:
            _require_officer(unit, principal, one)
        if not rows:
            raise Refused("only its originator can recall an object, and it is not yours")
        for place, offers in found:
            upkeep.recall(place, offers)
        return len(chosen)


def _require_officer(snapshot: Snapshot, principal: Principal, collection: str) -> None:
    posting = snapshot.agreements.posting(principal.member, collection)
    by_contributors = posting is None or posting.release_by == "contributor"
    if not (by_contributors and Role.CONTRIBUTOR in principal.roles):
        principal.require(Role.RELEASER)


def _offers(
    snapshot: Snapshot, rooms: Iterable[str], room: str, originator: str, versions: set[tuple[str, str]]
) -> Iterator[tuple[str, list[Offer]]]:
    """All offers of these versions in the room, and where holders passed them on in others, by room."""
    for place in rooms:
        items = [one.number for one in snapshot.items.find(place, originator, versions).values()]
        found = [
            one
            for one in snapshot.offers.of_items(place, items)
            if one.state in STANDING and (place == room or one.holder is not None)
        ]
        if found:
            yield place, found
