"""Keys and signatures: what holds, and everything that refuses an envelope."""

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from opsroom import signing
from opsroom.core.canonical import canonical
from opsroom.core.roster import Member, MemberKey
from opsroom.core.windows import Window
from opsroom.errors import Conflict, Malformed, NotFound, OpsroomError, Refused
from opsroom.ports import Store
from opsroom.signing import Keyring

KIND = "application/vnd.opsroom.test+json"
PAYLOAD = canonical({"said": "yes"})
ALFA, BRAVO, CAROL = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))


def name(key: Ed25519PrivateKey) -> str:
    return signing.fingerprint(signing.public_bytes(key))


RING = Keyring(
    {name(ALFA): ("alfa", signing.public_bytes(ALFA)), name(BRAVO): ("bravo", signing.public_bytes(BRAVO))}
)


def changed(sealed: bytes, **parts: Any) -> bytes:
    return json.dumps({**json.loads(sealed), **parts}).encode()


def signatures(*keys: Ed25519PrivateKey) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(signing.seal(PAYLOAD, KIND, keys))["signatures"]
    return found


SEALED = signing.seal(PAYLOAD, KIND, [ALFA])


def test_what_is_sealed_opens_and_says_who_signed() -> None:
    found = RING.open(signing.seal(PAYLOAD, KIND, [ALFA, BRAVO]), KIND)
    assert found.payload == PAYLOAD
    assert found.keys == {"alfa": name(ALFA), "bravo": name(BRAVO)}
    assert found.by == {"alfa", "bravo"}


def test_an_envelope_is_what_the_standard_says() -> None:
    envelope = json.loads(SEALED)
    assert envelope.keys() == {"payload", "payloadType", "signatures"}
    assert base64.b64decode(envelope["payload"]) == PAYLOAD
    [signature] = envelope["signatures"]
    assert signature["keyid"] == name(ALFA)
    encoded = b"DSSEv1 %d %s %d %s" % (len(KIND), KIND.encode(), len(PAYLOAD), PAYLOAD)
    ALFA.public_key().verify(base64.b64decode(signature["sig"]), encoded)


OTHER_PAYLOAD = base64.b64encode(canonical({"said": "no"})).decode()
[OF_ALFA], [OF_BRAVO], [OF_CAROL] = signatures(ALFA), signatures(BRAVO), signatures(CAROL)
REFUSED = {
    "tampered payload": (changed(SEALED, payload=OTHER_PAYLOAD), "does not hold"),
    "swapped keyid": (
        changed(SEALED, signatures=[{**OF_ALFA, "keyid": name(BRAVO)}]),
        "does not hold",
    ),
    "signatures swapped": (
        changed(
            SEALED,
            signatures=[{**OF_ALFA, "sig": OF_BRAVO["sig"]}, {**OF_BRAVO, "sig": OF_ALFA["sig"]}],
        ),
        "does not hold",
    ),
    "no signature": (changed(SEALED, signatures=[]), "nobody has signed"),
    "a stranger's signature": (signing.seal(PAYLOAD, KIND, [CAROL]), "no key in force"),
    "a stranger's signature beside a good one": (
        changed(SEALED, signatures=[OF_ALFA, OF_CAROL]),
        "no key in force",
    ),
    "a bad signature beside a good one": (
        changed(SEALED, signatures=[OF_ALFA, {**OF_BRAVO, "sig": OF_ALFA["sig"]}]),
        "does not hold",
    ),
    "a signature cut short": (
        changed(SEALED, signatures=[{**OF_ALFA, "sig": base64.b64encode(b"short").decode()}]),
        "does not hold",
    ),
    "an empty signature": (changed(SEALED, signatures=[{**OF_ALFA, "sig": ""}]), "does not hold"),
    "another payload type": (signing.seal(PAYLOAD, "text/plain", [ALFA]), "text/plain"),
    "a payload type put on afterwards": (
        changed(signing.seal(PAYLOAD, "text/plain", [ALFA]), payloadType=KIND),
        "does not hold",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_envelope_is_taken_whole_or_refused(case: str) -> None:
    sealed, reason = REFUSED[case]
    with pytest.raises(Refused, match=reason):
        RING.open(sealed, KIND)


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "no envelope": b"{}",
    "a list": b"[]",
    "payload no base64": changed(SEALED, payload="%%%"),
    "signature no base64": changed(SEALED, signatures=[{**OF_ALFA, "sig": "%%%"}]),
    "signatures no list": changed(SEALED, signatures={}),
    "payload a number": changed(SEALED, payload=1),
    "two different signatures by one key": changed(
        SEALED, signatures=[OF_ALFA, {**OF_ALFA, "sig": OF_BRAVO["sig"]}]
    ),
    "not UTF-8": b"\xff",
    "very deep": b"[" * 100_000,
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_envelope_is_malformed(case: str) -> None:
    for read in (signing.claimed, lambda sealed: RING.open(sealed, KIND), lambda one: signing.join([one])):
        with pytest.raises(Malformed):
            read(MALFORMED[case])


def test_the_same_signature_twice_counts_once() -> None:
    twice = changed(SEALED, signatures=[OF_ALFA, OF_ALFA])
    assert RING.open(twice, KIND).by == {"alfa"}


def test_signatures_are_added_one_after_the_other() -> None:
    both = signing.add_signatures(SEALED, [BRAVO])
    assert RING.open(both, KIND).by == {"alfa", "bravo"}
    assert signing.add_signatures(both, [ALFA, BRAVO]) == both
    assert signing.claimed(both).signers == {name(ALFA), name(BRAVO)}


def test_signatures_made_apart_are_joined() -> None:
    joined = signing.join([SEALED, signing.seal(PAYLOAD, KIND, [BRAVO]), SEALED])
    assert RING.open(joined, KIND).by == {"alfa", "bravo"}


@pytest.mark.parametrize(
    "other",
    [signing.seal(canonical({"said": "no"}), KIND, [BRAVO]), signing.seal(PAYLOAD, "text/plain", [BRAVO])],
)
def test_signatures_on_different_texts_are_not_joined(other: bytes) -> None:
    with pytest.raises(Conflict, match="different texts"):
        signing.join([SEALED, other])


def test_a_statement_has_one_form() -> None:
    assert signing.stated(SEALED, KIND) == {"said": "yes"}
    for payload in (b'{ "said": "yes" }', b'{"said":"yes","said":"yes"}', b'{"b":1,"a":1}', b'{"a":1.0}'):
        with pytest.raises(Malformed, match="canonical"):
            signing.stated(signing.seal(payload, KIND, [ALFA]), KIND)
    for payload in (b"", b"no", b"\xff", b"[" * 100_000):
        with pytest.raises(Malformed):
            signing.stated(signing.seal(payload, KIND, [ALFA]), KIND)
    with pytest.raises(Refused):
        signing.stated(SEALED, "text/plain")


def test_a_key_counts_from_when_it_is_in_force_until_it_ends(store: Store) -> None:
    public = signing.public_bytes(ALFA)
    with store.writing() as unit:
        unit.people.add_member(Member("alfa", "Alfa", "identity--1", 1))
        unit.people.add_key(MemberKey("alfa", name(ALFA), public, Window(10, 20)))
    with store.reading() as snapshot:
        for at, holds in ((9, False), (10, True), (19, True), (20, False)):
            ring = Keyring.of(snapshot.people, ["alfa"], at=at)
            assert bool(ring.owners) is holds
            if not holds:
                with pytest.raises(Refused, match="no key in force"):
                    ring.open(SEALED, KIND)
        assert not Keyring.of(snapshot.people, ["bravo"], at=10).owners


def test_a_key_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        signing.make_key(tmp_path / "alfa.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "alfa.key").stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "alfa.key"
    signing.make_key(path)
    before = path.read_bytes()
    with pytest.raises(Conflict, match="never overwritten"):
        signing.make_key(path)
    assert path.read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict):
        signing.make_key(tmp_path / "link")
    with pytest.raises(NotFound):
        signing.make_key(tmp_path / "absent" / "alfa.key")


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "alfa.key"
    made = signing.make_key(path)
    assert signing.public_bytes(signing.read_key(path)) == signing.public_bytes(made)
    assert signing.read_public(path) == signing.public_bytes(made)
    assert signing.public_bytes(signing.read_key(path, passphrase="not needed")) == signing.public_bytes(made)
    (tmp_path / "alfa.pub").write_text(signing.public_pem(signing.public_bytes(made)))
    assert signing.read_public(tmp_path / "alfa.pub") == signing.public_bytes(made)


def test_a_passphrase_keeps_a_key_shut(tmp_path: Path) -> None:
    path = tmp_path / "alfa.key"
    made = signing.make_key(path, passphrase="correct horse")
    assert b"ENCRYPTED" in path.read_bytes()
    assert signing.public_bytes(signing.read_key(path, passphrase="correct horse")) == signing.public_bytes(
        made
    )
    for wrong in (None, "", "wrong horse"):
        with pytest.raises(Malformed, match="passphrase"):
            signing.read_key(path, passphrase=wrong)


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.key"
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(Malformed, match="another kind"):
        signing.read_key(path)
    path.write_bytes(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(Malformed, match="another kind"):
        signing.read_public(path)


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_malformed_and_what_is_absent_is_not_found(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.key"
    for read, wanted in ((signing.read_key, NotFound), (signing.read_public, NotFound)):
        with pytest.raises(wanted):
            read(path)
    path.write_bytes(content)
    readers: list[Any] = [signing.read_key, signing.read_public]
    for one in readers:
        with pytest.raises(Malformed):
            one(path)


def test_a_public_key_does_not_sign(tmp_path: Path) -> None:
    path = tmp_path / "alfa.pub"
    path.write_text(signing.public_pem(signing.public_bytes(ALFA)))
    with pytest.raises(OpsroomError):
        signing.read_key(path)


def test_what_is_kept_of_an_envelope_is_what_was_verified() -> None:
    ring = Keyring({name(ALFA): ("alfa", signing.public_bytes(ALFA))})
    said = json.loads(SEALED)
    crowded = {**said, "note": "…", "signatures": [{**said["signatures"][0], "note": "…"}] * 2}
    kept = ring.open(json.dumps(crowded).encode(), KIND).envelope
    assert json.loads(kept) == said
    assert ring.open(kept, KIND) == ring.open(SEALED, KIND)


def test_an_envelope_is_told_from_other_files() -> None:
    assert signing.is_envelope(SEALED)
    for content in (b"", b"title: a", b"[]", b"{}", b'{"title": "payloadType"}', b"[" * 100_000, b"\xff"):
        assert not signing.is_envelope(content)


def test_an_envelope_has_a_size_that_people_can_hold(tmp_path: Path) -> None:
    path = tmp_path / "act.json"
    path.write_bytes(SEALED.ljust(signing.LARGEST))
    assert signing.claimed(signing.read_envelope(path)) == signing.claimed(SEALED)
    path.write_bytes(SEALED.ljust(signing.LARGEST + 1))
    with pytest.raises(Malformed, match="at most"):
        signing.read_envelope(path)
    with pytest.raises(Malformed, match="larger"):
        signing.claimed(path.read_bytes())
    with pytest.raises(NotFound):
        signing.read_envelope(tmp_path / "absent.json")
