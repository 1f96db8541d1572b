"""The words of a text: folded, compounds beside their parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.search.words import LONGEST, begins_a_word, compounds, folded, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Evil Corp", ["evil", "corp"]),
        ("CVE-2021-44228!", ["cve-2021-44228", "cve", "2021", "44228"]),
        ("T1059.001", ["t1059.001", "t1059", "001"]),
        ("a_mutex", ["a_mutex", "a", "mutex", "amutex"]),
        ("end. Next -- dash", ["end", "next", "dash"]),
        ("Éclair ﬁn Straße", ["eclair", "fin", "strasse"]),
        ("Привет, Йод", ["привет", "иод"]),
        ("«绿野»", ["绿野", "野"]),
        ("针对APT28的", ["针对apt28的", "针对", "对", "apt28", "的"]),
        ("한국APT28에", [*[folded("한국APT28에"), folded("한국"), "apt28", folded("에")]]),
        ("ありがとう", ["ありかとう", "あり", "りか", "かと", "とう", "う"]),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_long_words_are_none_but_their_parts_may_be() -> None:
    assert words("a" * LONGEST) == ["a" * LONGEST]
    assert words("a" * (LONGEST + 1)) == []
    assert words("a" * LONGEST + "-b") == ["a" * LONGEST, "b"]


@given(st.text())
def test_folded_text_stays_folded(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Panda", "PANDA"),
        ("Straße", "STRASSE"),
        ("οδός", "ΟΔΟΣ"),
        ("naïve", "nai\u0308ve"),
        ("ｆｕｌｌ", "full"),
        ("SALDIRI", "saldırı"),
        ("İstanbul", "ISTANBUL"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("علی", "علي"),
        ("العـملية", "العملية"),
        ("می\u200cشود", "میشود"),
        ("soft\xadware", "software"),
        ("CVE\u20112021\u201144228", "cve-2021-44228"),
    ],
)
def test_spellings_of_a_word_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(), st.integers(1, 20))
def test_beginning_of_a_word_is_recognised(text: str, length: int) -> None:
    assert all(begins_a_word(compound[:length]) for compound in compounds(text))
