"""Files as people write them: no surprises, and an error names its line."""

from pathlib import Path

import pytest

from opsroom.errors import Malformed, NotFound
from opsroom.yamltext import LARGEST, parse_yaml, read_yaml


def parsed(text: str) -> object:
    return parse_yaml(text.encode(), "terms.yaml")


def refused(text: str) -> str:
    with pytest.raises(Malformed) as error:
        parsed(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2016-01-01", {"a": "2016-01-01"}),
        ("a: 2016-01-01T00:00:00Z", {"a": "2016-01-01T00:00:00Z"}),
        ("a: 2016-01-01 10:00:00 +02:00", {"a": "2016-01-01 10:00:00 +02:00"}),
        ("[null, true, 7, 1.5, text]", [None, True, 7, 1.5, "text"]),
        ('{"a": [{"b": "JSON too"}]}', {"a": [{"b": "JSON too"}]}),
        ("a: {b: 1}\nc: {b: 2}", {"a": {"b": 1}, "c": {"b": 2}}),
        ("", None),
    ],
)
def test_what_is_written_is_what_is_read(text: str, value: object) -> None:
    assert parsed(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3", 3),
        ("a: 1\nb: {c: 1, d: 2,\n    c: 3}", 3),
        ("- a: 1\n- b: 1\n  b: 1", 3),
        ('a: 1\n"a": 2', 2),
    ],
)
def test_a_key_that_stands_twice_is_refused(text: str, line: int) -> None:
    found = refused(text)
    assert f"terms.yaml, line {line}, column" in found
    assert "stands twice" in found


def test_an_alias_is_refused() -> None:
    found = refused("a: &name [1, 2]\nb: *name")
    assert "terms.yaml, line 2, column 4" in found
    assert "aliases are not taken" in found


def test_a_merge_needs_an_alias_and_is_refused_with_it() -> None:
    assert "aliases" in refused("a: &name {b: 1}\nc:\n  <<: *name")


@pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "\tx: 1", "a: 'open", "--- 1\n--- 2"])
def test_what_is_no_yaml_names_the_line(text: str) -> None:
    assert refused(text).startswith("terms.yaml, line ")


@pytest.mark.parametrize("text", ["a: !!python/object:os.system ls", "!ours 1", "a: !!python/name:os.system"])
def test_a_tag_runs_nothing(text: str) -> None:
    assert "terms.yaml, line 1" in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!timestamp nonsense",
        "a: !!timestamp 2016-99-99",
        "a: !!int nonsense",
        "a: !!float nonsense",
        "a: !!bool nonsense",
        "a: !!binary é",
        "[" * 3000,
        "{" * 3000,
        "a: " + "9" * 5000,
        "? [1]\n: 2",
        "? {a: 1}\n: 2",
        "a: \x00",
    ],
)
def test_what_cannot_be_read_is_malformed_and_nothing_else(text: str) -> None:
    assert refused(text).startswith("terms.yaml")


def test_a_scalar_that_is_not_what_its_tag_says_names_its_line() -> None:
    assert refused("a: 1\nb: !!int ten") == "terms.yaml, line 2, column 4: this cannot be read as int"


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Malformed, match="UTF-8"):
        parse_yaml(b"a: \xff", "terms.yaml")


def test_a_file_has_a_largest_size() -> None:
    with pytest.raises(Malformed, match="larger than"):
        parse_yaml(b" " * (LARGEST + 1), "terms.yaml")


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="absent"):
        read_yaml(tmp_path / "absent")
    with pytest.raises(NotFound):
        read_yaml(tmp_path)


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "terms.yaml").write_text("a: 1")
    assert read_yaml(tmp_path / "terms.yaml") == {"a": 1}
