"""Which condition of coverage fails under each agreement: what step 12 of the decision asks, one by one.

For explanations to an item's originator; the decision itself is `opsroom.core.release`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from opsroom.core.agreement.edges import Edge, Edges
from opsroom.core.handling import Handling
from opsroom.core.release import Desk, Held, Item
from opsroom.core.timestamps import Instant, render


@dataclass(frozen=True, slots=True)
class Condition:
    """One agreement between originator and recipient: what fails under it; nothing: it covers the item."""

    agreement: str
    version: int | None
    failed: tuple[str, ...]


def conditions(item: Item, *, to: Desk, at: Instant, by: Edges, held: Held) -> tuple[Condition, ...]:
    """Every agreement that both were ever parties to, by id, with what fails under it at `at`."""
    found: list[Condition] = []
    edges = {edge.agreement: edge for edge in by.between(item.originator, to.member).at(at)}
    for record in by.listing(item.originator):
        if to.member not in record.members:
            continue
        edge = edges.get(record.agreement)
        if edge is None:
            reason = f"nothing is in force from {item.originator} to {to.member} at {render(at)}"
            found.append(Condition(record.agreement, None, (reason,)))
        else:
            found.append(Condition(record.agreement, edge.version, tuple(_failures(edge, item, to, held))))
    return tuple(found)


def _failures(edge: Edge, item: Item, to: Desk, held: Held) -> Iterable[str]:
    handling = item.handling
    if handling is None:
        yield "the item has no handling"
        return
    terms = edge.terms
    if edge.agreement not in handling.cites and handling.cites:
        yield "the item cites other agreements"
    elif not handling.cites and not terms.field_match:
        yield "the item does not cite it, and it wants to be cited"
    if item.offered < edge.offered_from:
        yield f"the item was offered before the two were live ({render(edge.offered_from)})"
    if to.component is not None and to.component not in edge.components:
        yield f"{to.member} does not designate {to.component} under it"
    lacking = terms.need_to_know - to.categories(held)
    if lacking:
        who = to.member if to.held is None else "the desk"
        yield f"{who} does not hold {', '.join(sorted(lacking))}"
    if item.kind in edge.reserved_kinds:
        yield f"the kind {item.kind} is reserved"
    yield from _level_failures(edge, handling, to)
    for name in handling.fields:
        yield from _field_failures(edge, item, handling, name)


def _level_failures(edge: Edge, handling: Handling, to: Desk) -> Iterable[str]:
    terms = edge.terms
    if not handling.level:
        if terms.scale:
            yield "it has levels and the item bears none"
        return
    if not terms.scale:
        yield "it has no levels and the item bears one"
        return
    rank = terms.rank(handling.policy, handling.level)
    if rank is None:
        yield f"no equivalence row maps {handling.policy} {handling.level}"
        return
    if rank > edge.cap:
        yield f"{handling.level} is above the ceiling of {to.member}"
    cleared = terms.rank(*to.clearance) if to.clearance is not None else rank
    if cleared is None or rank > cleared:
        yield f"{handling.level} is above the desk's clearance"


def _field_failures(edge: Edge, item: Item, handling: Handling, name: str) -> Iterable[str]:
    provisions = edge.fields.get(name, ())
    if not provisions:
        yield f"no provision for {name} is in force in this direction"
        return
    admitting = [one for one in provisions if one.admits(item.kind)]
    if not admitting:
        yield f"the provision for {name} does not admit {item.kind}"
        return
    rank = edge.terms.rank(handling.policy, handling.level) if handling.level else 0
    if rank is not None and all(edge.terms.cap(one.ceiling) < rank for one in admitting):
        yield f"{handling.level} is above the ceiling of {name}"
