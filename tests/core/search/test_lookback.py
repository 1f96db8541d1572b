"""How far back a search looks."""

import pytest

from opsroom.core.search import last
from opsroom.errors import Malformed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("90m", 5400), ("12h", 43_200), ("5d", 432_000), ("2w", 1_209_600), (" 05D ", 432_000)],
)
def test_span_is_microseconds(text: str, seconds: int) -> None:
    assert last(text) == seconds * 1_000_000


@pytest.mark.parametrize("text", ["", "5", "d", "0d", "-5d", "5 d", "1.5h", "5y", "1000000s", "٣d", "5d2h"])
def test_other_text_is_no_span(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        last(text)
    assert [fault.path for fault in caught.value.faults] == ["last"]
