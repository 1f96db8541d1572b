"""What an analyst types finds the objects that it means."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.search import parse_query, suggestion_range, terms_of
from opsroom.core.search.query import LONGEST, MOST_CLAUSES
from opsroom.errors import Malformed
from tests.core.search.matching import finds, meets, terms
from tests.core.search.observables import defanged, defangings, domains, emails, hashes, ipv4, ipv6, urls

_REAL = Path(__file__).parents[4] / "shared/stix/valid.ndjson"
_ID = "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b"
_SHA_512 = "0a" * 64
_OBJECT = {
    "type": "malware",
    "id": _ID,
    "name": "Évil Panda (APT-28)",
    "description": "Seen at evil[.]example and at 198.51.100.3; exploits CVE-2021-44228.",
    "x_site": "https://Www.Site.Example/Path",
    "x_root": "http://root.example",
    "x_mail": "Jane@Mail.Example",
    "x_block": "203.0.113.0/24",
    "x_mac": "d2:fb:49:24:37:18",
    "hashes": {"SHA-512": _SHA_512},
}


@pytest.mark.parametrize(
    "text",
    [
        "evil",
        "EVIL panda",
        "évil",
        '"panda evil"',
        "“evil panda”",
        '"evil panda',
        "apt-28",
        "APT 28",
        "pan*",
        "apt-2*,",
        "panda/evil",
        "panda & evil - apt",
        "evil -bear",
        'evil -"bear"',
        "evil.example",
        "evil[.]example",
        "evil [.]example -nothing",
        "198.51.100[.]3",
        "198.51.*",
        "cve-2021-44228",
        "CVE-2021-*",
        "hxxps://www.site[.]example/Path",
        "https://www.site.example/Pa*",
        "www.site.example",
        "*.site.example",
        "*.SITE.example.",
        "*[.]example",
        "http://root.example/",
        "http://root.example",
        "Jane@MAIL.example",
        "jane[at]mail[.]example -bear mail.example",
        "*.mail.example",
        "203.0.113.9",
        "203.0.113.0/25",
        "203.0.0.0/16",
        "203.0.113.0/24",
        "D2-FB-49-24-37-18",
        _ID,
        _ID.upper(),
        _SHA_512,
        _SHA_512.upper()[:20] + "*",
        "e\u0301vil\u200b",
    ],
)
def test_query_finds(text: str) -> None:
    assert finds(text.replace("jane[at]mail[.]example", "Jane[at]mail[.]example"), _OBJECT)


@pytest.mark.parametrize(
    "text",
    [
        "bear",
        "evil bear",
        '"evil bear"',
        "evi",
        "evil -panda",
        "evil -pan*",
        "-apt-28 evil",
        "evil -203.0.113.0/24",
        "apt-29",
        "198.51.100.4",
        "198.51.100.30",
        "203.0.114.0/24",
        "204.0.0.0/8",
        "www.site.example/other",
        "https://www.site.example/path",
        "*.ite.example",
        "*.xample",
        "http://root.example/a",
        "jo*",
    ],
)
def test_query_does_not_find(text: str) -> None:
    assert not finds(text, _OBJECT)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ["is empty"]),
        (' - "" ()', ["is empty"]),
        ("*", ["a * alone"]),
        ("-* evil", ["a * alone"]),
        ("*.", ["a * alone"]),
        ("e*il", ['"e*il": a * stands']),
        ("*vil", ['"*vil": a * stands']),
        ("*.e_*", ['"*.e_*": a * stands']),
        ("1.2.3.4/40", ['"1.2.3.4/40" is no block']),
        ("2001:db8::/129", ['"2001:db8::/129" is no block']),
        ("-evil", ["only excludes"]),
        ('evil -"a b"', ['"a b" is several words: exclude them one by one, such as -a']),
        ("evil -a/b", ['"a/b" is several words']),
        ("a*b 1.2.3.4/40 *", ['"a*b"', '"1.2.3.4/40"', "a * alone"]),
        (" ".join(map(str, range(MOST_CLAUSES + 1))) + " *", ["a * alone", "asks for 33 words"]),
        ("a" * (LONGEST + 1), ["is 1001 characters long"]),
    ],
)
def test_every_fault_is_named(text: str, reasons: list[str]) -> None:
    with pytest.raises(Malformed) as caught:
        parse_query(text)
    faults = caught.value.faults
    assert [fault.path for fault in faults] == ["q"] * len(reasons)
    assert all(fault.reason.startswith(reason) for fault, reason in zip(faults, reasons, strict=True))


def test_limits_are_what_still_passes() -> None:
    assert len(parse_query(" ".join(map(str, range(MOST_CLAUSES)))).clauses) == MOST_CLAUSES
    assert parse_query("a" * LONGEST).clauses
    assert len(parse_query("again " * 40).clauses) == 1


@given(st.text())
def test_query_is_read_or_malformed_and_bounded(text: str) -> None:
    try:
        query = parse_query(text)
    except Malformed:
        return
    assert 0 < len(query.clauses) <= MOST_CLAUSES
    assert not all(clause.excluded for clause in query.clauses)
    for clause in query.clauses:
        assert 0 < len(clause.ranges) <= 200
        assert all(span.low < span.high and span.low.isprintable() for span in clause.ranges)


@pytest.mark.parametrize("block", ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.1", "::/0", "2001:db8::/64", "::1"])
def test_blocks_ask_for_few_ranges(block: str) -> None:
    assert len(parse_query(block).clauses[0].ranges) <= 200


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("url", urls),
        ("domain-name", domains),
        ("ipv4-addr", ipv4),
        ("ipv6-addr", ipv6),
        ("email-addr", emails),
    ],
)
def test_defanged_value_finds_its_object(type: str, values: st.SearchStrategy[str]) -> None:
    @given(values, defangings)
    def holds(value: str, way: str) -> None:
        typed = defanged(value, way)
        assert finds(typed, {"type": type, "value": value})
        assert finds(typed, {"type": "indicator", "pattern": f"[{type}:value = '{value}']"})
        assert finds(value, {"type": type, "value": typed})

    holds()


@given(hashes)
def test_hash_finds_its_file(value: str) -> None:
    for typed in (value, value.upper(), f"'{value}',", f"{value[:20]}*"):
        assert finds(typed, {"type": "file", "hashes": {"any": value}})


@given(st.one_of(urls, emails))
def test_host_finds_what_is_on_it(value: str) -> None:
    host = value.split("://")[-1].split("@")[-1].split("/")[0].removesuffix(":8080")
    assert finds(host, {"type": "any", "value": value})


@given(st.ip_addresses(v=4), st.ip_addresses(v=4), st.integers(0, 32))
def test_block_finds_a_url_on_an_address_in_it(one: object, other: object, length: int) -> None:
    members = {"type": "url", "value": f"http://{other}/"}
    shift = 32 - length
    inside = int(one) >> shift == int(other) >> shift  # type: ignore[call-overload]
    assert finds(f"{one}/{length}", members) is inside
    assert finds(f"{other}/{length}", members)


@given(domains, domains)
def test_suffix_finds_the_domain_and_those_below_it(domain: str, other: str) -> None:
    assert finds(f"*.{domain}", {"type": "domain-name", "value": domain})
    assert finds(f"*.{domain}", {"type": "domain-name", "value": f"{other}.{domain}"})
    below = other == domain or other.endswith(f".{domain}")
    assert finds(f"*.{domain}", {"type": "domain-name", "value": other}) is below


@given(st.text(min_size=1, max_size=30), st.integers(1, 8))
def test_word_is_suggested_by_how_it_begins(text: str, length: int) -> None:
    for word in (term for term in terms(name=text) if term.startswith("w:")):
        span = suggestion_range("other " + word[2 : 2 + length])
        if span is None:
            assert word[2 : 2 + length].isascii()
            assert 1 in (length, len(word) - 2)
            continue
        assert word in span


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("evil pan", "w:panda"),
        ("-Pan", "w:panda"),
        ('"evil pan', "w:panda"),
        ("cve-2021-", "w:cve-2021-44228"),
        ("198.51.", "w:198.51.100.3"),
        ("hxxps://Www.", "o:https://www.site.example/Path"),
        ("Jane@Ma", "o:jane@mail.example"),
        ("malware--31b9", f"o:{_ID}"),
        ("0A0A0A0A0A", f"o:{_SHA_512}"),
    ],
)
def test_last_word_is_completed(text: str, term: str) -> None:
    span = suggestion_range(text)
    assert span is not None
    assert [known for known in terms(**_OBJECT) if known in span] == [term]


@pytest.mark.parametrize("text", ["", "evil ", "pan*", "-", '"', "a", "evil p", "a" * 1001])
def test_nothing_to_complete(text: str) -> None:
    assert suggestion_range(text) is None


@pytest.mark.skipif(not _REAL.exists(), reason="the collected objects are not here")
def test_real_observables_are_found_as_typed() -> None:
    for line in _REAL.read_bytes().splitlines():
        members = json.loads(line)
        value = members.get("value")
        if isinstance(value, str) and "*" not in value and len(value) < LONGEST:
            assert meets(terms_of(line), parse_query(value)), line
        assert meets(terms_of(line), parse_query(members["id"]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("行动", True),
        ("行", True),
        ("告", True),
        ("绿野行动报告", True),
        ("报告 apt28", True),
        ("行动*", True),
        ("针对APT28", True),
        ("动行", False),
        ("绿行", False),
        ("apt2", False),
        ("apt28 -行动", False),
        ("apt28 -海", True),
        ("攻撃", True),
        ("ครับ", True),
    ],
)
def test_scripts_without_spaces(text: str, found: bool) -> None:
    description = "绿野行动报告：针对APT28的，サイバー攻撃について。สวัสดีครับ"
    assert finds(text, {"type": "report", "description": description}) is found


@pytest.mark.parametrize(
    ("written", "typed"),
    [("APT28", "apt-28"), ("APT-28", "apt28"), ("APT_28", "APT 28"), ("CobaltStrike", "cobalt-strike")],
)
def test_a_name_is_found_with_and_without_its_hyphen(written: str, typed: str) -> None:
    assert finds(typed, {"type": "report", "name": written})


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("evil[.]example:443", "evil.example"),
        ("198.51.100.3:8080", "198.51.100.3"),
        ("::ffff:198.51.100.3", "198.51.100.3"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "www.xn--bcher-kva.example"),
        ("http://xn--bcher-kva.example/a", "http://BÜCHER.example/a"),
        ("JANE@mail.example", "jane@MAIL.example"),
        ("mailto:jane@mail.example", "jane@mail.example"),
        ("meow://evil[.]example/a", "http://evil.example/a"),
        ("http://evil.example:80/a", "http://evil.example/a"),
        ("md5:" + "A" * 32, "a" * 32),
    ],
)
def test_one_value_in_two_spellings(typed: str, value: str) -> None:
    assert finds(typed, {"type": "x-foo", "value": value})
