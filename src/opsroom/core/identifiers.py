"""Names and identifiers: what people may call things, UUIDs, STIX ids.

All are compared as they are written.
"""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5

from opsroom.core.canonical import canonical

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# Greedy groups, here and in jsontext: CPython 3.11.2 loses a match where the last round of a possessive one fails.
_TYPE = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_STIX_ID = re.compile(rf"({_TYPE})--(?i:{_UUID.pattern})")
_SCO_NAMESPACE = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_PREFERRED_HASHES = ("MD5", "SHA-1", "SHA-256", "SHA-512")


def name_fault(text: str, noun: str) -> str | None:
    """Why `text` cannot name a `noun` (member, room, field, desk, component), None where it can.

    >>> name_fault("Coast Guard", "member")
    '"Coast Guard" cannot name a member: write 1 to 63 of a-z, 0-9 and -, with a letter or digit at each end'
    """
    if _NAME.fullmatch(text):
        return None
    return (
        f'"{text[:80]}" cannot name a {noun}: '
        "write 1 to 63 of a-z, 0-9 and -, with a letter or digit at each end"
    )


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID (RFC 9562, versions 1 to 8), in lower case."""
    return _UUID.fullmatch(text) is not None


def type_fault(text: str) -> str | None:
    """Why `text` is no STIX type name (STIX 2.1 sections 3.1 and 7.3.2), None where it is one."""
    if re.fullmatch(_TYPE, text) and 3 <= len(text) <= 250:
        return None
    return (
        f'"{text[:80]}" is no STIX type: 3 to 250 of a-z, 0-9 and single hyphens, beginning with a letter, '
        "not ending with a hyphen"
    )


def stix_id_fault(text: str, type: str | None = None) -> str | None:
    """Why `text` is no STIX identifier (STIX 2.1 section 2.9), of that `type` if given; None where it is.

    The UUID may be in upper case (RFC 4122 reads both), the type may not.

    >>> stix_id_fault("indicator--1", "malware")
    '"indicator--1" is no STIX id: write malware--UUID, such as malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f'
    """
    found = _STIX_ID.fullmatch(text)
    if found and 3 <= len(found[1]) <= 250:
        return None if type in (None, found[1]) else f'"{text}" names a {found[1]}, where a {type} is wanted'
    noun = type or "type"
    example = f"{type or 'indicator'}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
    return f'"{text[:300]}" is no STIX id: write {noun}--UUID, such as {example}'


def type_of(stix_id: str) -> str:
    """The object type that a faultless STIX identifier names.

    >>> type_of("x-acme-thing--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")
    'x-acme-thing'
    """
    return stix_id.partition("--")[0]


def uuid_from(sixteen: bytes) -> str:
    """The version-4 UUID that 16 random bytes make; six of their bits give way to version and variant."""
    return str(UUID(bytes=sixteen, version=4))


def deterministic_sco_id(type: str, properties: Mapping[str, object], contributing: Iterable[str]) -> str:
    """The UUIDv5 id of a cyber-observable object (STIX 2.1 section 2.9) from its ID contributing properties.

    Of `hashes` one counts: MD5, else SHA-1, SHA-256, SHA-512, else the first by name. ValueError where the
    object has none of the contributing properties: the standard wants a random id then (`uuid_from`).
    """
    name = {key: properties[key] for key in contributing if key in properties}
    if not name:
        raise ValueError(f"this {type} has no property that its id could come from: give it a random id")
    hashes = name.get("hashes")
    if isinstance(hashes, Mapping) and hashes:
        chosen = next((kind for kind in _PREFERRED_HASHES if kind in hashes), min(hashes))
        name["hashes"] = {chosen: hashes[chosen]}
    return f"{type}--{uuid5(_SCO_NAMESPACE, canonical(name).decode())}"
