"""All object types of STIX 2.1, compiled once from the tables under `standard/` and the rules beside them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from opsroom.core.stix import domain_rules, markings, observable_rules
from opsroom.core.stix.containers import container_check
from opsroom.core.stix.extensions import Extensions
from opsroom.core.stix.findings import Check, Rule
from opsroom.core.stix.kinds import Vocabulary
from opsroom.core.stix.rules import compile_rule
from opsroom.core.stix.shapes import Shape
from opsroom.core.stix.undefined import encodings_have_texts


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"standard/{name}.toml").read_text("utf-8"))


_COMMON = _read("common")
_OBJECTS = _read("objects")
_PARTS = _read("parts")

CATEGORIES: Mapping[str, str] = {type: category for category, tables in _OBJECTS.items() for type in tables}
"""The category (SDO, SRO, SCO, SMO) of each object type that the standard defines."""

_UNOBSERVABLE = frozenset(type for type, category in CATEGORIES.items() if category != "SCO")
_ELSEWHERE = {name: type for type, tables in _PARTS["extensions"].items() for name in tables}
_VOCABULARY = Vocabulary(CATEGORIES, _COMMON["enums"])
_SHAPES: dict[str, Shape] = {}

_RULES: dict[str, Sequence[Rule]] = {
    "attack-pattern": [domain_rules.cites_exactly("capec")],
    "vulnerability": [domain_rules.cites_exactly("cve")],
    "indicator": [domain_rules.pattern_is_well_formed(_UNOBSERVABLE)],
    "malware": [domain_rules.family_has_a_name],
    "observed-data": [domain_rules.refers_to_an_observable],
    "extension-definition": [domain_rules.extension_properties_are_top_level],
    "marking-definition": [markings.marks_itself, markings.defines_a_marking, markings.is_the_tlp_of_its_id],
    "email-message": [observable_rules.message_is_consistent],
    "network-traffic": [observable_rules.ended_is_not_active],
    "windows-registry-key": [observable_rules.hive_is_full],
}


def shape_of(type: str) -> Shape | None:
    """The shape of the objects of one of the standard's types, None for all other types."""
    return _SHAPES.get(type)


def foreign_shape(category: str) -> Shape:
    """The shape of the objects of a category (SDO, SRO, SCO) whose type the standard does not define."""
    return _FOREIGN[category]


def _shape(common: Mapping[str, Any], table: Mapping[str, Any], own: Mapping[str, Check]) -> Shape:
    """What `table` says, added to and in place of what is common."""
    kinds = {name: kind for name, kind in {**common, **table}.items() if name != "must"}
    return Shape(
        checks={name: _VOCABULARY.check(kind.removeprefix("required "), own) for name, kind in kinds.items()},
        required=frozenset(name for name, kind in kinds.items() if kind.startswith("required ")),
        rules=[
            compile_rule(sentence, [name for name in part if name != "must"])
            for part in (common, table)
            for sentence in part.get("must", ())
        ],
    )


def _object_shape(category: str, type: str | None = None) -> Shape:
    """The shape of the objects of one type, or with no type that of all foreign ones of the category."""
    common = next(table for name, table in _COMMON["common"].items() if category in name.split(" or "))
    predefined = {
        name: _shape({}, table, {}).check for name, table in _PARTS["extensions"].get(type, {}).items()
    }
    extensions = Extensions(
        category, predefined, _ELSEWHERE, _VOCABULARY.check("enum extension-type-enum", {}), type is not None
    )
    own = {"extensions": extensions.check}
    shape = _shape(common | _COMMON["reserved"], _OBJECTS[category][type] if type else {}, own)
    rules: list[Rule] = [domain_rules.names_own_type, markings.selectors_resolve, encodings_have_texts]
    if type in observable_rules.NATIVE_FORMS:
        rules.append(observable_rules.native_value(observable_rules.NATIVE_FORMS[type]))
    if type in observable_rules.CONTRIBUTING:
        rules.append(observable_rules.random_id(observable_rules.CONTRIBUTING[type]))
    return replace(shape, rules=[*shape.rules, *rules, *_RULES.get(type or "", ())])


for _name, _table in _PARTS["structures"].items():
    _VOCABULARY.define(_name, _shape({}, _table, {}).check)
_VOCABULARY.define("observable-container", container_check(_SHAPES, CATEGORIES))
_VOCABULARY.define("translations", domain_rules.translations)
_SHAPES |= {type: _object_shape(category, type) for type, category in CATEGORIES.items()}
_FOREIGN = {category: _object_shape(category) for category in ("SDO", "SRO", "SCO")}
