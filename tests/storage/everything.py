"""One of everything that a store keeps, and every question that it answers."""

from collections.abc import Callable

from opsroom import ports
from opsroom.core.handling import Handling
from opsroom.core.offer import Approval, OfferState, Reference, SourceLink, Status
from opsroom.core.roster import Component, Holding, MemberKey
from opsroom.core.windows import ALWAYS, FOREVER
from opsroom.ports import Snapshot, Unit
from tests.storage import records

SHELVES = ("people", "agreements", "items", "offers", "decisions", "feeds", "narrowings", "terms", "work")
WRITING = (
    "add",
    "put",
    "end",
    "replace",
    "remove",
    "reserve",
    "revoke",
    "lead",
    "intern",
    "advance",
    "finish",
    "drop",
)
ALL = range(1, 9)
IDS = [f"malware--{number}" for number in ALL]
LABELS = [Handling(("f",), purposes=(f"purpose {number}",)) for number in ALL]


def fill(unit: Unit, room: str, *, count: int) -> None:
    """`count` of everything in a room; the count also tells rooms apart."""
    items = [records.item(number, room) for number in ALL[:count]]
    unit.people.add_room(records.room(room))
    unit.items.reserve(room, count)
    unit.items.add([(one, records.body(one)) for one in items])
    before = records.item(99, room, id=IDS[0], version_key="2025", leads=False)
    unit.items.add([(before, b"")])
    unit.items.add_references(room, [Reference(one.number, "target", seen=(room,)) for one in items])
    unit.items.add_sources([SourceLink(room, one.number, room, 1, room == "other") for one in items])
    for label in LABELS[:count]:
        unit.offers.put_label(room, label)
    unit.offers.add([records.offer(one.number, room, posted_by=room) for one in items])
    for one in items:
        unit.offers.add_approval(Approval(room, one.number, "ann", count))
        unit.decisions.intern_class(room, records.release_class(room, kind=one.id))
        unit.decisions.intern_footing(room, records.footing(1, one.number))
        unit.decisions.put_verdicts(room, f"desk {one.number}", {1: records.verdict(until=count)})
    unit.decisions.put_verdicts(room, "d", {one.number: records.verdict(until=count) for one in items})
    unit.feeds.add(room, "d", [records.row(one.number, one.number) for one in items])
    unit.feeds.put_head(room, "d", count)
    unit.feeds.put_footings(room, "d", ALL[:count])
    unit.feeds.add(room, "d", [records.row(40 + number, 1) for number in range(count)])
    unit.feeds.remove(room, "d", {40 + number: 60 + number for number in range(count)})
    unit.narrowings.add(room, "d", [records.narrowing(70 + one.number, one.number) for one in items])
    unit.terms.put(room, "f1", {one.number: {f"w:{room}": count, "w:both": 1} for one in items})
    unit.work.add_task(records.task(f"task of {room}", count, room))
    unit.work.add_status(Status(room, "s", "alfa", "d", count, "{}"))
    unit.agreements.add_version(records.version(f"agreement of {room}", 1, room))
    unit.agreements.add_collection(records.collection(f"collection of {room}", room, f"agreement of {room}"))


def fill_node(unit: Unit) -> None:
    """What belongs to no room."""
    unit.people.add_member(records.member())
    unit.people.add_key(MemberKey("alfa", "f", b"public", ALWAYS))
    unit.people.add_component(Component("alfa", "soc", "SOC", None, ALWAYS))
    unit.people.add_desk(records.desk())
    unit.people.add_credential(records.credential())
    unit.people.add_holding(Holding("alfa", "crypto", "bravo", ALWAYS))
    unit.people.put_setting("key", b"value")
    unit.agreements.add_entry(records.entry())
    unit.agreements.put_posting(records.posting())
    unit.agreements.add_consent(records.consent())


OF_NODE: dict[str, Callable[[Snapshot], object]] = {
    "people.room": lambda of: [of.people.room(name) for name in ("room", "other")],
    "people.rooms": lambda of: of.people.rooms(),
    "people.member": lambda of: of.people.member("alfa"),
    "people.members": lambda of: of.people.members(),
    "people.keys": lambda of: of.people.keys("alfa"),
    "people.components": lambda of: of.people.components("alfa"),
    "people.desk": lambda of: of.people.desk("d1"),
    "people.desks": lambda of: of.people.desks(),
    "people.credential_of": lambda of: of.people.credential_of(b"c1"),
    "people.credentials": lambda of: of.people.credentials(),
    "people.holdings": lambda of: of.people.holdings(),
    "people.setting": lambda of: of.people.setting("key"),
    "agreements.epoch": lambda of: of.agreements.epoch(),
    "agreements.versions": lambda of: of.agreements.versions(),
    "agreements.entries": lambda of: of.agreements.entries(),
    "agreements.posting": lambda of: of.agreements.posting("alfa", "id"),
    "agreements.consents": lambda of: of.agreements.consents(),
    "agreements.consents_of": lambda of: of.agreements.consents_of("alfa"),
    "agreements.consent": lambda of: of.agreements.consent("c"),
    "decisions.due": lambda of: of.decisions.due(FOREVER - 1),
    "decisions.next_due": lambda of: of.decisions.next_due(),
    "work.due_tasks": lambda of: of.work.due_tasks(FOREVER, 9),
    "work.next_task": lambda of: of.work.next_task(),
}
"""Questions to the node as a whole."""

OF_ROOM: dict[str, Callable[[Snapshot, str], object]] = {
    "agreements.collections": lambda of, room: of.agreements.collections(room),
    "items.find": lambda of, room: of.items.find(room, "alfa", [(id, "2026") for id in IDS]),
    "items.versions": lambda of, room: of.items.versions(room, "alfa", IDS),
    "items.copies": lambda of, room: of.items.copies(room, IDS),
    "items.leading": lambda of, room: of.items.leading(room, IDS),
    "items.preceding": lambda of, room: of.items.preceding(room, ALL),
    "items.by_number": lambda of, room: of.items.by_number(room, ALL),
    "items.bodies": lambda of, room: of.items.bodies(room, ALL),
    "items.references": lambda of, room: of.items.references(room, ALL),
    "items.referrers": lambda of, room: of.items.referrers(room, ["target"]),
    "items.sources": lambda of, room: of.items.sources(room, ALL),
    "items.products": lambda of, room: of.items.products(room, ALL),
    "offers.labels": lambda of, room: of.offers.labels(room, [one.digest for one in LABELS]),
    "offers.by_number": lambda of, room: of.offers.by_number(room, ALL),
    "offers.of_items": lambda of, room: of.offers.of_items(room, ALL),
    "offers.of_unit": lambda of, room: of.offers.of_unit(room, "unit", 0, 99),
    "offers.of_footing": lambda of, room: of.offers.of_footing(room, 4, 0, 99),
    "offers.in_state": lambda of, room: of.offers.in_state(room, "alfa", OfferState.OFFERED, 0, 99),
    "offers.approvals": lambda of, room: of.offers.approvals(room, ALL),
    "decisions.classes": lambda of, room: (of.decisions.classes(room), of.decisions.classes(room, ALL)),
    "decisions.footings": lambda of, room: of.decisions.footings(room, ALL),
    "decisions.footings_on": lambda of, room: of.decisions.footings_on(room, [1]),
    "decisions.verdicts": lambda of, room: (
        of.decisions.verdicts(room, "d"),
        of.decisions.verdicts(room, "d", ALL),
    ),
    "decisions.desks_open": lambda of, room: of.decisions.desks_open(room, 1),
    "feeds.footings": lambda of, room: of.feeds.footings(room, "d"),
    "feeds.head": lambda of, room: of.feeds.head(room, "d"),
    "feeds.moves": lambda of, room: of.feeds.moves(room, "d", collection=None, after=0, limit=9),
    "feeds.lives": lambda of, room: of.feeds.lives(room, "d", [1, 2]),
    "feeds.page": lambda of, room: [
        of.feeds.page(room, "d", collection=one, kind=kind, after=0, limit=99)
        for one in (None, "c")
        for kind in (None, "malware")
    ],
    "feeds.received": lambda of, room: of.feeds.received([room], ["d"], IDS),
    "feeds.of_ids": lambda of, room: of.feeds.of_ids(room, "d", IDS),
    "feeds.of_items": lambda of, room: of.feeds.of_items(room, ["d"], ALL),
    "feeds.of_offers": lambda of, room: of.feeds.of_offers(room, ALL),
    "narrowings.standing": lambda of, room: of.narrowings.standing(room, ALL),
    "narrowings.page": lambda of, room: [
        of.narrowings.page(room, "d", standing=one, after=0, limit=99) for one in (True, False)
    ],
    "narrowings.moves": lambda of, room: of.narrowings.moves(room, "d", collection=None, after=0, limit=99),
    "terms.between": lambda of, room: of.terms.between(room, ["f1"], "", "z"),
    "terms.under": lambda of, room: of.terms.under(room, ["f1"], ["w:both"]),
    "work.status": lambda of, room: of.work.status(room, "s"),
}
"""Questions to one room."""


def asked() -> set[str]:
    """Every reading method of the port."""
    return {
        f"{shelf}.{name}"
        for shelf in SHELVES
        for name in vars(getattr(ports, shelf.title()))
        if not name.startswith("_") and name.partition("_")[0] not in WRITING
    }


def told(of: Snapshot, room: str) -> dict[str, object]:
    """All answers about one room."""
    return {name: ask(of, room) for name, ask in OF_ROOM.items()}


def whole(of: Snapshot) -> dict[str, object]:
    """All answers about two rooms and the node."""
    rooms = {
        f"{name} of {room}": answer for room in ("room", "other") for name, answer in told(of, room).items()
    }
    return rooms | {name: ask(of) for name, ask in OF_NODE.items()}
