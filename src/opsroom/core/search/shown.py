"""Terms as people read them."""

import unicodedata

from opsroom.core.search.addresses import block_of_term
from opsroom.core.search.observables import KEPT, LONGEST


def shown(term: str) -> str:
    """What a term stands for; a value that was cut ends with an ellipsis.

    >>> shown("4b:24:c6336400"), shown("d:com.example.www.")
    ('198.51.100.0/24', 'www.example.com')
    """
    kind, _, rest = term.partition(":")
    if kind == "o":
        return rest[:KEPT] + "…" if len(rest) == LONGEST and rest[KEPT] == "~" else rest
    if kind == "d":
        return ".".join(reversed(rest.removesuffix(".").split(".")))
    block = block_of_term(term)
    return str(block) if block else unicodedata.normalize("NFC", rest)
