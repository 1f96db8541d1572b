"""`opsroom agreement show|events`: where an agreement stands, and all that was signed."""

from collections.abc import Sequence

import click
from rich.console import Console

from opsroom.cli.agreement import agreement, short
from opsroom.cli.asking import asking
from opsroom.cli.key import asker_option
from opsroom.cli.output import Terminal, pass_terminal, table
from opsroom.core.agreement.events import Scope as Bearing
from opsroom.core.agreement.file import parse_agreement
from opsroom.wire.agreements import (
    Agreement,
    AgreementEntries,
    AgreementParty,
    Agreements,
    Scope,
    ShowAgreement,
)


@click.command()
@click.argument("agreement_id", required=False)
@click.option("--room", help="List those of this room.")
@asker_option
@pass_terminal
def show(terminal: Terminal, agreement_id: str | None, room: str | None, asker: str | None) -> None:
    """Show an agreement as recorded and where it stands; without an id, list them.

    \b
    Examples:
      opsroom agreement show
      opsroom agreement show agreement--…
    """
    with asking(terminal, asker, by_operator=True) as desk:
        if agreement_id is not None:
            shown = desk.ask(ShowAgreement(agreement_id))
            terminal.show(shown, lambda out: _print_agreement(out, shown))
            return
        found = desk.ask(Agreements(room))
    headings = ("id", "title", "state", "version", "parties")
    rows = [
        (one.id, one.title, one.state, one.version, ", ".join(x.member for x in one.parties)) for one in found
    ]
    terminal.show(found, lambda out: out.print(table(headings, rows)))


@click.command()
@click.argument("agreement_id")
@asker_option
@pass_terminal
def events(terminal: Terminal, agreement_id: str, asker: str | None) -> None:
    """List the signed entries of an agreement in the order recorded: signatures and acts.

    An act that opens counts from its recording, whatever earlier instant it bears.

    \b
    Example: opsroom agreement events agreement--…
    """
    with asking(terminal, asker, by_operator=True) as desk:
        found = desk.ask(AgreementEntries(agreement_id))
    rows = [
        (
            one.position,
            one.type,
            short(one.scope or one.party),
            ", ".join(one.by),
            one.effective_at,
            one.recorded_at,
            one.digest[:19],
        )
        for one in found
    ]
    headings = ("#", "type", "of", "by", "effective", "recorded", "digest")
    terminal.show(found, lambda out: out.print(table(headings, rows)))


def register() -> None:
    """Adds the commands to `opsroom agreement`."""
    agreement.add_command(show)
    agreement.add_command(events)


def _print_agreement(out: Console, one: Agreement) -> None:
    newest = parse_agreement(one.file)
    out.print(f"{one.title} ({newest.instrument}), version {one.version}: {one.state}", markup=False)
    out.print(f"{one.id} in room {one.room}\n{one.digest}", markup=False)
    if one.awaited:
        waits = f"Version {one.version} has not entered; not signed by: {', '.join(one.awaited)}"
        out.print(waits, markup=False)
    _print_parties(out, one.parties)
    if len(one.versions) > 1:
        rows = [
            (x.version, ", ".join(x.signed), x.recorded_at, x.entered_at or "not entered")
            for x in one.versions
        ]
        out.print(table(("version", "signed by", "recorded", "entered"), rows, "\nVersions"))
    if one.suspended:
        stopped = [(_bearing(x.scope), ", ".join(x.by), x.effective_at) for x in one.suspended]
        out.print(table(("scope", "by", "since"), stopped, "\nSuspended"))
    if one.leaving:
        leaving = [(x.member, x.effective_at) for x in one.leaving]
        out.print(table(("party", "at"), leaving, "\nLeaving"))
    provisions = [
        (x.field, x.clause, _names(x.kinds, "all"), _names(x.excluded_kinds, ""), x.ceiling)
        for x in newest.terms.provisions
    ]
    out.print(table(("field", "clause", "kinds", "excluded", "ceiling"), provisions, "\nProvisions"))
    if not newest.terms.fields_exhaustive:
        out.print("Among the provisions are these; the list is not exhaustive, and absence proves nothing.")


def _print_parties(out: Console, parties: Sequence[AgreementParty]) -> None:
    rows = [
        (
            x.member,
            x.version or "none",
            x.ceiling,
            x.since,
            x.until,
            f"acceded {x.acceded}" if x.acceded else x.signed or "not signed",
        )
        for x in parties
    ]
    out.print(table(("party", "bound by", "ceiling", "from", "to", "signed"), rows, "\nParties"))


def _bearing(scope: Scope) -> str:
    return str(Bearing(scope.party, frozenset(scope.pair) if scope.pair else None, scope.field))


def _names(names: frozenset[str] | None, absent: str) -> str:
    return absent if names is None else ", ".join(sorted(names))
