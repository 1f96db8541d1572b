"""Observable values in one canonical form, by what they look like, so that both sides of a search agree.

1. White space is one blank, other control characters go, then a defanged value is made whole.
2. Addresses and blocks are as `ipaddress` writes them: compressed, without bits after the prefix.
3. Of a URL the scheme and the host are in lower case and the usual port goes; the rest is kept.
4. A MAC address has colons, an autonomous system is `as64500`. All else is in lower case.
5. A label of a domain that is not in ASCII is in Punycode, as registries have it (RFC 5890, A-label).
6. The port after an address or a domain goes; so does what says which hash or that an address is one of e-mail.
7. A value of more than `LONGEST` characters is cut, and the digest of the whole follows a tilde.
"""

import hashlib
import re
import unicodedata
from typing import Literal, NamedTuple, TypeAlias

from opsroom.core.search.addresses import Block, parse_block
from opsroom.core.search.defang import refanged
from opsroom.core.search.words import plain

LONGEST = 256
"""In characters."""
KEPT = 223
"""How many characters of a longer value stand before the tilde; 32 hex digits of SHA-256 follow it."""
LONGEST_NAME = 253
"""Of a domain, in characters (RFC 1035)."""

Form: TypeAlias = Literal["address", "url", "email", "hash", "mac", "domain", "system", "other"]

_URL = re.compile(
    r"([a-z][a-z0-9+.-]*://)((?:[^/?#]*@)?)(\[[^\]/?#]*\]|[^/?#:]*)(.*)", re.IGNORECASE | re.DOTALL | re.ASCII
)
_WITH_PORT = re.compile(r"(\[[^\s\[\]]+\]|[^\s:/@\[\]]+):\d{1,5}", re.ASCII)
_SAID = re.compile(r"(?:mailto:|(?:hash|md5|sha-?(?:1|224|256|384|512))\s?[:=])\s?([^\s:=]+)", re.IGNORECASE)
_AUTONOMOUS = re.compile(r"asn?(\d{1,10})", re.ASCII)
_EMAIL = re.compile(r"([^\s@]+)@([^\s@/]+)")
_HASH = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{96})?")
_MAC = re.compile(r"[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOSTS = frozenset({"address", "domain"})
_PORTS = {"http://": 80, "https://": 443}
_DOMAIN = re.compile(rf"(?:[\w-]{{1,63}}\.)+(?!\d+$){_LABEL}")
_SUFFIX = re.compile(rf"(?:[\w-]{{1,63}}\.)*(?!\d+$){_LABEL}")


class Observable(NamedTuple):
    """A value in its canonical form, not cut, with the form that was recognised.

    `host`: of a URL or an e-mail address. `block`: of an address.
    """

    value: str
    form: Form
    host: str = ""
    block: Block | None = None

    @property
    def term(self) -> str:
        """The term by which an index keeps the value."""
        return "o:" + _cut(self.value)

    @property
    def terms(self) -> tuple[str, ...]:
        """The value's own terms, not those of its host."""
        if self.block is not None:
            return self.term, self.block.term
        return (self.term, reversed_labels(self.value)) if self.form == "domain" else (self.term,)


def recognised(text: str) -> Observable:
    """What a text is as an observable; form "other" where it has no known one.

    >>> recognised("hxxp://Evil[.]example/A").value
    'http://evil.example/A'
    """
    value = refanged(plain(text) if text.isprintable() and " " not in text else one_line(plain(text)))
    if block := parse_block(value):
        return Observable(str(block), "address", block=block)
    if "://" in value and (url := _URL.fullmatch(value)):
        return Observable(_joined(url), "url", _registered(url[3].lower()).strip("[]"))
    if (said := _SAID.fullmatch(value)) and (known := recognised(said[1])).form in ("email", "hash"):
        return known
    if "@" in value and (email := _EMAIL.fullmatch(value)):
        host = _registered(email[2].lower())
        return Observable(f"{email[1].lower()}@{host}", "email", host.strip("[]"))
    if (served := _WITH_PORT.fullmatch(value)) and (known := recognised(served[1])).form in _HOSTS:
        return known
    return _of_one_case(value.lower())


def _of_one_case(value: str) -> Observable:
    """The forms in which capital letters say nothing."""
    if _MAC.fullmatch(value):
        return Observable(value.replace("-", ":"), "mac")
    if _HASH.fullmatch(value):
        return Observable(value, "hash")
    if system := _AUTONOMOUS.fullmatch(value):
        return Observable(f"as{int(system[1])}", "system")
    if "." in value and len(value) <= LONGEST_NAME and _DOMAIN.fullmatch(value):
        return Observable(_registered(value), "domain")
    return Observable(value, "other")


def beginning_of(text: str) -> str:
    """How the term of an observable begins whose value begins so: rules 3 and 4 as far as the text goes."""
    begun = _joined(url) if (url := _URL.fullmatch(text)) else text.lower()
    return "o:" + begun[:KEPT]


def one_line(text: str) -> str:
    """The text with one blank for all white space between two words, without control characters."""
    seen = (character for character in text if character.isprintable() or character.isspace())
    return " ".join("".join(seen).split())


def reversed_labels(domain: str) -> str:
    """The term of a domain, with which the terms of the domains below it begin.

    >>> reversed_labels("www.example.com")
    'd:com.example.www.'
    """
    return f"d:{'.'.join(reversed(_registered(domain).split('.')))}."


def is_domain_suffix(text: str) -> bool:
    """Whether a text in lower case is a domain name, of one label at least."""
    return len(text) <= LONGEST_NAME and _SUFFIX.fullmatch(text) is not None


def _joined(url: re.Match[str]) -> str:
    scheme, user, host, rest = url.groups()
    scheme = scheme.lower()
    if port := _PORTS.get(scheme):
        rest = re.sub(rf"^:{port}(?=[/?#]|$)", "", rest)
    return f"{scheme}{user}{_registered(host.lower())}{rest}"


def _registered(domain: str) -> str:
    """A domain in lower case as registries have it (rule 5); what is no name stays as it is."""
    if domain.isascii() or len(domain) > LONGEST_NAME:
        return domain
    labels = unicodedata.normalize("NFKC", domain).split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _cut(value: str) -> str:
    if len(value) <= LONGEST:
        return value
    return f"{value[:KEPT]}~{hashlib.sha256(value.encode()).hexdigest()[:32]}"
