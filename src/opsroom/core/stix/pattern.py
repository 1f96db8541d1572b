"""The syntax of STIX patterns (STIX 2.1 section 9), and the rules that a pattern can break by itself.

1. Comparison expressions stand in square brackets, joined by AND and OR; observation expressions are joined
   by AND, OR and FOLLOWEDBY. Parentheses group either.
2. All operands of an AND inside brackets can be met by one type of object (section 9.5).
3. The operators <, <=, > and >= take any constant but a boolean; LIKE and MATCHES take a string, which after
   MATCHES is a regular expression; IN takes constants of one kind in parentheses.
4. ISSUBSET and ISSUPERSET compare the value of an IPv4 or IPv6 address with an address or block of its family.
5. NOT stands before an operator or EXISTS.
6. A path begins with the type of a cyber-observable object and one of its properties, named as those are. A
   name with other characters than letters, digits and underscores stands in apostrophes; a list index is a
   whole number from 0, or *.
7. After brackets each kind of qualifier stands at most once. WITHIN takes a positive number, REPEATS a
   positive whole number, STOP a timestamp later than that of START.
8. A hash that is compared with =, != or IN has as many hex digits as its algorithm gives.

Every constant is checked too (`opsroom.core.stix.pattern_tokens`), a regular expression as far as one can
without an engine (`opsroom.core.stix.regular_expressions`).
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from opsroom.core.identifiers import type_fault
from opsroom.core.stix.formats import ipv4_fault, ipv6_fault
from opsroom.core.stix.pattern_tokens import (
    CONSTANTS,
    NUMBERS,
    ORDERABLE,
    Token,
    constant_fault,
    tokens,
    unescaped,
)
from opsroom.core.stix.regular_expressions import regular_expression_fault
from opsroom.core.timestamps import stix_sort_key

T = TypeVar("T")

_DEPTH = 64
"""How deep parentheses may nest; the standard sets no bound, real patterns stay below 10."""
_EQUAL = frozenset({"=", "==", "!=", "<>"})
_ORDER = frozenset({"<", "<=", ">", ">="})
_ON_ADDRESSES = frozenset({"ISSUBSET", "ISSUPERSET"})
_ON_STRINGS = frozenset({"LIKE", "MATCHES"}) | _ON_ADDRESSES
_ADDRESS_FAULT = {"ipv4-addr": ipv4_fault, "ipv6-addr": ipv6_fault}
_PROPERTY = re.compile(r"[a-z][a-z0-9_-]*|x_misp_\w*", re.ASCII)
_OBSERVATION_OPERATORS = frozenset({"AND", "OR", "FOLLOWEDBY"})
_HEX_DIGITS = {
    "MD5": 32,
    "SHA-1": 40,
    "SHA-224": 56,
    "SHA-256": 64,
    "SHA-384": 96,
    "SHA-512": 128,
    "SHA3-256": 64,
    "SHA3-512": 128,
}


def pattern_faults(text: str, *, unobservable: Collection[str] = ()) -> list[str]:
    """Every fault of a STIX pattern up to where its syntax breaks, each with its line and column.

    `unobservable` are the object types that are no cyber-observable ones: no path begins with them.

    >>> pattern_faults("[file:size = ]")
    ['line 1, column 14: a constant is wanted, not ]']
    """
    parser = _Parser(text, unobservable)
    try:
        parser.pattern()
    except _Broken as broken:
        parser.fault(broken.token, broken.reason)
    return [f"{_position(text, at)}: {reason}" for at, reason in sorted(parser.faults)]


class _Broken(Exception):
    """The syntax breaks at this token: nothing after it can be read."""

    def __init__(self, token: Token, reason: str) -> None:
        super().__init__(reason)
        self.token = token
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Path:
    """Which property is compared: the object type, then names; list indices are left out."""

    type: str
    steps: tuple[str, ...]

    @property
    def hex_digits(self) -> int | None:
        """How many hex digits the hash at this path has; None where it is no hash of fixed size."""
        if len(self.steps) > 1 and self.steps[-2] == "hashes":
            return _HEX_DIGITS.get(self.steps[-1].upper())
        return None

    @property
    def address_families(self) -> tuple[str, ...]:
        """The types of address whose value may stand at this path."""
        if self.steps == ("value",):
            return (self.type,) if self.type in _ADDRESS_FAULT else ()
        referred = self.steps[-1] == "value" and self.steps[-2].endswith(("_ref", "_refs"))
        return tuple(_ADDRESS_FAULT) if referred else ()


class _Parser:
    """Recursive descent over the tokens of one pattern; `faults` collects what does not break the syntax."""

    def __init__(self, text: str, unobservable: Collection[str]) -> None:
        self.faults: list[tuple[int, str]] = []
        self._unobservable = unobservable
        self._tokens = tokens(text)
        self._depth = 0
        self._now = next(self._tokens)

    def fault(self, token: Token, reason: str) -> None:
        self.faults.append((token.at, reason))

    def pattern(self) -> None:
        self._observations()
        self._take("end", wanted="an operator, a qualifier or the end")

    def _observations(self) -> None:
        self._observation()
        while self._now.kind in _OBSERVATION_OPERATORS:
            self._take()
            self._observation()

    def _observation(self) -> None:
        if self._now.kind == "(":
            self._grouped(self._observations)
            self._qualifiers(once=False)
        else:
            self._take("[", wanted="an observation expression in square brackets")
            self._comparisons()
            self._take("]", wanted="AND, OR or ]")
            self._qualifiers(once=True)

    def _qualifiers(self, *, once: bool) -> None:
        readers = {"WITHIN": self._within, "REPEATS": self._repeats, "START": self._start}
        seen: set[str] = set()
        while self._now.kind in readers:
            qualifier = self._take()
            if once and qualifier.kind in seen:
                self.fault(qualifier, f"these brackets have a second {qualifier.kind}: keep one")
            seen.add(qualifier.kind)
            readers[qualifier.kind]()

    def _within(self) -> None:
        seconds = self._take_one_of(NUMBERS, wanted="a number of seconds")
        if float(seconds.text) <= 0:
            self.fault(seconds, "WITHIN takes more than 0 seconds")
        self._take("SECONDS")

    def _repeats(self) -> None:
        times = self._take("integer", wanted="a whole number of times")
        if float(times.text) <= 0:
            self.fault(times, "REPEATS takes at least 1 time")
        self._take("TIMES")

    def _start(self) -> None:
        start = self._take("timestamp", wanted="a timestamp such as t'2026-01-31T09:30:00Z'")
        self._take("STOP")
        stop = self._take("timestamp", wanted="a timestamp such as t'2026-01-31T09:30:00Z'")
        if constant_fault(start) or constant_fault(stop):
            return
        if stix_sort_key(stop.content) <= stix_sort_key(start.content):
            self.fault(stop, "STOP must be later than START")

    def _comparisons(self) -> frozenset[str]:
        """Reads comparisons up to a closing bracket; the object types that can meet them."""
        types: frozenset[str] = frozenset()
        joined = self._comparison()
        while self._now.kind in ("AND", "OR"):
            operator = self._take()
            operand = self._comparison()
            if operator.kind == "OR":
                types |= joined
                joined = operand
                continue
            if not joined & operand:
                shown = f"{', '.join(sorted(joined))} and {', '.join(sorted(operand))}"
                self.fault(
                    operator, f"no one object can be both, {shown}: join them by OR, or in separate brackets"
                )
            joined = joined & operand or operand
        return types | joined

    def _comparison(self) -> frozenset[str]:
        if self._now.kind == "(":
            return self._grouped(self._comparisons)
        if self._now.kind in ("NOT", "EXISTS"):
            if self._now.kind == "NOT":
                self._take()
            self._take("EXISTS")
            return frozenset({self._path().type})
        path = self._path()
        if self._now.kind == "NOT":
            self._take()
        operator = self._take_one_of(_EQUAL | _ORDER | _ON_STRINGS | {"IN"}, wanted="a comparison operator")
        if operator.kind == "IN":
            self._set(path)
        elif operator.kind in _EQUAL:
            self._equal(path)
        elif operator.kind in _ORDER:
            self._take_one_of(ORDERABLE, wanted="a constant other than a boolean")
        else:
            self._compared_string(path, operator)
        return frozenset({path.type})

    def _set(self, path: _Path) -> None:
        self._take("(", wanted="a set of constants in parentheses")
        kinds: set[str] = set()
        while self._now.kind != ")":
            if kinds:
                self._take(",", wanted="a comma or )")
            member = self._equal(path)
            kinds.add("number" if member.kind in NUMBERS else member.kind)
            if len(kinds) > 1:
                self.fault(member, f"a set holds constants of one kind, not {' and '.join(sorted(kinds))}")
                kinds = {member.kind}
        self._take(")")

    def _equal(self, path: _Path) -> Token:
        constant = self._take_one_of(CONSTANTS, wanted="a constant")
        digits = path.hex_digits
        if (
            digits
            and constant.kind == "string"
            and not re.fullmatch(f"[0-9A-Fa-f]{{{digits}}}", constant.content)
        ):
            self.fault(constant, f"a hash of {path.steps[-1]} has {digits} hex digits")
        return constant

    def _compared_string(self, path: _Path, operator: Token) -> None:
        constant = self._take("string", wanted="a string in apostrophes")
        if operator.kind in _ON_ADDRESSES:
            faults = [_ADDRESS_FAULT[family](constant.content) for family in path.address_families]
            if not faults:
                self.fault(operator, f"{operator.kind} compares the value of an IPv4 or IPv6 address only")
            elif all(faults):
                self.fault(constant, f"{operator.kind} takes an address or block: {faults[0]}")
        elif operator.kind == "MATCHES":
            reason = regular_expression_fault(unescaped(constant.content))
            if reason:
                self.fault(constant, reason)

    def _path(self) -> _Path:
        type = self._object_type()
        self._take(":", wanted="a colon after the object type")
        first = self._now
        steps = [self._property()]
        if first.kind == "name" and not _PROPERTY.fullmatch(first.text):
            self.fault(first, f"no property of an object is named {first.shown}: write a-z, 0-9 and _")
        while self._now.kind in (".", "["):
            if self._take().kind == ".":
                steps.append(self._property())
                continue
            index = self._take_one_of({"integer", "*"}, wanted="a list index or *")
            if index.text.startswith("-"):
                self.fault(index, "a list index counts from 0")
            self._take("]")
        return _Path(type, tuple(steps))

    def _object_type(self) -> str:
        name = self._take("name", wanted="an object path such as file:name")
        if name.text in self._unobservable:
            self.fault(name, f"a pattern is about cyber-observable objects, and {name.text} is none")
        else:
            fault = type_fault(name.text)
            if fault:
                self.fault(name, fault)
        return name.text

    def _property(self) -> str:
        name = self._take_one_of({"name", "string"}, wanted="a property name")
        if name.kind == "string":
            return unescaped(name.content)
        if "-" in name.text:
            self.fault(name, f"a property name with a hyphen stands in apostrophes: '{name.text}'")
        return name.text

    def _grouped(self, inside: Callable[[], T]) -> T:
        opening = self._take("(")
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Broken(opening, f"parentheses nest deeper than {_DEPTH} levels")
        value = inside()
        self._take(")", wanted="an operator or )")
        self._depth -= 1
        return value

    def _take(self, kind: str = "", *, wanted: str = "") -> Token:
        return self._take_one_of({kind or self._now.kind}, wanted=wanted or kind)

    def _take_one_of(self, kinds: Collection[str], *, wanted: str) -> Token:
        token = self._now
        if token.kind == "unknown" and token.text.startswith("'"):
            raise _Broken(token, "this apostrophe opens a string that nothing closes")
        if token.kind not in kinds:
            raise _Broken(token, f"{wanted} is wanted, not {token.shown}")
        reason = constant_fault(token)
        if reason:
            self.fault(token, reason)
        if token.kind != "end":
            self._now = next(self._tokens)
        return token


def _position(text: str, at: int) -> str:
    before = text[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - before.rfind(chr(10))}"
