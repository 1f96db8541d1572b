"""`opsroom consent`: ask for, give, refuse and revoke the originator's consent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from opsroom import signing
from opsroom.cli.asking import Asks, asking
from opsroom.cli.key import (
    asker_option,
    fingerprints,
    keys_option,
    out_option,
    passphrase_option,
    private_keys,
    write_envelope,
)
from opsroom.cli.output import INSTANT, Family, Terminal, pass_terminal, table, when
from opsroom.cli.statements import prepared_consent, sent, signed, stated_by
from opsroom.core.timestamps import Instant, parse_instant
from opsroom.wire.consents import Consents, ConsentTerms, PrepareConsent, RecordConsent

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(cls=Family)
def consent() -> None:
    """Ask for, give, refuse and revoke consent: one item, one member, through a holder, under an agreement."""


def _signing(command: Command) -> Command:
    """The options of a step that is signed."""
    for option in (asker_option, out_option, passphrase_option, keys_option):
        command = option(command)
    return command


@consent.command()
@click.argument("item")
@click.option("--originator", required=True, help="Whose item it is.")
@click.option("--to", required=True, help="Who would receive it.")
@click.option("--by", help="Who asks: the recipient or the holder (default: whose key it is).")
@click.option("--reason", default="", help="Why, in words for the originator.")
@click.option("--holder", help="Who would pass it on; without one anybody may.")
@click.option("--under", help="The agreement between holder and recipient that would carry it.")
@click.option("--from", "since", type=INSTANT, help="The first instant at which it would count.")
@click.option("--until", type=INSTANT, help="The instant at which it would end.")
@_signing
@pass_terminal
def ask(
    terminal: Terminal,
    /,
    item: str,
    originator: str,
    to: str,
    by: str | None,
    reason: str,
    holder: str | None,
    under: str | None,
    since: Instant | None,
    until: Instant | None,
    **signing: Any,
) -> None:
    """Ask the originator of ITEM for consent.

    \b
    Example: opsroom consent ask report--… --originator alfa --to carol --holder bravo --by bravo --key bravo.key
    """
    terms = ConsentTerms(item, to, originator, holder, under, when(since), when(until))
    _take(terminal, PrepareConsent("ask", by=by, terms=terms, reason=reason), **signing)


@consent.command()
@click.argument("subject")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--to", help="Who receives it (for a consent that nobody asked for).")
@click.option("--holder", help="Who passes it on; without one anybody may.")
@click.option("--under", help="The agreement between holder and recipient that may carry it.")
@click.option("--from", "since", type=INSTANT, help="The first instant at which it counts.")
@click.option("--until", type=INSTANT, help="The instant at which it ends.")
@_signing
@pass_terminal
def give(
    terminal: Terminal,
    /,
    subject: str,
    by: str | None,
    to: str | None,
    holder: str | None,
    under: str | None,
    since: Instant | None,
    until: Instant | None,
    **signing: Any,
) -> None:
    """Give consent: SUBJECT is a consent that was asked for (consent--…), or an item.

    \b
    Examples:
      opsroom consent give consent--… --by alfa --key alfa.key
      opsroom consent give report--… --by alfa --to carol --holder bravo --key alfa.key
    """
    if subject.startswith("consent--"):
        _take(terminal, PrepareConsent("give", by=by, consent=subject), **signing)
        return
    if to is None:
        raise click.UsageError("--to is needed where nobody asked")
    terms = ConsentTerms(subject, to, by, holder, under, when(since), when(until))
    _take(terminal, PrepareConsent("give", by=by, terms=terms), **signing)


@consent.command()
@click.argument("consent_id")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--reason", default="", help="Why.")
@_signing
@pass_terminal
def refuse(terminal: Terminal, /, consent_id: str, by: str | None, reason: str, **signing: Any) -> None:
    """Refuse a consent that was asked for.

    \b
    Example: opsroom consent refuse consent--… --by alfa --key alfa.key
    """
    _take(terminal, PrepareConsent("refuse", by=by, consent=consent_id, reason=reason), **signing)


@consent.command()
@click.argument("consent_id")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--reason", default="", help="Why.")
@_signing
@pass_terminal
def revoke(terminal: Terminal, /, consent_id: str, by: str | None, reason: str, **signing: Any) -> None:
    """Revoke a consent that was given; what was fetched stays fetched.

    \b
    Example: opsroom consent revoke consent--… --by alfa --key alfa.key
    """
    _take(terminal, PrepareConsent("revoke", by=by, consent=consent_id, reason=reason), **signing)


@consent.command()
@click.argument("envelope", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@asker_option
@pass_terminal
def record(terminal: Terminal, envelope: Path, asker: str | None) -> None:
    """Record a step that was signed elsewhere.

    \b
    Example: opsroom consent record step.json
    """
    content = signing.join([signing.read_envelope(envelope)])
    with asking(terminal, asker, by_operator=True) as desk:
        _record(terminal, desk, content)


@consent.command(name="list")
@click.option("--member", help="Only those that concern this member.")
@asker_option
@pass_terminal
def list_(terminal: Terminal, member: str | None, asker: str | None) -> None:
    """List the consents, step by step.

    \b
    Example: opsroom consent list --member alfa
    """
    with asking(terminal, asker, by_operator=True) as desk:
        found = desk.ask(Consents(member))
    headings = ("consent", "step", "item", "from", "to", "holder", "under", "recorded")
    rows = [(x.consent, x.step, x.item, x.originator, x.to, x.holder, x.under, x.recorded_at) for x in found]
    terminal.show(found, lambda out: out.print(table(headings, rows)))


def _take(
    terminal: Terminal,
    request: PrepareConsent,
    *,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
    asker: str | None,
) -> None:
    """Prepares a step, signs it, and records it or writes it for its signer."""
    owners = private_keys(keys, passphrase)
    if len(owners) > 1:
        raise click.UsageError("a step of a consent is one member's: give one --key")
    [key] = fingerprints(owners) or (None,)
    with asking(terminal, asker, by_operator=True) as desk:
        prepared = desk.ask(msgspec.structs.replace(request, key=key))
        step = prepared_consent(prepared, **_wanted(request))
        envelope = signed(prepared, owners)
        if out is None:
            _record(terminal, desk, envelope)
            return
    write_envelope(out, envelope)
    then = f"{step.by} runs: opsroom agreement sign {out} --key …; at last: opsroom consent record {out}"
    terminal.say(
        {"consent": step.consent, "written": str(out)},
        f"{step}\nwritten to {out}" + ("" if owners else f"; {then}"),
    )


def _wanted(request: PrepareConsent) -> dict[str, object]:
    """What the step that is prepared has to say, beside what is left to the node."""
    wanted: dict[str, object] = {"kind": request.step, "by": request.by, "consent": request.consent}
    if request.terms is not None:
        terms = request.terms
        wanted |= {key: getattr(terms, key) for key in ("item", "to", "originator", "holder", "under")}
        wanted |= {key: parse_instant(text) for key in ("since", "until") if (text := getattr(terms, key))}
    return wanted


def _record(terminal: Terminal, desk: Asks, envelope: bytes) -> None:
    terminal.say(desk.ask(RecordConsent(sent(envelope))), f"recorded: {stated_by(envelope)}")
