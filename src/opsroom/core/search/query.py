"""What an analyst types, as ranges of terms: every clause must match, no excluded one may.

1. Words stand apart; a phrase in quotes is its words. A word of several words (`foo/bar`) is all of them.
2. A word is looked up as a word and as an observable, defanged or not. URLs, e-mail and MAC addresses are
   observables alone; `apt-28` is looked up as `apt28` too; a URL without a path is the same with the path /.
3. A block (CIDR) finds the addresses and blocks in it and the blocks around it, an address the blocks around
   it too.
4. `word*` finds what begins so; `*.example.com` finds example.com and all names below it.
5. In scripts without spaces a word is found wherever it stands, with or without `*`.
6. `-word` excludes. Of several words none can be excluded as a whole.
"""

import re
from dataclasses import dataclass, field

from opsroom.core.search import words
from opsroom.core.search.addresses import containment, looks_like_block
from opsroom.core.search.defang import refanged, unmarked
from opsroom.core.search.observables import (
    Observable,
    beginning_of,
    is_domain_suffix,
    one_line,
    recognised,
    reversed_labels,
)
from opsroom.core.search.ranges import Range, beginning, exact
from opsroom.errors import Fault, Malformed

LONGEST = 1000
"""In characters."""
MOST_CLAUSES = 32

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_CURLY = str.maketrans("“”„", '"""')
_OBSERVABLES_ALONE = frozenset({"url", "email", "mac"})
_BARE_HOST = re.compile(r"https?://[^/?#]+(/?)")
_ID_BEGUN = re.compile(r"[a-z][a-z0-9-]*--[0-9a-f-]*")
_HASH_BEGUN = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}")


@dataclass(frozen=True, slots=True)
class Clause:
    """What must be met (with `excluded`: must not): some term in some range. `text`: its words, made whole."""

    text: str
    ranges: tuple[Range, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All clauses must be met; one at least is not excluded."""

    clauses: tuple[Clause, ...]


def parse_query(text: str) -> Query:
    """The query that a text asks; Malformed with every fault, all at path "q".

    >>> [clause.text for clause in parse_query('"cobalt strike" -beacon').clauses]
    ['cobalt', 'strike', 'beacon']
    """
    if len(text) > LONGEST:
        reason = f"is {len(text)} characters long: write {LONGEST} at most"
        raise Malformed([Fault("q", reason)])
    reading = _Reading()
    for minus, phrase, word in _PIECE.findall(_plain(text)):
        reading.piece(word or phrase, quoted=not word, excluded=bool(minus))
    return reading.query()


def suggestion_range(text: str) -> Range | None:
    """The terms that may complete the last word typed; None where there is nothing to complete."""
    if len(text) > LONGEST or text[-1:].isspace():
        return None
    begun = _plain(text).rpartition(" ")[2].lstrip('-"')
    if not begun or "*" in begun or (len(begun) == 1 and begun.isascii()):
        return None
    *_, observables = in_order = _beginnings(begun)
    is_key = _ID_BEGUN.fullmatch(begun.lower()) or _HASH_BEGUN.fullmatch(begun.lower())
    return observables if is_key else in_order[0]


@dataclass(slots=True)
class _Reading:
    """The clauses and the faults of the pieces read so far."""

    clauses: list[Clause] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def piece(self, typed: str, *, quoted: bool, excluded: bool) -> None:
        """One word or phrase; one without letters and digits says nothing."""
        if "*" in typed and not quoted:
            clauses = self._starred(refanged(typed))
        elif looks_like_block(value := refanged(typed)) and recognised(value).block is None:
            clauses = self._fault(
                f'"{value[:80]}" is no block of addresses: write it like 198.51.100.0/24 or 2001:db8::/32'
            )
        else:
            clauses = _sought(value)
        if excluded and len(clauses) > 1:
            clauses = self._fault(
                f'"{typed[:80]}" is several words: exclude them one by one, such as -{clauses[0].text}'
            )
        self.clauses += [Clause(clause.text, clause.ranges, excluded) for clause in clauses]

    def query(self) -> Query:
        """The query of all pieces, each clause once."""
        clauses = tuple(dict.fromkeys(self.clauses))
        if len(clauses) > MOST_CLAUSES:
            self._fault(f"asks for {len(clauses)} words: write {MOST_CLAUSES} at most")
        if not self.faults and not clauses:
            self._fault("is empty: write a word, an address, a domain, a hash or an id")
        if clauses and all(clause.excluded for clause in clauses):
            self._fault("only excludes: write at least one word without - before it")
        if self.faults:
            raise Malformed(self.faults)
        return Query(clauses)

    def _starred(self, typed: str) -> list[Clause]:
        if not any(map(str.isalnum, typed)):
            return self._fault("a * alone finds everything: write how the word begins, such as apt*")
        domain = typed[2:].lower()
        if typed.startswith("*.") and is_domain_suffix(domain):
            return [Clause(typed, (beginning(reversed_labels(domain)),))]
        if typed.find("*") == len(typed) - 1:
            if words.is_unspaced(typed[-2:]):
                return _sought(typed[:-1])
            return [Clause(typed, _beginnings(typed[:-1]))]
        return self._fault(
            f'"{typed[:80]}": a * stands at the end of a word, or as *. before a domain; '
            "put text that holds a * in quotes"
        )

    def _fault(self, reason: str) -> list[Clause]:
        """No clauses but a fault."""
        self.faults.append(Fault("q", reason))
        return []


def _plain(text: str) -> str:
    return unmarked(one_line(text.translate(_CURLY)))


def _sought(text: str) -> list[Clause]:
    """A clause for a text that is one observable or one word, else one for each of its words."""
    observable = recognised(text)
    compounds = words.compounds(text)
    if len(compounds) > 1 and observable.form != "other":
        compounds = words.compounds(observable.value)
    is_one = len(compounds) == 1 and (observable.form != "other" or not words.is_unspaced(compounds[0]))
    if observable.block or observable.form in _OBSERVABLES_ALONE or is_one:
        return [Clause(text, _ranges(observable, compounds))]
    return [clause for compound in compounds for clause in _of_compound(compound)]


def _of_compound(compound: str) -> list[Clause]:
    """A clause for a compound; for each part of one in a script without spaces, a single character beginning any."""
    if not words.is_unspaced(compound):
        return [Clause(compound, _ranges(recognised(compound), [compound]))]
    parts = words.parts(compound)
    pairs = [
        one
        for place, one in enumerate(parts)
        if len(one) > 1 or not words.is_unspaced(one) or not place or not parts[place - 1].endswith(one)
    ]
    return [
        Clause(
            one, (beginning(f"w:{one}") if len(one) == 1 and words.is_unspaced(one) else exact(f"w:{one}"),)
        )
        for one in pairs
    ]


def _ranges(observable: Observable, compounds: list[str]) -> tuple[Range, ...]:
    """Where an observable is found, and the word that it could also be."""
    ranges = [exact(observable.term)]
    if observable.block:
        ranges += containment(observable.block)
    if bare := _BARE_HOST.fullmatch(observable.value):
        value = observable.value
        ranges.append(exact(Observable(value[:-1] if bare[1] else value + "/", "url").term))
    if len(compounds) == 1:
        spelt = words.spellings(compounds[0])
        ranges += [exact(f"w:{word}") for word in spelt if len(word) <= words.LONGEST]
    return tuple(ranges)


def _beginnings(stem: str) -> tuple[Range, ...]:
    """The words, if such a thing may begin one, and then the observables that begin so."""
    word = words.folded(stem)
    observables = beginning(beginning_of(stem))
    if len(word) <= words.LONGEST and words.begins_a_word(word):
        return beginning(f"w:{word}"), observables
    return (observables,)
