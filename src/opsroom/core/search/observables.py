"""Observable values in one canonical form, by what they look like, so that both sides of a search agree.

1. White space is one blank, other control characters go, then a defanged value is made whole.
2. Addresses and blocks are as `ipaddress` writes them: compressed, without bits after the prefix.
3. Of a URL the scheme and the host are in lower case, of an e-mail address the domain; the rest is kept.
4. A MAC address has colons. All else is in lower case; internationalized names are left as they are.
5. A value of more than `LONGEST` characters is cut, and the digest of the whole follows a tilde.
"""

import hashlib
import re
from typing import Literal, NamedTuple, TypeAlias

from opsroom.core.search.addresses import Block, parse_block
from opsroom.core.search.defang import refanged

LONGEST = 256
"""In characters."""
KEPT = 223
"""How many characters of a longer value stand before the tilde; 32 hex digits of SHA-256 follow it."""

Form: TypeAlias = Literal["address", "url", "email", "hash", "mac", "domain", "other"]

_URL = re.compile(
    r"([a-z][a-z0-9+.-]*://)((?:[^/?#]*@)?)(\[[^\]/?#]*\]|[^/?#:]*)(.*)", re.IGNORECASE | re.DOTALL | re.ASCII
)
_EMAIL = re.compile(r"([^\s@]+)@([^\s@/]+)")
_HASH = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{96})?")
_MAC = re.compile(r"[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
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
    value = refanged(text if text.isprintable() and " " not in text else one_line(text))
    if block := parse_block(value):
        return Observable(str(block), "address", block=block)
    if "://" in value and (url := _URL.fullmatch(value)):
        return Observable(_joined(url), "url", url[3].lower().strip("[]"))
    if "@" in value and (email := _EMAIL.fullmatch(value)):
        host = email[2].lower()
        return Observable(f"{email[1]}@{host}", "email", host.strip("[]"))
    value = value.lower()
    if _MAC.fullmatch(value):
        return Observable(value.replace("-", ":"), "mac")
    if _HASH.fullmatch(value):
        return Observable(value, "hash")
    is_domain = "." in value and len(value) <= 253 and _DOMAIN.fullmatch(value)
    return Observable(value, "domain" if is_domain else "other")


def beginning_of(text: str) -> str:
    """How the term of an observable begins whose value begins so: rules 3 and 4 as far as the text goes."""
    if url := _URL.fullmatch(text):
        begun = _joined(url)
    elif email := _EMAIL.fullmatch(text):
        begun = f"{email[1]}@{email[2].lower()}"
    else:
        begun = text.lower()
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
    return f"d:{'.'.join(reversed(domain.split('.')))}."


def is_domain_suffix(text: str) -> bool:
    """Whether a text in lower case is a domain name, of one label at least."""
    return len(text) <= 253 and _SUFFIX.fullmatch(text) is not None


def _joined(url: re.Match[str]) -> str:
    scheme, user, host, rest = url.groups()
    return f"{scheme.lower()}{user}{host.lower()}{rest}"


def _cut(value: str) -> str:
    if len(value) <= LONGEST:
        return value
    return f"{value[:KEPT]}~{hashlib.sha256(value.encode()).hexdigest()[:32]}"
