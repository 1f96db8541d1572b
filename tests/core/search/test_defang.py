"""Defanged observables are made whole, and what is whole is left alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opsroom.core.search.defang import LONGEST, refanged, unmarked
from tests.core.search.observables import defanged, defangings, domains, emails, hashes, ipv4, ipv6, urls

_fragments = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"[](){}<>.:/\\@\"' *x",
                "dot",
                "at",
                "hxxp",
                "h**p",
                "fxps",
                "h[tt]p",
                "://",
                "[.]",
                "(at)",
                "a1",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("hxxp://evil[.]example/a", "http://evil.example/a"),
        ("hXXps[:]//evil(.)example", "https://evil.example"),
        ("HXXPS[://]evil{.}example", "https://evil.example"),
        ("h**p://evil.example", "http://evil.example"),
        ("h[tt]ps://evil.example", "https://evil.example"),
        ("fxp://evil[dot]example[/]a", "ftp://evil.example/a"),
        ("198[.]51[.]100[.]3", "198.51.100.3"),
        ("198.51.100[ . ]3", "198.51.100.3"),
        ("2001[:]db8[:][:]1", "2001:db8::1"),
        ("2001:db8::", "2001:db8::"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("jane[at]evil[dot]example", "jane@evil.example"),
        ("jane(@)evil(DOT)example", "jane@evil.example"),
        (r"evil\.example", "evil.example"),
        ("<https://evil.example/>,", "https://evil.example/"),
        ('"evil.example".', "evil.example"),
        ("(evil.example)", "evil.example"),
        ("evil.example).", "evil.example"),
        ("(see evil.example", "see evil.example"),
        ("`evil.example`", "evil.example"),
        ("https://wiki.example/Foo_(bar)", "https://wiki.example/Foo_(bar)"),
        ("http[:(/)/]evil.example", "http://evil.example"),
        (r"http://www.evil\.example/a", "http://www.evil.example/a"),
    ],
)
def test_defanged_text_is_made_whole(text: str, whole: str) -> None:
    assert refanged(text) == whole


@pytest.mark.parametrize(
    "text",
    [
        "the dot product",
        "look (at) me",
        "y ~ f(.) + x",
        "list[0] and dict(a=1)",
        r"C:\Users\.ssh\id_rsa",
        "hxxp is how it is written",
        "https://evil.example/a?b=[c]",
        "CVE-2021-44228",
        "2001:db8::/32",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert refanged(text) == text
    assert unmarked(text) == text


@given(st.one_of(_fragments, st.text()))
@example("[:(/)/]a")
@example("(" * 17 + "a" + ")" * 17)
@example("(" * 15 + "a" + ")" * 15)
@example("((evil.example)")
@example('">".')
def test_twice_is_once(text: str) -> None:
    assert refanged(refanged(text)) == refanged(text)


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_words_stay(text: str) -> None:
    assert refanged(text) == text.strip()


@given(st.one_of(urls, domains, ipv4, ipv6, emails, hashes), defangings)
def test_every_way_of_defanging_is_undone(value: str, way: str) -> None:
    assert refanged(defanged(value, way)) == refanged(value)


def test_very_long_text_stays() -> None:
    text = "[.]" * LONGEST
    assert refanged(text) == text


def test_text_wrapped_without_end_stays() -> None:
    text = "(" * 100 + "evil.example" + ")" * 100
    assert refanged(text) == text
