"""The observables that a text mentions, whole or defanged: prose, command lines, rules of other languages.

1. URLs with a scheme, e-mail addresses, addresses and blocks, MAC addresses, hashes, domains, autonomous systems
   (AS64500) and CVE numbers; what stands in a URL is not looked for again.
2. A domain ends with two letters at least, so that `e.g.` is none. A file's name is taken for one; it is looked
   for alike.
3. Signs of scripts without spaces bound a value, and so do those of Korean.
"""

import re
from collections.abc import Iterator

from opsroom.core.search.defang import unmarked
from opsroom.core.search.observables import Observable, recognised
from opsroom.core.search.words import HANGUL, UNSPACED, plain

_L = rf"[^\W_{UNSPACED}{HANGUL}]"
"""A letter or a digit that can be part of a value."""
_W = rf"[^\W{UNSPACED}{HANGUL}]"
"""The same or an underscore."""
_NAME = rf"(?:(?:{_W}|-){{1,63}}\.)+(?:xn--[A-Za-z0-9-]{{1,59}}|(?!\d)(?:(?!\d){_L}|-){{1,62}}(?!\d){_L})(?!{_W}|-)"
_URL = re.compile(rf"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{{1,15}}://(?:{_W}|[!#-;=?@\[\]~%])+")
_VALUE = re.compile(
    rf"""(?<!{_W}) (?:
    (?<![.+-]) [A-Za-z0-9_.+-]{{1,64}} @ {_NAME}
  | (?<!\.) \d{{1,3}}(?:\.\d{{1,3}}){{3}} (?:/\d{{1,2}})? (?!{_W}|\.\d)
  | (?<![:.-]) [0-9A-Fa-f]{{2}}(?:[:-][0-9A-Fa-f]{{2}}){{5}} (?![0-9A-Za-z:-])
  | (?<![:.]) (?=[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f]{{0,4}}:) [0-9A-Fa-f:]{{5,39}}(?:[0-9.]{{6,14}}\d)?
    (?:/\d{{1,3}})? (?![0-9A-Za-z:])
  | [0-9A-Fa-f]{{32,128}} (?!{_W})
  | (?<!-)(?<!{_W}\.)(?<!-\.) (?!-) {_NAME}
  | (?:AS[N ]?[ ]?|as|asn)\d{{1,10}} (?!{_W}|[.-]\d)
  | (?i:cve)-\d{{4}}-\d{{4,10}} (?!{_W})
    )""",
    re.VERBOSE,
)
_CVE = re.compile(r"cve-[\d-]+")
_HOLDS_SOME = re.compile(r"[.:@]|\d{4}|[0-9A-Fa-f]{32}")


def mentions(text: str) -> Iterator[Observable]:
    """The observables in a text, as often as they are named.

    >>> [one.value for one in mentions("It calls hxxps://evil[.]example/a, from 198.51.100[.]3:8080.")]
    ['https://evil.example/a', '198.51.100.3']
    """
    text = unmarked(plain(text))
    if not _HOLDS_SOME.search(text):
        return
    reached = 0
    for url in _URL.finditer(text):
        yield from _values(text[reached : url.start()])
        if (found := recognised(url[0])).form == "url" and found.host:
            yield found
        reached = url.end()
    yield from _values(text[reached:])


def _values(text: str) -> Iterator[Observable]:
    """Those that are no URL."""
    for found in _VALUE.finditer(text):
        value = recognised(found[0].replace(" ", ""))
        is_some_address = value.block is not None and (value.block.bits == 32 or _tells(value.value))
        if is_some_address or value.form not in ("other", "address") or _CVE.fullmatch(value.value):
            yield value


def _tells(address: str) -> bool:
    """Whether an IPv6 address is more than what code writes between names (`a::b`)."""
    return any(map(str.isdigit, address)) and len(address) > len("::ffff")
