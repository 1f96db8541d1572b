"""Every request there is, asked where there is more that the asker may not know of, and where not.

1. A world with a hidden part answers like the same world without it, byte for byte.
2. What is hidden answers like what is absent.

`ASKED` has arguments for every request of the API: a new one without arguments fails.
"""

import pytest

from opsroom.service import HANDLERS
from tests.confidentiality.asked import ASKED, in_turn, named
from tests.confidentiality.worlds import Told


@pytest.mark.parametrize("who", ["bravo", "narrow", "coast", "carol", "hall", "dora"])
def test_a_hidden_part_changes_no_answer(full: Told, bare: Told, who: str) -> None:
    for what, one, other in in_turn(full, bare, who):
        assert one == other, what
        assert one.status < 500, what


def test_every_request_is_asked() -> None:
    assert ASKED.keys() == HANDLERS.keys()


def test_enough_of_it_is_answered(full: Told) -> None:
    """A table of nothing but refusals would hold in every two worlds."""
    answered = {
        kind
        for of in named(full, "bravo")
        for kind, arguments in ASKED.items()
        for given in arguments(of)
        if full.asked("bravo", kind, given).status == 200
    }
    assert {kind.__name__ for kind in ASKED.keys() - answered} == set()
