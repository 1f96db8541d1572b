"""The terms of one object."""

import json
from pathlib import Path

import pytest

from opsroom.core.search import terms_of
from opsroom.core.search.terms import HEAVIEST, MOST_WORDS
from opsroom.errors import Malformed
from tests.core.search.matching import terms

_REAL = Path(__file__).parents[4] / "shared/stix/valid.ndjson"


def test_indicator() -> None:
    assert terms(
        type="indicator",
        spec_version="2.1",
        id="indicator--0cb1bfdf-a8db-4cfb-bc11-3e3842f9cd76",
        created="2024-10-25T16:22:00.000Z",
        name="Beacon of APT-28",
        pattern="[ipv4-addr:value = '198.51.100.3' AND file:size = 3]",
        pattern_type="stix",
        valid_from="2024-10-25T16:22:00Z",
    ) == {
        "w:beacon": 4,
        "w:of": 4,
        "w:apt-28": 4,
        "w:apt": 4,
        "w:28": 4,
        "w:apt28": 4,
        "w:198.51.100.3": 1,
        "w:198": 1,
        "w:51": 1,
        "w:100": 1,
        "w:3": 1,
        "o:indicator--0cb1bfdf-a8db-4cfb-bc11-3e3842f9cd76": 4,
        "o:198.51.100.3": 4,
        "4:c6336403": 4,
    }


def test_names_count_more_than_aliases_than_descriptions() -> None:
    found = terms(type="malware", name="one", aliases=["two"], description="three four four", labels=["five"])
    assert found == {"w:one": 4, "w:two": 3, "w:three": 1, "w:four": 2, "w:five": 1}


def test_weight_has_a_bound() -> None:
    assert terms(name="a " * HEAVIEST) == {"w:a": HEAVIEST}
    assert max(terms(type="url", hashes={str(n): "aa" for n in range(HEAVIEST)}).values()) == HEAVIEST


def test_words_have_a_bound_and_those_of_the_name_come_first() -> None:
    found = terms(description=" ".join(f"word{n}" for n in range(MOST_WORDS + 5)), name="last of all")
    assert len(found) == MOST_WORDS
    assert {"w:last", "w:of", "w:all", "w:word0"} <= set(found)


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"type": "ipv4-addr", "value": "198.51.100.0/24"}, "o:198.51.100.0/24, 4b:24:c6336400"),
        ({"type": "ipv6-addr", "value": "2001:DB8::1"}, "o:2001:db8::1, 6:20010db8000000000000000000000001"),
        ({"type": "domain-name", "value": "Www.Example.COM"}, "o:www.example.com, d:com.example.www."),
        (
            {"type": "url", "value": "HTTP://Www.Example.com/A"},
            "o:http://www.example.com/A, o:www.example.com, d:com.example.www.",
        ),
        (
            {"type": "url", "value": "http://198.51.100.3/"},
            "o:http://198.51.100.3/, o:198.51.100.3, 4:c6336403",
        ),
        (
            {"type": "email-addr", "value": "Jane@Example.com"},
            "o:jane@example.com, o:example.com, d:com.example.",
        ),
        ({"type": "mac-addr", "value": "d2:fb:49:24:37:18"}, "o:d2:fb:49:24:37:18"),
        ({"type": "mutex", "name": "Global lock"}, "o:global lock, w:global"),
        ({"type": "file", "name": "setup", "hashes": {"MD5": "A" * 32}}, f"o:setup, o:{'a' * 32}"),
        ({"type": "directory", "path": "C:\\Temp"}, "o:c:\\temp, w:temp"),
        ({"type": "windows-registry-key", "key": "HKEY_USERS\\Foo"}, "o:hkey_users\\foo, w:foo"),
        ({"type": "user-account", "user_id": "1001", "account_login": "jdoe"}, "o:1001, o:jdoe"),
        ({"type": "autonomous-system", "number": 64500}, "o:as64500, w:64500"),
        ({"type": "x509-certificate", "serial_number": "36:F7"}, "o:36:f7"),
        ({"type": "process", "command_line": "cmd.exe  /c dir"}, "o:cmd.exe /c dir, w:dir"),
        (
            {"type": "vulnerability", "external_references": [{"external_id": "CVE-2021-44228"}]},
            "o:cve-2021-44228, w:cve-2021-44228",
        ),
        (
            {"type": "report", "external_references": [{"url": "https://example.com/a"}]},
            "o:https://example.com/a, o:example.com",
        ),
        (
            {"type": "observed-data", "objects": {"0": {"type": "file", "name": "setup"}}},
            "o:setup, w:setup",
        ),
        ({"type": "indicator", "pattern": "[ipv4-addr:value ISSUBSET '10.0.0.0/8']"}, "4b:08:0a000000"),
        ({"type": "indicator", "pattern": "[autonomous-system:number = 64500]"}, "o:as64500"),
        ({"type": "indicator", "pattern": "alert tcp", "pattern_type": "snort"}, "w:alert, w:tcp"),
        ({"type": "opinion", "explanation": "hxxp://evil[.]example looks bad"}, "w:evil.example, w:bad"),
        ({"type": "marking-definition", "definition": {"statement": "Ours"}}, "w:ours"),
        ({"type": "x-foo", "x_site": "evil[.]example", "x_text": "Höhe"}, "d:example.evil., w:hohe"),
    ],
)
def test_object_gives_terms(members: dict[str, object], wanted: str) -> None:
    assert set(wanted.split(", ")) <= set(terms(**members))


@pytest.mark.parametrize(
    "members",
    [
        {"type": "sighting", "sighting_of_ref": "indicator--0cb1bfdf-a8db-4cfb-bc11-3e3842f9cd76"},
        {"type": "report", "object_refs": ["malware--0cb1bfdf-a8db-4cfb-bc11-3e3842f9cd76"]},
        {"type": "campaign", "created": "2024-10-25T16:22:00Z", "first_seen": "2024-10-25T16:22:00Z"},
        {"type": "artifact", "payload_bin": "VBORw0KGgo="},
        {"type": "file", "size": 12, "is_hidden": True, "x_nothing": None},
        {"type": "malware", "granular_markings": [{"selectors": ["name"], "lang": "en"}]},
        {"type": "url", "value": "..."},
    ],
)
def test_what_is_not_for_searching_gives_none(members: dict[str, object]) -> None:
    assert terms(**members) == {}


def test_value_that_a_pattern_excludes_is_a_word_but_no_observable() -> None:
    found = terms(type="indicator", pattern="[domain-name:value != 'good.example']")
    assert "w:good.example" in found
    assert "o:good.example" not in found


def test_what_is_no_object_is_malformed() -> None:
    with pytest.raises(Malformed):
        terms_of(b"[]")


@pytest.mark.skipif(not _REAL.exists(), reason="the collected objects are not here")
def test_real_objects_are_found_by_their_id_and_hold_clean_terms() -> None:
    for line in _REAL.read_bytes().splitlines():
        found = terms_of(line)
        assert f"o:{json.loads(line)['id'].lower()}" in found
        assert all(term.isprintable() and 0 < weight <= HEAVIEST for term, weight in found.items())
