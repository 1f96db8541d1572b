"""`opsroom agreement draft|amend|check|diff`: write, check and compare agreements."""

from pathlib import Path

import click
import msgspec
import yaml

from opsroom import signing
from opsroom.cli.asking import asking
from opsroom.cli.key import asker_option
from opsroom.cli.output import Family, Terminal, pass_terminal, table
from opsroom.cli.statements import stated_by
from opsroom.core.agreement.diff import differences
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.canonical import digest
from opsroom.core.identifiers import uuid_from
from opsroom.errors import Refused
from opsroom.randomness import SystemRandomness
from opsroom.wire.agreements import RecordVersion, ShowAgreement, ShowSuccessor, ShowVersion
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
@asker_option
@pass_terminal
def draft(terminal: Terminal, file: Path | None, room: str | None, asker: str | None) -> None:
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
    _record_version(terminal, asker, read_agreement(file), room)


@agreement.command()
@click.argument("agreement_id")
@click.argument("file", type=FILE, required=False)
@asker_option
@pass_terminal
def amend(terminal: Terminal, agreement_id: str, file: Path | None, asker: str | None) -> None:
    """Print the next version of AGREEMENT_ID to be edited; or record FILE as that version, unsigned.

    Signed as the agreement asks, it replaces the version before.

    \b
    Examples:
      opsroom agreement amend agreement--… > version-2.yaml
      opsroom agreement diff version-2.yaml
      opsroom agreement amend agreement--… version-2.yaml
    """
    if file is None:
        with asking(terminal, asker, by_operator=True) as desk:
            following = desk.ask(ShowSuccessor(agreement_id))
        text = yaml.safe_dump(
            following, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110
        )
        terminal.show(following, lambda _: click.echo(text, nl=False))
        return
    found = read_agreement(file)
    if found.id != agreement_id:
        raise Refused(f"{file} is a version of {found.id}, not of {agreement_id}")
    with asking(terminal, asker, by_operator=True) as desk:
        room = desk.ask(ShowAgreement(agreement_id)).room
    _record_version(terminal, asker, found, room)


@agreement.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@pass_terminal
def check(terminal: Terminal, files: tuple[Path, ...]) -> None:
    """Check agreement files: every fault at once, each with its path. Needs no node.

    Of an envelope (what `sign` and --out write) it prints what it says and whose keys have signed, so that you
    can read it before you sign it. It knows no members: signatures are verified where they are recorded.

    \b
    Examples:
      opsroom agreement check agreement.yaml
      opsroom agreement check act.json
    """
    found = [_checked(file) for file in files]
    terminal.say([said for said, _ in found], "\n".join(f"{said['file']}: {text}" for said, text in found))


@agreement.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@asker_option
@pass_terminal
def diff(terminal: Terminal, files: tuple[Path, ...], asker: str | None) -> None:
    """Compare two versions by provision and party. Exit status 1 where they differ.

    Two files, the older first, need no node. One file is compared with the recorded version that it replaces.

    \b
    Examples:
      opsroom agreement diff version-1.yaml version-2.yaml
      opsroom agreement diff version-2.yaml
    """
    if len(files) > 2:
        raise click.UsageError("one file or two: a version, or an older and a newer one")
    new = read_agreement(files[-1])
    old = read_agreement(files[0]) if len(files) == 2 else _replaced(terminal, asker, new)
    found = differences(old.properties, new.properties)
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
    rows = [(x.about, x.name, x.key, x.kind, short(x.before), short(x.after)) for x in found]
    headings = ("about", "name", "key", "change", "before", "after")
    terminal.show(said, lambda out: out.print(table(headings, rows) if rows else "no difference"))
    click.get_current_context().exit(1 if found else 0)


def read_agreement(file: Path) -> Agreement:
    """The agreement in a YAML or JSON file. Raises `Malformed` with every fault."""
    return parse_agreement(read_yaml(file))


def _record_version(terminal: Terminal, asker: str | None, found: Agreement, room: str) -> None:
    with asking(terminal, asker, by_operator=True) as desk:
        row = desk.ask(RecordVersion(room, dict(found.properties)))
    text = f"version {row.version} of {row.agreement} is recorded, unsigned: {row.digest}"
    then = (
        "each party runs: opsroom agreement sign FILE --key …; then: opsroom agreement record *.signed.json"
    )
    terminal.say(row, f"{text}\n{then}")


def _replaced(terminal: Terminal, asker: str | None, new: Agreement) -> Agreement:
    """The recorded version that this one replaces; the newest, where it names none that is recorded."""
    with asking(terminal, asker, by_operator=True) as desk:
        kept = desk.ask(ShowAgreement(new.id))
        numbers = {one.digest: one.version for one in kept.versions}
        replaced = numbers.get(new.supersedes or "", kept.version)
        return parse_agreement(desk.ask(ShowVersion(new.id, replaced)))


def _checked(file: Path) -> tuple[dict[str, object], str]:
    """What a file says, for a program and for people."""
    content = signing.read_envelope(file)
    if signing.is_envelope(content):
        opened, states = signing.claimed(content), stated_by(content)
        name, signers = digest(opened.payload), sorted(opened.signers)
        said: dict[str, object] = {"file": str(file), "states": states, "digest": name, "signatures": signers}
        return said, f"{states}\n{name}, signed with: {', '.join(signers) or 'no key yet'}"
    found = read_agreement(file)
    sound = {"file": str(file), "id": found.id, "version": found.version, "digest": found.digest}
    return sound, f"sound; {found.digest}"


def short(value: object) -> str:
    """A value in a cell of a table."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"
