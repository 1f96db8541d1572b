"""What may leave the room for a server outside of it."""

from dataclasses import replace

import pytest

from opsroom.core.handling import Foreign, Handling
from opsroom.core.leaving import TLPS, obstacles
from opsroom.core.stix.tlp import TLP_ORDER

HERE = "agreement--1"
PLAIN = Handling(fields=("incidents",), tlp="clear", cites=frozenset({HERE}))


def stays(label: Handling, tlp_at_most: str = "clear") -> list[str]:
    return list(obstacles(label, under=HERE, tlp_at_most=tlp_at_most))


def test_a_label_that_says_nothing_but_its_tlp_goes() -> None:
    assert stays(PLAIN) == []
    assert stays(replace(PLAIN, pap="clear")) == []


def test_red_cannot_be_asked_for() -> None:
    assert set(TLP_ORDER) - set(TLPS) == {"red"}


@pytest.mark.parametrize("most", TLP_ORDER)
@pytest.mark.parametrize("tlp", TLP_ORDER)
def test_what_is_stricter_than_asked_for_stays_and_red_always(tlp: str, most: str) -> None:
    goes = tlp != "red" and TLP_ORDER.index(tlp) <= TLP_ORDER.index(most)
    assert (stays(replace(PLAIN, tlp=tlp), most) == []) == goes


@pytest.mark.parametrize(
    "bound",
    [
        {"rel_to": frozenset({"bravo"})},
        {"rel_to": frozenset()},
        {"not_to": frozenset({"bravo"})},
        {"cites": frozenset({HERE, "agreement--2"})},
        {"need_to_know": frozenset({"naval"})},
        {"originator_control": True},
        {"policy": "nato", "level": "secret"},
        {"not_before": 1},
        {"expires": 1},
        {"foreign": (Foreign("Somebody"),)},
        {"pap": "red"},
        {"evidence": "never"},
        {"purposes": ("training",)},
    ],
    ids=lambda bound: next(iter(bound)),
)
def test_every_other_word_of_a_label_keeps_it_here(bound: dict[str, object]) -> None:
    assert len(stays(replace(PLAIN, **bound))) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"unresolved": True}, {"tlp": "purple"}, {"fields": ()}, {"level": "secret"}]
)
def test_a_label_that_cannot_be_applied_keeps_it_here(wrong: dict[str, object]) -> None:
    assert stays(replace(PLAIN, **wrong), "amber+strict")  # type: ignore[arg-type]
