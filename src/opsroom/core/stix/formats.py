"""The text forms that properties bind: each function says why a text is none of its kind, None where it is.

1. Addresses: domain names (RFC 1034, RFC 5890), IPv4 and IPv6 with or without a prefix length (CIDR), MAC-48,
   e-mail addresses (the addr-spec of RFC 5322), URLs (RFC 3986).
2. Bytes: base64 (RFC 4648, padded) and hexadecimal in lower case.
3. Names: of properties, of relationship types, of character sets (IANA), CPE 2.3 names.
4. Hashes by algorithm (section 10.7 of the standard).
"""

import re
from collections.abc import Callable
from importlib.resources import files
from ipaddress import AddressValueError, IPv6Address
from typing import TypeAlias

Fault: TypeAlias = str | None
TextFault: TypeAlias = Callable[[str], Fault]

_LABEL = re.compile(r"(?!-)(?:[A-Za-z0-9_-]|[^\x00-\x7f\s])+(?<!-)")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}(?:/(?:3[0-2]|[12]?\d))?", re.ASCII)
_IPV6_PREFIX = re.compile(r"12[0-8]|1[01]\d|[1-9]?\d", re.ASCII)
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_EMAIL = re.compile(r'(?:[^\s"(),:;<>@\[\\\]]+|"(?:[^"\\\r\n]|\\.)*")@(\[[^\[\]\\\s]+\]|[^\s@\[\]]+)')

_PCHAR = r"(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_SEGMENT = _PCHAR + "*"
_URL = re.compile(
    rf"""[A-Za-z][A-Za-z0-9+.-]*:
    (?://(?:(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{{2}})*@)?
         (?P<host>\[[0-9A-Fa-f:.vV]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{{2}})*)(?::\d*)?(?:/{_SEGMENT})*
       |/(?:{_PCHAR}{_SEGMENT}(?:/{_SEGMENT})*)?
       |{_PCHAR}{_SEGMENT}(?:/{_SEGMENT})*)
    (?:\?(?:{_PCHAR}|[/?])*)?(?:\#(?:{_PCHAR}|[/?])*)?""",
    re.VERBOSE | re.ASCII,
)
_HOSTED = re.compile(r"(?:https?|ftps?|wss?):", re.IGNORECASE)

_BASE64 = re.compile(r"[A-Za-z0-9+/]*+={0,2}")
_HEX = re.compile(r"[0-9a-f]++")
_PROPERTY_NAME = re.compile(r"[a-z][a-z0-9_]{2,249}")
_RELATIONSHIP_TYPE = re.compile(r"[a-z0-9-]+")
_CPE_ATTRIBUTE = r"(?:[*-]|[?*]*(?:[A-Za-z0-9._-]|\\[!-/:-@\[-`{-~])+[?*]*)"
_CPE = re.compile(rf"cpe:2\.3:[aho*-](?::{_CPE_ATTRIBUTE}){{10}}")
_CHARACTER_SETS = frozenset(
    line.casefold()
    for line in files(__package__).joinpath("standard/character_sets.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)

_HASHES = {
    "MD5": (re.compile(r"[0-9A-Fa-f]{32}"), "32 hex digits"),
    "SHA-1": (re.compile(r"[0-9A-Fa-f]{40}"), "40 hex digits"),
    "SHA-256": (re.compile(r"[0-9A-Fa-f]{64}"), "64 hex digits"),
    "SHA-512": (re.compile(r"[0-9A-Fa-f]{128}"), "128 hex digits"),
    "SHA3-256": (re.compile(r"[0-9A-Fa-f]{64}"), "64 hex digits"),
    "SHA3-512": (re.compile(r"[0-9A-Fa-f]{128}"), "128 hex digits"),
    "SSDEEP": (re.compile(r"\d+:[A-Za-z0-9+/]{0,64}:[A-Za-z0-9+/]{0,64}"), "blocksize:hash:hash"),
    "TLSH": (re.compile(r"(?:T1)?[0-9A-Fa-f]{70}"), "70 hex digits"),
}
_SPELLINGS = {name.replace("-", ""): name for name in _HASHES}


def domain_name_fault(text: str) -> Fault:
    """Labels of letters (of any script), digits, hyphens and underscores, 1 to 63 octets each, 253 in all."""
    name = text.removesuffix(".")
    try:
        octets = [
            len(label if label.isascii() else b"xn--" + label.encode("punycode")) for label in name.split(".")
        ]
    except UnicodeError:
        octets = [64]
    fits = max(octets) <= 63 and sum(octets) + len(octets) - 1 <= 253
    if fits and all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    return f"{_quoted(text)} is no domain name: write labels of letters, digits and hyphens with dots between"


def ipv4_fault(text: str) -> Fault:
    """An address or a block."""
    if _IPV4.fullmatch(text):
        return None
    return f"{_quoted(text)} is no IPv4 address or block: write it like 198.51.100.3 or 198.51.100.0/24"


def ipv6_fault(text: str) -> Fault:
    """An address or a block, without a zone."""
    address, slash, prefix = text.partition("/")
    try:
        IPv6Address(address)
    except AddressValueError:
        address = "%"
    if "%" not in address and (not slash or _IPV6_PREFIX.fullmatch(prefix)):
        return None
    return f"{_quoted(text)} is no IPv6 address or block: write it like 2001:db8::1 or 2001:db8::/96"


def mac_fault(text: str) -> Fault:
    """Six octets of two lower-case hex digits."""
    return (
        None
        if _MAC.fullmatch(text)
        else f"{_quoted(text)} is no MAC address: write it like 00:00:ab:cd:ef:01"
    )


def email_fault(text: str) -> Fault:
    """The address alone, without a display name."""
    parts = _EMAIL.fullmatch(text)
    if parts and (parts[1].startswith("[") or domain_name_fault(parts[1]) is None):
        return None
    return f"{_quoted(text)} is no e-mail address: write jane.smith@example.com, without the display name"


def url_fault(text: str) -> Fault:
    """A URI of RFC 3986 that locates: with a host where its scheme has one."""
    parts = _URL.fullmatch(text)
    if parts and (parts["host"] or not _HOSTED.match(text)):
        return None
    return (
        f"{_quoted(text)} is no URL of RFC 3986: begin with a scheme, percent-encode what a URL cannot hold"
    )


def base64_fault(text: str) -> Fault:
    """Standard alphabet, padded."""
    if len(text) % 4 == 0 and _BASE64.fullmatch(text):
        return None
    return f"{_quoted(text)} is no base64: pad it to a multiple of 4 with ="


def hex_fault(text: str) -> Fault:
    """Whole octets in lower case."""
    if len(text) % 2 == 0 and _HEX.fullmatch(text):
        return None
    return f"{_quoted(text)} is no hex: write an even number of 0-9 and a-f"


def property_name_fault(text: str) -> Fault:
    """The names that properties outside the standard may have (sections 3.1, 7.3.2 and 11.1)."""
    if _PROPERTY_NAME.fullmatch(text):
        return None
    return "no property may be named so: write 3 to 250 of a-z, 0-9 and _, beginning with a letter"


def relationship_type_fault(text: str) -> Fault:
    """Lower-case words with hyphens."""
    if _RELATIONSHIP_TYPE.fullmatch(text):
        return None
    return f"{_quoted(text)} is no relationship type: write it with a-z, 0-9 and - alone"


def cpe_fault(text: str) -> Fault:
    """A formatted string of CPE 2.3."""
    return (
        None
        if _CPE.fullmatch(text)
        else f"{_quoted(text)} is no CPE 2.3 name: write cpe:2.3: and 11 attributes"
    )


def character_set_fault(text: str) -> Fault:
    """The preferred MIME name of the IANA registry, the registered name where there is none."""
    if text.casefold() in _CHARACTER_SETS:
        return None
    return f"{_quoted(text)} is no preferred name of the IANA character set registry"


def hash_fault(algorithm: str, text: str) -> Fault:
    """Why `text` is no hash of the algorithm; algorithms that the standard does not list pass."""
    if algorithm not in _HASHES:
        return None
    pattern, form = _HASHES[algorithm]
    return None if pattern.fullmatch(text) else f"{_quoted(text)} is no {algorithm} hash: write {form}"


def hash_name_fault(name: str, *, listed: bool) -> Fault:
    """Why no hash algorithm may be named so: the standard spells it otherwise, or with `listed` lacks it."""
    standard = _SPELLINGS.get(re.sub("[-_]", "", name).upper())
    if standard not in (None, name):
        return f"the standard spells this algorithm {standard}"
    if listed and standard is None:
        return f"only these algorithms may stand here: {', '.join(_HASHES)}"
    return None


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'
