"""Keys and signatures: Ed25519 over DSSE envelopes (payloads are canonical JSON, RFC 8785).

A key is named by its fingerprint, `sha256:` of its 32 raw public bytes; the `keyid` of every signature is that
fingerprint. Private keys are PKCS #8 PEM files of their owner; a node never needs one.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, SSlibKey

from opsroom.errors import Conflict, Malformed, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope carries and the fingerprints whose signatures hold (or, unverified, are claimed)."""

    payload: bytes
    payload_type: str
    signers: frozenset[str]


def fingerprint(public: bytes) -> str:
    """The name of a public key of 32 raw bytes."""
    return f"sha256:{hashlib.sha256(public).hexdigest()}"


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 raw bytes of the public half."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def make_key(path: Path, *, passphrase: str | None = None) -> Ed25519PrivateKey:
    """A new private key in a file that only its owner reads. Conflict where the file is there already."""
    key = Ed25519PrivateKey.generate()
    wrapping: KeySerializationEncryption = NoEncryption()
    if passphrase:
        wrapping = BestAvailableEncryption(passphrase.encode())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, wrapping)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise Conflict(f"{path} is there already; a key is never overwritten") from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path, *, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The private key in a file."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise NotFound(f"no key can be read at {path}: {error.strerror}") from error
    try:
        key = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise Malformed(f"{path} holds no private key that opens (wrong or missing passphrase?)") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed(f"{path} holds a key of another kind; `opsroom key new` makes an Ed25519 key")
    return key


def public_pem(key: Ed25519PrivateKey) -> str:
    """The public half as PEM, to hand to others."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public(path: Path) -> bytes:
    """The 32 raw public bytes of a public key file, or of a private one."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise NotFound(f"no key can be read at {path}: {error.strerror}") from error
    if b"PRIVATE" in pem:
        return public_bytes(read_key(path))
    try:
        found = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed(f"{path} holds no public key; `opsroom key show` prints one") from error
    return found.public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(payload: bytes, payload_type: str, keys: Iterable[Ed25519PrivateKey]) -> bytes:
    """A DSSE envelope around a payload, signed by these keys."""
    envelope = Envelope(payload, payload_type, {})
    for key in keys:
        envelope.sign(CryptoSigner(key, _library_key(public_bytes(key))))
    return _encoded(envelope)


def add_signatures(sealed: bytes, keys: Iterable[Ed25519PrivateKey]) -> bytes:
    """The same envelope with the signatures of further keys; signing twice with one key changes nothing."""
    envelope = _decoded(sealed)
    for key in keys:
        envelope.sign(CryptoSigner(key, _library_key(public_bytes(key))))
    return _encoded(envelope)


def join(envelopes: Iterable[bytes]) -> bytes:
    """One envelope with the signatures of several around the same payload. Conflict where payloads differ."""
    decoded = [_decoded(one) for one in envelopes]
    first = decoded[0]
    for other in decoded[1:]:
        if (other.payload, other.payload_type) != (first.payload, first.payload_type):
            raise Conflict("these signatures are on different texts; they cannot be joined")
        first.signatures.update(other.signatures)
    return _encoded(first)


def claimed(sealed: bytes) -> Opened:
    """What an envelope says of itself, nothing verified."""
    envelope = _decoded(sealed)
    return Opened(envelope.payload, envelope.payload_type, frozenset(envelope.signatures))


def verified(sealed: bytes, keys: Mapping[str, bytes], *, payload_type: str) -> Opened:
    """What an envelope carries, every signature in it verified; `keys` by fingerprint, 32 raw bytes each.

    Refused where a signature is by a key that is not among them, does not hold, or there is none at all.
    """
    envelope = _decoded(sealed)
    if envelope.payload_type != payload_type:
        raise Refused(f"this is signed as {envelope.payload_type}, and {payload_type} is wanted here")
    if not envelope.signatures:
        raise Refused("nobody has signed this")
    encoded = envelope.pae()
    for name, signature in envelope.signatures.items():
        if name not in keys:
            raise Refused(f"it is signed by {name}, which is no key of these members in force now")
        try:
            _library_key(keys[name]).verify_signature(signature, encoded)
        except UnverifiedSignatureError as error:
            raise Refused(
                f"the signature by {name} does not hold: the text or the signature was changed"
            ) from error
    return Opened(envelope.payload, envelope.payload_type, frozenset(envelope.signatures))


def _library_key(public: bytes) -> SSlibKey:
    return SSlibKey(fingerprint(public), "ed25519", "ed25519", {"public": public.hex()})


def _decoded(sealed: bytes) -> Envelope:
    try:
        return Envelope.from_dict(msgspec.json.decode(sealed))
    except (msgspec.DecodeError, FormatError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(f"this is no signed envelope (DSSE): {error}") from error


def _encoded(envelope: Envelope) -> bytes:
    return msgspec.json.format(msgspec.json.encode(envelope.to_dict()), indent=2)
