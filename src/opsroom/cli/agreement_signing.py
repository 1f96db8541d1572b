"""`opsroom agreement sign|record`: sign what was written, record what was signed."""

from pathlib import Path

import click

from opsroom import signing
from opsroom.cli.agreement import FILE, agreement
from opsroom.cli.asking import asking
from opsroom.cli.key import asker_option, keys_option, passphrase_option, private_keys, write_envelope
from opsroom.cli.output import Terminal, pass_terminal
from opsroom.cli.statements import sent, stated_by
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import VERSION_TYPE
from opsroom.core.canonical import digest
from opsroom.wire.agreements import Recorded, RecordStatement
from opsroom.yamltext import parse_yaml


@click.command()
@click.argument("file", type=FILE)
@keys_option
@passphrase_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the signed envelope goes."
)
@click.option("--record", "recorded", is_flag=True, help="Also record the signatures on the node.")
@asker_option
@pass_terminal
def sign(
    terminal: Terminal,
    file: Path,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
    recorded: bool,
    asker: str | None,
) -> None:
    """Sign FILE: an agreement (YAML), or an envelope that --out wrote. Needs only the file and the key.

    The envelope of agreement.yaml goes to agreement.signed.json, an envelope back to its own file, or either to
    --out; signatures that are there already stay. `opsroom agreement check FILE` shows what you would sign.

    \b
    Examples:
      opsroom agreement sign agreement.yaml --key alfa.key --out alfa.sig.json
      opsroom agreement sign act.json --key bravo.key
      opsroom agreement sign agreement.yaml --key alfa.key --key bravo.key --record
    """
    if not keys:
        raise click.UsageError("give --key: the private key of the party that signs")
    owners = private_keys(keys, passphrase)
    content = signing.read_envelope(file)
    if signing.is_envelope(content):
        states, target = stated_by(content), file
        envelope = signing.add_signatures(content, owners)
    else:
        found = parse_agreement(parse_yaml(content, str(file)))
        envelope = signing.seal(found.signed_bytes, VERSION_TYPE, owners)
        states, target = stated_by(envelope), file.with_suffix(".signed.json")
    written = out if out is not None or recorded else target
    if written is not None:
        envelope = write_envelope(written, envelope)
    opened = signing.claimed(envelope)
    lines = [f"{states}\n{digest(opened.payload)} bears {len(opened.signers)} signature(s)"]
    said: dict[str, object] = {
        "states": states,
        "digest": digest(opened.payload),
        "signatures": sorted(opened.signers),
        "written": written and str(written),
        "recorded": [],
    }
    if written is not None:
        lines.append(f"written to {written}")
    if recorded:
        of, text = _recorded(terminal, asker, envelope)
        said["recorded"] = of.by
        lines.append(text)
    terminal.say(said, "; ".join(lines))


@click.command()
@click.argument("envelopes", type=FILE, nargs=-1, required=True)
@asker_option
@pass_terminal
def record(terminal: Terminal, envelopes: tuple[Path, ...], asker: str | None) -> None:
    """Record what was signed elsewhere: signatures of a version, or an act. Several of one text are joined.

    \b
    Examples:
      opsroom agreement record alfa.sig.json bravo.sig.json
      opsroom agreement record act.json
    """
    joined = signing.join([signing.read_envelope(one) for one in envelopes])
    terminal.say(*_recorded(terminal, asker, joined))


def register() -> None:
    """Adds the commands to `opsroom agreement`."""
    agreement.add_command(sign)
    agreement.add_command(record)


def _recorded(terminal: Terminal, asker: str | None, envelope: bytes) -> tuple[Recorded, str]:
    """Has an envelope recorded; what was recorded, for a program and for people."""
    with asking(terminal, asker, by_operator=True) as desk:
        found = desk.ask(RecordStatement(sent(envelope)))
    if found.type != "sign":
        return found, f"recorded: {stated_by(envelope)}"
    return found, f"signatures recorded: {', '.join(found.by) or 'none that is new'}"
