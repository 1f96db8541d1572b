"""`opsroom agreement what-if`: what a proposed version or act would open and close, before anybody signs it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console

from opsroom import signing
from opsroom.cli.agreement import FILE, agreement
from opsroom.cli.asking import asking
from opsroom.cli.key import asker_option
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.cli.statements import sent
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import ACT_TYPE, OWN_PART, VERSION_TYPE
from opsroom.core.timestamps import Instant
from opsroom.wire.agreements import Scope
from opsroom.wire.request import Request
from opsroom.wire.what_if import Effect, ForeseeAct, ForeseeOption, ForeseeVersion, OptionType, SeenItem
from opsroom.yamltext import parse_yaml

SHOWN = 50
"""Items that are listed for each direction; `--json` lists all."""
ACTS: tuple[OptionType, ...] = ("suspend", "resume", "withdraw", "rescind", "terminate")


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
@asker_option
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
    asker: str | None,
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
    named = [(kind, identifier) for kind in ACTS if (identifier := acts[kind])]
    if (file is not None) + len(named) != 1:
        raise click.UsageError(f"name one proposal: a FILE, or one of {', '.join(f'--{x}' for x in ACTS)}")
    if file is not None:
        request = _of_file(file, signed_by, when(at))
    else:
        [(kind, identifier)] = named
        scope = Scope(party, pair, field)
        if kind in OWN_PART and party is None:
            raise click.UsageError(f"--{kind} takes --party: whose part it is")
        request = ForeseeOption(identifier, kind, scope, when(effective_at), when(at))
    if signed_by and not isinstance(request, ForeseeVersion):
        raise click.UsageError("--signed-by is about a version; an act names its signers itself")
    with asking(terminal, asker, by_operator=True) as desk:
        found = desk.ask(request)
    terminal.show(found, lambda out: _print(out, found))


def register() -> None:
    """Adds the command to `opsroom agreement`."""
    agreement.add_command(what_if)


def _of_file(file: Path, signed_by: tuple[str, ...], at: str | None) -> Request[Effect]:
    """The proposal in a file: a version, or an envelope around one or around an act."""
    content = signing.read_envelope(file)
    if not signing.is_envelope(content):
        stated = parse_yaml(content, str(file))
    elif signing.claimed(content).payload_type == ACT_TYPE:
        return ForeseeAct(sent(signing.join([content])), at)
    else:
        stated = signing.stated(content, VERSION_TYPE)
    return ForeseeVersion(dict(parse_agreement(stated).properties), signed_by, at)


def _print(out: Console, found: Effect) -> None:
    out.print(f"At {found.at}, {len(found.opens):,} opened and {len(found.closes):,} closed.")
    for word, listed in (("opens", found.opens), ("closes", found.closes)):
        if listed:
            counts = [(member, f"{count:,}") for member, count in _by_member(listed)]
            out.print(table((f"{word} for", "items"), counts, f"\n{word.capitalize()}"))
            rows = [(x.member, x.id, x.version, x.originator, x.field) for x in listed[:SHOWN]]
            out.print(table(("for", "item", "version", "of", "field"), rows))
        if len(listed) > SHOWN:
            out.print(f"and {len(listed) - SHOWN:,} more; --json lists all")


def _by_member(listed: Iterable[SeenItem]) -> list[tuple[str, int]]:
    return sorted(Counter(one.member for one in listed).items())
