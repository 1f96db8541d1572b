"""`opsroom agreement show|events`: where an agreement stands, and all that was signed."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console

from opsroom.cli.agreement import agreement, short
from opsroom.cli.output import Terminal, pass_terminal, table, when
from opsroom.core.agreement.acts import bound, suspensions, withdrawals
from opsroom.core.agreement.record import Entry
from opsroom.core.agreement.standing import standing
from opsroom.core.timestamps import Instant
from opsroom.core.windows import FOREVER
from opsroom.operations import agree


@click.command()
@click.argument("agreement_id", required=False)
@click.option("--room", help="List those of this room.")
@pass_terminal
def show(terminal: Terminal, agreement_id: str | None, room: str | None) -> None:
    """Show an agreement as recorded and where it stands; without an id, list them.

    \b
    Examples:
      opsroom agreement show
      opsroom agreement show agreement--…
    """
    with terminal.node() as node:
        found = agree.listed(node, room) if agreement_id is None else [agree.show(node, agreement_id)]
        now = node.clock.now()
    said = [_described(one, now) for one in found]
    if agreement_id is not None:
        terminal.show(said[0], lambda out: _print_agreement(out, found[0], said[0], now))
        return
    headings = ("id", "title", "state", "version", "parties")
    rows = [
        (
            one["id"],
            one["title"],
            one["state"],
            one["version"],
            ", ".join(x["member"] for x in one["parties"]),
        )
        for one in said
    ]
    terminal.show(said, lambda out: out.print(table(headings, rows)))


@click.command()
@click.argument("agreement_id")
@pass_terminal
def events(terminal: Terminal, agreement_id: str) -> None:
    """List the signed entries of an agreement in the order recorded: signatures and acts.

    An act that opens counts from its recording, whatever earlier instant it bears.

    \b
    Example: opsroom agreement events agreement--…
    """
    with terminal.node() as node:
        found = agree.show(node, agreement_id)
    said = [
        {
            "position": one.position,
            "type": one.kind,
            "scope": _stated(one, "scope"),
            "party": _stated(one, "party"),
            "by": list(one.by),
            "effective_at": when(one.effective_at),
            "recorded_at": when(one.recorded_at),
            "version": one.version,
            "digest": one.digest,
        }
        for one in found.entries
    ]
    rows = [
        (
            one.position,
            one.kind,
            short(_stated(one, "scope") or _stated(one, "party")),
            ", ".join(one.by),
            when(one.effective_at),
            when(one.recorded_at),
            one.digest[:19],
        )
        for one in found.entries
    ]
    headings = ("#", "type", "of", "by", "effective", "recorded", "digest")
    terminal.show(said, lambda out: out.print(table(headings, rows)))


def register() -> None:
    """Adds the commands to `opsroom agreement`."""
    agreement.add_command(show)
    agreement.add_command(events)


def _stated(entry: Entry, key: str) -> object:
    """What the payload of an act says under a key; a signature states a version."""
    return None if entry.kind == "sign" else msgspec.json.decode(entry.payload).get(key)


def _described(kept: agree.Kept, now: Instant) -> dict[str, Any]:
    newest = kept.newest
    versions = [
        {
            "version": row.number,
            "digest": row.digest,
            "recorded_at": when(row.recorded_at),
            "entered_at": when(one.entry),
            "signed": {member: when(instant) for member, instant in kept.signed(row.digest).items()},
        }
        for row, one in zip(kept.rows, standing(kept.record).versions, strict=True)
    ]
    return {
        "id": newest.id,
        "title": newest.title,
        "room": kept.room,
        "state": kept.state(now),
        "version": newest.version,
        "digest": newest.digest,
        "signed": versions[-1]["signed"],
        "awaited": _awaited(kept, now),
        "parties": _parties(kept, now),
        "suspended": [
            {"scope": x.scope.as_mapping(), "by": sorted(x.by), "effective_at": when(x.effective_at)}
            for x in suspensions(kept.record, now)
        ],
        "leaving": [
            {"member": x.scope.party, "effective_at": when(x.effective_at)}
            for x in withdrawals(kept.record, now)
        ],
        "versions": versions,
        "previous": kept.head,
        "file": dict(newest.properties),
    }


def _awaited(kept: agree.Kept, now: Instant) -> list[str]:
    """Who has not signed the newest version, while it has not entered."""
    if standing(kept.record).versions[-1].entry != FOREVER:
        return []
    concerned = {*kept.newest.terms.parties, *bound(kept.record, now)}
    return sorted(concerned - kept.signed(kept.newest.digest).keys())


def _parties(kept: agree.Kept, now: Instant) -> list[dict[str, Any]]:
    """The parties of the newest version and everybody who is bound by an earlier one, newcomers too."""
    binding, versions = bound(kept.record, now), standing(kept.record).versions
    signed = kept.signed(kept.newest.digest)
    found: list[dict[str, Any]] = []
    for member in dict.fromkeys((*kept.newest.terms.parties, *sorted(binding))):
        place = binding.get(member, -1)
        party = versions[place].terms.parties[member]
        found.append(
            {
                "member": member,
                "version": kept.rows[place].number if member in binding else None,
                "ceiling": party.ceiling,
                "from": when(party.window.since),
                "to": when(party.window.until),
                "signed": when(signed.get(member)),
                "acceded": when(versions[place].joined.get(member)),
            }
        )
    return found


def _print_agreement(out: Console, kept: agree.Kept, said: Mapping[str, Any], now: Instant) -> None:
    newest = kept.newest
    out.print(
        f"{newest.title} ({newest.instrument}), version {newest.version}: {said['state']}", markup=False
    )
    out.print(f"{newest.id} in room {kept.room}\n{newest.digest}", markup=False)
    if said["awaited"]:
        waits = f"Version {newest.version} has not entered; not signed by: {', '.join(said['awaited'])}"
        out.print(waits, markup=False)
    _print_parties(out, said["parties"])
    if len(kept.rows) > 1:
        rows = [
            (x["version"], ", ".join(x["signed"]), x["recorded_at"], x["entered_at"] or "not entered")
            for x in said["versions"]
        ]
        out.print(table(("version", "signed by", "recorded", "entered"), rows, "\nVersions"))
    if stops := suspensions(kept.record, now):
        stopped = [(x.scope, ", ".join(sorted(x.by)), when(x.effective_at)) for x in stops]
        out.print(table(("scope", "by", "since"), stopped, "\nSuspended"))
    if said["leaving"]:
        leaving = [(x["member"], x["effective_at"]) for x in said["leaving"]]
        out.print(table(("party", "at"), leaving, "\nLeaving"))
    provisions = [
        (x.field, x.clause, _names(x.kinds, "all"), _names(x.excluded_kinds, ""), x.ceiling)
        for x in newest.terms.provisions
    ]
    out.print(table(("field", "clause", "kinds", "excluded", "ceiling"), provisions, "\nProvisions"))
    if not newest.terms.fields_exhaustive:
        out.print("Among the provisions are these; the list is not exhaustive, and absence proves nothing.")


def _print_parties(out: Console, parties: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            x["member"],
            x["version"] or "none",
            x["ceiling"],
            x["from"],
            x["to"],
            f"acceded {x['acceded']}" if x["acceded"] else x["signed"] or "not signed",
        )
        for x in parties
    ]
    out.print(table(("party", "bound by", "ceiling", "from", "to", "signed"), rows, "\nParties"))


def _names(names: frozenset[str] | None, absent: str) -> str:
    return absent if names is None else ", ".join(sorted(names))
