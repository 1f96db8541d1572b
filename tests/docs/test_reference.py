"""The pages of docs/reference that are made of the code are as the code is now."""

import pytest
from click.testing import CliRunner

from opsroom.cli import main
from tests.docs.running import ROOT


@pytest.mark.parametrize("page", ["api", "commands", "settings"])
def test_a_page_of_the_reference_is_as_the_code_is(page: str) -> None:
    said = CliRunner().invoke(main, ["reference", page], catch_exceptions=False).stdout
    assert (ROOT / "docs" / "reference" / f"{page}.md").read_text() == said, (
        "`make reference` writes it again"
    )
