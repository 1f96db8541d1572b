"""The shape of a mapping: its properties, which of them it must have, and the rules over several of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsroom.core.stix.findings import (
    Check,
    Finding,
    Findings,
    Properties,
    Rule,
    found,
    shown,
    under,
)
from opsroom.core.stix.undefined import undefined

_CUSTOM = "the standard does not define this property, and no extension on the object does"


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object, a structure inside one or an extension holds."""

    checks: Mapping[str, Check]
    required: frozenset[str]
    rules: Sequence[Rule] = ()

    def examine(self, properties: Properties, *, extended: bool = False) -> Findings:
        """Every finding; with `extended` an extension may have added properties that the shape lacks."""
        findings: list[Finding] = []
        unsound: set[str] = set()
        checks = self.checks
        for name, value in properties.items():
            check = checks.get(name)
            said = check(value) if check else _foreign(name, value, extended)
            if said:
                findings += under(name, said)
                if not all(one.custom for one in said):
                    unsound.add(name)
        if not self.required <= properties.keys():
            findings += [Finding(name, "is missing") for name in sorted(self.required - properties.keys())]
        if unsound:
            properties = {name: None if name in unsound else value for name, value in properties.items()}
        for rule in self.rules:
            findings.extend(rule(properties))
        return findings

    def check(self, value: object) -> Findings:
        """The shape as a check: `value` must be an object of this shape."""
        if type(value) is not dict:
            return found(f"an object is wanted, not {shown(value)}")
        return self.examine(value)


def _foreign(name: str, value: object, extended: bool) -> Findings:
    """What a property says that the shape does not have."""
    said = undefined(name, value, tolerant=not extended)
    return said if extended else [*said, Finding("", _CUSTOM, custom=True)]
