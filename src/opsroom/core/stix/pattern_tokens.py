"""The words of STIX patterns (STIX 2.1 section 9.2): keywords, names, constants, punctuation.

Constants are checked here, each by itself:

1. In a string a backslash stands before an apostrophe or a backslash only.
2. Numbers have no plus sign. Whole ones have no leading zero and lie within 2**53 - 1, others are finite.
3. A timestamp (t'…') is a STIX timestamp.
4. A hex constant (h'…') has an even number of hex digits.
5. A binary constant (b'…') is base64 with its padding, of one byte at least; line feeds in it do not count.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from opsroom.core.timestamps import stix_timestamp_fault

_KEYWORDS = frozenset(
    [
        "AND",
        "OR",
        "NOT",
        "FOLLOWEDBY",
        "LIKE",
        "MATCHES",
        "ISSUPERSET",
        "ISSUBSET",
        "EXISTS",
        "LAST",
        "IN",
        "START",
        "STOP",
        "SECONDS",
        "WITHIN",
        "REPEATS",
        "TIMES",
    ]
)
_BOOLEANS = frozenset({"true", "false"})
NUMBERS = frozenset({"integer", "float"})
ORDERABLE = NUMBERS | {"string", "timestamp", "hex", "binary"}
CONSTANTS = ORDERABLE | {"boolean"}

_WHITE_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TOKEN = re.compile(
    rf"""
    (?P<blank>      [{_WHITE_SPACE}]++ | /\*.*?\*/ | //[^\r\n]*+ )
  | (?P<quoted>     [thb]?'(?:[^'\\]++|\\.)*+' )
  | (?P<float>      [+-]?[0-9]*\.[0-9]++ )
  | (?P<integer>    [+-]?[0-9]++ )
  | (?P<word>       [A-Za-z_][A-Za-z0-9_-]*+ )
  | (?P<operator>   == | != | <> | <= | >= | [=<>] )
  | (?P<mark>       [][().,:*] )
  | (?P<unknown>    '.*+ | /\*.*+ | . )  # what is opened and never closed is one word: it is read once
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED = {"'": "string", "t": "timestamp", "h": "hex", "b": "binary"}
_PLUS = "a positive number has no plus sign"
_ESCAPE = re.compile(r"\\(['\\])")
_STRAY_ESCAPE = re.compile(r"(?:[^\\]++|\\['\\])*+(\\.)", re.DOTALL)
_HEX = re.compile(r"[0-9A-Fa-f]*+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]++={0,2}")


class Token(NamedTuple):
    """One word of a pattern. `kind`: a kind of constant, "name", "end", "unknown", or the text itself."""

    kind: str
    text: str
    at: int

    @property
    def content(self) -> str:
        """What stands between the apostrophes of a quoted constant."""
        return self.text[self.text.index("'") + 1 : -1]

    @property
    def shown(self) -> str:
        """The word as a message shows it."""
        if self.kind == "end":
            return "the end"
        return self.text if len(self.text) <= 40 else self.text[:37] + "..."


def tokens(text: str) -> Iterator[Token]:
    """The words of a pattern without white space and comments; at last one of kind "end"."""
    for found in _TOKEN.finditer(text):
        group, word = found.lastgroup, found[0]
        if group == "quoted":
            yield Token(_QUOTED[word[0]], word, found.start())
        elif group == "word":
            kind = word if word in _KEYWORDS else "boolean" if word in _BOOLEANS else "name"
            yield Token(kind, word, found.start())
        elif group in ("operator", "mark"):
            yield Token(word, word, found.start())
        elif group != "blank":
            yield Token(str(group), word, found.start())
    yield Token("end", "", len(text))


def constant_fault(token: Token) -> str | None:
    """Why a constant is none; None where it is one or the token is no constant."""
    check = _CHECKS.get(token.kind)
    return check and check(token)


def unescaped(content: str) -> str:
    """The string that stands between the apostrophes."""
    return _ESCAPE.sub(r"\1", content)


def _string_fault(token: Token) -> str | None:
    stray = _STRAY_ESCAPE.match(token.content)
    return rf"there is no escape {stray[1]}: write \\ for a backslash" if stray else None


def _hex_fault(token: Token) -> str | None:
    whole = len(token.content) % 2 == 0 and _HEX.fullmatch(token.content)
    return None if whole else "a hex constant is an even number of 0-9 and a-f"


def _binary_fault(token: Token) -> str | None:
    base64 = token.content.replace("\n", "").replace("\r", "")
    return (
        None
        if len(base64) % 4 == 0 and _BASE64.fullmatch(base64)
        else "a binary constant is base64 with its padding"
    )


def _timestamp_fault(token: Token) -> str | None:
    return stix_timestamp_fault(token.content)


def _float_fault(token: Token) -> str | None:
    if token.text.startswith("+"):
        return _PLUS
    return None if math.isfinite(float(token.text)) else "the number is too large"


def _integer_fault(token: Token) -> str | None:
    if token.text.startswith("+"):
        return _PLUS
    digits = token.text.removeprefix("-")
    if digits.startswith("0") and digits != "0":
        return "a whole number has no leading zero"
    if len(digits) > 16 or int(digits) >= 2**53:
        return "a whole number lies between -(2**53 - 1) and 2**53 - 1"
    return None


_CHECKS: dict[str, Callable[[Token], str | None]] = {
    "string": _string_fault,
    "timestamp": _timestamp_fault,
    "hex": _hex_fault,
    "binary": _binary_fault,
    "float": _float_fault,
    "integer": _integer_fault,
}
