"""`opsroom agreement`: write, check, compare, sign and show agreements."""

from pathlib import Path

import click
import msgspec
from rich.console import Console

from opsroom import signing
from opsroom.cli.key import keys_option, passphrase_option, private_keys, write_envelope
from opsroom.cli.output import Family, Terminal, pass_terminal, table, when
from opsroom.core.agreement.diff import differences
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.record import Entry
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE
from opsroom.core.canonical import digest
from opsroom.core.identifiers import uuid_from
from opsroom.errors import Refused
from opsroom.operations import agree
from opsroom.randomness import SystemRandomness
from opsroom.yamltext import read_yaml

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
TEMPLATE = """\
schema: opsroom.agreement/1
id: {id}
version: 1
supersedes: null
title: Information-sharing agreement
instrument: agreement
existence: parties                 # parties | public: who may learn that it exists
parties:
  - {{member: alfa}}
  - {{member: bravo}}
in_force: {{from: "{start}", to: null}}
entry: all-signed                  # all-signed | all-notified | {{signatures: N}}
covers_existing: none              # none | all
scale: []                          # common levels, rising; [] = no levels
provisions:
  - {{field: incidents, clause: Art. 3}}
release: originator-cites          # originator-cites | field-match
onward: prior-consent              # prohibited | prior-consent | parties
acts: {{amend: all, accede: all, suspend_other: all-others, resume: suspender, terminate: all}}
"""


@click.group(cls=Family)
def agreement() -> None:
    """Write, sign and live with agreements. No live agreement, no access."""


@agreement.command()
@click.argument("file", type=FILE, required=False)
@click.option("--room", help="Record the version in this room; without it the file is only checked.")
@pass_terminal
def draft(terminal: Terminal, file: Path | None, room: str | None) -> None:
    """Print a template with a random id; or record FILE (a first version) in a room, unsigned.

    \b
    Examples:
      opsroom agreement draft > agreement.yaml
      opsroom agreement draft agreement.yaml --room baghdad
    """
    if file is None:
        identifier = f"agreement--{uuid_from(SystemRandomness().draw(16))}"
        text = TEMPLATE.format(id=identifier, start="2026-01-01T00:00:00Z")
        terminal.show({"id": identifier, "template": text}, lambda _: click.echo(text, nl=False))
        return
    if room is None:
        raise click.UsageError(
            "--room is needed to record a version; `opsroom agreement check` only checks it"
        )
    _record_version(terminal, read_agreement(file), room)


@agreement.command()
@click.argument("agreement_id")
@click.argument("file", type=FILE)
@pass_terminal
def amend(terminal: Terminal, agreement_id: str, file: Path) -> None:
    """Record FILE as the version that replaces the newest of AGREEMENT_ID. It is in force once it is signed.

    \b
    Example: opsroom agreement amend agreement--… version-2.yaml
    """
    found = read_agreement(file)
    if found.id != agreement_id:
        raise Refused(f"{file} is a version of {found.id}")
    with terminal.node() as node:
        room = agree.show(node, agreement_id).room
    _record_version(terminal, found, room)


@agreement.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@pass_terminal
def check(terminal: Terminal, files: tuple[Path, ...]) -> None:
    """Check agreement files: every fault at once, each with its path. Needs no node.

    \b
    Example: opsroom agreement check agreement.yaml
    """
    found = [(file, read_agreement(file)) for file in files]
    said = [
        {"file": str(file), "id": one.id, "version": one.version, "digest": one.digest} for file, one in found
    ]
    lines = "\n".join(f"{x['file']}: sound; {x['digest']}" for x in said)
    terminal.show(said, lambda out: out.print(lines, markup=False))


@agreement.command()
@click.argument("file", type=FILE)
@keys_option
@passphrase_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the signed envelope goes."
)
@click.option("--record", "recorded", is_flag=True, help="Also record the signatures on this node.")
@pass_terminal
def sign(
    terminal: Terminal,
    file: Path,
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
    recorded: bool,
) -> None:
    """Sign FILE: an agreement (YAML), or an envelope that others have signed. Needs only the file and the key.

    The envelope goes to FILE with the ending .signed.json, or to --out; signatures that are there already stay.

    \b
    Examples:
      opsroom agreement sign agreement.yaml --key alfa.key --out alfa.sig.json
      opsroom agreement sign act.json --key bravo.key --out act.json
      opsroom agreement sign agreement.yaml --key alfa.key --key bravo.key --record
    """
    if not keys:
        raise click.UsageError("give --key: the private key of the party that signs")
    owners = private_keys(keys, passphrase)
    value = read_yaml(file)
    if isinstance(value, dict) and "payloadType" in value:
        envelope = signing.add_signatures(file.read_bytes(), owners)
    else:
        envelope = signing.seal(parse_agreement(value).signed_bytes, VERSION_TYPE, owners)
    if out is None and not recorded:
        out = file.with_suffix(".signed.json")
    if out is not None:
        envelope = write_envelope(out, envelope)
    opened = signing.claimed(envelope)
    fresh: list[str] = []
    if recorded:
        with terminal.node() as node:
            fresh = agree.sign(node, envelope)
    said = {
        "digest": digest(opened.payload),
        "signatures": sorted(opened.signers),
        "written": out and str(out),
        "recorded": fresh,
    }
    text = f"{digest(opened.payload)} bears {len(opened.signers)} signature(s)"
    text += f", written to {out}" if out else ""
    terminal.say(said, text + (f"; recorded for {', '.join(fresh) or 'nobody new'}" if recorded else ""))


@agreement.command()
@click.argument("envelopes", type=FILE, nargs=-1, required=True)
@pass_terminal
def record(terminal: Terminal, envelopes: tuple[Path, ...]) -> None:
    """Record what was signed elsewhere: signatures of a version, or an act. Several of one text are joined.

    \b
    Examples:
      opsroom agreement record alfa.sig.json bravo.sig.json
      opsroom agreement record act.json
    """
    joined = signing.join([one.read_bytes() for one in envelopes])
    kind = signing.claimed(joined).payload_type
    with terminal.node() as node:
        if kind == ACT_TYPE:
            act = agree.record(node, joined)
            said: dict[str, object] = {"type": act.type, "agreement": act.agreement, "by": sorted(act.by)}
            text = f"{act.type} of {act.agreement} {act.scope} is recorded"
        else:
            fresh = agree.sign(node, joined)
            said = {"type": "sign", "by": fresh}
            text = f"signatures recorded: {', '.join(fresh) or 'none that is new'}"
    terminal.say(said, text)


@agreement.command()
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
    if agreement_id is None:
        rows = [
            (
                one.newest.id,
                one.newest.title,
                one.state(now),
                one.newest.version,
                ", ".join(one.newest.terms.parties),
            )
            for one in found
        ]
        terminal.show(
            said, lambda out: out.print(table(("id", "title", "state", "version", "parties"), rows))
        )
        return
    terminal.show(said[0], lambda out: _print_agreement(out, found[0], said[0]))


@agreement.command()
@click.argument("agreement_id")
@pass_terminal
def events(terminal: Terminal, agreement_id: str) -> None:
    """List the signed entries of an agreement in the order recorded: signatures and acts.

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
            _short(_stated(one, "scope") or _stated(one, "party")),
            ", ".join(one.by),
            when(one.effective_at),
            when(one.recorded_at),
            one.digest[:19],
        )
        for one in found.entries
    ]
    headings = ("#", "type", "of", "by", "effective", "recorded", "digest")
    terminal.show(said, lambda out: out.print(table(headings, rows)))


@agreement.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@pass_terminal
def diff(terminal: Terminal, old: Path, new: Path) -> None:
    """Compare two versions by provision and party. Needs no node. Exit status 1 where they differ.

    \b
    Example: opsroom agreement diff version-1.yaml version-2.yaml
    """
    found = differences(read_agreement(old).properties, read_agreement(new).properties)
    said = [
        {
            "about": x.about,
            "name": x.name,
            "key": x.key,
            "change": x.kind,
            "before": x.before,
            "after": x.after,
        }
        for x in found
    ]
    rows = [(x.about, x.name, x.key, x.kind, _short(x.before), _short(x.after)) for x in found]
    headings = ("about", "name", "key", "change", "before", "after")
    terminal.show(said, lambda out: out.print(table(headings, rows) if rows else "no difference"))
    click.get_current_context().exit(1 if found else 0)


def read_agreement(file: Path) -> Agreement:
    """The agreement in a YAML or JSON file. Raises `Malformed` with every fault."""
    return parse_agreement(read_yaml(file))


def _record_version(terminal: Terminal, found: Agreement, room: str) -> None:
    with terminal.node() as node:
        row = agree.draft(node, room, found)
    said = {"agreement": row.agreement, "version": row.number, "digest": row.digest, "room": room}
    terminal.say(said, f"version {row.number} of {row.agreement} is recorded, unsigned: {row.digest}")


def _stated(entry: Entry, key: str) -> object:
    """What the payload of an act says under a key; a signature states a version."""
    return None if entry.kind == "sign" else msgspec.json.decode(entry.payload).get(key)


def _described(kept: agree.Kept, now: int) -> dict[str, object]:
    newest = kept.newest
    versions = [
        {
            "version": row.number,
            "digest": row.digest,
            "recorded_at": when(row.recorded_at),
            "signed": {member: when(instant) for member, instant in kept.signed(row.digest).items()},
        }
        for row in kept.rows
    ]
    return {
        "id": newest.id,
        "title": newest.title,
        "room": kept.room,
        "state": kept.state(now),
        "version": newest.version,
        "digest": newest.digest,
        "signed": versions[-1]["signed"],
        "versions": versions,
        "previous": kept.head,
        "file": dict(newest.properties),
    }


def _print_agreement(out: Console, kept: agree.Kept, said: dict[str, object]) -> None:
    newest = kept.newest
    out.print(
        f"{newest.title} ({newest.instrument}), version {newest.version}: {said['state']}", markup=False
    )
    out.print(f"{newest.id} in room {kept.room}\n{newest.digest}", markup=False)
    signed = said["signed"] if isinstance(said["signed"], dict) else {}
    rows = [
        (x.member, x.ceiling, when(x.window.since), when(x.window.until), signed.get(x.member, "not signed"))
        for x in newest.terms.parties.values()
    ]
    out.print(table(("party", "ceiling", "from", "to", "signed"), rows, "\nParties"))
    provisions = [
        (x.field, x.clause, _names(x.kinds, "all"), _names(x.excluded_kinds, ""), x.ceiling)
        for x in newest.terms.provisions
    ]
    out.print(table(("field", "clause", "kinds", "excluded", "ceiling"), provisions, "\nProvisions"))
    if not newest.terms.fields_exhaustive:
        out.print("Among the provisions are these; the list is not exhaustive, and absence proves nothing.")


def _names(names: frozenset[str] | None, absent: str) -> str:
    return absent if names is None else ", ".join(sorted(names))


def _short(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"
