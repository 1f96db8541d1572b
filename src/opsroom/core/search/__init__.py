"""Search: the terms that an index keeps of each object, and the ranges of terms that a query asks for.

The index knows one thing: all rows whose term lies in [low, high), terms being ordered by code point (the
order of their UTF-8 bytes). The part of a term before its first colon says of what kind it is:

| term | says |
|---|---|
| `w:botnet` | a word, folded; `w:apt-28` too: compounds are kept whole beside their parts |
| `w:绿野` | two characters of a script without spaces that stand side by side |
| `o:198.51.100.3` | an observable value, also one that prose mentions, or an id, in its canonical form |
| `4:c6336403`, `6:` and 32 digits | an address |
| `4b:24:c6336400`, `6b:064:` and 32 digits | a block: the length of its prefix, its first address |
| `d:com.example.www.` | a domain name, its labels reversed |

No term holds a control character.
"""

from opsroom.core.search.defang import refanged
from opsroom.core.search.lookback import last
from opsroom.core.search.query import Clause, Query, parse_query, suggestion_range
from opsroom.core.search.ranges import Range
from opsroom.core.search.shown import shown
from opsroom.core.search.terms import terms_of

__all__ = [
    "Clause",
    "Query",
    "Range",
    "last",
    "parse_query",
    "refanged",
    "shown",
    "suggestion_range",
    "terms_of",
]
