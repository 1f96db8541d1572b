"""Every command of the documents is run as it is written."""

from pathlib import Path

import pytest

from tests.docs.running import ROOT, Command, Runs, steps_of

ELSEWHERE = {
    "README.md": "builds the environment, and runs these tests",
    "docs/how-to/pull-and-push.md": "speaks of servers elsewhere; tests/cli/test_pull_push.py runs its commands",
}
"""Pages whose commands are not run here, and why. Of docs/peers the tools are not installed."""
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    if page.relative_to(ROOT).as_posix() not in ELSEWHERE
    and "peers" not in page.parts
    and any(isinstance(step, Command) for step in steps_of(page))
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("docs"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run_as_they_are_written(page: Path, runs: Runs) -> None:
    runs.run(page)


def test_a_command_that_fails_or_prints_something_else_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.docs.running.ROOT", tmp_path)
    page = tmp_path / "page.md"
    cases = (
        ("$ echo one two\none…\n", ""),
        ("$ echo one\n$ false\n", "false"),
        ("$ echo one two\ntwo\n", "does not print"),
        ("$ opsroom room show nowhere\n", "room show nowhere"),
    )
    for number, (text, said) in enumerate(cases):
        page.write_text(f"```console\n{text}```\n")
        place = tmp_path / str(number)
        place.mkdir()
        if not said:
            Runs(place).run(page)
        else:
            with pytest.raises(AssertionError, match=said):
                Runs(place).run(page)
