"""Observables as reports write them, so that nobody follows them by mistake, made whole again.

1. A colon, slash or :// in brackets of any kind after something else stands for itself; so do a dot, an @,
   "dot" and "at" between two things. White space inside the brackets does not count.
2. hxxp, hxxps, h**p, h[tt]p, meow, fxp and the like before a colon are http, https, ftp.
3. A backslash before a dot of a domain or an address goes.
4. White space, quotes and brackets around the whole go, and so do punctuation marks after it.

A text of more than `LONGEST` characters stays as it is, and so does one wrapped more often than anybody would.
"""

import re

LONGEST = 2048
"""In characters. Longer texts are prose or payload."""
_ROUNDS = 16
"""How often the rules are applied at most: one thing in another shows after the other has gone."""

_SIGNS = {"dot": ".", "at": "@"}
_SIGN = re.compile(r"(?<=\S)[\[({]\s*(?:(:(?://)?|/)|(\.|@|dot|at))\s*[\])}](?(2)(?=\S))", re.IGNORECASE)
_SCHEME = re.compile(
    r"(?<![^\W_])(?:(?P<http>h(?:(?!tt)[xt*]{2}|\[(?:tt|xx)\])p|meow)|(?P<ftp>f[x*]p))(?P<secure>s?)(?=:)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![^\s/@])(?:[\w-]+\\?\.)+[\w-]+")
"""What could be a domain or an address, but no part of a path such as C:\\Users\\.ssh."""
_SUSPECT = re.compile(r"[\[({\\]|h[xt*][xt*]p|meow|f[x*]p", re.IGNORECASE)

_QUOTES = "\"'`“”„‘’‚«»‹›"
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_OPENING = {opening: closing for closing, opening in _CLOSING.items()}


def refanged(text: str) -> str:
    """One observable as it is. Doing it twice changes nothing more.

    >>> refanged("<hXXps[:]//evil[.]example/a>,")
    'https://evil.example/a'
    """
    if len(text) > LONGEST or (text[:1].isalnum() and text[-1:].isalnum() and not _SUSPECT.search(text)):
        return text
    before, whole = "", text
    for _ in range(_ROUNDS):
        before, whole = whole, _bared(unmarked(whole))
        if whole == before:
            return whole
    return text


def unmarked(text: str) -> str:
    """Rules 1 to 3, once: for text that holds observables among other things.

    >>> unmarked("It calls evil[.]example (see annex).")
    'It calls evil.example (see annex).'
    """
    if not _SUSPECT.search(text):
        return text
    text = _SIGN.sub(_sign, text)
    text = _SCHEME.sub(_scheme, text)
    return _NAME.sub(_name, text) if "\\." in text else text


def _sign(found: re.Match[str]) -> str:
    return found[1] or _SIGNS.get(found[2].lower(), found[2])


def _scheme(found: re.Match[str]) -> str:
    return ("http" if found["http"] else "ftp") + found["secure"].lower()


def _name(found: re.Match[str]) -> str:
    return found[0].replace("\\.", ".")


def _bared(text: str) -> str:
    """Rule 4, once from each end."""
    text = text.strip().strip(_QUOTES)
    end = text[-1:]
    if end in _CLOSING and text[0] == _CLOSING[end] and _is_one_group(text):
        return text[1:-1]
    if end in _CLOSING and text.count(end) > text.count(_CLOSING[end]):
        return text[:-1]
    if text[:1] in _OPENING and text.count(text[0]) > text.count(_OPENING[text[0]]):
        return text[1:]
    stem = text.rstrip(".,;!?…")
    return stem if stem.endswith("::") else stem.removesuffix(":")


def _is_one_group(text: str) -> bool:
    """Whether the bracket that opens the text is closed by its last character and no sooner."""
    opening, closing, depth = text[0], text[-1], 0
    for place, character in enumerate(text):
        depth += (character == opening) - (character == closing)
        if depth == 0:
            return place == len(text) - 1
    return False
