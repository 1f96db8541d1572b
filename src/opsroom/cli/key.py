"""`opsroom key`: make, show and rotate a member's keys."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.cli.output import Family, Terminal, pass_terminal, when
from opsroom.core.agreement.statement import KEY_TYPE
from opsroom.operations import rekey

PASSPHRASE = "OPSROOM_KEY_PASSPHRASE"

keys_option = click.option(
    "--key",
    "keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A private key to sign with; repeat it for several signers.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the signed envelope here instead of recording it, for others to sign.",
)
passphrase_option = click.option(
    "--passphrase",
    envvar=PASSPHRASE,
    help=f"Opens the keys; better by {PASSPHRASE} than on the command line.",
)


def private_keys(paths: tuple[Path, ...], passphrase: str | None) -> list[Ed25519PrivateKey]:
    """The keys in these files."""
    return [signing.read_key(path, passphrase=passphrase) for path in paths]


@click.group(cls=Family)
def key() -> None:
    """Make, show and rotate keys. A private key never leaves its owner's machine."""


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@pass_terminal
def new(terminal: Terminal, file: Path, passphrase: str | None) -> None:
    """Make a private key in FILE (mode 0600) and print what others need of it.

    \b
    Example: opsroom key new alfa.key
    """
    _show(terminal, signing.make_key(file, passphrase=passphrase))


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@pass_terminal
def show(terminal: Terminal, file: Path, passphrase: str | None) -> None:
    """Print the fingerprint and the public half of a private key.

    \b
    Example: opsroom key show alfa.key
    """
    _show(terminal, signing.read_key(file, passphrase=passphrase))


@key.command()
@click.argument("member")
@click.option(
    "--next",
    "following",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The next key: its public half or its private file.",
)
@click.option("--by", multiple=True, help="Who signs (default: the member itself, with its last key).")
@keys_option
@passphrase_option
@out_option
@pass_terminal
def rotate(
    terminal: Terminal,
    member: str,
    following: Path,
    by: tuple[str, ...],
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
) -> None:
    """Introduce a member's next key by its last one; a lost one by the host and a second member.

    \b
    Examples:
      opsroom key rotate alfa --next alfa-2.key --key alfa.key
      opsroom key rotate alfa --next alfa-2.pub --by host --by bravo --key host.key --key bravo.key
    """
    with terminal.node() as node:
        step = rekey.prepare(node, member, signing.read_public(following), by=list(by) or [member])
        envelope = signing.seal(step.payload, KEY_TYPE, private_keys(keys, passphrase))
        if out is not None:
            out.write_bytes(envelope)
            terminal.say({"written": str(out)}, f"written to {out}")
            return
        found = rekey.record(node, envelope)
    terminal.say(
        {"member": member, "fingerprint": found.fingerprint, "from": when(found.window.since)},
        f"the key of {member} is now {found.fingerprint}",
    )


def _show(terminal: Terminal, found: Ed25519PrivateKey) -> None:
    name, pem = signing.fingerprint(signing.public_bytes(found)), signing.public_pem(found)
    terminal.say({"fingerprint": name, "public": pem}, f"{name}\n{pem}")
