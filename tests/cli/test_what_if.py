"""`opsroom agreement what-if`: what a proposal opens and closes, for whom, before anybody signs it."""

from pathlib import Path
from typing import Any

import pytest

from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE = objects.numbered("identity", 1)


@pytest.fixture
def shared(room: Shell) -> Shell:
    """One object of Alfa, which Bravo sees."""
    room.contribute([objects.identity(1)])
    return room


def effect(shared: Shell, *words: str) -> dict[str, list[tuple[str, str]]]:
    said = shared.json("agreement", "what-if", *words)
    return {word: [(one["member"], one["id"]) for one in said[word]] for word in ("opens", "closes")}


def amended(shared: Shell, **more: str) -> str:
    """Version 2 with Carol as a party; its path."""
    shown: Any = shared.json("agreement", "show", SHARING)
    text = Path(shared.home / f"{SHARING}.yaml").read_text()
    text = text.replace("version: 1", f'version: 2\nsupersedes: "{shown["digest"]}"')
    text = text.replace("{member: bravo}", "{member: bravo}, {member: carol}")
    for key, value in more.items():
        text += f"{key}: {value}\n"
    return shared.file("version-2.yaml", text)


def test_a_version_opens_to_a_newcomer_what_was_shared_where_it_says_so(shared: Shell) -> None:
    assert effect(shared, amended(shared)) == {"opens": [], "closes": []}
    assert effect(shared, amended(shared, covers_existing="all")) == {"opens": [("carol", ONE)], "closes": []}


def test_a_suspension_closes_for_its_scope(shared: Shell) -> None:
    closed = {"opens": [], "closes": [("bravo", ONE)]}
    assert effect(shared, "--suspend", SHARING, "--party", "bravo") == closed
    assert effect(shared, "--suspend", SHARING, "--pair", "alfa", "bravo") == closed
    assert effect(shared, "--suspend", SHARING, "--field", "incidents") == closed
    assert effect(shared, "--suspend", SHARING) == closed
    assert effect(shared, "--suspend", SHARING, "--field", "logistics") == {"opens": [], "closes": []}


def test_ending_and_leaving_close(shared: Shell) -> None:
    closed = {"opens": [], "closes": [("bravo", ONE)]}
    assert effect(shared, "--terminate", SHARING) == closed
    later = ("--effective-at", "2999-01-01")
    assert effect(shared, "--withdraw", SHARING, "--party", "bravo", *later) == closed
    assert effect(shared, "--withdraw", SHARING, "--party", "bravo", *later, "--at", "2998-12-31") == {
        "opens": [],
        "closes": [],
    }


def test_an_act_that_waits_for_signatures_is_read_from_its_file(shared: Shell) -> None:
    out = str(shared.home / "act.json")
    words = ("--by", "alfa", "--party", "alfa", "--key", shared.key("alfa"), "--out", out)
    shared.run("agreement", "suspend", SHARING, *words)
    assert effect(shared, out) == {"opens": [], "closes": [("bravo", ONE)]}


def test_what_a_resumption_opens_is_what_was_suspended(shared: Shell) -> None:
    shared.run(
        "agreement", "suspend", SHARING, "--by", "alfa", "--party", "alfa", "--key", shared.key("alfa")
    )
    assert effect(shared, "--resume", SHARING, "--party", "alfa")["opens"] == [("bravo", ONE)]
    assert effect(shared, "--resume", SHARING, "--party", "bravo")["opens"] == []


def test_people_read_counts_by_member_and_the_first_items(shared: Shell) -> None:
    said = shared.run("agreement", "what-if", "--suspend", SHARING).stdout
    assert "0 opened and 1 closed" in said
    assert ["bravo", "1"] in [line.split() for line in said.splitlines()]
    assert ONE in said


def test_nothing_is_recorded_and_nothing_closes(shared: Shell) -> None:
    before = shared.json("agreement", "events", SHARING)
    effect(shared, "--terminate", SHARING)
    effect(shared, amended(shared, covers_existing="all"))
    assert shared.json("agreement", "events", SHARING) == before
    assert [shared.sees(one, ONE) for one in ("bravo", "carol")] == [True, False]


@pytest.mark.parametrize(
    "words",
    [(), ("--suspend", SHARING, "--terminate", SHARING), ("--withdraw", SHARING)],
    ids=["no proposal", "two proposals", "nobody withdraws"],
)
def test_one_proposal_is_asked_for(shared: Shell, words: tuple[str, ...]) -> None:
    shared.run("agreement", "what-if", *words, status=2)


def test_an_agreement_that_is_not_there_is_not_found(shared: Shell) -> None:
    shared.run("agreement", "what-if", "--terminate", "agreement--0", status=4)


def test_a_withdrawal_is_asked_about_after_its_notice(shared: Shell) -> None:
    path = amended(shared, acts="{withdraw: {notice: P900Y}}")
    shared.run("agreement", "amend", SHARING, path)
    keys = [word for one in ("alfa", "bravo", "carol") for word in ("--key", shared.key(one))]
    shared.run("agreement", "sign", path, *keys, "--record")
    said = shared.json("agreement", "what-if", "--withdraw", SHARING, "--party", "bravo")
    assert said["at"] > "2900"
    assert [one["member"] for one in said["closes"]] == ["bravo"]
