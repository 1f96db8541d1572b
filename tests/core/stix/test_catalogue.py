"""The tables of the standard: complete, and true to its naming rules (section 3.1)."""

import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from opsroom.core.stix.catalogue import CATEGORIES, foreign_shape, shape_of

STANDARD = files("opsroom.core.stix").joinpath("standard")
BY_SUFFIX = {
    "_hex": "hex",
    "_bin": "binary",
    "_enc": "character-set",
    "_ref": "reference to ",
    "_refs": "list of reference to ",
}


def properties(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Every property in the tables with its kind."""
    found = [(name, value) for name, value in table.items() if isinstance(value, str)]
    for value in table.values():
        found += properties(value) if isinstance(value, dict) else []
    return found


@pytest.mark.parametrize("name", ["common", "objects", "parts"])
def test_name_of_a_property_says_what_it_holds(name: str) -> None:
    tables = tomllib.loads(STANDARD.joinpath(f"{name}.toml").read_text("utf-8"))
    for property, kind in properties(tables):
        held = kind.removeprefix("required ")
        if held == "not applicable":
            continue
        for suffix, wanted in BY_SUFFIX.items():
            assert held.startswith(wanted) == property.endswith(suffix), f"{property} = {kind}"


def test_every_type_of_the_standard_is_there() -> None:
    assert Counter(CATEGORIES.values()) == {"SDO": 19, "SRO": 2, "SCO": 18, "SMO": 3}


def test_common_properties_differ_by_category() -> None:
    indicator, mutex, marking = shape_of("indicator"), shape_of("mutex"), shape_of("marking-definition")
    assert indicator
    assert mutex
    assert marking
    assert indicator.required >= {"type", "spec_version", "id", "created", "modified"}
    assert mutex.required == {"type", "id", "name"}
    assert marking.required == {"type", "spec_version", "id", "created"}


def test_foreign_types_take_the_shape_of_their_category() -> None:
    assert shape_of("x-thing") is None
    assert foreign_shape("SCO").required == {"type", "id"}
    assert foreign_shape("SRO").required == {"type", "spec_version", "id", "created", "modified"}
