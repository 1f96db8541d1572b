"""The threat model shows every leak that a test plants, and says what keeps its channel shut."""

from pathlib import Path

from tests.confidentiality.channels import MODULES, PAGE, PLANTED, table, written
from tests.confidentiality.planting import CHANNELS

HERE = Path(__file__).parent


def test_the_threat_model_is_as_the_tests_are() -> None:
    text = PAGE.read_text()
    assert table() in text
    assert written(text) == text, "`make reference` writes it again"


def test_every_planted_leak_says_which_channel_it_is_about() -> None:
    planting = {one.stem for one in HERE.glob("test_*.py") if f"def {PLANTED}" in one.read_text()}
    assert planting == set(MODULES)
    assert len(table().splitlines()) == len(CHANNELS) + 2
    assert len(CHANNELS) >= 30
