"""Observable values have one canonical form."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.search.observables import LONGEST, beginning_of, recognised
from tests.core.search.observables import domains, emails, hashes, ipv4, ipv6, urls


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("HTTPS://User@Evil.Example:80/A?B#C", "url", "https://User@evil.example:80/A?B#C"),
        ("http://evil.example:80/A", "url", "http://evil.example/A"),
        ("https://evil.example:443", "url", "https://evil.example"),
        ("http://Bücher.example/A", "url", "http://xn--bcher-kva.example/A"),
        ("Jane.Doe@Evil.Example", "email", "jane.doe@evil.example"),
        ("mailto:jane@evil.example", "email", "jane@evil.example"),
        ("Bücher.Example.", "domain", "xn--bcher-kva.example"),
        ("evil.example:443", "domain", "evil.example"),
        ("evil\u2011twin.example", "domain", "evil-twin.example"),
        ("[2001:db8::1]:443", "address", "2001:db8::1"),
        ("198.51.100.9:8080", "address", "198.51.100.9"),
        ("::ffff:198.51.100.9", "address", "198.51.100.9"),
        ("::ffff:198.51.100.9/120", "address", "198.51.100.0/24"),
        ("::ffff:0:0/95", "address", "::fffe:0:0/95"),
        ("meow://evil.example/", "url", "http://evil.example/"),
        ("MD5: " + "A" * 32, "hash", "a" * 32),
        ("ASN64500", "system", "as64500"),
        ("md5:" * 600, "other", "md5:" * 600),
        ("xn--Bcher-kva.example", "domain", "xn--bcher-kva.example"),
        ("2001:DB8:0:0::1", "address", "2001:db8::1"),
        ("198.51.100.9/24", "address", "198.51.100.0/24"),
        ("198.51.100.9/32", "address", "198.51.100.9"),
        ("198.51.100.9/33", "other", "198.51.100.9/33"),
        ("D2-FB-49-24-37-18", "mac", "d2:fb:49:24:37:18"),
        ("A" * 64, "hash", "a" * 64),
        ("A" * 63, "other", "a" * 63),
        ("CVE-2021-44228", "other", "cve-2021-44228"),
        ("  two \n words\0 ", "other", "two words"),
        ("two \x1b words", "other", "two words"),
        ("1.2.3", "other", "1.2.3"),
    ],
)
def test_canonical_form(text: str, form: str, value: str) -> None:
    assert recognised(text)[:2] == (value, form)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("http://a:b@Evil.Example:80/x@y", "evil.example"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://198.51.100.3?a=b://c", "198.51.100.3"),
        ("jane@evil.example", "evil.example"),
        ("jane@[198.51.100.3]", "198.51.100.3"),
    ],
)
def test_host(text: str, host: str) -> None:
    assert recognised(text).host == host


@given(st.one_of(urls, domains, emails, ipv4, ipv6, hashes, st.text()))
def test_canonical_form_is_its_own(text: str) -> None:
    value = recognised(text).value
    assert recognised(value).value == value


@pytest.mark.parametrize(
    ("values", "form"), [(urls, "url"), (domains, "domain"), (emails, "email"), (hashes, "hash")]
)
def test_form_is_recognised(values: st.SearchStrategy[str], form: str) -> None:
    @given(values)
    def holds(value: str) -> None:
        assert recognised(value).form == form

    holds()


@given(st.text())
def test_term_holds_no_control_character(text: str) -> None:
    assert all(term.isprintable() for term in recognised(text).terms)


def test_long_value_is_cut_to_a_prefix_and_a_digest() -> None:
    assert recognised("x" * LONGEST).term == "o:" + "x" * LONGEST
    whole = "x" * (LONGEST + 1)
    assert recognised(whole).term == f"o:{'x' * 223}~{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
    assert len(recognised(whole).term) == len("o:") + LONGEST


@given(st.one_of(urls, domains, hashes), st.integers(1, 300))
def test_beginning_of_a_value_begins_its_term(value: str, length: int) -> None:
    assert recognised(value).term.startswith(beginning_of(value[:length]))
