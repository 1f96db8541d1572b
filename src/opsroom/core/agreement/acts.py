"""Who may: whether an act on an agreement has what it takes, and if not, why not.

1. A party may stop its own part, alone and at once: suspend itself or a pair that it is in; withdraw after its
   notice, and rescind the withdrawal until then.
2. Whoever suspended resumes (`acts.resume`: suspender): all who signed a standing suspension of exactly that
   scope and are still parties.
3. Everything else takes the signatures that `acts` asks for: all | all-others | N | never. `all-others` leaves
   out those whom the act suspends. Parties that left no longer count.
4. A newcomer signs its own accession, beside what `acts.accede` asks for.
5. What asks is the version that binds a party: the newest that has entered and that it signed. Where parties
   are bound by different versions, an act takes what each of them asks for. A draft asks for nothing.
6. An act that opens counts from its recording at the earliest; one that closes may be dated back, though not
   behind a resume that would end it. A resume is not dated ahead: it would end what is suspended meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsroom.core.agreement.events import Event, Record, Scope, in_order
from opsroom.core.agreement.file import Acts, newcomer_faults
from opsroom.core.agreement.standing import StandingVersion, standing
from opsroom.core.agreement.statement import Act
from opsroom.core.timestamps import Instant, later, parse_duration, render
from opsroom.core.windows import FOREVER

_DAY = 86_400_000_000
_WHOSE = {"all": "all parties", "all-others": "all other parties"}


def refusals(
    act: Act, *, record: Record, acts: Sequence[Acts], signed: frozenset[str], at: Instant
) -> list[str]:
    """Why the act is refused when it is recorded at `at`, signed by these members; empty: it may be recorded.

    `acts` says for each version of the record, in its order, whose signatures its acts take.
    """
    places = bound(record, at)
    present = frozenset(places)
    if not present:
        return ["the agreement is over for everybody; a new instrument is needed"]
    if strangers := sorted(signed - present - _newcomers(act)):
        return [f"{_listed(strangers)} is no party now, and has nothing to sign here"]
    if signed != frozenset(act.by):
        missing, unnamed = sorted(frozenset(act.by) - signed), sorted(signed - frozenset(act.by))
        return [
            *([f"{_listed(unnamed)} signed it, and is not named among those that do"] if unnamed else []),
            *(
                [f"it names {_listed(missing)} among those that sign it: {_missing(missing)}"]
                if missing
                else []
            ),
        ]
    asked = _Asked(act, record, {member: acts[place] for member, place in places.items()}, signed, at)
    return _CHECKS[act.type](asked)


def bound(record: Record, at: Instant) -> dict[str, int]:
    """The parties that have not left by `at` → the place in `record.versions` of the version that binds each.

    That is the newest that has entered and that the party signed; while none has entered, the newest recorded
    for all that it lists. A withdrawal that lies ahead has not happened.
    """
    ended = [event for event in in_order(record.events) if event.counts_from <= at]
    if any(event.type == "terminate" for event in ended):
        return {}
    left = {event.scope.party for event in ended if event.type == "withdraw"}
    versions = standing(record).versions
    entered = [place for place, one in enumerate(versions) if one.entry <= at]
    found: dict[str, int] = {}
    for member in record.members - left:
        signed = [place for place in entered if _has_signed(versions[place], member, at)]
        places = signed if entered else [len(versions) - 1]
        party = versions[places[-1]].terms.parties.get(member) if places else None
        if party is not None and at < party.window.until:
            found[member] = places[-1]
    return found


def suspensions(record: Record, at: Instant) -> list[Event]:
    """The suspensions that stand at `at`, of every scope."""
    found: list[Event] = []
    for event in in_order(record.events):
        if event.counts_from > at:
            continue
        if event.type == "suspend":
            found.append(event)
        elif event.type == "resume":
            found = [one for one in found if one.scope != event.scope]
    return found


def withdrawals(record: Record, after: Instant) -> list[Event]:
    """The withdrawals that take effect after an instant and were not rescinded."""
    events = in_order(record.events)
    return [event for event in events if event.type == "withdraw" and event.effective_at > after]


def withdrawal_day(acts: Acts, at: Instant) -> Instant:
    """When a withdrawal that is signed at `at` may count: now, or at the first midnight (UTC) after its notice."""
    if acts.withdraw_notice is None:
        return at
    return (later(at, parse_duration(acts.withdraw_notice)) // _DAY + 1) * _DAY


def _has_signed(version: StandingVersion, member: str, at: Instant) -> bool:
    return version.signed is None or version.signed.get(member, FOREVER) <= at


@dataclass(frozen=True, slots=True)
class _Asked:
    """An act with what is asked of it; `binding`: each party present → the acts of the version that binds it."""

    act: Act
    record: Record
    binding: Mapping[str, Acts]
    signed: frozenset[str]
    at: Instant

    @property
    def present(self) -> frozenset[str]:
        return frozenset(self.binding)

    def lacking(self, quorums: Iterable[str | int], touched: frozenset[str] = frozenset()) -> list[str]:
        """What is missing of each of these quorums; `touched` are those whom all-others leaves out."""
        found = (self._lacking(quorum, touched) for quorum in dict.fromkeys(quorums))
        return [reason for reason in found if reason]

    def _lacking(self, quorum: str | int, touched: frozenset[str]) -> str:
        if quorum == "never":
            return f"to {self.act.type} is never possible under the acts of this agreement"
        if isinstance(quorum, int):
            count = len(self.signed & self.present)
            return (
                ""
                if count >= quorum
                else f"{self.act.type} takes {quorum} parties' signatures: it has {count}"
            )
        wanted = self.present - touched if quorum == "all-others" else self.present
        missing = sorted(wanted - self.signed)
        return (
            f"{self.act.type} takes the signatures of {_WHOSE[quorum]}: {_missing(missing)}"
            if missing
            else ""
        )


def _suspend(asked: _Asked) -> list[str]:
    scope = asked.act.scope
    if refused := _unknown(asked):
        return refused
    if _touched(scope) & asked.signed:
        return _resumed_since(asked)
    quorums = (acts.suspend_other for acts in asked.binding.values())
    return asked.lacking(quorums, _touched(scope)) or _resumed_since(asked)


def _resume(asked: _Asked) -> list[str]:
    scope = asked.act.scope
    standing_now = suspensions(asked.record, asked.at)
    found = [event for event in standing_now if event.scope == scope]
    if not found:
        others = ", ".join(dict.fromkeys(str(event.scope) for event in standing_now))
        reason = f"nothing is suspended {scope}; a resume ends exactly the scope of a suspension"
        return [f"{reason}, and it is suspended {others}" if others else reason]
    if asked.act.effective_at > asked.at:
        return [
            "a resume is recorded when it is to count; dated ahead it would end what is suspended meanwhile"
        ]
    reasons: list[str] = []
    quorums = [acts.resume for acts in asked.binding.values()]
    if "suspender" in quorums:
        suspenders = {x for event in found for x in (event.by & asked.present or asked.present)}
        if missing := sorted(suspenders - asked.signed):
            reasons.append(f"whoever suspended resumes: {_missing(missing)}")
    return reasons + asked.lacking((one for one in quorums if one != "suspender"), _touched(scope))


def _withdraw(asked: _Asked) -> list[str]:
    if refused := _own_part(asked):
        return refused
    if ahead := _own_withdrawals(asked, asked.at):
        instant = render(ahead[0].effective_at)
        return [f"it has withdrawn already, with effect from {instant}; rescind that before another date"]
    notice = asked.binding[str(asked.act.scope.party)].withdraw_notice
    if notice is not None and asked.act.effective_at < (earliest := later(asked.at, parse_duration(notice))):
        return [
            f"a withdrawal takes {notice} of notice: not before {render(earliest)};"
            " until then the party may suspend itself at once"
        ]
    return []


def _rescind(asked: _Asked) -> list[str]:
    if refused := _own_part(asked):
        return refused
    if not _own_withdrawals(asked, max(asked.at, asked.act.effective_at)):
        return ["there is no withdrawal of this party that lies ahead; once it took effect it is for good"]
    return []


def _accede(asked: _Asked) -> list[str]:
    counts_from = max(asked.at, asked.act.effective_at)
    entered = _entered(asked.record, counts_from)
    if not entered:
        return ["it has not entered into force; until then a newcomer is listed in the file"]
    [newcomer] = _newcomers(asked.act) or frozenset({""})
    if any(newcomer in one.terms.parties for one in entered):
        return [f"{newcomer} is listed already, or was; who left for good comes back by a new instrument"]
    reasons = [str(fault) for fault in newcomer_faults(asked.act.newcomer, entered[-1].terms)]
    if newcomer not in asked.signed:
        reasons.append(f"a newcomer signs its accession: {_missing([newcomer])}")
    return reasons + asked.lacking(acts.accede for acts in asked.binding.values())


def _terminate(asked: _Asked) -> list[str]:
    return asked.lacking(acts.terminate for acts in asked.binding.values())


def _notify(asked: _Asked) -> list[str]:
    [version] = [one for one in asked.record.versions if one.digest == asked.act.version]
    if version.terms.entry.kind != "all-notified" or _entered(asked.record, asked.at):
        return ["it enters, or amends what has entered, by signatures alone; there is nothing to notify"]
    if unsigned := sorted(asked.signed - (version.signed or {}).keys()):
        return [f"{_listed(unsigned)} has not signed this version; that comes before its notification"]
    if again := sorted(asked.signed & version.ratified.keys()):
        return [f"{_listed(again)} has notified already"]
    return []


_CHECKS = {
    "suspend": _suspend,
    "resume": _resume,
    "withdraw": _withdraw,
    "rescind": _rescind,
    "accede": _accede,
    "terminate": _terminate,
    "notify": _notify,
}


def _entered(record: Record, at: Instant) -> list[StandingVersion]:
    return [one for one in standing(record).versions if one.entry <= at]


def _unknown(asked: _Asked) -> list[str]:
    """What the scope names and the agreement has not."""
    scope = asked.act.scope
    if gone := sorted(_touched(scope) - asked.present):
        return [f"{_listed(gone)} is no party now"]
    fields = [name for one in asked.record.versions for name in one.terms.fields]
    if scope.field is not None and scope.field not in fields:
        return [f"there is no field {scope.field}; its fields: {', '.join(dict.fromkeys(fields))}"]
    return []


def _resumed_since(asked: _Asked) -> list[str]:
    """A suspension dated back behind a resume of its scope would have ended with it."""
    for event in asked.record.events:
        resumes = event.type == "resume" and event.scope == asked.act.scope
        if resumes and event.counts_from > asked.act.effective_at:
            return [
                f"a resume of this scope counts from {render(event.counts_from)}: date the suspension after it"
            ]
    return []


def _own_part(asked: _Asked) -> list[str]:
    party = str(asked.act.scope.party)
    if party not in asked.present:
        return [f"{party} is no party now"]
    return [] if party in asked.signed else [f"a party speaks for itself: {_missing([party])}"]


def _own_withdrawals(asked: _Asked, after: Instant) -> list[Event]:
    """The withdrawals of the act's own party that take effect after an instant."""
    return [event for event in withdrawals(asked.record, after) if event.scope == asked.act.scope]


def _touched(scope: Scope) -> frozenset[str]:
    """Whom a suspension of this scope stops: nobody by name for a field or the whole."""
    if scope.party is not None:
        return frozenset({scope.party})
    return scope.pair or frozenset()


def _newcomers(act: Act) -> frozenset[str]:
    member = act.newcomer.get("member") if act.newcomer is not None else None
    return frozenset({member}) if isinstance(member, str) else frozenset()


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _missing(names: Sequence[str]) -> str:
    verb = "is" if len(names) == 1 else "are"
    whose = _listed([f"{name}'s" for name in names])
    return f"{whose} {verb} missing"
