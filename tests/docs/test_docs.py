"""The documents: links lead somewhere, commands exist, release cases and agreements in them are sound."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from opsroom.cli import main
from opsroom.core.agreement.events import SignedVersion
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.cases import read_cases
from opsroom.yamltext import parse_yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")], key=str
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(page.read_text()) if kind == language]


def anchors(page: Path) -> set[str]:
    """What a reader's browser jumps to: each heading in lower case, without punctuation, joined by hyphens."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads(page: Path, target: str) -> bool:
    """Whether a link of the page leads to a file of the repository, and to a heading where it names one."""
    name, _, anchor = target.partition("#")
    goal = (page.parent / name).resolve() if name else page
    return goal.exists() and goal.is_relative_to(ROOT) and (not anchor or anchor in anchors(goal))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if ":" not in target]
    assert [target for target in targets if not leads(page, target)] == []


def commands_in(page: Path) -> list[list[str]]:
    """The words of every `opsroom` call in the page's console blocks."""
    lines = [line for body in blocks(page, "console") for line in body.replace("\\\n", " ").splitlines()]
    calls = [line.split("opsroom ", 1)[1] for line in lines if re.match(r"\$ (\S+/)?opsroom ", line)]
    return [re.split(r"\s[|>]", call)[0].split() for call in calls]


def is_command(words: list[str]) -> bool:
    """Whether the words name a command and every long option of theirs is known to it."""
    node: click.Command = main
    options = {name for one in main.params for name in one.opts}
    rest = list(words)
    while isinstance(node, click.Group):
        while rest and rest[0].startswith("--"):
            rest = rest[2:] if rest[0] != "--json" else rest[1:]
        if not rest or rest[0] not in node.commands:
            return False
        node = node.commands[rest.pop(0)]
        options |= {name for one in node.params for name in (*one.opts, *one.secondary_opts)}
    given = {word.split("=")[0] for word in rest if word.startswith("--") and word != "--"}
    return given <= options | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    assert [" ".join(words) for words in commands_in(page) if not is_command(words)] == []


def test_every_command_is_documented() -> None:
    said = "\n".join(page.read_text() for page in PAGES if page.name != "commands.md")
    missing = []
    for name, command in main.commands.items():
        names = [f"{name} {one}" for one in command.commands] if isinstance(command, click.Group) else [name]
        missing += [one for one in names if f"opsroom {one}" not in said]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_agreements_and_cases_in_the_documents_are_sound(page: Path) -> None:
    written = [
        parse_agreement(parse_yaml(body.encode(), str(page)))
        for body in blocks(page, "yaml")
        if body.startswith("schema: opsroom.agreement/1")
    ]
    agreements = {one.id: SignedVersion(one.version, one.digest, one.terms) for one in written}
    for body in blocks(page, "toml"):
        if "[[case]]" in body:
            assert list(read_cases(tomllib.loads(body), agreements).failures()) == []
