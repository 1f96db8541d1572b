"""Names that people give, UUIDs and STIX ids."""

import json
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.identifiers import (
    deterministic_sco_id,
    is_uuid,
    name_fault,
    stix_id_fault,
    type_fault,
    type_of,
    uuid_from,
)

REAL = Path(__file__).parents[3] / "shared" / "stix" / "valid.ndjson"
UUID_TEXT = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"


@pytest.mark.parametrize("name", ["a", "7", "alfa", "carol-coastguard", "a--b", "x" * 63])
def test_plain_name_is_accepted(name: str) -> None:
    assert name_fault(name, "member") is None


@pytest.mark.parametrize("name", ["", "-a", "a-", "Alfa", "a b", "a_b", "a.b", "é", "x" * 64, "a\n", "①"])
def test_other_name_is_refused_with_what_is_allowed(name: str) -> None:
    assert re.search("cannot name a field.*63 of a-z, 0-9", str(name_fault(name, "field")), re.DOTALL)


@given(st.binary(min_size=16, max_size=16))
def test_sixteen_bytes_make_a_version_4_uuid(sixteen: bytes) -> None:
    text = uuid_from(sixteen)
    assert is_uuid(text)
    assert UUID(text).version == 4
    assert UUID(text).bytes[:6] == sixteen[:6]


@pytest.mark.parametrize(
    "text",
    [
        UUID_TEXT.upper(),
        UUID_TEXT.replace("-", ""),
        "{" + UUID_TEXT + "}",
        UUID_TEXT + "\n",
        UUID_TEXT[:-1],
        "00000000-0000-0000-0000-000000000000",
        "8e2e2d2b-17d4-9cbf-938f-98ee46b3cd3f",
        "8e2e2d2b-17d4-4cbf-c38f-98ee46b3cd3f",
        "8e2e2d2g-17d4-4cbf-938f-98ee46b3cd3f",
    ],
)
def test_other_forms_are_no_uuid(text: str) -> None:
    assert not is_uuid(text)


@pytest.mark.parametrize("type", ["file", "ipv4-addr", "x-acme-thing", "abc", "x509-certificate", "a" * 250])
def test_stix_id_is_type_and_uuid(type: str) -> None:
    stix_id = f"{type}--{uuid4()}"
    assert stix_id_fault(stix_id) is None
    assert stix_id_fault(stix_id, type) is None
    assert type_fault(type) is None
    assert type_of(stix_id) == type


def test_uuid_of_a_stix_id_may_be_in_upper_case() -> None:
    assert stix_id_fault(f"malware--{UUID_TEXT.upper()}") is None


@pytest.mark.parametrize(
    "type", ["ab", "a" * 251, "1file", "File", "my_type", "a--bcd", "-abc", "abc-", "tÿpe", "", "abc\n"]
)
def test_id_of_no_proper_type_is_refused(type: str) -> None:
    assert type_fault(type) is not None
    assert stix_id_fault(f"{type}--{UUID_TEXT}") is not None


@pytest.mark.parametrize(
    "stix_id",
    [
        "",
        "indicator",
        "indicator--",
        f"indicator-{UUID_TEXT}",
        f"indicator---{UUID_TEXT}",
        f"indicator--{UUID_TEXT}\n",
        f" indicator--{UUID_TEXT}",
        f"indicator--{UUID_TEXT}--{UUID_TEXT}",
        UUID_TEXT,
        "indicator--1",
        "x" * 100_000,
    ],
)
def test_what_is_no_stix_id_is_refused(stix_id: str) -> None:
    fault = str(stix_id_fault(stix_id))
    assert "is no STIX id: write type--UUID" in fault
    assert len(fault) < 500


def test_id_of_another_type_is_refused() -> None:
    assert stix_id_fault(f"malware--{UUID_TEXT}", "tool") == (
        f'"malware--{UUID_TEXT}" names a malware, where a tool is wanted'
    )


@pytest.mark.parametrize(
    ("type", "properties", "contributing", "expected"),
    [
        (
            "ipv4-addr",
            {"value": "198.51.100.3"},
            ["value"],
            "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
        ),
        ("url", {"value": "https://example.com/é", "x": 1}, ["value"], None),
    ],
)
def test_sco_id_comes_from_its_contributing_properties(
    type: str, properties: dict[str, object], contributing: list[str], expected: str | None
) -> None:
    found = deterministic_sco_id(type, properties, contributing)
    assert UUID(found.removeprefix(f"{type}--")).version == 5
    assert found == (expected or deterministic_sco_id(type, {"value": properties["value"]}, contributing))


def test_one_hash_counts_by_preference_then_by_name() -> None:
    def file_id(**hashes: str) -> str:
        named = {name.replace("_", "-"): value for name, value in hashes.items()}
        return deterministic_sco_id("file", {"hashes": named}, ["hashes", "name"])

    assert file_id(SHA_512="d", SHA_256="c", SHA_1="b", MD5="a") == file_id(MD5="a")
    assert file_id(SHA_512="d", SHA_256="c", SHA_1="b") == file_id(SHA_1="b")
    assert file_id(SHA_512="d", SHA_256="c") == file_id(SHA_256="c")
    assert file_id(TLSH="e", SHA_512="d") == file_id(SHA_512="d")
    assert file_id(TLSH="f", SSDEEP="e") == file_id(SSDEEP="e")


def test_object_without_contributing_properties_has_no_deterministic_id() -> None:
    with pytest.raises(ValueError, match="random id"):
        deterministic_sco_id("process", {"pid": 7}, [])


@pytest.mark.skipif(not REAL.exists(), reason="the real objects are not here")
def test_real_ids_are_accepted_and_deterministic_ones_reproduced() -> None:
    contributing = {
        "domain-name": ["value"],
        "url": ["value"],
        "ipv4-addr": ["value"],
        "email-addr": ["value"],
    }
    reproduced = 0
    for line in REAL.read_bytes().splitlines():
        item = json.loads(line)
        assert stix_id_fault(item["id"], item["type"]) is None
        if item["type"] in contributing:
            reproduced += item["id"] == deterministic_sco_id(item["type"], item, contributing[item["type"]])
    assert reproduced > 0
