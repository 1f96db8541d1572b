"""`opsroom consent`: ask for, give, refuse and revoke the originator's consent."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.cli.key import keys_option, out_option, passphrase_option, private_keys, signers, write_envelope
from opsroom.cli.output import INSTANT, Family, Terminal, pass_terminal, table, when
from opsroom.core.agreement.record import ConsentEntry
from opsroom.core.agreement.statement import CONSENT_TYPE, ConsentStep
from opsroom.core.timestamps import Instant
from opsroom.node import Node
from opsroom.operations import permit


@click.group(cls=Family)
def consent() -> None:
    """Ask for, give, refuse and revoke consent: one item, one member, through a holder, under an agreement."""


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
@keys_option
@passphrase_option
@out_option
@pass_terminal
def ask(
    terminal: Terminal,
    item: str,
    originator: str,
    to: str,
    by: str | None,
    reason: str,
    holder: str | None,
    under: str | None,
    since: Instant | None,
    until: Instant | None,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
) -> None:
    """Ask the originator of ITEM for consent.

    \b
    Example: opsroom consent ask report--… --originator alfa --to carol --holder bravo --by bravo --key bravo.key
    """
    terms = permit.Terms(item, originator, to, holder, under, since, until)
    owners = private_keys(keys, passphrase)
    with terminal.node() as node:
        step = permit.prepare(node, "ask", by=_signer(node, by, owners), terms=terms, reason=reason)
        _finish(terminal, node, step, owners, out)


@consent.command()
@click.argument("subject")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--to", help="Who receives it (for a consent that nobody asked for).")
@click.option("--holder", help="Who passes it on; without one anybody may.")
@click.option("--under", help="The agreement between holder and recipient that may carry it.")
@click.option("--from", "since", type=INSTANT, help="The first instant at which it counts.")
@click.option("--until", type=INSTANT, help="The instant at which it ends.")
@keys_option
@passphrase_option
@out_option
@pass_terminal
def give(
    terminal: Terminal,
    subject: str,
    by: str | None,
    to: str | None,
    holder: str | None,
    under: str | None,
    since: Instant | None,
    until: Instant | None,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
) -> None:
    """Give consent: SUBJECT is a consent that was asked for (consent--…), or an item.

    \b
    Examples:
      opsroom consent give consent--… --by alfa --key alfa.key
      opsroom consent give report--… --by alfa --to carol --holder bravo --key alfa.key
    """
    asked = subject.startswith("consent--")
    if not asked and to is None:
        raise click.UsageError("--to is needed where nobody asked")
    owners = private_keys(keys, passphrase)
    with terminal.node() as node:
        giver = _signer(node, by, owners)
        terms = None if asked else permit.Terms(subject, giver, to or "", holder, under, since, until)
        step = permit.prepare(node, "give", by=giver, terms=terms, consent=subject if asked else None)
        _finish(terminal, node, step, owners, out)


@consent.command()
@click.argument("consent_id")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--reason", default="", help="Why.")
@keys_option
@passphrase_option
@out_option
@pass_terminal
def refuse(
    terminal: Terminal,
    consent_id: str,
    by: str | None,
    reason: str,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
) -> None:
    """Refuse a consent that was asked for.

    \b
    Example: opsroom consent refuse consent--… --by alfa --key alfa.key
    """
    owners = private_keys(keys, passphrase)
    with terminal.node() as node:
        step = permit.prepare(node, "refuse", by=_signer(node, by, owners), consent=consent_id, reason=reason)
        _finish(terminal, node, step, owners, out)


@consent.command()
@click.argument("consent_id")
@click.option("--by", help="The originator (default: whose key it is).")
@click.option("--reason", default="", help="Why.")
@keys_option
@passphrase_option
@out_option
@pass_terminal
def revoke(
    terminal: Terminal,
    consent_id: str,
    by: str | None,
    reason: str,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
) -> None:
    """Revoke a consent that was given; what was fetched stays fetched.

    \b
    Example: opsroom consent revoke consent--… --by alfa --key alfa.key
    """
    owners = private_keys(keys, passphrase)
    with terminal.node() as node:
        step = permit.prepare(node, "revoke", by=_signer(node, by, owners), consent=consent_id, reason=reason)
        _finish(terminal, node, step, owners, out)


@consent.command()
@click.argument("envelope", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_terminal
def record(terminal: Terminal, envelope: Path) -> None:
    """Record a step that was signed elsewhere.

    \b
    Example: opsroom consent record step.json
    """
    with terminal.node() as node:
        _said(terminal, permit.record(node, signing.read_envelope(envelope)))


@consent.command(name="list")
@click.option("--member", help="Only those that concern this member.")
@pass_terminal
def list_(terminal: Terminal, member: str | None) -> None:
    """List the consents, step by step.

    \b
    Example: opsroom consent list --member alfa
    """
    with terminal.node() as node:
        found = permit.history(node, member=member)
    headings = ("consent", "step", "item", "from", "to", "holder", "under", "recorded")
    rows = [
        (x.consent, x.kind, x.item, x.originator, x.to, x.holder, x.under, when(x.recorded_at)) for x in found
    ]
    terminal.show([_entry(one) for one in found], lambda out: out.print(table(headings, rows)))


def _signer(node: Node, by: str | None, owners: list[Ed25519PrivateKey]) -> str:
    """Who takes the step: one member alone."""
    named = signers(node, (by,) if by else (), owners)
    if len(set(named)) > 1:
        raise click.UsageError("a step of a consent is one member's: give one --key")
    return named[0]


def _finish(
    terminal: Terminal, node: Node, step: ConsentStep, owners: list[Ed25519PrivateKey], out: Path | None
) -> None:
    envelope = signing.seal(step.payload, CONSENT_TYPE, owners)
    if out is None:
        _said(terminal, permit.record(node, envelope))
        return
    write_envelope(out, envelope)
    then = f"{step.by} runs: opsroom agreement sign {out} --key …; at last: opsroom consent record {out}"
    terminal.say(
        {"consent": step.consent, "written": str(out)},
        f"{step}\nwritten to {out}" + ("" if owners else f"; {then}"),
    )


def _said(terminal: Terminal, step: ConsentStep) -> None:
    said = {"consent": step.consent, "step": step.kind, "item": step.item, "to": step.to, "by": step.by}
    terminal.say(said, f"recorded: {step}")


def _entry(one: ConsentEntry) -> dict[str, object]:
    return {
        "consent": one.consent,
        "step": one.kind,
        "item": one.item,
        "originator": one.originator,
        "to": one.to,
        "holder": one.holder,
        "under": one.under,
        "from": when(one.since),
        "until": when(one.until),
        "by": one.by,
        "reason": one.reason,
        "effective_at": when(one.effective_at),
        "recorded_at": when(one.recorded_at),
    }
