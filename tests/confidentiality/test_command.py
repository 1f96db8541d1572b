"""The command, from afar, in both worlds: it prints the same, and ends with the same status."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsroom.app import web
from opsroom.cli import main
from opsroom.config import load
from tests import objects
from tests.confidentiality.asked import Names, named
from tests.confidentiality.worlds import OWN, SEEN, WAITING, Told
from tests.taxii.conftest import free_port, serving


@dataclass(frozen=True, slots=True)
class Afar:
    """A world behind a real server, asked by the command."""

    told: Told
    url: str

    def printed(self, who: str, *words: str) -> tuple[int, str, str]:
        """Exit status and all that is printed; addresses aside."""
        self.told.next()
        asked = ["--url", self.url, "--token", self.told.secrets[who], *words]
        result = CliRunner().invoke(main, asked)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout.replace(self.url, ""), result.stderr.replace(self.url, "")


@pytest.fixture
def afar(full: Told, bare: Told) -> Iterator[tuple[Afar, Afar]]:
    with ExitStack() as stack:
        found = []
        for told in (full, bare):
            settings = load(given={"port": free_port(), "page_size": 2}, environ={}).settings
            url = stack.enter_context(serving(web(told.next().node, settings), settings))
            found.append(Afar(told, url))
        yield found[0], found[1]


def commands(of: Names, place: Path) -> Iterator[tuple[str, ...]]:
    """What is typed, with names that are known or hidden."""
    own = place / "own.json"
    own.write_bytes(objects.identity(30))
    room = ("--room", of.room)
    where = (*room, "--agreement", of.agreement, "--field", of.field)
    yield from (("room", "list"), ("room", "show", of.room), ("agreement", "show"), ("consent", "list"))
    yield from (("agreement", one, of.agreement) for one in ("show", "events", "amend"))
    yield from (("search", word, *room, "--json") for word in ("beacon", "skunk", "evil[.]example"))
    yield from (("search", word, *room, "--suggest") for word in ("be", "sku"))
    yield from (("search", "--like", one, *room) for one in (of.item, OWN))
    yield from (("show", one) for one in (of.item, OWN, SEEN))
    yield from (("explain", one, "--to", member) for one in (of.item, OWN) for member in (of.me, of.member))
    yield from (("release", "list", *room), ("release", "show", WAITING, *room), ("notices", *room))
    yield ("contribute", str(own), *where, "--dry-run", "--rel-to", of.member)
    yield ("contribute", str(own), *where, "--dry-run", "--source", of.item)
    yield ("agreement", "what-if", "--suspend", of.agreement, "--party", of.me)
    yield ("recall", of.item, *room)
    yield ("follow", *room, "--count", "3", "--json")


@pytest.mark.parametrize("who", ["bravo", "dora", "hall"])
def test_a_hidden_part_changes_nothing_that_is_printed(
    afar: tuple[Afar, Afar], who: str, tmp_path: Path
) -> None:
    full, bare = afar
    of_all = [one for one in named(full.told, who) if one.room == "room"][::3]
    for of in of_all:
        for words in commands(of, tmp_path):
            if who == "dora" and words[0] == "follow":
                continue
            one, other = (world.printed(who, *words) for world in (full, bare))
            assert one == other, words


def test_enough_of_it_is_answered(full: Told, afar: tuple[Afar, Afar], tmp_path: Path) -> None:
    known = list(named(full, "bravo"))[-1]
    statuses = {words: afar[0].printed("bravo", *words)[0] for words in commands(known, tmp_path)}
    assert [words for words, status in statuses.items() if status not in (0, 1)] == []
