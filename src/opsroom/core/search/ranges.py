"""Half-open ranges over terms, by code point: the one question that an index answers."""

from dataclasses import dataclass

_LAST = "\U0010ffff"
_BEFORE_SURROGATES = 0xD7FF
_AFTER_SURROGATES = 0xE000


@dataclass(frozen=True, slots=True)
class Range:
    """Every term from `low` up to `high`, without `high`."""

    low: str
    high: str

    def __contains__(self, term: str) -> bool:
        return self.low <= term < self.high

    @property
    def only(self) -> str | None:
        """The one term that the range can hold; None where it can hold several."""
        return self.low if self.high == self.low + "\0" else None


def exact(term: str) -> Range:
    """The range of one term."""
    return Range(term, term + "\0")


def beginning(prefix: str) -> Range:
    """The range of all terms that begin with `prefix`, which holds some character before U+10FFFF.

    >>> beginning("w:apt")
    Range(low='w:apt', high='w:apu')
    """
    stem = prefix.rstrip(_LAST)
    point = ord(stem[-1])
    return Range(prefix, stem[:-1] + chr(_AFTER_SURROGATES if point == _BEFORE_SURROGATES else point + 1))
