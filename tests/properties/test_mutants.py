"""Planted bugs in the rule: the case files and the fixed batch of scenarios notice every one of them."""

import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from opsroom.core import consent, handling, release, windows
from opsroom.core.agreement import edges, events, standing, terms
from opsroom.core.cases import Case, CaseFile, Outcome, read_cases
from tests.oracle import Verdict
from tests.properties.changes import answer
from tests.properties.mutation import planted
from tests.properties.scenarios import Scenario, batch

CASE_FILES = sorted((Path(__file__).parents[1] / "cases").glob("*.toml"))

MUTANTS: dict[str, tuple[ModuleType, str, str]] = {
    "own read by a component": (
        release,
        "if member == item.originator and holder is None and to.component is None:",
        "if member == item.originator and holder is None:",
    ),
    "own wherever it comes from": (
        release,
        "if member == item.originator and holder is None and",
        "if member == item.originator and",
    ),
    "label never at fault": (
        release,
        "if handling is None or handling.fault is not None:",
        "if handling is None:",
    ),
    "a level without a policy passes": (handling, "if bool(self.policy) != bool(self.level):", "if False:"),
    "an unknown TLP passes": (handling, "if self.tlp not in TLP_ORDER:", "if False:"),
    "no field passes": (handling, "if not self.fields:", "if False:"),
    "an unresolved marking passes": (handling, "if self.unresolved else None", "if False else None"),
    "foreign: one consent of several is enough": (
        release,
        "if any(not source.consent for source in handling.foreign):",
        "if handling.foreign and all(not source.consent for source in handling.foreign):",
    ),
    "sources ignored": (release, "for source in item.sources:", "for source in ():"),
    "sources of sources ignored": (
        release,
        "verdict = self.decide(source.item, to, item.originator)",
        "verdict = self.decide(replace_sources(source.item), to, item.originator)",
    ),
    "sources decided directly": (
        release,
        "verdict = self.decide(source.item, to, item.originator)",
        "verdict = self.decide(source.item, to, None)",
    ),
    "sources decided as passed on by the holder": (
        release,
        "verdict = self.decide(source.item, to, item.originator)",
        "verdict = self.decide(source.item, to, holder)",
    ),
    "sources decided for the member as a whole": (
        release,
        "verdict = self.decide(source.item, to, item.originator)",
        "verdict = self.decide(source.item, Desk(member), item.originator)",
    ),
    "sanitised sources count": (release, "if source.sanitised or (", "if ("),
    "own sources count": (
        release,
        "(source.item.originator == member and to.component is None)",
        "False",
    ),
    "recalled after expired": (
        release,
        "if item.recalled_at is not None and item.recalled_at <= self.at:",
        "if item.recalled_at is not None and item.recalled_at <= self.at and handling.not_before is None:",
    ),
    "a recall counts a moment late": (release, "item.recalled_at <= self.at:", "item.recalled_at < self.at:"),
    "not_before is out itself": (
        release,
        "self.at < handling.not_before:",
        "self.at <= handling.not_before:",
    ),
    "expires is in itself": (release, "handling.expires <= self.at:", "handling.expires < self.at:"),
    "not_to ignored": (release, "if to.member in handling.not_to:", "if False:"),
    "not_to after rel_to": (
        release,
        "if to.member in handling.not_to:",
        "if to.member in handling.not_to and (handling.rel_to is None or to.member in handling.rel_to):",
    ),
    "rel_to beats not_to": (
        release,
        "if to.member in handling.not_to:",
        "if to.member in handling.not_to and not (handling.rel_to and to.member in handling.rel_to):",
    ),
    "an empty rel_to is none": (
        release,
        "if handling.rel_to is not None and to.member not in handling.rel_to:",
        "if handling.rel_to and to.member not in handling.rel_to:",
    ),
    "rel_to grants": (
        release,
        "        return self._under_agreements(item, handling, to, holder, live, until)",
        "        if named:\n            return Release(Ground.PROVISION)\n"
        "        return self._under_agreements(item, handling, to, holder, live, until)",
    ),
    "red to anybody": (release, 'if handling.tlp == "red" and not handling.rel_to:', "if False:"),
    "any needed category is enough": (
        release,
        "not handling.need_to_know <= self._categories(to):",
        "handling.need_to_know and not handling.need_to_know & self._categories(to):",
    ),
    "a desk's categories are added to its member's": (release, "held & to.held", "held | to.held"),
    "a desk's categories replace its member's": (release, "held & to.held", "to.held"),
    "a desk that works on any of the fields": (
        release,
        "to.fields.issuperset(handling.fields)",
        "not to.fields.isdisjoint(handling.fields)",
    ),
    "originator control ignored": (
        release,
        "if handling.originator_control and not live and not named:",
        "if False:",
    ),
    "named by whoever passes on": (
        release,
        "named = holder is None and handling.rel_to is not None",
        "named = handling.rel_to is not None",
    ),
    "control lifted by a consent that once was": (
        release,
        "if handling.originator_control and not live and",
        "if handling.originator_control and not mine and",
    ),
    "only a consent without `under` lifts control": (
        release,
        "if handling.originator_control and not live and",
        "if handling.originator_control and all(one.under for one in live) and",
    ),
    "consent to anybody": (consent, "        and consent.to == to\n", ""),
    "consent by anybody": (consent, "if consent.by == by\n        and ", "if "),
    "consent for any item": (consent, "        and consent.item in (None, item)\n", ""),
    "consent through any holder": (consent, "        and consent.holder in (None, holder)\n", ""),
    "revoked consents count": (
        consent,
        "self.until if self.revoked_at is None else min(self.until, self.revoked_at)",
        "self.until",
    ),
    "consents never end": (
        consent,
        "self.until if self.revoked_at is None else min(self.until, self.revoked_at)",
        "FOREVER if self.revoked_at is None else self.revoked_at",
    ),
    "closed end of windows": (windows, "self.since <= at < self.until", "self.since <= at <= self.until"),
    "open start of windows": (windows, "self.since <= at < self.until", "self.since < at < self.until"),
    "prohibitions ignored": (
        release,
        "if any(prohibits(edge, handling.fields, item.kind) for edge in direct):",
        "if False:",
    ),
    "prohibitions only in a covering agreement": (
        release,
        "for edge in direct):",
        "for edge in direct if self._covers(edge, item, handling, to)):",
    ),
    "prohibitions only in agreements with the kind unreserved": (
        release,
        "return any(kind in one.excluded_kinds",
        "return any(kind not in edge.reserved_kinds and kind in one.excluded_kinds",
    ),
    "prohibitions in any field": (
        release,
        "for name in fields for one in edge.fields.get(name, ()))",
        "for runs in edge.fields.values() for one in runs)",
    ),
    "one field of several is enough": (
        release,
        "return all(_admitting(edge, name, item.kind, rank) for name in handling.fields)",
        "return any(_admitting(edge, name, item.kind, rank) for name in handling.fields)",
    ),
    "fields stitched from two agreements": (
        release,
        "covering = [edge for edge in direct if self._covers(edge, item, handling, to)]",
        "covering = [edge for edge in direct if all(any(self._covers(other, item, one, to) for other in direct)"
        " for one in (replaced(handling, name) for name in handling.fields))]",
    ),
    "kind of one provision, ceiling of another": (
        release,
        "if one.admits(kind) and edge.terms.cap(one.ceiling) >= rank",
        "if one.admits(kind) and any(edge.terms.cap(x.ceiling) >= rank for x in edge.fields[name])",
    ),
    "ceiling excludes its own level": (
        release,
        "edge.terms.cap(one.ceiling) >= rank",
        "edge.terms.cap(one.ceiling) > rank",
    ),
    "kinds ignored": (terms, "(self.kinds is None or kind in self.kinds)", "True"),
    "directions ignored": (
        terms,
        "return self.directions is None or (giver, receiver) in self.directions",
        "return True",
    ),
    "directions both ways": (
        terms,
        "(giver, receiver) in self.directions",
        "(giver, receiver) in self.directions or (receiver, giver) in self.directions",
    ),
    "missing equivalence is the lowest level": (
        terms,
        "return None if common is None else self.scale.index(common)",
        "return 0 if common is None else self.scale.index(common)",
    ),
    "levels compared without policies": (
        terms,
        "common = self.equivalence.get((policy, level))",
        "common = next((to for (_, mark), to in self.equivalence.items() if mark == level), None)",
    ),
    "recipient's ceiling ignored": (release, "if rank is None or rank > edge.cap:", "if rank is None:"),
    "ceiling of the giver": (edges, "cap=terms.cap(gets.ceiling)", "cap=terms.cap(gives.ceiling)"),
    "ceilings of both": (
        edges,
        "cap=terms.cap(gets.ceiling)",
        "cap=min(terms.cap(gets.ceiling), terms.cap(gives.ceiling))",
    ),
    "clearance ignored": (release, "if cleared is None or rank > cleared:", "if False:"),
    "clearance without a row passes": (
        release,
        "if cleared is None or rank > cleared:",
        "if cleared is not None and rank > cleared:",
    ),
    "no level is covered by any agreement": (release, "return None if terms.scale else 0", "return 0"),
    "any level is covered where there are none": (
        release,
        "if rank is None or rank > edge.cap:",
        "if not terms.scale:\n        return 0\n    if rank is None or rank > edge.cap:",
    ),
    "cites ignored": (
        release,
        "if not as_now and not (cited and item.offered",
        "if not as_now and not (item.offered",
    ),
    "nothing cited, everything matches": (
        release,
        "(terms.field_match and not handling.cites)",
        "(not handling.cites)",
    ),
    "citations do not bind": (
        release,
        "(terms.field_match and not handling.cites)",
        "terms.field_match",
    ),
    "offered earlier is covered": (
        release,
        "(cited and item.offered >= edge.offered_from)",
        "cited",
    ),
    "offered at the very start is not covered": (
        release,
        "item.offered >= edge.offered_from",
        "item.offered > edge.offered_from",
    ),
    "covers_existing ignored": (
        edges,
        "offered_from=BEGINNING if terms.covers_existing else live.since",
        "offered_from=live.since",
    ),
    "everything existing is covered": (
        edges,
        "offered_from=BEGINNING if terms.covers_existing else live.since",
        "offered_from=BEGINNING",
    ),
    "an amendment starts a pair anew": (
        edges,
        "offered_from=BEGINNING if terms.covers_existing else live.since",
        "offered_from=BEGINNING if terms.covers_existing else live.window.since",
    ),
    "the agreement's category ignored": (release, " or not terms.need_to_know <= self._categories(to):", ":"),
    "components undesignated": (
        release,
        "if to.component is not None and to.component not in edge.components:",
        "if False:",
    ),
    "holder unchecked": (release, "if isinstance(received, Withhold):", "if False:"),
    "holder decided with the recipient's desk": (
        release,
        "received = self.decide(item, Desk(holder), None)",
        "received = self.decide(item, Desk(holder, to.fields, to.held, to.clearance), None)",
    ),
    "holder decided as passing on to itself": (
        release,
        "received = self.decide(item, Desk(holder), None)",
        "received = self.decide(item, Desk(holder), to.member)",
    ),
    "the originator is a holder": (
        release,
        "passing = None if holder == item.originator else holder",
        "passing = holder",
    ),
    "`under` ignored": (
        release,
        "consented = any(consent.under is None for consent in live)",
        "consented = any(True for consent in live)",
    ),
    "`under` carries nothing": (release, "if edge.agreement in under and", "if False and"),
    "`under` carries any agreement": (release, "if edge.agreement in under and", "if under and"),
    "`under` as offered then": (release, "handling, to, as_now=True)", "handling, to)"),
    "`under` from a sealed agreement": (
        release,
        'if any(edge.terms.onward != "prohibited" for edge in having):',
        "if having:",
    ),
    "`under` an agreement that seals": (
        release,
        "            routes += carried\n",
        '            routes += [edge for edge in carried if edge.terms.onward != "prohibited"]\n',
    ),
    "no provision although a consent names one": (
        release,
        "if not covering and not carried:",
        "if not covering:",
    ),
    "prohibited onward overcome": (release, 'if edge.terms.onward != "prohibited"]', "]"),
    "amber onward like green": (release, "    if handling.tlp not in _FIRST_TIER:\n        return []\n", ""),
    "prior consent like parties": (release, 'if edge.terms.onward == "parties" and (', "if ("),
    "holder need not be a party": (
        release,
        'if edge.terms.onward == "parties" and (edge.agreement, edge.version) in shared',
        'if edge.terms.onward == "parties"',
    ),
    "tlp-onward and third-party swapped": (
        release,
        "if handling.tlp not in _FIRST_TIER and not consented and not carried:",
        "if handling.tlp in _FIRST_TIER or consented or carried:",
    ),
    "tlp-onward although a consent counts": (
        release,
        "if handling.tlp not in _FIRST_TIER and not consented and not carried:",
        "if handling.tlp not in _FIRST_TIER:",
    ),
    "tlp-onward although `under` carries": (
        release,
        "and not consented and not carried:",
        "and not consented:",
    ),
    "standing consent ignoring rel_to": (release, "limited = handling.rel_to is not None or ", "limited = "),
    "standing consent ignoring not_to": (release, "or handling.not_to or", "or"),
    "standing consent for green": (
        release,
        'return handling.tlp == "clear" and',
        "return handling.tlp in _FIRST_TIER and",
    ),
    "no standing consent": (release, 'return handling.tlp == "clear" and not limited', "return False"),
    "authority by id only": (
        release,
        "key=lambda route: (route.parties, route.agreement)",
        "key=lambda route: route.agreement",
    ),
    "authority by most parties": (
        release,
        "key=lambda route: (route.parties, route.agreement)",
        "key=lambda route: (-route.parties, route.agreement)",
    ),
    "newcomers always counted": (
        edges,
        "parties = live.version.parties_at(window.since)",
        "parties = whole.parties",
    ),
    "peers reserve one way": (
        edges,
        "if receiver not in gives.reservations.peers and giver not in gets.reservations.peers:",
        "if receiver not in gives.reservations.peers:",
    ),
    "fields reserved by the recipient alone": (
        edges,
        "reserved = gives.reservations.fields | gets.reservations.fields",
        "reserved = gets.reservations.fields",
    ),
    "kinds reserved by the recipient alone": (
        edges,
        "reserved_kinds=gives.reservations.kinds | gets.reservations.kinds",
        "reserved_kinds=gets.reservations.kinds",
    ),
    "reserved kinds ignored": (release, "if item.kind in edge.reserved_kinds or not", "if not"),
    "suspensions ignored": (edges, "            suspended.add(event.scope)", "            pass"),
    "suspended fields ignored": (
        edges,
        "if name not in suspended}",
        "if True}",
    ),
    "a suspended pair has an order": (
        edges,
        "scope.pair == {one, other}",
        "sorted(scope.pair) == [one, other]",
    ),
    "a suspended party suspends all": (
        edges,
        "involved = scope.party is None or scope.party in (one, other)",
        "involved = True",
    ),
    "a resume ends every suspension": (edges, "suspended.discard(event.scope)", "suspended.clear()"),
    "a resume ends nothing": (edges, "suspended.discard(event.scope)", "pass"),
    "a withdrawal can be resumed": (
        edges,
        '        if event.type in ("withdraw", "terminate"):\n            return parts\n        if event.type == "suspend":',
        '        if event.type in ("suspend", "withdraw", "terminate"):',
    ),
    "one withdrawal ends all": (edges, "return scope.party in (one, other)", "return True"),
    "termination ignored": (
        edges,
        'if event.type in ("withdraw", "terminate"):',
        'if event.type == "withdraw":',
    ),
    "rescissions ignored": (events, 'return event.type == "withdraw" and any(', "return False and any("),
    "rescinded at the last instant": (
        events,
        "later.counts_from < event.effective_at",
        "later.counts_from <= event.effective_at",
    ),
    "rescinded by anybody": (events, "and later.scope == event.scope and", "and"),
    "events by recording": (
        events,
        "return sorted(counting, key=lambda event: event.counts_from)",
        "return counting",
    ),
    "what opens is dated back": (
        events,
        "return max(self.effective_at, self.recorded_at)",
        "return self.effective_at",
    ),
    "entry ignored": (
        standing,
        "return self.terms.in_force & Window(max(self.entry, *signatures))",
        "return self.terms.in_force & Window(max(signatures))",
    ),
    "signatures of the pair ignored": (
        standing,
        "return self.terms.in_force & Window(max(self.entry, *signatures))",
        "return self.terms.in_force & Window(self.entry)",
    ),
    "notices ignored": (standing, 'if entry.kind == "all-notified":', "if False:"),
    "any number of signatures": (
        standing,
        "return _reached(version.signed, parties, entry.signatures)",
        "return _reached(version.signed, parties, 1)",
    ),
    "an amendment by one": (
        standing,
        "return _reached(version.signed, concerned, version.amend)",
        "return _reached(version.signed, concerned, 1)",
    ),
    "an amendment without those it drops": (
        standing,
        "concerned = {*parties, *before.parties}",
        "concerned = {*parties}",
    ),
    "who has left must sign": (
        standing,
        "asked = (version.signed, left, ended)",
        "asked = (version.signed, ended)",
    ),
    "amendments that never enter": (standing, 'if version.amend == "never":', "if False:"),
    "what was replaced goes on": (
        standing,
        "spans = [(before, span & Window(until=begun.since)) for before, span in spans]",
        "spans = list(spans)",
    ),
    "a dropped party stays under the old version": (
        standing,
        "begun = version.begun(one, other)",
        "begun = version.begun(one, other) if {one, other} <= version.terms.parties.keys() else Window(1, 0)",
    ),
    "a party's own dates ignored": (
        standing,
        "window = span & parties[one].window & parties[other].window",
        "window = span",
    ),
    "the recipient's dates alone": (
        standing,
        "window = span & parties[one].window & parties[other].window",
        "window = span & parties[other].window",
    ),
    "a gap does not interrupt": (
        standing,
        "runs_on = bool(found) and found[-1].window.until == window.since",
        "runs_on = bool(found)",
    ),
    "a newcomer was always there": (
        standing,
        "window=newcomer.window & Window(since)",
        "window=newcomer.window",
    ),
    "an accession lists nobody": (standing, 'if event.type != "accede" or', 'if event.type == "accede" or'),
}


@cache
def expectations() -> tuple[tuple[Scenario, Verdict], ...]:
    """What the oracle says of the batch, asked before anything is planted."""
    return tuple((scenario, scenario.foretold()) for scenario in batch(2500))


@cache
def case_files() -> tuple[CaseFile, ...]:
    return tuple(read_cases(tomllib.loads(path.read_text())) for path in CASE_FILES)


def case_notices(file: CaseFile, case: Case) -> bool:
    return not case.expected.met_by(Outcome.of(file.decide(case)))


def noticed() -> bool:
    """Whether some case or some scenario is decided otherwise than it should be."""
    fresh = [CaseFile(file.agreements, file.events, file.cases) for file in case_files()]
    if any(case_notices(file, case) for file in fresh for case in file.cases):
        return True
    return any(answer(scenario) != foretold for scenario, foretold in expectations())


def test_without_a_mutant_nothing_is_noticed() -> None:
    assert not noticed()


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_noticed(name: str) -> None:
    expectations()
    case_files()
    with planted(*MUTANTS[name]):
        assert noticed(), f"nobody noticed: {name}"
    assert not any(case_notices(file, case) for file in case_files() for case in file.cases)


def test_a_mutant_whose_text_is_gone_fails() -> None:
    with (
        pytest.raises(AssertionError, match="0 times: as it never said"),
        planted(release, "as it never said", ""),
    ):
        pass
