"""The words of a text, folded: without case, accents and compatibility forms (NFKD).

A word is a run of letters and digits. Words joined by dots, hyphens or underscores (`CVE-2021-44228`,
`T1059.001`, `apt-28`) make a compound, which counts as a word beside its parts.
"""

import re
import unicodedata

LONGEST = 64
"""In characters, after folding: what is longer is no word, though its parts may be."""

_COMPOUND = re.compile(r"[^\W_]+(?:[._-]{1,2}[^\W_]+)*")
_JOINT = re.compile(r"[._-]+")
_BEGUN = re.compile(r"[^\W_]+(?:[._-]{1,2}[^\W_]+)*[._-]{0,2}")


def folded(text: str) -> str:
    """The text as words are compared.

    >>> folded("Éclair")
    'eclair'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(
        character for character in plain if character < "\x80" or unicodedata.category(character)[0] != "M"
    )


def compounds(text: str) -> list[str]:
    """The words of a text in order, compounds in one piece, of any length."""
    return _COMPOUND.findall(folded(text))


def parts(compound: str) -> list[str]:
    """The words that a compound joins; a word is its own only part.

    >>> parts("cve-2021-44228")
    ['cve', '2021', '44228']
    """
    return _JOINT.split(compound)


def words(text: str) -> list[str]:
    """Each word of a text as often as it is seen, compounds before their parts.

    >>> words("Apt-28 again")
    ['apt-28', 'apt', '28', 'again']
    """
    found = []
    for compound in compounds(text):
        found.append(compound)
        if not compound.isalnum():
            found += parts(compound)
    return [word for word in found if len(word) <= LONGEST]


def begins_a_word(text: str) -> bool:
    """Whether a folded text is how a word or a compound may begin."""
    return _BEGUN.fullmatch(text) is not None
