"""Ranges of terms by code point."""

from hypothesis import example, given
from hypothesis import strategies as st

from opsroom.core.search.ranges import Range, beginning, exact

_characters = st.one_of(
    st.sampled_from("a\0\ud7ff\ue000\U0010fffe\U0010ffff"), st.characters(exclude_categories=["Cs"])
)
_texts = st.text(_characters, max_size=4)


@given(_texts, _texts)
@example("w:a", "w:a")
@example("w:a", "w:a\0")
def test_exact_range_holds_one_term(term: str, other: str) -> None:
    assert (other in exact(term)) is (other == term)


@given(_texts, _texts)
@example("\ud7ff", "w:\ue000")
@example("\U0010ffff", "w:\U0010ffff\U0010ffff")
@example("a\U0010ffff", "w:b")
def test_beginning_holds_what_begins_so(prefix: str, rest: str) -> None:
    for term in (f"w:{prefix}{rest}", f"w:{rest}", rest):
        assert (term in beginning(f"w:{prefix}")) is term.startswith(f"w:{prefix}")


@given(_texts)
@example("\ud7ff")
def test_bounds_can_be_written_as_utf_8(prefix: str) -> None:
    span = beginning(f"w:{prefix}")
    assert span.low.encode() < span.high.encode()


def test_range_of_one_term_names_it() -> None:
    assert exact("w:apt").only == "w:apt"
    assert beginning("w:apt").only is None
    assert Range("a", "a\0\0").only is None
