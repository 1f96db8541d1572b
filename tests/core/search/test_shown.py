"""Terms as people read them."""

import pytest

from opsroom.core.search import shown
from opsroom.core.search.observables import recognised
from opsroom.core.search.words import folded


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("w:apt-28", "apt-28"),
        (f"w:{folded('한국')}", "한국"),
        ("o:http://evil.example/a:b", "http://evil.example/a:b"),
        ("4:c6336403", "198.51.100.3"),
        ("4b:24:c6336400", "198.51.100.0/24"),
        ("6:20010db8000000000000000000000001", "2001:db8::1"),
        ("6b:032:20010db8000000000000000000000000", "2001:db8::/32"),
        ("d:com.example.www.", "www.example.com"),
    ],
)
def test_term_is_shown(term: str, text: str) -> None:
    assert shown(term) == text


def test_cut_value_ends_with_an_ellipsis() -> None:
    assert shown(recognised("x" * 300).term) == "x" * 223 + "…"
    assert shown(recognised("x" * 256).term) == "x" * 256
