"""Checks of single values: the common data types of STIX 2.1 (section 2).

1. A value has the type that its property names; there is no null (2.10, 2.15 and others).
2. Lists, dictionaries and hashes are never empty (2.3, 2.7, 2.12).
3. Integers lie within ±(2**53 - 1), and within narrower bounds where the property sets some (2.10).
4. Dictionary keys are 1 to 250 of a-z, A-Z, 0-9, - and _, those of hashes at least 3 (2.3, 2.7).
5. Hashes have the form of their algorithm; its name is spelt as the standard spells it (2.7, 10.7).
6. An identifier names a type that may stand there; types that the standard does not define may stand
   wherever a whole category may (2.9).
7. A vocabulary whose name ends in -enum is closed (2.4). Open ones are strings (2.14).

Each function makes a check; the check returns what it finds in a value.
"""

import re
from collections.abc import Collection, Mapping

from opsroom.core.identifiers import stix_id_fault, type_of
from opsroom.core.stix.findings import NOTHING, Check, Finding, Findings, found, shown, under
from opsroom.core.stix.formats import TextFault, hash_fault, hash_name_fault
from opsroom.errors import MOST_FAULTS

_KEY = re.compile(r"[A-Za-z0-9_-]{1,250}")
_HASH_KEY = re.compile(r"[A-Za-z0-9_-]{3,250}")
_WIDEST = 2**53 - 1


def text(fault_of: TextFault | None = None) -> Check:
    """A string, of a form where `fault_of` is given."""

    def check(value: object) -> Findings:
        if type(value) is not str:
            return found(f"a string is wanted, not {shown(value)}")
        fault = fault_of and fault_of(value)
        return found(fault) if fault else NOTHING

    return check


def boolean(value: object) -> Findings:
    """True or false."""
    return NOTHING if type(value) is bool else found(f"true or false is wanted, not {shown(value)}")


def integer(low: int | None = None, high: int | None = None) -> Check:
    """A whole number from `low` to `high`; one written as `7.0` is one."""
    least = -_WIDEST if low is None else low
    most = _WIDEST if high is None else high

    def check(value: object) -> Findings:
        if type(value) is not int and not (type(value) is float and value.is_integer()):
            return found(f"a whole number is wanted, not {shown(value)}")
        return NOTHING if least <= value <= most else found(f"{shown(value)} is not from {least} to {most}")

    return check


def number(low: int | None = None, high: int | None = None) -> Check:
    """A number from `low` to `high`."""

    def check(value: object) -> Findings:
        if type(value) is not int and type(value) is not float:
            return found(f"a number is wanted, not {shown(value)}")
        within = (low is None or low <= value) and (high is None or value <= high)
        return NOTHING if within else found(f"{shown(value)} is not from {low} to {high}")

    return check


def one_of(terms: Collection[str]) -> Check:
    """A term of a closed vocabulary."""
    known = frozenset(terms)

    def check(value: object) -> Findings:
        if type(value) is str and value in known:
            return NOTHING
        return found(f"{shown(value)} is not in the closed vocabulary: choose of {', '.join(terms)}")

    return check


def either(checks: Mapping[str, Check]) -> Check:
    """A value of one of several types, by their names."""

    def check(value: object) -> Findings:
        if not all(check(value) for check in checks.values()):
            return NOTHING
        return found(f"{' or '.join(checks)} is wanted, not {shown(value)}")

    return check


def identifier(wanted: str, *, known: Collection[str], allowed: Collection[str], others: bool) -> Check:
    """The id of an object of an `allowed` type out of the `known` ones, or with `others` of any unknown one.

    `wanted` says in words what may stand here.
    """
    fitting, refused = frozenset(allowed), frozenset(known) - frozenset(allowed)

    def check(value: object) -> Findings:
        if type(value) is not str:
            return found(f"a STIX id is wanted, not {shown(value)}")
        fault = stix_id_fault(value)
        if fault:
            return found(fault)
        named = type_of(value)
        if named in fitting or (others and named not in refused):
            return NOTHING
        return found(f"{shown(value)} may not stand here: {wanted} is wanted")

    return check


def list_of(item: Check) -> Check:
    """A list of at least one value."""

    def check(value: object) -> Findings:
        if type(value) is not list:
            return found(f"a list is wanted, not {shown(value)}")
        if not value:
            return found("an empty list says nothing: leave the property out")
        findings: list[Finding] = []
        for place, one in enumerate(value):
            said = item(one)
            if said:
                findings += under(f"[{place}]", said)
                if len(findings) > MOST_FAULTS and not said[-1].custom:
                    break
        return findings

    return check


def dictionary(item: Check) -> Check:
    """A dictionary of at least one key."""

    def check(value: object) -> Findings:
        if type(value) is not dict:
            return found(f"a dictionary is wanted, not {shown(value)}")
        if not value:
            return found("an empty dictionary says nothing: leave the property out")
        findings: list[Finding] = []
        for key, one in value.items():
            if not _KEY.fullmatch(key):
                findings.append(Finding(key, "a dictionary key is 1 to 250 of a-z, A-Z, 0-9, - and _"))
            findings += under(key, item(one))
        return findings

    return check


def hashes(*, listed: bool) -> Check:
    """Hashes by algorithm; with `listed` of no other algorithms than the standard's."""

    def check(key_and_value: tuple[str, object]) -> str | None:
        key, value = key_and_value
        if not _HASH_KEY.fullmatch(key):
            return "the name of a hash algorithm is 3 to 250 of a-z, A-Z, 0-9, - and _"
        if type(value) is not str:
            return f"a string is wanted, not {shown(value)}"
        return hash_name_fault(key, listed=listed) or hash_fault(key, value)

    def check_all(value: object) -> Findings:
        if type(value) is not dict or not value:
            return found(f"a dictionary of at least one hash is wanted, not {shown(value)}")
        return [Finding(one[0], fault) for one in value.items() if (fault := check(one))]

    return check_all


def anything(value: object) -> Findings:
    """A value that the standard does not define: what rules 1 to 4 ask of all content."""
    if type(value) is list:
        return _ANY_LIST(value)
    if type(value) is dict:
        return _ANY_DICTIONARY(value)
    if type(value) is int:
        return _ANY_INTEGER(value)
    return found("STIX has no null: leave the property out") if value is None else NOTHING


_ANY_INTEGER = integer()
_ANY_LIST = list_of(anything)
_ANY_DICTIONARY = dictionary(anything)
