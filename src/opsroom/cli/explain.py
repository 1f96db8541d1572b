"""`opsroom show` and `opsroom explain`: what is known of an item, and why somebody sees it or not."""

import click
from rich.console import Console

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.core.offer import OfferState
from opsroom.core.release import Ground
from opsroom.core.timestamps import Instant
from opsroom.wire.items import Explain, Explanation, ShowItem, ShownOffer


@click.command()
@click.argument("item")
@as_member("asks (without one, the operator)")
@pass_terminal
def show(terminal: Terminal, /, item: str, **who: str | None) -> None:
    """Show every offer of ITEM: to its originator as received, to a reader as it is served to it.

    \b
    Example: opsroom show report--… --as bravo
    """
    with asking(terminal, by_operator=True, **who) as desk:
        found = desk.ask(ShowItem(item))
    terminal.show(found, lambda out: _print_shown(out, found))


@click.command()
@click.argument("item")
@click.option("--to", required=True, metavar="MEMBER", help="Who would read it.")
@click.option("--at", type=INSTANT, help="At which instant (default: now).")
@click.option(
    "--known-at", type=INSTANT, help="By what was recorded up to this instant (default: everything)."
)
@click.option("--holder", metavar="MEMBER", help="Passed on by this member.")
@as_member("asks (without one, the operator)")
@pass_terminal
def explain(
    terminal: Terminal,
    /,
    item: str,
    to: str,
    at: Instant | None,
    known_at: Instant | None,
    holder: str | None,
    **who: str | None,
) -> None:
    """Say of every offer of ITEM whether it is released to a member, on what ground and under what authority.

    To the originator, and to the node's operator, it says also which condition failed under each agreement.
    Exit status 0 whatever the answer is: withholding is an answer, and no failure.

    \b
    Examples:
      opsroom explain report--… --to carol
      opsroom explain report--… --to carol --at 2026-01-31 --known-at 2026-02-15
      opsroom explain report--… --to carol --holder bravo --as alfa
    """
    with asking(terminal, by_operator=True, **who) as desk:
        found = desk.ask(Explain(item, to, at=when(at), known_at=when(known_at), holder=holder))

    def human(out: Console) -> None:
        for one in found:
            _print_explanation(out, one)

    terminal.show(found, human)


def _print_shown(out: Console, found: list[ShownOffer]) -> None:
    for one in found:
        passed_on = f", passed on by {one.holder}" if one.holder else ""
        offered = f" since {one.offered_at}" if one.offered_at else ""
        out.print(
            f"{one.id} {one.version or ''} of {one.originator}{passed_on}: {one.state}{offered}\n"
            f"in {one.room}, {one.field} under {one.agreement}",
            markup=False,
            soft_wrap=True,
        )
        if one.handling is not None:
            out.print(table(("handling", ""), [(key, _text(value)) for key, value in one.handling.items()]))
        out.print_json(bytes(one.object).decode())


def _print_explanation(out: Console, one: Explanation) -> None:
    through = f", passed on by {one.holder}" if one.holder else ""
    verb = "is released" if one.released else "is withheld from"
    under = f" under {one.authority}" if one.authority else ""
    clauses = f", {', '.join(one.clauses)}" if one.clauses else ""
    because = f", because of {', '.join(_cause(one, id) for id in one.because)}" if one.because else ""
    out.print(
        f"{one.id} {one.version or ''} of {one.originator} ({one.field}, offered under"
        f" {one.agreement} in {one.room}) {verb}{' to' if one.released else ''} {one.to}{through}:"
        f" {one.ground}{because}{under}{clauses}.",
        markup=False,
        soft_wrap=True,
    )
    if one.state == OfferState.PENDING:
        out.print("It waits for a release act (`opsroom release list`).")
    if one.state == OfferState.REFUSED:
        out.print("It was contributed and refused.")
    if one.valid_until is not None:
        out.print(f"By what is recorded this holds until {one.valid_until} at least.")
    if one.ground == Ground.NO_PROVISION and not one.conditions:
        out.print(f"No agreement was ever between {one.originator} and {one.to}.", markup=False)
    if one.obligations:
        rows = [(x.type, x.clause, x.within, x.until, x.purpose) for x in one.obligations]
        out.print(table(("it owes", "clause", "within", "until", "purpose"), rows))
    if one.conditions:
        checked = [
            (x.agreement, x.version, "; ".join(x.failed) or "nothing: it covers the item")
            for x in one.conditions
        ]
        out.print(table(("under", "version", "what failed"), checked))


def _cause(one: Explanation, id: str) -> str:
    return "a newer version of it" if id == one.id else id


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
