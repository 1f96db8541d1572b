"""The constants of STIX patterns (STIX 2.1 section 9) that can be searched for.

1. Every string gives its words, whatever the operator before it.
2. A value that an observation must have, or lie in, is an observable: what stands after =, IN, ISSUBSET or
   ISSUPERSET without NOT.
3. After LIKE and MATCHES without NOT the constant mentions observables as prose does, its wildcards apart.
4. The number of an autonomous system that is compared so is an observable too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from opsroom.core.stix.pattern_tokens import tokens, unescaped

_EQUAL = frozenset({"=", "==", "IN", "ISSUBSET", "ISSUPERSET"})
_OTHER = frozenset({"!=", "<>", "<", "<=", ">", ">=", "LIKE", "MATCHES"})
_OPERATORS = _EQUAL | _OTHER
_WILD = frozenset({"LIKE", "MATCHES"})
_WILDCARDS = re.compile(r"[%^$]|\.?[*+?]|\\.|[(|)]")
_NEXT = frozenset({"[", "]", "AND", "OR", "FOLLOWEDBY"})


class Constant(NamedTuple):
    """A string, or the number of an autonomous system as `as64500`.

    `wanted`: whether it is the value of an observation that the pattern finds (rule 2). `values`: the text to
    look for observables in (rules 2 and 3), None where the pattern is not about them.
    """

    text: str
    wanted: bool
    values: str | None = None


def constants(pattern: str) -> Iterator[Constant]:
    """The constants of a pattern in order; what breaks its syntax is passed over."""
    type = step = operator = ""
    negated = False
    for kind, text, _ in tokens(pattern):
        if kind in _NEXT:
            type = step = operator = ""
            negated = False
        elif kind == "NOT":
            negated = True
        elif kind in _OPERATORS:
            operator = kind
        elif not operator:
            if kind in ("name", "string"):
                type, step = type or text, text
        elif kind == "string":
            yield _constant(unescaped(text[1:-1]), "!=" if negated else operator)
        elif kind == "integer" and type == "autonomous-system" and step == "number":
            yield _constant(f"as{text}", "!=" if negated else operator)


def _constant(text: str, operator: str) -> Constant:
    if operator in _EQUAL:
        return Constant(text, wanted=True, values=text)
    if operator in _WILD:
        return Constant(text, wanted=False, values=_WILDCARDS.sub(" ", text.replace("\\.", ".")))
    return Constant(text, wanted=False)
