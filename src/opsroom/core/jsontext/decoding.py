"""Strict decoding of one JSON object (RFC 8259, as narrowed by I-JSON, RFC 7493).

1. UTF-8 without a byte order mark.
2. One object, nothing but white space around it.
3. Nesting no deeper than asked for.
4. No member name twice in one object.
5. No lone surrogates, written raw or escaped, in a value or in a name.
6. Numbers are finite. Integers stay whole numbers (of up to 4300 digits), nothing is rounded to fit.

Text that is beyond doubt takes a quick decoder. All other text is read exactly, which either clears it or
names every fault with its path.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

import msgspec

from opsroom.errors import Fault, Malformed, told

_QUICK = msgspec.json.Decoder()
_MAY_END_A_NAME = re.compile(rb'"[ \t\r\n]*:')
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_BRACKET = re.compile(rb'(?:"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++)+', re.DOTALL)
"""Strings, complete or not, and other text between two brackets."""
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_HALF_A_CHARACTER = "holds half of a surrogate pair: write whole characters"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Repeating(dict[str, object]):
    """An object that was written with these member names more than once."""

    repeated: list[str]


def decode(raw: bytes, *, depth: int = 64) -> dict[str, object]:
    """The one JSON object that `raw` holds; Malformed names every fault with its path.

    `depth`: levels of nesting, the object itself being the first.
    """
    if raw.count(b"{") + raw.count(b"[") > depth and _nesting(raw) > depth:
        raise _malformed("", f"the text nests deeper than {depth} levels")
    try:
        value = _QUICK.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _decode_exactly(raw)
    if type(value) is dict and _members((value,)) == len(_MAY_END_A_NAME.findall(raw)):
        return value
    return _decode_exactly(raw)


def _nesting(raw: bytes) -> int:
    """How deep the brackets of a text nest before its first fault, at least."""
    return max(accumulate(map(_STEPS.__getitem__, _NO_BRACKET.sub(b"", raw))), default=0)


def _members(values: Iterable[object]) -> int:
    """How many members all objects in `values` have.

    A text has at least as many ends of names as its objects have members. Where the two numbers are equal,
    the quick decoder dropped no repeated name.
    """
    members = 0
    for value in values:
        if type(value) is dict:
            members += len(value) + _members(value.values())
        elif type(value) is list:
            members += _members(value)
    return members


def _decode_exactly(raw: bytes) -> dict[str, object]:
    if raw.startswith(_BYTE_ORDER_MARK):
        raise _malformed("byte 0", "the text begins with a byte order mark: send UTF-8 without one")
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        raise _malformed(f"byte {fault.start}", "the text is not UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as fault:
        raise _malformed(_byte(text, fault.pos), f"the text is no JSON: {fault.msg.lower()}") from None
    if not isinstance(value, dict):
        raise _malformed("", "the text is JSON but no object: begin with {")
    faults = told(_faults(value, ""))
    if faults:
        raise Malformed(faults)
    return value


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) == len(members):
        return found
    repeating = _Repeating(found)
    repeating.repeated = [name for name, times in Counter(name for name, _ in members).items() if times > 1]
    return repeating


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        return math.inf


def _faults(value: object, path: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        for name in value.repeated if isinstance(value, _Repeating) else ():
            yield Fault(_member(path, name), "this name is in the object more than once: keep one")
        for name, child in value.items():
            if _SURROGATE.search(name):
                yield Fault(_member(path, name), f"this name {_HALF_A_CHARACTER}")
            yield from _faults(child, _member(path, name))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _faults(child, f"{path}[{place}]")
    elif isinstance(value, str) and _SURROGATE.search(value):
        yield Fault(path, f"the text {_HALF_A_CHARACTER}")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(path, "the number is too large, or none: JSON has no NaN and no Infinity")


def _member(path: str, name: str) -> str:
    shown = name.encode(errors="backslashreplace").decode()
    return f"{path}.{shown}" if path else shown


def _byte(text: str, place: int) -> str:
    return f"byte {len(text[:place].encode())}"


def _malformed(path: str, reason: str) -> Malformed:
    return Malformed([Fault(path, reason)])
