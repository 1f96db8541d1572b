"""The constants of STIX patterns, and which of them are wanted."""

import pytest

from opsroom.core.search.patterns import constants


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[domain-name:value = 'a.example']", ["a.example"]),
        ("[domain-name:value == 'a.example' OR ipv4-addr:value='1.2.3.4']", ["a.example", "1.2.3.4"]),
        ("[file:name IN ('a', 'b')] FOLLOWEDBY [file:name = 'c']", ["a", "b", "c"]),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", ["198.51.100.0/24"]),
        ("[ipv4-addr:value ISSUPERSET '198.51.100.0/24']", ["198.51.100.0/24"]),
        ("[file:hashes.'SHA-256' = 'aa' AND file:hashes.MD5 = 'bb']", ["aa", "bb"]),
        ("[file:name NOT = 'a' AND file:name = 'b']", ["b"]),
        ("[file:name NOT IN ('a', 'b') OR file:name IN ('c')]", ["c"]),
        ("[file:name != 'a' OR file:name <> 'b' OR file:name > 'c']", []),
        ("[file:name LIKE 'a%' OR file:name MATCHES '^b']", []),
        ("[autonomous-system:number = 64500 OR file:size = 3]", ["as64500"]),
        ("[autonomous-system:number != 64500]", []),
        (r"[file:name = 'it\'s \\ it = \'no\'']", [r"it's \ it = 'no'"]),
        ("[file:name = 'a'] /* = 'b' */ WITHIN 5 SECONDS START t'2020-01-01T00:00:00Z'", ["a"]),
        ("[file:name = 'a' AND", ["a"]),
        ("", []),
    ],
)
def test_wanted_constants(pattern: str, wanted: list[str]) -> None:
    assert [constant.text for constant in constants(pattern) if constant.wanted] == wanted


def test_all_strings_are_constants_but_those_in_paths() -> None:
    pattern = "[file:hashes.'SHA-256' != 'aa' AND file:name LIKE 'b%' AND file:name NOT = 'c']"
    assert [constant.text for constant in constants(pattern)] == ["aa", "b%", "c"]
