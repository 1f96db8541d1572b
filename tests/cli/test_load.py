"""`opsroom load`: rooms as data. Loading again changes nothing; who sees what is printed afterwards."""

import sqlite3
from pathlib import Path

import pytest

from tests import objects
from tests.cli.conftest import AGREEMENT, SHARING, Shell

ONE, TWO = (objects.numbered("identity", number) for number in (1, 2))
OTHER = "agreement--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
ROOM = """\
schema = "opsroom.room/1"

[[members]]
name = "alfa"
title = "Alfa"
components = [{name = "navy", title = "Navy", from = 2014-06-15T00:00:00Z}]
desks = [{name = "border", fields = ["border-security"]}]

[[members]]
name = "bravo"
title = "Bravo"

[[members]]
name = "carol"
title = "Carol"

[[members]]
name = "delta"
title = "Delta"

[[rooms]]
name = "room"
title = "A room"
host = "alfa"

[[agreements]]
name = "sharing"
file = "sharing.yaml"
room = "room"

[[agreements]]
name = "onward"
file = "onward.yaml"
room = "room"

[[postings]]
member = "alfa"
agreement = "sharing"
field = "incidents"
tlp = "green"

[[steps]]
contribute = "one.json"
as = "alfa"
agreement = "sharing"
field = "incidents"

[[steps]]
contribute = "notes.md"
as = "alfa"
agreement = "sharing"
field = "incidents"
not_to = ["bravo"]
labels = ["synthetic"]
"""
PASSING = """
[[steps]]
contribute = "one.json"
as = "bravo"
agreement = "onward"
field = "incidents"
"""
CONSENT = f"""
[[steps]]
consent = "{ONE}"
by = "alfa"
to = "carol"
holder = "bravo"
under = "onward"
"""


@pytest.fixture
def example(tmp_path: Path) -> Shell:
    """A directory with a room of Alfa and Bravo; Bravo and Carol have an agreement too; Delta has none."""
    shell = Shell(tmp_path)
    for name, identifier, parties in (
        ("sharing", SHARING, "{member: alfa}, {member: bravo}"),
        ("onward", OTHER, "{member: bravo}, {member: carol}"),
    ):
        shell.file(f"example/{name}.yaml", AGREEMENT.format(id=identifier, name=name, parties=parties))
    shell.file("example/one.json", objects.identity(1))
    shell.file("example/notes.md", "# A quiet day\n\nNothing happened.\n")
    shell.file("example/room.toml", ROOM)
    return shell


def loading(example: Shell) -> tuple[str, str]:
    return "load", str(example.home / "example")


def content(example: Shell) -> list[str]:
    """Everything that the database holds."""
    with sqlite3.connect(example.home / "data" / "opsroom.db") as connection:
        return list(connection.iterdump())


def test_everything_in_the_file_is_there_afterwards(example: Shell) -> None:
    example.run(*loading(example))
    assert [one["name"] for one in example.json("member", "list")] == ["alfa", "bravo", "carol", "delta"]
    shown = example.json("member", "show", "alfa")
    assert [one["name"] for one in shown["components"]] == ["navy"]
    assert {one["name"] for one in shown["desks"]} == {"border", "main"}
    assert example.json("agreement", "show", SHARING)["state"] == "in force"
    [item] = example.json("show", ONE)
    assert item["handling"]["tlp"] == "green"
    assert example.sees("bravo", ONE)


def test_loading_again_changes_nothing(example: Shell) -> None:
    example.run(*loading(example))
    before = content(example)
    assert "nothing is changed" in example.run(*loading(example)).stdout
    assert example.json(*loading(example))["changed"] == []
    assert content(example) == before


def test_a_file_that_grew_is_loaded_on_from_where_it_was(example: Shell) -> None:
    example.run(*loading(example))
    example.file("example/two.json", objects.identity(2))
    example.file("example/room.toml", ROOM + PASSING.replace("one.json", "two.json"))
    assert example.json(*loading(example))["changed"] == ["two.json by bravo: 1 contributed"]
    assert example.sees("carol", TWO)


def test_the_table_says_who_sees_what_and_an_outsider_finds_nothing(example: Shell) -> None:
    said = {
        one["id"].partition("--")[0]: {sight["member"]: sight for sight in one["sights"]}
        for one in example.json(*loading(example))["items"]
    }
    assert set(said) == {"identity", "artifact", "report"}
    seen = said["identity"]
    assert {one: (seen[one]["released"], seen[one]["ground"]) for one in seen} == {
        "alfa": (True, "own"),
        "bravo": (True, "provision"),
        "carol": (False, "no-provision"),
        "delta": (False, None),
    }
    assert seen["bravo"]["authority"] == SHARING
    assert said["report"]["bravo"]["ground"] == "not-to"
    shown = example.run(*loading(example)).stdout
    [line] = [line for line in shown.splitlines() if line.startswith("identity 1 (alfa)")]
    assert line.split()[3:] == [
        "sees:",
        "own",
        "sees:",
        "provision",
        "(1)",
        "not:",
        "no-provision",
    ]
    assert "nothing for delta" in shown.splitlines()


def test_parties_without_a_key_sign_with_demo_keys_and_that_is_said(example: Shell) -> None:
    said = example.run(*loading(example)).stdout
    assert "demo key" in said
    keys = example.home / "data" / "keys"
    assert sorted(one.name for one in keys.iterdir()) == ["alfa.key", "bravo.key", "carol.key"]
    assert {one.stat().st_mode & 0o777 for one in keys.iterdir()} == {0o600}


def test_who_has_a_key_signs_by_envelope_and_by_no_demo_key(example: Shell) -> None:
    example.run("key", "new", example.key("alfa"))
    example.file("example/alfa.pub", example.run("key", "show", example.key("alfa")).stdout)
    keyed = ROOM.replace('title = "Alfa"\n', 'title = "Alfa"\nkey = "alfa.pub"\n')
    example.file("example/room.toml", keyed)
    assert "signatures" in example.run(*loading(example), status=3).stderr
    signed = str(example.home / "example" / "alfa.sig.json")
    file = str(example.home / "example" / "sharing.yaml")
    example.run("agreement", "sign", file, "--key", example.key("alfa"), "--out", signed)
    entry = 'file = "sharing.yaml"\nsignatures = ["alfa.sig.json"]\nsigned_by = ["bravo"]\n'
    example.file("example/room.toml", keyed.replace('file = "sharing.yaml"\n', entry))
    example.run(*loading(example))
    assert example.sees("bravo", ONE)
    before = content(example)
    example.run(*loading(example))
    assert content(example) == before


def test_a_refusal_is_expected_and_a_consent_opens_the_way(example: Shell) -> None:
    expecting = PASSING + 'expect = "refused"\n'
    example.file("example/room.toml", ROOM + expecting + CONSENT + PASSING)
    changed = example.json(*loading(example))["changed"]
    assert any("refused, as expected" in one for one in changed)
    assert example.sees("carol", ONE)
    before = content(example)
    example.run(*loading(example))
    assert content(example) == before


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (PASSING, "passing on is refused"),
        (PASSING.replace('"bravo"', '"carol"') + 'expect = "refused"\n', "1 of 1 objects were accepted"),
    ],
    ids=["refused", "accepted"],
)
def test_what_does_not_end_as_expected_stops_and_is_tried_again(
    example: Shell, steps: str, said: str
) -> None:
    example.file("example/room.toml", ROOM + steps)
    assert said in example.run(*loading(example), status=3).stderr
    assert said in example.run(*loading(example), status=3).stderr


def test_what_is_recorded_is_never_overwritten(example: Shell) -> None:
    example.run(*loading(example))
    for old, new in (
        ('title = "Bravo"', 'title = "B"'),
        ('title = "Navy"', 'title = "N"'),
        ('"A room"', '"R"'),
    ):
        example.file("example/room.toml", ROOM.replace(old, new))
        assert "not as the file says" in example.run(*loading(example), status=3).stderr


def test_every_fault_of_the_file_is_named_with_its_path(example: Shell) -> None:
    faulty = (
        ROOM.replace('name = "bravo"', 'name = "Bravo Company"')
        .replace('room = "room"', 'rooom = "room"', 1)
        .replace('tlp = "green"', 'tlp = "white"')
        .replace(
            'agreement = "sharing"\nfield = "incidents"\nnot_to',
            'agreement = "share"\nfield = "incidents"\nnot_to',
        )
    )
    example.file("example/room.toml", faulty + '\n[[steps]]\nas = "alfa"\n')
    said = example.run(*loading(example), status=2).stderr
    for path in (
        *("members[1].name", "agreements[0].room", "agreements[0].rooom", "postings[0].tlp"),
        *("steps[1].agreement", "steps[2]:"),
    ):
        assert f"room.toml: {path}" in said
    assert not (example.home / "data").exists()


def test_files_that_are_missing_are_named(example: Shell) -> None:
    example.file("example/room.toml", ROOM + PASSING.replace("one.json", "none.json"))
    assert "none.json" in example.run(*loading(example), status=4).stderr
    (example.home / "example" / "room.toml").unlink()
    assert "room.toml" in example.run(*loading(example), status=4).stderr


ACTS = """
[[steps]]
act = "accede"
agreement = "sharing"
by = ["delta", "alfa", "bravo"]
newcomer = {member = "delta"}

[[steps]]
act = "suspend"
agreement = "sharing"
by = ["bravo"]
party = "bravo"
"""


def test_acts_are_signed_and_recorded_once(example: Shell) -> None:
    example.file("example/room.toml", ROOM + ACTS)
    said = example.run(*loading(example)).stdout
    assert "sharing: accede for all, signed by delta, alfa, bravo" in said
    assert "sharing: suspend for bravo, signed by bravo" in said
    before = example.json("agreement", "events", SHARING)
    assert [one["type"] for one in before] == ["sign", "accede", "suspend"]
    assert "nothing is changed" in example.run(*loading(example)).stdout
    assert example.json("agreement", "events", SHARING) == before


def test_what_waits_is_let_out_by_a_step(example: Shell) -> None:
    waits = ROOM.replace('tlp = "green"', 'tlp = "green"\nrelease_by = "releaser"')
    yes = f'\n[[steps]]\nrelease = ["{ONE}"]\nas = "alfa"\nby = "ana"\nagreement = "sharing"\n'
    example.file("example/room.toml", waits + yes)
    assert "ana of alfa lets out 1 that waited" in example.run(*loading(example)).stdout
    assert example.sees("bravo", ONE)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ('act = "secede"\nagreement = "sharing"', "steps[2].act"),
        ('act = "suspend"\nagreement = "none"', "steps[2].agreement"),
        ('act = "accede"\nagreement = "sharing"\nnewcomer = "delta"', "steps[2].newcomer"),
        ('act = "suspend"\nrelease = ["x"]\nagreement = "sharing"', "steps[2]"),
        ('agreement = "sharing"', "steps[2]"),
    ],
)
def test_a_step_with_a_fault_is_named(example: Shell, step: str, fault: str) -> None:
    example.file("example/room.toml", ROOM + f"\n[[steps]]\n{step}\n")
    assert fault in example.run(*loading(example), status=2).stderr


def test_several_directories_are_loaded_into_one_node(example: Shell) -> None:
    example.file(
        "second/room.toml",
        'schema = "opsroom.room/1"\n[[members]]\nname = "echo"\ntitle = "Echo"\n'
        '[[rooms]]\nname = "other"\ntitle = "Another"\nhost = "echo"\n',
    )
    example.run(*loading(example), str(example.home / "second"))
    assert {one["name"] for one in example.json("room", "list")} == {"room", "other"}
