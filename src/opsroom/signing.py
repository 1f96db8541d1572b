"""Keys and signatures: Ed25519 over DSSE envelopes (payloads are canonical JSON, RFC 8785).

1. A key is named by its fingerprint, `sha256:` of its 32 raw public bytes; the `keyid` of every signature is
   that fingerprint. Private keys are PKCS #8 PEM files of their owner; a node never needs one.
2. An envelope is taken whole: one signature that does not hold, or by a key that is not asked for, refuses it.
3. A payload has one form, so that one statement has one digest: other JSON of the same meaning is malformed.
4. What is kept of an envelope is what was verified: its payload and signatures, written anew. Whatever else
   somebody wrote into it was signed by nobody.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
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
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from opsroom.core.canonical import canonical
from opsroom.core.timestamps import Instant
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.ports import People

LARGEST = 8_000_000
"""Bytes of an envelope: more than the largest agreement file comes to in Base64, with a signature of everybody."""


class _Signature(msgspec.Struct):
    keyid: str
    sig: str


class _Envelope(msgspec.Struct):
    """DSSE as JSON."""

    payload: str
    payload_type: str = msgspec.field(name="payloadType")
    signatures: list[_Signature]


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope says of itself, nothing verified: `signers` are fingerprints."""

    payload: bytes
    payload_type: str
    signers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signed:
    """A payload whose signatures hold: the member that made each → the fingerprint of its key.

    `envelope` carries the payload and these signatures, and nothing else.
    """

    payload: bytes
    keys: Mapping[str, str]
    envelope: bytes

    @property
    def by(self) -> frozenset[str]:
        """The members that signed."""
        return frozenset(self.keys)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys that may have signed something: fingerprint → (member, 32 raw public bytes)."""

    owners: Mapping[str, tuple[str, bytes]]

    @classmethod
    def of(cls, people: People, members: Iterable[str], *, at: Instant) -> "Keyring":
        """The keys of these members that are in force at `at`."""
        return cls(
            {
                key.fingerprint: (member, key.public)
                for member in members
                for key in people.keys(member)
                if at in key.window
            }
        )

    def including(self, member: str, name: str, public: bytes) -> "Keyring":
        """The same with one more key, unless that is on the ring already."""
        return Keyring({name: (member, public), **self.owners})

    def open(self, sealed: bytes, payload_type: str) -> Signed:
        """What an envelope carries, every signature in it verified.

        Refused where one is by a key that is not on the ring, does not hold, or there is none at all. Which of
        the first two it is stays unsaid: whose keys there are is not for everybody.
        """
        envelope = _typed(sealed, payload_type)
        if not envelope.signatures:
            raise Refused("nobody has signed this; `opsroom agreement sign FILE --key …` does it")
        encoded = envelope.pae()
        keys: dict[str, str] = {}
        for name, signature in envelope.signatures.items():
            owner = self.owners.get(name)
            if owner is None or not _holds(owner[1], signature, encoded):
                raise Refused(
                    f"the signature by {name} does not hold: that is no key in force of those who may sign this,"
                    " or text or signature was changed"
                )
            keys[owner[0]] = name
        return Signed(envelope.payload, keys, _encoded(envelope))


def _holds(public: bytes, signature: Signature, encoded: bytes) -> bool:
    try:
        _library_key(public).verify_signature(signature, encoded)
    except UnverifiedSignatureError:
        return False
    return True


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
    except OSError as error:
        raise NotFound(f"no key can be written at {path}: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path, *, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The private key in a file."""
    pem = _pem(path)
    try:
        key = load_pem_private_key(pem, passphrase.encode() if passphrase and b"ENCRYPTED" in pem else None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise Malformed(f"{path} holds no private key that opens (wrong or missing passphrase?)") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed(f"{path} holds a key of another kind; `opsroom key new` makes an Ed25519 key")
    return key


def public_pem(public: bytes) -> str:
    """A public key of 32 raw bytes as PEM, to hand to others."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def is_private(path: Path) -> bool:
    """Whether a key file holds a private key."""
    return b"PRIVATE" in _pem(path)


def read_public(path: Path, *, passphrase: str | None = None) -> bytes:
    """The 32 raw public bytes of a public key file, or of a private one."""
    if is_private(path):
        return public_bytes(read_key(path, passphrase=passphrase))
    try:
        key = load_pem_public_key(_pem(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed(f"{path} holds no public key; `opsroom key show` prints one") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed(f"{path} holds a key of another kind; `opsroom key new` makes an Ed25519 key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


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


def read_envelope(path: Path) -> bytes:
    """The envelope in a file, or any other file that is no larger than one may be."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Malformed(f"{path} holds {size} bytes; an envelope holds {LARGEST} at most")
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error


def is_envelope(content: bytes) -> bool:
    """Whether a file is meant as an envelope: a JSON object that names a payload type."""
    try:
        found = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "payloadType" in found


def claimed(sealed: bytes) -> Opened:
    """What an envelope says of itself, nothing verified."""
    envelope = _decoded(sealed)
    return Opened(envelope.payload, envelope.payload_type, frozenset(envelope.signatures))


def stated(sealed: bytes, payload_type: str) -> object:
    """What the payload of an envelope says, nothing verified. Malformed where it is not canonical JSON."""
    payload = _typed(sealed, payload_type).payload
    try:
        value: object = msgspec.json.decode(payload)
        is_canonical = canonical(value) == payload
    except (ValueError, RecursionError) as error:
        raise Malformed(f"what was signed is no JSON: {error}") from error
    if not is_canonical:
        raise Malformed("what was signed is not in canonical form (RFC 8785); prepare it with opsroom")
    return value


def _typed(sealed: bytes, payload_type: str) -> Envelope:
    envelope = _decoded(sealed)
    if envelope.payload_type != payload_type:
        raise Refused(f"this is signed as {envelope.payload_type}, and {payload_type} is wanted here")
    return envelope


def _pem(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"no key can be read at {path}: {error.strerror}") from error


def _library_key(public: bytes) -> SSlibKey:
    return SSlibKey(fingerprint(public), "ed25519", "ed25519", {"public": public.hex()})


def _decoded(sealed: bytes) -> Envelope:
    """The envelope; the same signature twice counts once, two different ones by one key are malformed."""
    if len(sealed) > LARGEST:
        raise Malformed(f"this is larger than an envelope may be: {LARGEST} bytes")
    try:
        found = msgspec.json.decode(sealed, type=_Envelope)
        signatures = dict.fromkeys((one.keyid, one.sig) for one in found.signatures)
        return Envelope.from_dict(
            {
                "payload": found.payload,
                "payloadType": found.payload_type,
                "signatures": [{"keyid": name, "sig": signature} for name, signature in signatures],
            }
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"this is no signed envelope (DSSE): {error}") from error


def _encoded(envelope: Envelope) -> bytes:
    return msgspec.json.format(msgspec.json.encode(envelope.to_dict()), indent=2)
