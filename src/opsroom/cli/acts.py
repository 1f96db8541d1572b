"""`opsroom agreement suspend|resume|accede|withdraw|rescind|terminate|notify`: signed acts on an agreement."""

from collections.abc import Mapping
from pathlib import Path

import click

from opsroom import signing
from opsroom.cli.agreement import agreement
from opsroom.cli.key import keys_option, out_option, passphrase_option, private_keys
from opsroom.cli.output import INSTANT, Terminal, pass_terminal
from opsroom.core.agreement.statement import ACT_TYPE
from opsroom.core.timestamps import Instant, render
from opsroom.operations import agree
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
SAYS = {
    "suspend": "Stop serving: of everything, of one party, between two, or in one field.",
    "resume": "End every suspension of exactly this scope.",
    "withdraw": "Leave the agreement, after its notice and for good.",
    "rescind": "Take back a withdrawal that lies ahead.",
    "terminate": "End the agreement for everybody.",
    "accede": "Join: the newcomer signs, and as many parties as the agreement asks for.",
    "notify": "Notify that a party has completed its own procedures (entry: all-notified).",
}
SCOPED = ("suspend", "resume")
OWN = ("withdraw", "rescind")


def _command(kind: str) -> click.Command:
    @click.argument("agreement_id")
    @click.option("--by", multiple=True, required=True, help="A member that signs; repeat it.")
    @click.option("--effective-at", type=INSTANT, help="From when on it counts (default: now).")
    @keys_option
    @passphrase_option
    @out_option
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
        **scope: object,
    ) -> None:
        body = _body(kind, by, scope)
        with terminal.node() as node:
            act = agree.prepare(node, agreement_id, kind, by=list(by), effective_at=effective_at, act=body)
            envelope = signing.seal(act.payload, ACT_TYPE, private_keys(keys, passphrase))
            if out is not None:
                out.write_bytes(envelope)
                said = {"written": str(out), "digest": act.digest}
                then = f"opsroom agreement sign {out} --key … --out {out}; at last: opsroom agreement record {out}"
                terminal.say(said, f"written to {out}; the others run: {then}")
                return
            agree.record(node, envelope)
        said = {
            "type": kind,
            "agreement": agreement_id,
            "digest": act.digest,
            "effective_at": render(act.effective_at),
        }
        terminal.say(said, f"{kind} {act.scope} is recorded, effective at {render(act.effective_at)}")

    command = click.command(name=kind, help=f"{SAYS[kind]}\n\n\b\nExample:\n  {EXAMPLES[kind]}")(run)
    if kind in SCOPED:
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


def _body(kind: str, by: tuple[str, ...], scope: Mapping[str, object]) -> dict[str, object]:
    """What the act says beside its kind and signers."""
    if kind == "accede":
        return {"party": parse_yaml(str(scope["party"]).encode(), "--party")}
    if kind in OWN:
        return {"scope": {"party": by[0]}}
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in scope.items() if value}
    return {"scope": given} if given else {}


def register() -> None:
    """Adds the acts to `opsroom agreement`."""
    for kind in SAYS:
        agreement.add_command(_command(kind))
