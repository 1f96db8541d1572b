"""Who may: whether an act on an agreement has what it takes, and if not, why not.

1. A party may stop its own part, alone and at once: suspend itself or a pair that it is in; withdraw after its
   notice, and rescind the withdrawal until then.
2. Whoever suspended resumes (`acts.resume`: suspender): of every standing suspension of exactly that scope.
3. Everything else takes the signatures that `acts` asks for: all | all-others | N | never. `all-others` leaves
   out those whom the act suspends. Parties that left no longer count.
4. A newcomer signs its own accession, beside what `acts.accede` asks for.
5. An act that opens counts from its recording at the earliest; one that closes may be dated back.
"""

from dataclasses import dataclass

from opsroom.core.agreement.events import Event, Record, Scope, in_order
from opsroom.core.agreement.file import Acts
from opsroom.core.agreement.standing import standing
from opsroom.core.agreement.statement import Act
from opsroom.core.timestamps import Instant, later, parse_duration, render


def refusals(act: Act, *, record: Record, acts: Acts, signed: frozenset[str], at: Instant) -> list[str]:
    """Why the act is refused when it is recorded at `at`, signed by these members; empty: it may be recorded."""
    present = parties_at(record, at)
    strangers = sorted(signed - present - _newcomers(act))
    if strangers:
        return [f"{', '.join(strangers)} is no party now, and has nothing to sign here"]
    missing = sorted(set(act.by) - signed)
    if missing:
        return [f"it says that {', '.join(missing)} signs it, whose signature is missing"]
    return _CHECKS[act.type](_Asked(act, record, acts, signed, present, at))


@dataclass(frozen=True, slots=True)
class _Asked:
    act: Act
    record: Record
    acts: Acts
    signed: frozenset[str]
    present: frozenset[str]
    at: Instant


def parties_at(record: Record, at: Instant) -> frozenset[str]:
    """The parties that have not left by `at`; a withdrawal that lies ahead has not happened."""
    ended = [event for event in in_order(record.events) if event.effective_at <= at]
    if any(event.type == "terminate" for event in ended):
        return frozenset()
    left = {event.scope.party for event in ended if event.type == "withdraw"}
    versions = standing(record).versions
    entered = [one for one in versions if one.entry <= at] or list(versions[:1])
    return frozenset(entered[-1].terms.parties.keys() - left)


def _suspend(asked: _Asked) -> list[str]:
    touched = _touched(asked.act.scope)
    if touched - asked.present:
        return [f"{', '.join(sorted(touched - asked.present))} is no party now"]
    if touched & asked.signed:
        return []
    return _lacking(
        "suspend_other", asked.acts.suspend_other, asked.signed, asked.present, asked.present - touched
    )


def _resume(asked: _Asked) -> list[str]:
    standing_now = _suspensions(asked.record, asked.act.scope, asked.at)
    if not standing_now:
        return [f"nothing is suspended {asked.act.scope}; a resume ends exactly the scope of a suspension"]
    if asked.acts.resume != "suspender":
        return _lacking(
            "resume",
            asked.acts.resume,
            asked.signed,
            asked.present,
            asked.present - _touched(asked.act.scope),
        )
    lacking = [event for event in standing_now if not event.by & asked.signed]
    if lacking:
        who = " or ".join(sorted(lacking[0].by))
        return [f"whoever suspended resumes: the signature of {who} is missing"]
    return []


def _withdraw(asked: _Asked) -> list[str]:
    refused = _own_part(asked.act, asked.signed, asked.present)
    if asked.acts.withdraw_notice is not None and not refused:
        earliest = later(asked.at, parse_duration(asked.acts.withdraw_notice))
        if asked.act.effective_at < earliest:
            return [
                f"a withdrawal takes {asked.acts.withdraw_notice} of notice: not before {render(earliest)};"
                " until then the party may suspend itself at once"
            ]
    return refused


def _rescind(asked: _Asked) -> list[str]:
    refused = _own_part(asked.act, asked.signed, asked.present)
    counts_from = max(asked.at, asked.act.effective_at)
    ahead = [
        event
        for event in in_order(asked.record.events)
        if event.type == "withdraw" and event.scope == asked.act.scope and event.effective_at > counts_from
    ]
    if not ahead and not refused:
        return ["there is no withdrawal of this party that lies ahead; once it took effect it is for good"]
    return refused


def _accede(asked: _Asked) -> list[str]:
    [newcomer] = _newcomers(asked.act) or frozenset({""})
    if newcomer in asked.record.members:
        return [f"{newcomer} is listed already, or was; who left for good comes back by a new instrument"]
    own = [] if newcomer in asked.signed else [f"the signature of the newcomer, {newcomer}, is missing"]
    return own + _lacking(
        "accede", asked.acts.accede, asked.signed - {newcomer}, asked.present, asked.present
    )


def _terminate(asked: _Asked) -> list[str]:
    if not asked.present:
        return ["it is terminated already"]
    return _lacking("terminate", asked.acts.terminate, asked.signed, asked.present, asked.present)


def _notify(asked: _Asked) -> list[str]:
    done = {
        member for one in asked.record.versions if one.digest == asked.act.version for member in one.ratified
    }
    again = sorted(asked.signed & done)
    return [f"{', '.join(again)} has notified already"] if again else []


_CHECKS = {
    "suspend": _suspend,
    "resume": _resume,
    "withdraw": _withdraw,
    "rescind": _rescind,
    "accede": _accede,
    "terminate": _terminate,
    "notify": _notify,
}


def _lacking(
    act: str, quorum: str | int, signed: frozenset[str], present: frozenset[str], others: frozenset[str]
) -> list[str]:
    """What is missing of a quorum; `others` are those who sign where it says all-others."""
    if quorum == "never":
        return [f"acts.{act} says never"]
    if isinstance(quorum, int):
        count = len(signed & present)
        return [] if count >= quorum else [f"acts.{act} takes {quorum} signatures of parties; it has {count}"]
    wanted = others if quorum == "all-others" else present
    missing = sorted(wanted - signed)
    return [f"acts.{act} takes the signatures of {quorum}: missing {', '.join(missing)}"] if missing else []


def _own_part(act: Act, signed: frozenset[str], present: frozenset[str]) -> list[str]:
    party = act.scope.party
    if party is None:
        return [f"to {act.type} names the party in its scope"]
    if party not in present:
        return [f"{party} is no party now"]
    return [] if party in signed else [f"a party speaks for itself: the signature of {party} is missing"]


def _suspensions(record: Record, scope: Scope, at: Instant) -> list[Event]:
    """The suspensions of exactly this scope that stand at `at`."""
    found: list[Event] = []
    for event in in_order(record.events):
        if event.counts_from > at or event.scope != scope:
            continue
        if event.type == "suspend":
            found.append(event)
        elif event.type == "resume":
            found = []
    return found


def _touched(scope: Scope) -> frozenset[str]:
    """Whom a suspension of this scope stops: nobody by name for a field or the whole."""
    if scope.party is not None:
        return frozenset({scope.party})
    return scope.pair or frozenset()


def _newcomers(act: Act) -> frozenset[str]:
    member = act.newcomer.get("member") if act.newcomer is not None else None
    return frozenset({member}) if isinstance(member, str) else frozenset()
