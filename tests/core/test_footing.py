"""Footings say of every reader what the greatest fixed point of the references says."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from opsroom.core.feed import Footing
from opsroom.core.footing import Resting, footings_of

CLASSES = st.integers(1, 4)
OUTSIDE = {101: 1, 102: 2}
"""Offers that others posted before, and their footings."""
BEFORE = {1: Footing((1,)), 2: Footing((2, 3))}


def footings(offers: Mapping[int, Resting]) -> tuple[dict[int, int], dict[int, Footing]]:
    """The footing of each offer, and all footings by number."""
    numbered = dict(BEFORE)

    def intern(footing: Footing) -> int:
        for number, one in numbered.items():
            if one == footing:
                return number
        numbered[len(numbered) + 1] = footing
        return len(numbered)

    return footings_of(offers, known=OUTSIDE, footings=BEFORE, intern=intern), numbered


def is_open(number: int, numbered: Mapping[int, Footing], classes: frozenset[int]) -> bool:
    found = numbered[number]
    return classes.issuperset(found.classes) and all(
        any(is_open(one, numbered, classes) for one in options) for options in found.alternatives
    )


def opened(offers: Mapping[int, Resting], classes: frozenset[int]) -> set[int]:
    """The greatest fixed point: all whose class is open, less those with a need that nothing open meets."""
    others = {number for number, footing in OUTSIDE.items() if classes.issuperset(BEFORE[footing].classes)}
    left = {number for number, one in offers.items() if one.release_class in classes}
    while struck := {
        number for number in left if any(need.isdisjoint(left | others) for need in offers[number].needs)
    }:
        left -= struck
    return left


def told(offers: Mapping[int, Resting], classes: frozenset[int]) -> set[int]:
    found, numbered = footings(offers)
    return {number for number, footing in found.items() if is_open(footing, numbered, classes)}


needs = st.lists(st.frozensets(st.sampled_from((1, 2, 3, 4, 5, 6, 101, 102, 999)), max_size=3), max_size=3)
systems = st.lists(st.builds(Resting, CLASSES, needs.map(tuple)), min_size=1, max_size=6).map(
    lambda listed: dict(enumerate(listed, 1))
)


@given(systems, st.frozensets(CLASSES))
@settings(max_examples=1500)
def test_a_footing_is_open_where_the_greatest_fixed_point_is(
    offers: dict[int, Resting], classes: frozenset[int]
) -> None:
    assert told(offers, classes) == opened(offers, classes)


def test_the_same_cycle_posted_twice_opens_by_either() -> None:
    """Two reports that refer to each other, in two collections: 1 and 2 of class 1, 3 and 4 of class 2."""
    either = (frozenset({1, 3}), frozenset({2, 4}))
    offers = {
        1: Resting(1, either[1:]),
        2: Resting(1, either[:1]),
        3: Resting(2, either[1:]),
        4: Resting(2, either[:1]),
    }
    assert told(offers, frozenset({1})) == {1, 2}
    assert told(offers, frozenset({2})) == {3, 4}
    assert told(offers, frozenset()) == set()


def test_a_ring_of_any_size_is_one_footing() -> None:
    ring = {number: Resting(number % 3 + 1, (frozenset({number % 3000 + 1}),)) for number in range(1, 3001)}
    found, numbered = footings(ring)
    assert {numbered[number] for number in found.values()} == {Footing((1, 2, 3))}


def test_what_is_too_entangled_narrows() -> None:
    """Sixty offers of sixty classes, each of which needs one of all the others."""
    everybody = frozenset(range(1, 61))
    offers = {number: Resting(number, (everybody - {number},)) for number in everybody}
    assert told(offers, everybody) == everybody
    assert told(offers, frozenset({1, 2})) == set()
