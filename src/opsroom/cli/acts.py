"""`opsroom agreement suspend|resume|accede|withdraw|rescind|terminate|notify`: signed acts on an agreement."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from opsroom.cli.agreement import agreement
from opsroom.cli.asking import asking
from opsroom.cli.key import (
    asker_option,
    fingerprints,
    keys_option,
    out_option,
    passphrase_option,
    private_keys,
    write_envelope,
)
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, when
from opsroom.cli.statements import prepared_act, sent, signed
from opsroom.core.agreement.events import Scope as Bearing
from opsroom.core.agreement.statement import OWN_PART, SCOPES, Act
from opsroom.core.timestamps import Instant, render
from opsroom.wire.agreements import ActType, ForetellAct, PrepareAct, RecordStatement, Scope
from opsroom.wire.statements import Prepared
from opsroom.yamltext import parse_yaml

EXAMPLES = {
    "suspend": "opsroom agreement suspend agreement--… --by alfa --pair alfa --pair carol --key alfa.key",
    "resume": "opsroom agreement resume agreement--… --by alfa --pair alfa --pair carol --key alfa.key",
    "withdraw": "opsroom agreement withdraw agreement--… --by carol --effective-at 2026-12-31 --key carol.key",
    "rescind": "opsroom agreement rescind agreement--… --by carol --key carol.key",
    "terminate": "opsroom agreement terminate agreement--… --by alfa --by bravo --key alfa.key --out act.json",
    "accede": "opsroom agreement accede agreement--… --party '{member: delta}' --by delta --by alfa --key …",
    "notify": "opsroom agreement notify agreement--… --by alfa --key alfa.key",
}
SAYS: dict[ActType, str] = {
    "suspend": "Stop serving: of everything, of one party, between two, or in one field.",
    "resume": "End every suspension of exactly this scope.",
    "withdraw": "Leave the agreement, after its notice and for good.",
    "rescind": "Take back a withdrawal that lies ahead.",
    "terminate": "End the agreement for everybody.",
    "accede": "Join: the newcomer signs, and as many parties as the agreement asks for.",
    "notify": "Notify that a party has completed its own procedures (entry: all-notified).",
}


def _command(kind: ActType) -> click.Command:
    @click.argument("agreement_id")
    @click.option(
        "--by", multiple=True, help="A member that signs; repeat it (default: whose keys these are)."
    )
    @click.option("--effective-at", type=INSTANT, help="From when on it counts (default: as soon as it may).")
    @keys_option
    @passphrase_option
    @out_option
    @asker_option
    @pass_terminal
    def run(
        terminal: Terminal,
        /,
        agreement_id: str,
        by: tuple[str, ...],
        effective_at: Instant | None,
        keys: tuple[Path, ...],
        passphrase: str | None,
        out: Path | None,
        asker: str | None,
        **named: object,
    ) -> None:
        owners = private_keys(keys, passphrase)
        request = PrepareAct(
            agreement_id,
            kind,
            by=by,
            keys=fingerprints(owners),
            scope=_scope(named) if "pair" in SCOPES[kind] else Scope(),
            newcomer=_newcomer(named) if kind == "accede" else None,
            effective_at=when(effective_at),
        )
        with asking(terminal, asker, by_operator=True) as desk:
            prepared = desk.ask(request)
            act = _as_asked(prepared, request, effective_at)
            envelope = signed(prepared, owners)
            if out is None:
                desk.ask(RecordStatement(sent(envelope)))
            else:
                desk.ask(ForetellAct(sent(envelope)))
                write_envelope(out, envelope)
        _say(terminal, act, out)

    command = click.command(name=kind, help=f"{SAYS[kind]}\n\n\b\nExample:\n  {EXAMPLES[kind]}")(run)
    if "pair" in SCOPES[kind]:
        command.params += [
            click.Option(["--party"], help="This party's part alone."),
            click.Option(["--pair"], multiple=True, help="Between two parties; give it twice."),
            click.Option(["--field"], help="This field alone."),
        ]
    if kind == "accede":
        command.params.append(
            click.Option(["--party"], required=True, help="The newcomer, as in the file (YAML).")
        )
    return command


def _say(terminal: Terminal, act: Act, out: Path | None) -> None:
    """What was done with the act: recorded, or written for others to sign."""
    said: dict[str, object] = {
        "type": act.type,
        "agreement": act.agreement,
        "by": sorted(act.by),
        "digest": act.digest,
        "effective_at": render(act.effective_at),
    }
    if out is None:
        terminal.say(said, f"recorded: {act}")
        return
    then = f"who signs it runs: opsroom agreement sign {out} --key …; at last: opsroom agreement record {out}"
    terminal.say(said | {"written": str(out)}, f"{act}\nwritten to {out}; {then}")


def _as_asked(prepared: Prepared, request: PrepareAct, effective_at: Instant | None) -> Act:
    """The act that was prepared; one of a member's own part bears on one of those that sign it."""
    asked = request.scope
    scope = Bearing(asked.party, frozenset(asked.pair) if asked.pair else None, asked.field)
    return prepared_act(
        prepared,
        agreement=request.agreement,
        type=request.type,
        by=tuple(sorted(request.by)) or None,
        scope=None if request.type in OWN_PART else scope,
        newcomer=request.newcomer,
        effective_at=effective_at,
    )


def _newcomer(named: Mapping[str, object]) -> dict[str, Any]:
    found = parse_yaml(str(named["party"]).encode(), "--party")
    if not isinstance(found, Mapping):
        raise click.UsageError("--party takes a mapping as in the file, such as '{member: delta}'")
    return dict(found)


def _scope(named: Mapping[str, object]) -> Scope:
    """The scope that the options name. Faults of it are found where the act is read."""
    party, pair, field = named["party"], named["pair"], named["field"]
    if sum(map(bool, (party, pair, field))) > 1:
        raise click.UsageError("a scope is one of --party, --pair and --field")
    if not isinstance(pair, tuple) or len(set(pair)) not in (0, 2):
        raise click.UsageError("--pair names two different parties: give it twice")
    return Scope(
        party=str(party) if party else None,
        pair=tuple(sorted(map(str, pair))) if pair else None,
        field=str(field) if field else None,
    )


def register() -> None:
    """Adds the acts to `opsroom agreement`."""
    for kind in SAYS:
        agreement.add_command(_command(kind))
