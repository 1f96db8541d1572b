"""`opsroom agreement what-if`: what a proposed version or act would open and close, before anybody signs it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from opsroom import signing
from opsroom.cli.agreement import FILE, agreement
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.core.agreement.events import Event, Scope, SignedVersion
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.statement import ACT_TYPE, OWN_PART, VERSION_TYPE, Act, parse_act
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, Malformed
from opsroom.node import Node
from opsroom.operations import agree
from opsroom.operations.foresee import Effect, Proposal, Seen, foresee
from opsroom.yamltext import parse_yaml

SHOWN = 50
"""Items that are listed for each direction; `--json` lists all."""
ACTS = ("suspend", "resume", "withdraw", "rescind", "terminate")


@click.command(name="what-if")
@click.argument("file", type=FILE, required=False)
@click.option("--suspend", metavar="AGREEMENT", help="As if it were suspended, in the scope given.")
@click.option("--resume", metavar="AGREEMENT", help="As if it were resumed, in exactly that scope.")
@click.option("--withdraw", metavar="AGREEMENT", help="As if --party withdrew from it.")
@click.option("--rescind", metavar="AGREEMENT", help="As if --party took its withdrawal back.")
@click.option("--terminate", metavar="AGREEMENT", help="As if it were terminated.")
@click.option("--party", help="The scope: this party's part alone.")
@click.option("--pair", nargs=2, metavar="A B", help="The scope: between these two.")
@click.option("--field", help="The scope: this field alone.")
@click.option("--effective-at", type=INSTANT, help="From when on the act counts (default: now).")
@click.option("--signed-by", multiple=True, help="As if these alone signed the version too; repeat it.")
@click.option("--at", type=INSTANT, help="Ask for this instant (default: when the proposal takes effect).")
@pass_terminal
def what_if(
    terminal: Terminal,
    /,
    file: Path | None,
    party: str | None,
    pair: tuple[str, str] | None,
    field: str | None,
    effective_at: Instant | None,
    signed_by: tuple[str, ...],
    at: Instant | None,
    **acts: str | None,
) -> None:
    """Print what a proposal opens and closes, for whom. Nothing is recorded, nobody has signed.

    FILE is a version of an agreement (taken as signed by all its parties, or by --signed-by and those who have
    signed it already), or an act that `opsroom agreement suspend … --out FILE` wrote; or name an act with an
    option.

    \b
    Examples:
      opsroom agreement what-if version-2.yaml
      opsroom agreement what-if version-2.yaml --signed-by alfa --signed-by bravo
      opsroom agreement what-if act.json
      opsroom agreement what-if --suspend agreement--… --pair alfa carol
      opsroom agreement what-if --withdraw agreement--… --party carol --effective-at 2026-12-31
    """
    named = [(kind, identifier) for kind, identifier in acts.items() if identifier]
    if (file is not None) + len(named) != 1:
        raise click.UsageError(f"name one proposal: a FILE, or one of {', '.join(f'--{x}' for x in ACTS)}")
    scope = Scope(party, frozenset(pair) if pair else None, field)
    with terminal.node() as node:
        if file is not None:
            proposal = _of_file(node, file)
        else:
            [(kind, identifier)] = named
            proposal = _of_option(node, kind, identifier, scope, effective_at)
        if signed_by:
            if proposal.version is None:
                raise click.UsageError("--signed-by is about a version; an act names its signers itself")
            proposal = replace(proposal, signers=frozenset(signed_by))
        found = foresee(node, proposal, at=at)
    terminal.show(_said(found), lambda out: _print(out, found))


def register() -> None:
    """Adds the command to `opsroom agreement`."""
    agreement.add_command(what_if)


def _of_file(node: Node, file: Path) -> Proposal:
    """The proposal in a file: a version, or an envelope around one or around an act."""
    content = signing.read_envelope(file)
    if not signing.is_envelope(content):
        return _of_version(node, parse_agreement(parse_yaml(content, str(file))))
    if signing.claimed(content).payload_type == ACT_TYPE:
        return _of_act(node, parse_act(signing.stated(content, ACT_TYPE)))
    return _of_version(node, parse_agreement(signing.stated(content, VERSION_TYPE)))


def _of_option(
    node: Node, kind: str, identifier: str, scope: Scope, effective_at: Instant | None
) -> Proposal:
    """The act that an option names, as it would be signed now: a withdrawal counts after its notice."""
    if kind in OWN_PART and scope.party is None:
        raise click.UsageError(f"--{kind} takes --party: whose part it is")
    everybody = agree.show(node, identifier).newest.terms.parties
    act = agree.prepare(node, identifier, kind, by=everybody, scope=scope, effective_at=effective_at)
    return _of_act(node, act)


def _of_act(node: Node, act: Act) -> Proposal:
    files = agree.show(node, act.agreement).files
    levels = tuple(dict.fromkeys(level for one in files for level in one.terms.scale))
    if act.type == "notify":
        raise Malformed("a notification opens what the version opens: ask with the version's file")
    event = Event(
        act.type,
        act.effective_at,
        act.scope,
        newcomer=act.party(levels),
        by=frozenset(act.by),
    )
    return Proposal(act.agreement, event=event)


def _of_version(node: Node, found: Agreement) -> Proposal:
    before = [one for one in agree.listed(node) if one.newest.id == found.id]
    known = before[0].newest if before else None
    if known is not None and found.version <= known.version and found.digest != known.digest:
        raise Conflict(f"version {found.version} is stale: version {known.version} is recorded")
    acts = known.acts if known is not None else found.acts
    version = SignedVersion(found.version, found.digest, found.terms, amend=acts.amend, duties=found.duties)
    return Proposal(found.id, version=version)


def _said(found: Effect) -> dict[str, object]:
    return {
        "at": when(found.at),
        "opens": [_seen(one) for one in found.opens],
        "closes": [_seen(one) for one in found.closes],
    }


def _seen(one: Seen) -> dict[str, str]:
    return {key: getattr(one, key) for key in Seen.__slots__}


def _print(out: Console, found: Effect) -> None:
    out.print(f"At {when(found.at)}, {len(found.opens):,} opened and {len(found.closes):,} closed.")
    for word, listed in (("opens", found.opens), ("closes", found.closes)):
        if listed:
            counts = [(member, f"{count:,}") for member, count in _by_member(listed)]
            out.print(table((f"{word} for", "items"), counts, f"\n{word.capitalize()}"))
            rows = [(x.member, x.id, x.version, x.originator, x.field) for x in listed[:SHOWN]]
            out.print(table(("for", "item", "version", "of", "field"), rows))
        if len(listed) > SHOWN:
            out.print(f"and {len(listed) - SHOWN:,} more; --json lists all")


def _by_member(listed: Iterable[Seen]) -> list[tuple[str, int]]:
    return sorted(Counter(one.member for one in listed).items())
