"""A second, slow and literal implementation of the decision, to hold the first one against.

It knows no edges and compiles nothing: every clause is one small function that asks the recorded facts
whether, at this one instant, there is an agreement version such that … It says what is decided, on what
ground and under which authority; until when a decision holds it cannot say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from opsroom.core.agreement.events import Record, SignedVersion
from opsroom.core.agreement.terms import Party, Provision, Terms
from opsroom.core.consent import Consent
from opsroom.core.handling import Handling
from opsroom.core.release import Desk, Held, Item
from opsroom.core.timestamps import Instant
from tests.in_force import Past, in_force_between, live_since, replay, running


class Verdict(NamedTuple):
    """What the oracle says."""

    outcome: str
    ground: str
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """All facts at one instant, the agreements with their pasts."""

    pasts: Sequence[Past]
    consents: Sequence[Consent]
    held: Held
    at: Instant


class Cover(NamedTuple):
    """One agreement version that covers, by its agreement's id."""

    agreement: str
    version: SignedVersion


# --- the decision, step by step ---------------------------------------------------------------------


def verdict(
    item: Item,
    *,
    to: Desk,
    at: Instant,
    by: Sequence[Record],
    holder: str | None = None,
    consents: Sequence[Consent] = (),
    held: Held | None = None,
) -> Verdict:
    """The decision on the facts of `by`, `consents` and `held` as they stand at `at`."""
    return _verdict(World([replay(record) for record in by], consents, held or {}, at), item, to, holder)


def _verdict(world: World, item: Item, to: Desk, holder: str | None) -> Verdict:
    passing = None if holder == item.originator else holder
    if passing is None and reads_as(to, item.originator):
        return Verdict("release", "own")
    label = item.handling
    if label is None or not label_holds(label):
        return Verdict("withhold", "label")
    for ground, holds in _obstacles(world, item, label, to, passing):
        if holds:
            return Verdict("withhold", ground)
    if passing is None:
        ways = list(covers(world, item, label, item.originator, to))
    else:
        ways = list(routes(world, item, label, to, passing))
    if not ways:
        unconsented = label.tlp not in ("clear", "green") and not consent_counts(
            world, item, label, to, passing
        )
        return Verdict("withhold", "tlp-onward" if unconsented else "third-party")
    return Verdict("release", "provision", authority(ways))


def _obstacles(
    world: World, item: Item, label: Handling, to: Desk, passing: str | None
) -> Iterator[tuple[str, bool]]:
    """Steps 3 to 13, each asked only if those before it did not hold."""
    yield "foreign", any(not source.consent for source in label.foreign)
    yield "source", a_source_is_withheld(world, item, to)
    yield "recalled", item.recalled_at is not None and world.at >= item.recalled_at
    yield "not-yet", label.not_before is not None and world.at < label.not_before
    yield "expired", label.expires is not None and world.at >= label.expires
    yield "not-to", to.member in label.not_to
    yield "rel-to", label.rel_to is not None and to.member not in label.rel_to
    yield "red-unnamed", label.tlp == "red" and not label.rel_to
    yield "need-to-know", not knows(world, label, to)
    yield (
        "originator-control",
        label.originator_control and not named_or_consented(world, item, label, to, passing),
    )
    yield "prohibited", is_prohibited(world, item, label, to)
    yield (
        "no-provision",
        not any(covers(world, item, label, item.originator, to))
        and not any(covers_under_consent(world, item, label, to, passing)),
    )
    yield "holder", passing is not None and not has_it(world, item, passing)


def label_holds(label: Handling) -> bool:
    """Step 2: it names a field, its TLP exists, policy and level come together, its markings resolve."""
    known = label.tlp in ("clear", "green", "amber", "amber+strict", "red")
    together = (label.policy == "") == (label.level == "")
    return len(label.fields) > 0 and known and together and not label.unresolved


def a_source_is_withheld(world: World, item: Item, to: Desk) -> bool:
    """Step 4: as passed on by the item's originator, but for the member's own and the sanitised."""
    return any(
        _verdict(world, source.item, to, item.originator).outcome == "withhold"
        for source in item.sources
        if not source.sanitised and not reads_as(to, source.item.originator)
    )


def knows(world: World, label: Handling, to: Desk) -> bool:
    """Step 9: every needed category is held, and the desk works on every field."""
    works_on = to.fields is None or all(field in to.fields for field in label.fields)
    return works_on and all(category in categories(world, to) for category in label.need_to_know)


def named_or_consented(world: World, item: Item, label: Handling, to: Desk, passing: str | None) -> bool:
    """Step 10: any live consent, or named in `rel_to` by the originator that itself releases."""
    named = passing is None and label.rel_to is not None and to.member in label.rel_to
    return named or any(live_consents(world, item, to, passing))


def is_prohibited(world: World, item: Item, label: Handling, to: Desk) -> bool:
    """Step 11: in any agreement, a provision in force for one of the fields excludes the kind."""
    return any(
        item.kind in provision.excluded_kinds
        for past in world.pasts
        for version in in_force_between(past, item.originator, to.member, world.at)
        for field in label.fields
        for provision in running(past, version, field, item.originator, to.member, world.at)
    )


def has_it(world: World, item: Item, holder: str) -> bool:
    """Step 13: the holder as a whole, directly, would be released it."""
    return _verdict(world, item, Desk(holder), None).outcome == "release"


def authority(ways: Iterable[Cover]) -> str:
    """Step 16: fewest parties listed, then by id."""
    return min(ways, key=lambda way: (len(way.version.terms.parties), way.agreement)).agreement


# --- the recipient ------------------------------------------------------------------------------------


def reads_as(to: Desk, member: str) -> bool:
    """Whether the desk reads as this member; a component's desk never does."""
    return to.member == member and to.component is None


def categories(world: World, to: Desk) -> frozenset[str]:
    """What the desk holds: at most what its member holds."""
    members = world.held.get(to.member, frozenset())
    return members if to.held is None else members & to.held


# --- consents and routes ------------------------------------------------------------------------------


def live_consents(world: World, item: Item, to: Desk, passing: str | None) -> Iterator[Consent]:
    """The originator's consents to this member, through this holder, that are live now."""
    for consent in world.consents:
        about_it = consent.item is None or consent.item == item.id
        right_hands = consent.by == item.originator and consent.to == to.member
        right_holder = consent.holder is None or consent.holder == passing
        begun = consent.since <= world.at
        ended = world.at >= consent.until or (
            consent.revoked_at is not None and world.at >= consent.revoked_at
        )
        if about_it and right_hands and right_holder and begun and not ended:
            yield consent


def consent_without_under(world: World, item: Item, label: Handling, to: Desk, passing: str | None) -> bool:
    """A consent for the originator's own agreements; TLP:CLEAR without limits is a standing one."""
    unlimited = label.rel_to is None and not label.not_to and not label.originator_control
    standing = label.tlp == "clear" and unlimited
    return standing or any(consent.under is None for consent in live_consents(world, item, to, passing))


def covers_under_consent(
    world: World, item: Item, label: Handling, to: Desk, passing: str | None
) -> Iterator[Cover]:
    """The agreements that consents name and that cover holder → member, as offered now and cited."""
    if passing is None:
        return
    for consent in live_consents(world, item, to, passing):
        if consent.under is not None:
            cited = replace(label, cites=frozenset({consent.under}))
            offered_now = replace(item, offered=world.at)
            for cover in covers(world, offered_now, cited, passing, to):
                if cover.agreement == consent.under:
                    yield cover


def consent_counts(world: World, item: Item, label: Handling, to: Desk, passing: str | None) -> bool:
    """Step 14: one without `under`, or one whose `under` covers."""
    return consent_without_under(world, item, label, to, passing) or any(
        covers_under_consent(world, item, label, to, passing)
    )


def routes(world: World, item: Item, label: Handling, to: Desk, holder: str) -> Iterator[Cover]:
    """Both kinds of routes onward."""
    had_under = list(covers(world, item, label, item.originator, Desk(holder)))
    consented = consent_without_under(world, item, label, to, holder)
    for cover in covers(world, item, label, item.originator, to):
        onward = cover.version.terms.onward
        among_parties = (
            label.tlp in ("clear", "green")
            and onward == "parties"
            and any(
                (had.agreement, had.version.number) == (cover.agreement, cover.version.number)
                for had in had_under
            )
        )
        if onward != "prohibited" and (consented or among_parties):
            yield cover
    if any(had.version.terms.onward != "prohibited" for had in had_under):
        yield from covers_under_consent(world, item, label, to, holder)


# --- one agreement version covers ---------------------------------------------------------------------


def covers(world: World, item: Item, label: Handling, giver: str, to: Desk) -> Iterator[Cover]:
    """The agreement versions of which each alone covers giver → member."""
    for past in world.pasts:
        for version in in_force_between(past, giver, to.member, world.at):
            if _covers(world, past, version, item, label, giver, to):
                yield Cover(past.record.agreement, version)


def _covers(
    world: World, past: Past, version: SignedVersion, item: Item, label: Handling, giver: str, to: Desk
) -> bool:
    terms = version.terms
    recipient = terms.parties[to.member]
    cited = past.record.agreement in label.cites or (not label.cites and terms.field_match)
    in_time = terms.covers_existing or item.offered >= live_since(past, giver, to.member, world.at)
    designated = to.component is None or to.component in recipient.designates
    needed = terms.need_to_know <= categories(world, to)
    return (
        cited
        and in_time
        and designated
        and needed
        and all(
            any(
                admits(provision, terms.parties[giver], recipient, item.kind)
                and level_allowed(terms, label, provision, recipient, to)
                for provision in running(past, version, field, giver, to.member, world.at)
            )
            for field in label.fields
        )
    )


def admits(provision: Provision, giver: Party, recipient: Party, kind: str) -> bool:
    """Among the kinds of the provision, and reserved by neither."""
    reserved = kind in giver.reservations.kinds or kind in recipient.reservations.kinds
    listed = provision.kinds is None or kind in provision.kinds
    return listed and kind not in provision.excluded_kinds and not reserved


def level_allowed(terms: Terms, label: Handling, provision: Provision, recipient: Party, to: Desk) -> bool:
    """Neither the provision, nor the recipient as party, nor the desk stops below the item's level."""
    if label.level == "":
        return terms.scale == ()
    if (label.policy, label.level) not in terms.equivalence:
        return False
    rises = list(terms.scale)
    level = rises.index(terms.equivalence[label.policy, label.level])
    if to.clearance is not None:
        cleared = terms.equivalence.get(to.clearance)
        if cleared is None or rises.index(cleared) < level:
            return False
    ceilings = [ceiling for ceiling in (provision.ceiling, recipient.ceiling) if ceiling is not None]
    return all(rises.index(ceiling) >= level for ceiling in ceilings)
