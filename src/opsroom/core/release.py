"""The decision: whether one item is released to one desk, and on what ground. One function for every door.

`decide` is pure: every fact is an argument. Its steps, in order; the first that holds decides:

 1. The member is the item's originator, not onward                          → release `own`
 2. No handling, or one that cannot be applied                               → withhold `label`
 3. A source outside the room has not consented                              → withhold `foreign`
 4. A source of the item is withheld from this member                        → withhold `source`
 5. Recalled / before `not_before` / at or after `expires`                   → withhold `recalled`, `not-yet`, `expired`
 6. The member is in `not_to`                                                → withhold `not-to`
 7. `rel_to` is given and lacks the member                                   → withhold `rel-to`
 8. TLP:RED and nobody named                                                 → withhold `red-unnamed`
 9. A needed category is not held, or the desk does not work on a field      → withhold `need-to-know`
10. Originator control, and neither consent nor named by the originator      → withhold `originator-control`
11. An edge in force for one of the fields excludes this kind                → withhold `prohibited`
12. No single agreement version covers originator → member                   → withhold `no-provision`
13. Onward: the holder itself would not be released it                       → withhold `holder`
14. Onward, no route, TLP amber or stricter, and no consent counts           → withhold `tlp-onward`
15. Onward, no route                                                         → withhold `third-party`
16. Otherwise                                                                → release `provision`

Onward means that `holder` is given and is not the originator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from opsroom.core.agreement.edges import Edge, Edges
from opsroom.core.agreement.terms import Provision
from opsroom.core.consent import Consent, consents_for
from opsroom.core.handling import Handling
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER


class Ground(StrEnum):
    """The one-word reason of a decision."""

    OWN = "own"
    LABEL = "label"
    FOREIGN = "foreign"
    SOURCE = "source"
    RECALLED = "recalled"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    NOT_TO = "not-to"
    REL_TO = "rel-to"
    RED_UNNAMED = "red-unnamed"
    NEED_TO_KNOW = "need-to-know"
    ORIGINATOR_CONTROL = "originator-control"
    PROHIBITED = "prohibited"
    NO_PROVISION = "no-provision"
    HOLDER = "holder"
    TLP_ONWARD = "tlp-onward"
    THIRD_PARTY = "third-party"
    PROVISION = "provision"


@dataclass(frozen=True, slots=True)
class Item:
    """What the decision needs to know of one item. `offered` is the instant of the release act."""

    originator: str
    kind: str
    offered: Instant
    handling: Handling | None
    id: str | None = None
    recalled_at: Instant | None = None
    sources: tuple["Source", ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An item that another rests on; `sanitised`: its originator declared the product free of it."""

    item: Item
    sanitised: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Readers of one member. A desk only narrows: None is no limit of its own.

    `component` names the body inside the member that the desk belongs to: such a desk reads under the
    agreements alone that designate the component, and nothing as the member's own.
    """

    member: str
    fields: frozenset[str] | None = None
    held: frozenset[str] | None = None
    clearance: tuple[str, str] | None = None
    component: str | None = None

    def categories(self, held: "Held") -> frozenset[str]:
        """What the desk holds: at most what its member holds."""
        of_member = held.get(self.member, frozenset())
        return of_member if self.held is None else of_member & self.held


@dataclass(frozen=True, slots=True)
class Release:
    """Released, under which agreement and clauses. `valid_until` FOREVER: no recorded fact can change it."""

    ground: Ground
    authority: str | None = None
    version: int | None = None
    clauses: tuple[str, ...] = ()
    valid_until: Instant = FOREVER


@dataclass(frozen=True, slots=True)
class Withhold:
    """Withheld. A value, never an exception."""

    ground: Ground
    valid_until: Instant = FOREVER


Decision = Release | Withhold
Held = Mapping[str, frozenset[str]]
"""Member → the categories that it holds."""

_FIRST_TIER = frozenset({"clear", "green"})


def decide(
    item: Item,
    *,
    to: Desk,
    at: Instant,
    by: Edges,
    holder: str | None = None,
    consents: Sequence[Consent] = (),
    held: Held | None = None,
) -> Decision:
    """Whether `item` is released to the desk `to` at the instant `at`, passed on by `holder` or directly."""
    return _Question(by, at, consents, held or {}).decide(item, to, holder)


@dataclass(slots=True)
class _Question:
    """One decision under way; keeps what was already decided of sources and holders."""

    by: Edges
    at: Instant
    consents: Sequence[Consent]
    held: Held
    known: dict[tuple[int, Desk, str | None], Decision] = field(default_factory=dict)

    def decide(self, item: Item, to: Desk, holder: str | None) -> Decision:
        passing = None if holder == item.originator else holder
        key = (id(item), to, passing)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._steps(item, to, passing)
        return found

    def _steps(self, item: Item, to: Desk, holder: str | None) -> Decision:
        member, handling = to.member, item.handling
        if member == item.originator and holder is None and to.component is None:  # 1
            return Release(Ground.OWN)
        if handling is None or handling.fault is not None:  # 2
            return Withhold(Ground.LABEL)
        if any(not source.consent for source in handling.foreign):  # 3
            return Withhold(Ground.FOREIGN)
        until = FOREVER
        for source in item.sources:  # 4
            if source.sanitised or (source.item.originator == member and to.component is None):
                continue
            verdict = self.decide(source.item, to, item.originator)
            if isinstance(verdict, Withhold):
                return Withhold(Ground.SOURCE, min(until, verdict.valid_until))
            until = min(until, verdict.valid_until)
        until = min(until, self._next(item.recalled_at, handling.not_before, handling.expires))
        ground = self._item_ground(item, handling, to)  # 5-9
        if ground is not None:
            return Withhold(ground, until)
        mine = consents_for(self.consents, item=item.id, by=item.originator, to=member, holder=holder)
        until = min(until, self._next(*(x for one in mine for x in (one.window.since, one.window.until))))
        live = [consent for consent in mine if self.at in consent.window]
        named = holder is None and handling.rel_to is not None and member in handling.rel_to
        if handling.originator_control and not live and not named:  # 10
            return Withhold(Ground.ORIGINATOR_CONTROL, until)
        return self._under_agreements(item, handling, to, holder, live, until)

    def _item_ground(self, item: Item, handling: Handling, to: Desk) -> Ground | None:
        """Steps 5 to 9: what the label and the state of the item alone withhold."""
        if item.recalled_at is not None and item.recalled_at <= self.at:  # 5
            return Ground.RECALLED
        if handling.not_before is not None and self.at < handling.not_before:
            return Ground.NOT_YET
        if handling.expires is not None and handling.expires <= self.at:
            return Ground.EXPIRED
        if to.member in handling.not_to:  # 6
            return Ground.NOT_TO
        if handling.rel_to is not None and to.member not in handling.rel_to:  # 7
            return Ground.REL_TO
        if handling.tlp == "red" and not handling.rel_to:  # 8
            return Ground.RED_UNNAMED
        works = to.fields is None or to.fields.issuperset(handling.fields)
        if not works or not handling.need_to_know <= to.categories(self.held):  # 9
            return Ground.NEED_TO_KNOW
        return None

    def _under_agreements(
        self,
        item: Item,
        handling: Handling,
        to: Desk,
        holder: str | None,
        live: list[Consent],
        until: Instant,
    ) -> Decision:
        """Steps 11 to 16."""
        pair = self.by.between(item.originator, to.member)
        until = min(until, pair.next_change(self.at))
        direct = pair.at(self.at)
        if any(prohibits(edge, handling.fields, item.kind) for edge in direct):  # 11
            return Withhold(Ground.PROHIBITED, until)
        covering = [edge for edge in direct if self._covers(edge, item, handling, to)]
        if holder is None:
            if not covering:  # 12
                return Withhold(Ground.NO_PROVISION, until)
            return _released(covering, item.kind, handling, until)
        return self._onward(item, handling, to, holder, live, covering, until)

    def _onward(
        self,
        item: Item,
        handling: Handling,
        to: Desk,
        holder: str,
        live: list[Consent],
        covering: list[Edge],
        until: Instant,
    ) -> Decision:
        passing = self.by.between(holder, to.member)
        until = min(until, passing.next_change(self.at))
        under = {consent.under for consent in live if consent.under is not None}
        carried = [
            edge
            for edge in passing.at(self.at)
            if edge.agreement in under and self._covers(edge, item, handling, to, as_now=True)
        ]
        if not covering and not carried:  # 12
            return Withhold(Ground.NO_PROVISION, until)
        received = self.decide(item, Desk(holder), None)
        until = min(until, received.valid_until)
        if isinstance(received, Withhold):  # 13
            return Withhold(Ground.HOLDER, until)
        getting = self.by.between(item.originator, holder)
        until = min(until, getting.next_change(self.at))
        having = [e for e in getting.at(self.at) if self._covers(e, item, handling, Desk(holder))]
        consented = any(consent.under is None for consent in live) or _standing_consent(handling)
        routes = _own_routes(handling, covering, having, consented)
        if any(edge.terms.onward != "prohibited" for edge in having):
            routes += carried
        if routes:
            return _released(routes, item.kind, handling, until)
        if handling.tlp not in _FIRST_TIER and not consented and not carried:  # 14
            return Withhold(Ground.TLP_ONWARD, until)
        return Withhold(Ground.THIRD_PARTY, until)  # 15

    def _covers(self, edge: Edge, item: Item, handling: Handling, to: Desk, *, as_now: bool = False) -> bool:
        """Whether one agreement version covers the item; `as_now`: as offered now and cited by a consent."""
        terms = edge.terms
        cited = edge.agreement in handling.cites or (terms.field_match and not handling.cites)
        if not as_now and not (cited and item.offered >= edge.offered_from):
            return False
        if to.component is not None and to.component not in edge.components:
            return False
        if item.kind in edge.reserved_kinds or not terms.need_to_know <= to.categories(self.held):
            return False
        rank = _rank_within(edge, handling, to)
        if rank is None:
            return False
        return all(_admitting(edge, name, item.kind, rank) for name in handling.fields)

    def _next(self, *bounds: Instant | None) -> Instant:
        return min((x for x in bounds if x is not None and x > self.at), default=FOREVER)


def prohibits(edge: Edge, fields: Iterable[str], kind: str) -> bool:
    """Whether the edge excludes the kind in one of the fields (step 11)."""
    return any(kind in one.excluded_kinds for name in fields for one in edge.fields.get(name, ()))


def _rank_within(edge: Edge, handling: Handling, to: Desk) -> int | None:
    """The item's level as a rank of this agreement, where recipient and desk may receive it; 0 without levels.

    None: not covered (levels on one side alone, no equivalence row, above a cap).
    """
    terms = edge.terms
    if not handling.level:
        return None if terms.scale else 0
    rank = terms.rank(handling.policy, handling.level)
    if rank is None or rank > edge.cap:
        return None
    if to.clearance is not None:
        cleared = terms.rank(*to.clearance)
        if cleared is None or rank > cleared:
            return None
    return rank


def _standing_consent(handling: Handling) -> bool:
    """TLP:CLEAR without limits is the originator's consent to passing on (steps 14 and 15 only)."""
    limited = handling.rel_to is not None or handling.not_to or handling.originator_control
    return handling.tlp == "clear" and not limited


def _own_routes(handling: Handling, covering: list[Edge], having: list[Edge], consented: bool) -> list[Edge]:
    """Route (a): the originator's own agreements with the member that let the item be passed on."""
    permitting = [edge for edge in covering if edge.terms.onward != "prohibited"]
    if consented:
        return permitting
    if handling.tlp not in _FIRST_TIER:
        return []
    shared = {(edge.agreement, edge.version) for edge in having}
    return [
        edge
        for edge in permitting
        if edge.terms.onward == "parties" and (edge.agreement, edge.version) in shared
    ]


def _admitting(edge: Edge, name: str, kind: str, rank: int) -> list[Provision]:
    """The provisions of a field, in force on this edge, that admit the kind at this rank."""
    return [
        one for one in edge.fields.get(name, ()) if one.admits(kind) and edge.terms.cap(one.ceiling) >= rank
    ]


def _released(routes: list[Edge], kind: str, handling: Handling, until: Instant) -> Release:
    """Step 16: the authority is the route with the fewest parties listed, then by id."""
    edge = min(routes, key=lambda route: (route.parties, route.agreement))
    rank = edge.terms.rank(handling.policy, handling.level) or 0
    used = (one for name in handling.fields for one in _admitting(edge, name, kind, rank))
    clauses = dict.fromkeys(one.clause for one in used if one.clause)
    return Release(Ground.PROVISION, edge.agreement, edge.version, tuple(clauses), until)
