"""The table of channels in docs/confidentiality.md, made of the tests: `python -m tests.confidentiality.channels`.

A row is a leak that a test plants and catches: its channel, the rule that keeps it shut, and the test.
"""

import re
from importlib import import_module
from pathlib import Path

from tests.confidentiality.planting import CHANNELS

PAGE = Path(__file__).parents[2] / "docs" / "confidentiality.md"
BLOCK = re.compile(r"(?<=<!-- channels -->\n).*?(?=<!-- end of channels -->)", re.DOTALL)
PLANTED = "test_planted_leak_"
MODULES = ("test_planted_in_answers", "test_planted_in_items", "test_planted_in_findings", "test_work")


def table() -> str:
    """The table, in the order of the modules."""
    rows = ["| channel | rule | planted, and caught | in |", "|---|---|---|---|"]
    for module in MODULES:
        tests = vars(import_module(f"tests.confidentiality.{module}"))
        for name in tests:
            if name.startswith(PLANTED):
                channel, rule = CHANNELS[name]
                leak = name.removeprefix(PLANTED).replace("_", " ")
                rows.append(f"| {channel} | {rule} | {leak} | `{module}` |")
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    """The page with the table as the tests are now."""
    return BLOCK.sub(lambda _: table(), page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
