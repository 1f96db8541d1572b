"""The words of a text, folded: without case, accents and compatibility forms (NFKD).

A word is a run of letters and digits. Words joined by dots, hyphens or underscores (`CVE-2021-44228`,
`T1059.001`, `apt-28`) make a compound, which counts as a word beside its parts. Two words with one hyphen or
underscore between them are also a word without it (`apt28`): names are written either way.

Scripts that are written without spaces (Chinese, Japanese, Thai and the like) have no words that a machine can
tell apart without a dictionary. There each character with the one after it is a word, and the last one by
itself, so that whatever is looked for is found wherever it stands.
"""

import re
import unicodedata

LONGEST = 64
"""In characters, after folding: what is longer is no word, though its parts may be."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""The characters of scripts without spaces, as in a class of a regular expression."""
HANGUL = "\u1100-\u11ff\uac00-\ud7a3"
"""Korean has spaces, but its particles follow foreign words without one."""

_COMPOUND = re.compile(r"[^\W_]+(?:[._-]{1,2}[^\W_]+)*")
_BEGUN = re.compile(r"[^\W_]+(?:[._-]{1,2}[^\W_]+)*[._-]{0,2}")
_PART = re.compile(rf"[{UNSPACED}]+|[{HANGUL}]+|[^\W_{UNSPACED}{HANGUL}]+")
_TWO = re.compile(r"([^\W_]+)[-_]([^\W_]+)")
_UNSPACED = re.compile(rf"[{UNSPACED}]")
_SEVERAL = re.compile(rf"[._-]|[{UNSPACED}{HANGUL}]")
"""What a compound holds that could have parts."""

_TYPESET = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
    | dict.fromkeys("\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
    | dict.fromkeys("\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u180e\u061c")
)
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": ""}
)
"""Letters that are typed in place of one another, and that NFKD does not bring together."""


def plain(text: str) -> str:
    """The text without what only typesetting puts in: invisible marks go, its hyphens and dashes are `-`.

    >>> plain("APT\u201128")
    'APT-28'
    """
    return text if text.isascii() else text.translate(_TYPESET)


def folded(text: str) -> str:
    """The text as words are compared.

    >>> folded("Éclair")
    'eclair'
    """
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain(text)).casefold())
    return "".join(
        character for character in bare if character < "\x80" or unicodedata.category(character)[0] != "M"
    ).translate(_LETTERS)


def compounds(text: str) -> list[str]:
    """The words of a text in order, compounds in one piece, of any length."""
    return _COMPOUND.findall(folded(text))


def parts(compound: str) -> list[str]:
    """The words that a compound joins; a word is its own only part.

    >>> parts("cve-2021-44228")
    ['cve', '2021', '44228']
    """
    return [word for part in _PART.findall(compound) for word in _pairs(part)]


def words(text: str) -> list[str]:
    """Each word of a text as often as it is seen, compounds before their parts.

    >>> words("Apt-28 again")
    ['apt-28', 'apt', '28', 'apt28', 'again']
    """
    found = []
    for compound in compounds(text):
        found.append(compound)
        if _SEVERAL.search(compound):
            found += [part for part in parts(compound) if part != compound] + spellings(compound)[1:]
    return [word for word in found if len(word) <= LONGEST]


def spellings(compound: str) -> list[str]:
    """A compound, and the one word that it could be written as.

    >>> spellings("apt-28")
    ['apt-28', 'apt28']
    """
    two = _TWO.fullmatch(compound)
    return [compound, two[1] + two[2]] if two else [compound]


def is_unspaced(text: str) -> bool:
    """Whether a text holds characters of a script without spaces."""
    return _UNSPACED.search(text) is not None


def begins_a_word(text: str) -> bool:
    """Whether a folded text is how a word or a compound may begin."""
    return _BEGUN.fullmatch(text) is not None


def _pairs(part: str) -> list[str]:
    """Each character of a run of a script without spaces with the next; another part is in one piece."""
    return [part[place : place + 2] for place in range(len(part))] if is_unspaced(part) else [part]
