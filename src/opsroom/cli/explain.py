"""`opsroom show` and `opsroom explain`: what is known of an item, and why somebody sees it or not."""

import click
from rich.console import Console

from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.core.agreement.file import Duty
from opsroom.core.jsontext import decode
from opsroom.core.offer import OfferState
from opsroom.core.release import Ground
from opsroom.core.timestamps import Instant
from opsroom.node import Node
from opsroom.operations import explain as operation
from opsroom.operations.explain import Explanation, Shown
from opsroom.principals import Principal, acting_for

as_option = click.option(
    "--as", "member", metavar="MEMBER", help="Ask as this member; without it, as the operator of the node."
)


@click.command()
@click.argument("item")
@as_option
@pass_terminal
def show(terminal: Terminal, item: str, member: str | None) -> None:
    """Show every offer of ITEM: to its originator as received, to a reader as it is served to it.

    \b
    Example: opsroom show report--… --as bravo
    """
    with terminal.node() as node:
        found = operation.show(node, _principal(node, member), item)
    said = [_shown(one) for one in found]
    terminal.show(said, lambda out: _print_shown(out, said))


@click.command()
@click.argument("item")
@click.option("--to", required=True, metavar="MEMBER", help="Who would read it.")
@click.option("--at", type=INSTANT, help="At which instant (default: now).")
@click.option(
    "--known-at", type=INSTANT, help="By what was recorded up to this instant (default: everything)."
)
@click.option("--holder", metavar="MEMBER", help="Passed on by this member.")
@as_option
@pass_terminal
def explain(
    terminal: Terminal,
    item: str,
    to: str,
    at: Instant | None,
    known_at: Instant | None,
    holder: str | None,
    member: str | None,
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
    with terminal.node() as node:
        principal = _principal(node, member)
        found = operation.explain(node, principal, item, to=to, at=at, holder=holder, known_at=known_at)

    def human(out: Console) -> None:
        for one in found:
            _print_explanation(out, one, to, holder)

    terminal.show([_said(one, to, holder) for one in found], human)


def _principal(node: Node, member: str | None) -> Principal | None:
    if member is None:
        return None
    with node.store.reading() as snapshot:
        return acting_for(snapshot, member)


def _shown(one: Shown) -> dict[str, object]:
    return {
        "id": one.item.id,
        "version": one.item.version,
        "room": one.room,
        "originator": one.item.originator,
        "holder": one.offer.holder,
        "agreement": one.agreement,
        "field": one.field,
        "state": one.offer.state.value,
        "offered_at": when(one.offer.offered_at),
        "handling": one.handling and one.handling.as_mapping(),
        "object": decode(one.body),
    }


def _print_shown(out: Console, said: list[dict[str, object]]) -> None:
    for one in said:
        passed_on = f", passed on by {one['holder']}" if one["holder"] else ""
        offered = f" since {one['offered_at']}" if one["offered_at"] else ""
        out.print(
            f"{one['id']} {one['version'] or ''} of {one['originator']}{passed_on}: {one['state']}{offered}\n"
            f"in {one['room']}, {one['field']} under {one['agreement']}",
            markup=False,
            soft_wrap=True,
        )
        if isinstance(handling := one["handling"], dict):
            out.print(table(("handling", ""), [(key, _text(value)) for key, value in handling.items()]))
        out.print_json(data=one["object"])


def _said(one: Explanation, to: str, holder: str | None) -> dict[str, object]:
    decision = one.sight.decision
    return {
        "id": one.item.id,
        "version": one.item.version,
        "room": one.room,
        "originator": one.item.originator,
        "agreement": one.agreement,
        "field": one.field,
        "state": one.offer.state.value,
        "to": to,
        "holder": holder or one.offer.holder,
        "released": one.sight.released,
        "ground": one.sight.ground,
        "because": list(one.sight.because),
        "authority": one.sight.authority,
        "clauses": list(one.clauses),
        "obligations": [_duty(duty) for duty in one.obligations],
        "valid_until": decision and when(decision.valid_until),
        "conditions": [
            {"agreement": x.agreement, "version": x.version, "failed": list(x.failed)} for x in one.conditions
        ],
    }


def _duty(duty: Duty) -> dict[str, str]:
    keys = ("type", "clause", "within", "until", "purpose")
    return {key: value for key in keys if (value := getattr(duty, key))}


def _print_explanation(out: Console, one: Explanation, to: str, holder: str | None) -> None:
    sight, decision = one.sight, one.sight.decision
    through = f", passed on by {holder or one.offer.holder}" if holder or one.offer.holder else ""
    verb = "is released" if sight.released else "is withheld from"
    under = f" under {sight.authority}" if sight.authority else ""
    clauses = f", {', '.join(one.clauses)}" if one.clauses else ""
    because = f", because of {', '.join(_cause(one, id) for id in sight.because)}" if sight.because else ""
    out.print(
        f"{one.item.id} {one.item.version or ''} of {one.item.originator} ({one.field}, offered under"
        f" {one.agreement} in {one.room}) {verb}{' to' if sight.released else ''} {to}{through}:"
        f" {sight.ground}{because}{under}{clauses}.",
        markup=False,
        soft_wrap=True,
    )
    if one.offer.state is OfferState.PENDING:
        out.print("It waits for a release act (`opsroom release list`).")
    if one.offer.state is OfferState.REFUSED:
        out.print("It was contributed and refused.")
    if decision is not None and (until := when(decision.valid_until)):
        out.print(f"By what is recorded this holds until {until} at least.")
    if sight.ground == Ground.NO_PROVISION and not one.conditions:
        out.print(f"No agreement was ever between {one.item.originator} and {to}.", markup=False)
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
    return "a newer version of it" if id == one.item.id else id


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
