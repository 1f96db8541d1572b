"""`opsroom key`: make, show and rotate a member's keys."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.cli.asking import asking
from opsroom.cli.output import Family, Terminal, pass_terminal
from opsroom.cli.statements import prepared_key, sent, signed
from opsroom.config import PASSPHRASE_VARIABLE
from opsroom.errors import Conflict, Malformed, Unavailable
from opsroom.wire.keys import IntroducedKey, PrepareKey, RecordKey

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
    envvar=PASSPHRASE_VARIABLE,
    help=f"Opens the keys; better by {PASSPHRASE_VARIABLE} than on the command line.",
)
asker_option = click.option(
    "--as",
    "asker",
    metavar="MEMBER",
    help="The member that asks, on its node (without one, the operator).",
)


def private_keys(paths: tuple[Path, ...], passphrase: str | None) -> list[Ed25519PrivateKey]:
    """The keys in these files."""
    return [signing.read_key(path, passphrase=passphrase) for path in paths]


def fingerprints(keys: list[Ed25519PrivateKey]) -> tuple[str, ...]:
    """The names of these keys: what a node is told of them."""
    return tuple(signing.fingerprint(signing.public_bytes(one)) for one in keys)


def write_envelope(path: Path, envelope: bytes) -> bytes:
    """Writes an envelope, joined with the one around the same text that the file holds already.

    Returns what was written. Conflict where the file holds anything else.
    """
    try:
        joined = signing.join([signing.read_envelope(path), envelope] if path.exists() else [envelope])
        path.write_bytes(joined)
    except Malformed as error:
        raise Conflict(f"{path} is there already and holds something else") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    return joined


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
    _show(terminal, signing.public_bytes(signing.make_key(file, passphrase=passphrase)))


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@pass_terminal
def show(terminal: Terminal, file: Path, passphrase: str | None) -> None:
    """Print the fingerprint and the public half of the key in FILE, private or public.

    \b
    Example: opsroom key show alfa.key
    """
    _show(terminal, signing.read_public(file, passphrase=passphrase))


@key.command()
@click.argument("member")
@click.option(
    "--next",
    "following",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The next key: its private file, or its public half for its owner to sign later (--out).",
)
@click.option("--by", multiple=True, help="Who signs (default: whose keys these are).")
@keys_option
@passphrase_option
@out_option
@asker_option
@pass_terminal
def rotate(
    terminal: Terminal,
    member: str,
    following: Path,
    by: tuple[str, ...],
    keys: tuple[Path, ...],
    passphrase: str | None,
    out: Path | None,
    asker: str | None,
) -> None:
    """Introduce a member's next key by its last one; a lost one by the host and a second member.

    The next key signs too, so that nobody introduces a key that is not its own.

    \b
    Examples:
      opsroom key rotate alfa --next alfa-2.key --key alfa.key
      opsroom key rotate alfa --next alfa-2.key --by host --by bravo --out next.json
    """
    public = signing.read_public(following, passphrase=passphrase).hex()
    owners = private_keys(keys, passphrase)
    own = private_keys((following,), passphrase) if signing.is_private(following) else []
    with asking(terminal, asker, by_operator=True) as desk:
        prepared = desk.ask(PrepareKey(member, public, by=by, keys=fingerprints(owners)))
        step = prepared_key(prepared, member=member, key=public)
        envelope = signed(prepared, [*owners, *own])
        if out is None:
            _introduced(terminal, desk.ask(RecordKey(sent(envelope))))
            return
    write_envelope(out, envelope)
    then = f"who signs it runs: opsroom agreement sign {out} --key …; at last: opsroom key record {out}"
    terminal.say({"written": str(out)}, f"{step}\nwritten to {out}; {then}")


@key.command()
@click.argument(
    "envelopes", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1, required=True
)
@asker_option
@pass_terminal
def record(terminal: Terminal, envelopes: tuple[Path, ...], asker: str | None) -> None:
    """Record a next key that was introduced elsewhere (`opsroom key rotate --out`). Several files are joined.

    \b
    Examples:
      opsroom key record next.json
      opsroom key record host/next.json bravo/next.json
    """
    joined = signing.join([signing.read_envelope(one) for one in envelopes])
    with asking(terminal, asker, by_operator=True) as desk:
        _introduced(terminal, desk.ask(RecordKey(sent(joined))))


def _introduced(terminal: Terminal, found: IntroducedKey) -> None:
    terminal.say(found, f"the key of {found.member} is now {found.fingerprint}")


def _show(terminal: Terminal, public: bytes) -> None:
    name, pem = signing.fingerprint(public), signing.public_pem(public)
    terminal.say({"fingerprint": name, "public": pem}, f"{name}\n{pem}")
