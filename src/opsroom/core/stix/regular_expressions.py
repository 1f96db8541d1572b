r"""Regular expressions (PCRE, STIX 2.1 section 9.6.1), as far as one can judge them without an engine.

1. Each parenthesis and each square bracket that opens is closed; none closes that did not open.
2. A backslash stands before another character.
3. *, + and ? follow something that can be repeated.

What is quoted (`\Q...\E`), escaped, in a class or in a comment does not count. Free spacing, `(?x)`, adds
comments that end with the line: such expressions are not judged.
"""

import re

_FREE_SPACING = re.compile(r"\(\?\^?[a-wyzA-Z]*x")
_TOKEN = re.compile(
    r"""
    (?P<opaque>    \\Q.*?(?:\\E|\Z) | \\c?. | \(\?\#[^)]*+\)? | \(\*[A-Z]\w*+(?:[:=]\w*+)?\)
                 | \[\^?+\]?+(?: \\Q.*?(?:\\E|\Z) | \\. | \[:\^?[a-z]++:\] | [^]\\] )*+\] )
  | (?P<broken>    \\ | \[ )
  | (?P<opening>   \((?:\*[a-z_]++:)? )
  | (?P<closing>   \) )
  | (?P<either>    \| )
  | (?P<repeat>    [*+] | (?<!\()\? )
  | (?P<other>     . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BROKEN = {
    "\\": "the regular expression ends in a backslash: escape it with another",
    "[": "the regular expression opens a square bracket that nothing closes",
}


def regular_expression_fault(text: str) -> str | None:
    """Why `text` is no regular expression; None where it is one, or may be.

    >>> regular_expression_fault("(a|b")
    'the regular expression opens a parenthesis that nothing closes'
    """
    if _FREE_SPACING.search(text):
        return None
    depth = 0
    before: str | None = "either"
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        depth += {"opening": 1, "closing": -1}.get(str(kind), 0)
        if kind == "broken":
            return _BROKEN[found[0]]
        if kind == "repeat" and before in ("either", "opening"):
            return f"there is nothing that {found[0]} could repeat in the regular expression"
        if depth < 0:
            return "the regular expression closes a parenthesis that it did not open"
        before = kind
    return "the regular expression opens a parenthesis that nothing closes" if depth else None
