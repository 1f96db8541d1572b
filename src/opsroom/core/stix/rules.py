"""The sentences in which the tables under `standard/` bind the properties of one mapping to each other.

A > B, A >= B                  the timestamp A is later than B, or not earlier
one of A, B                    exactly one is there
at least one of A, B, C        one or more are there
at least one property of its own [beside A] [or extensions]
                               of those in its table
A needs B, C                   where A is there, so are B and C
"""

from collections.abc import Collection

from opsroom.core.stix.findings import NOTHING, Findings, Properties, Rule, found
from opsroom.core.timestamps import stix_sort_key


def compile_rule(sentence: str, own: Collection[str]) -> Rule:
    """The rule that a sentence states over a mapping whose table lists the `own` properties."""
    if sentence.startswith("at least one property of its own"):
        beside = sentence.partition(" beside ")[2]
        extras = ["extensions"] if sentence.endswith("or extensions") else []
        return at_least_one([*(name for name in own if name != beside), *extras])
    if sentence.startswith("at least one of "):
        return at_least_one(sentence.removeprefix("at least one of ").split(", "))
    if sentence.startswith("one of "):
        return exactly_one(sentence.removeprefix("one of ").split(", "))
    if " needs " in sentence:
        name, _, needed = sentence.partition(" needs ")
        return needs(name, needed.split(", "))
    later, order, earlier = sentence.split(" ")
    return ordered(later, earlier, strictly={">": True, ">=": False}[order])


def at_least_one(names: Collection[str]) -> Rule:
    """One or more of `names` are there."""

    def rule(properties: Properties) -> Findings:
        if any(name in properties for name in names):
            return NOTHING
        return found(f"at least one of {_listed(names)} is wanted")

    return rule


def exactly_one(names: Collection[str]) -> Rule:
    """One of `names` is there, and no other."""

    def rule(properties: Properties) -> Findings:
        given = [name for name in names if name in properties]
        if len(given) == 1:
            return NOTHING
        if not given:
            return found(f"one of {_listed(names)} is wanted")
        return found(f"cannot stand beside {given[0]}: keep one of them", given[1])

    return rule


def needs(name: str, needed: Collection[str]) -> Rule:
    """Where `name` is there, all that it needs is there."""

    def rule(properties: Properties) -> Findings:
        missing = [other for other in needed if other not in properties]
        if name not in properties or not missing:
            return NOTHING
        return found(f"cannot stand without {_listed(missing)}", name)

    return rule


def ordered(later: str, earlier: str, *, strictly: bool) -> Rule:
    """The timestamp `later` is later than `earlier`, or equal to it unless `strictly`."""

    def rule(properties: Properties) -> Findings:
        after, before = properties.get(later), properties.get(earlier)
        if type(after) is not str or type(before) is not str:
            return NOTHING
        key, floor = stix_sort_key(after), stix_sort_key(before)
        if key > floor or (key == floor and not strictly):
            return NOTHING
        wanted = "later than" if strictly else "equal to or later than"
        return found(f"{after} must be {wanted} {earlier} ({before})", later)

    return rule


def _listed(names: Collection[str]) -> str:
    few = list(names)[:6]
    return ", ".join(few) + (" ..." if len(names) > len(few) else "")
