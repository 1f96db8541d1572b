"""Answers what is released to the asker and why, and takes back what is its own."""

import msgspec

from opsroom.core.agreement import file
from opsroom.core.timestamps import render, stix_sort_key, stix_timestamp_fault
from opsroom.cursor import Bound
from opsroom.errors import Fault, Malformed
from opsroom.operations import disclose
from opsroom.operations import explain as explanations
from opsroom.operations.disclose import LAST, Disclosed, Match
from opsroom.operations.explain import Explanation, Shown
from opsroom.operations.recall import recall
from opsroom.service.seat import Seat, answers
from opsroom.service.times import instant, told
from opsroom.wire import items as wire


@answers(wire.Items)
def items(seat: Seat, asked: wire.Items) -> wire.ItemPage:
    """A page of a collection, in the order of the asker's own feed."""
    bound = Bound(
        seat.principal.desk.id,
        ("items", asked.room, asked.collection),
        msgspec.json.encode([asked.added_after, sorted(asked.ids), sorted(asked.kinds), asked.versions]),
    )
    service = seat.service
    found = disclose.page(
        seat.node,
        seat.principal,
        asked.room,
        asked.collection,
        after=0 if asked.next is None else service.cursors.opened(asked.next, to=bound),
        limit=min(asked.limit or service.page, service.page_most),
        match=Match(
            added_after=instant(asked.added_after, "added_after") or 0,
            ids=frozenset(asked.ids) or None,
            kinds=frozenset(asked.kinds) or None,
            versions=frozenset({LAST}) if asked.versions == "last" else None,
        ),
    )
    following = (
        service.cursors.sealed(found.last, to=bound) if found.more and found.last is not None else None
    )
    return wire.ItemPage([item(one) for one in found.entries], following)


def item(one: Disclosed) -> wire.Item:
    """One item as it is served."""
    return wire.Item(render(one.added), one.id, one.kind, one.version, msgspec.Raw(one.body))


@answers(wire.ShowItem)
def show(seat: Seat, asked: wire.ShowItem) -> list[wire.ShownOffer]:
    """Every offer of an item that is the asker's own or released to it."""
    return [_shown(one) for one in explanations.show(seat.node, seat.asker, asked.id)]


@answers(wire.Explain)
def explain(seat: Seat, asked: wire.Explain) -> list[wire.Explanation]:
    """Why a member gets an item, or does not."""
    found = explanations.explain(
        seat.node,
        seat.asker,
        asked.id,
        to=asked.to,
        at=instant(asked.at, "at"),
        holder=asked.holder,
        known_at=instant(asked.known_at, "known_at"),
    )
    return [_explained(one, asked) for one in found]


@answers(wire.Recall)
def take_back(seat: Seat, asked: wire.Recall) -> wire.Recalled:
    """A recall by the originator."""
    disclose.room(seat.node, seat.principal, asked.room)
    collection = asked.collection
    if collection is not None:
        collection = disclose.shelf(seat.node, seat.principal, asked.room, collection).id
    named = frozenset(_version(one) for one in asked.versions) or None
    count = recall(
        seat.node, seat.principal, asked.room, collection, asked.id, which=Match(versions=named).choose
    )
    return wire.Recalled(asked.id, count)


def _version(text: str) -> str:
    if reason := stix_timestamp_fault(text):
        raise Malformed([Fault("versions", reason)])
    return stix_sort_key(text)


def _shown(one: Shown) -> wire.ShownOffer:
    return wire.ShownOffer(
        id=one.item.id,
        version=one.item.version,
        room=one.room,
        originator=one.item.originator,
        holder=one.offer.holder,
        agreement=one.agreement,
        field=one.field,
        state=one.offer.state,
        offered_at=told(one.offer.offered_at),
        handling=None if one.handling is None else one.handling.as_mapping(),
        object=msgspec.Raw(one.body),
        sources=tuple(wire.Source(item.id, item.originator, free) for item, free in one.sources),
    )


def _explained(one: Explanation, asked: wire.Explain) -> wire.Explanation:
    return wire.Explanation(
        id=one.item.id,
        version=one.item.version,
        room=one.room,
        originator=one.item.originator,
        agreement=one.agreement,
        field=one.field,
        state=one.offer.state,
        to=asked.to,
        holder=asked.holder or one.offer.holder,
        released=one.sight.released,
        ground=one.sight.ground,
        because=one.sight.because,
        authority=one.sight.authority,
        clauses=one.clauses,
        obligations=[_duty(duty) for duty in one.obligations],
        valid_until=told(one.valid_until),
        conditions=[wire.Condition(x.agreement, x.version, x.failed) for x in one.conditions],
    )


def _duty(duty: file.Duty) -> wire.Duty:
    return wire.Duty(**{key: getattr(duty, key) or "" for key in wire.Duty.__struct_fields__})
