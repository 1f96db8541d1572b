"""`opsroom agreement`, `consent` and `key` as people type them: from a draft to the log of its events."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opsroom.cli import main
from tests import objects
from tests.cli.conftest import AGREEMENT, SHARING, Shell

OURS = "agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a22"
TEXT = AGREEMENT.format(id=OURS, name="of three", parties="{member: alfa}, {member: bravo}, {member: carol}")
ITEM = objects.numbered("identity", 1)


def keys(shell: Shell, *members: str) -> list[str]:
    return [word for member in members for word in ("--key", shell.key(member))]


def state(shell: Shell, agreement: str = OURS) -> str:
    return str(shell.json("agreement", "show", agreement)["state"])


def test_an_agreement_from_draft_to_events(room: Shell) -> None:
    path = room.file("ours.yaml", TEXT)
    [checked] = room.json("agreement", "check", path)
    assert checked == {"file": path, "id": OURS, "version": 1, "digest": checked["digest"]}
    recorded = room.json("agreement", "draft", path, "--room", "room")
    assert recorded == {"agreement": OURS, "version": 1, "digest": checked["digest"], "room": "room"}
    assert state(room) == "draft"

    for member in ("alfa", "bravo", "carol"):
        out = str(room.home / f"{member}.sig.json")
        signed = room.json("agreement", "sign", path, *keys(room, member), "--out", out)
        assert signed["digest"] == checked["digest"]
        assert (signed["written"], signed["recorded"]) == (out, [])
    assert state(room) == "draft"
    said = room.json("agreement", "record", str(room.home / "alfa.sig.json"))
    assert said == {"type": "sign", "by": ["alfa"]}
    assert state(room) == "partly signed"
    both = [str(room.home / f"{member}.sig.json") for member in ("bravo", "carol")]
    assert room.json("agreement", "record", *both)["by"] == ["bravo", "carol"]
    assert state(room) == "in force"

    room.contribute([objects.identity(1)], agreement=OURS)
    assert room.sees("carol", ITEM)
    act = room.json(
        *("agreement", "suspend", OURS, "--pair", "alfa", "--pair", "carol"), *keys(room, "carol")
    )
    assert (act["type"], act["by"]) == ("suspend", ["carol"])
    assert not room.sees("carol", ITEM)
    assert room.sees("bravo", ITEM)
    pair = ("--pair", "carol", "--pair", "alfa")
    room.run("agreement", "resume", OURS, *pair, *keys(room, "alfa"), status=3)
    room.run("agreement", "resume", OURS, *pair, *keys(room, "carol"))
    assert room.sees("carol", ITEM)

    found = room.json("agreement", "events", OURS)
    assert [(one["position"], one["type"], one["by"]) for one in found] == [
        (1, "sign", ["alfa"]),
        (2, "sign", ["bravo", "carol"]),
        (3, "suspend", ["carol"]),
        (4, "resume", ["carol"]),
    ]
    assert [one["scope"] for one in found] == [None, None, *[{"pair": ["alfa", "carol"]}] * 2]
    assert found[2]["digest"] == act["digest"]
    assert found[2]["effective_at"] == act["effective_at"] <= found[2]["recorded_at"]
    assert "suspend" in room.run("agreement", "events", OURS).stdout


def test_signatures_are_added_to_one_file_from_hand_to_hand(room: Shell) -> None:
    path = room.file("ours.yaml", TEXT)
    room.run("agreement", "draft", path, "--room", "room")
    room.run("agreement", "sign", path, *keys(room, "alfa"))
    passed = str(room.home / "ours.signed.json")
    room.run("agreement", "sign", passed, *keys(room, "bravo"), "--out", passed)
    room.run("agreement", "sign", path, *keys(room, "carol"))
    assert room.json("agreement", "record", passed)["by"] == ["alfa", "bravo", "carol"]
    assert room.json("agreement", "record", passed)["by"] == []


def test_an_envelope_never_replaces_another_text(room: Shell) -> None:
    path = room.file("ours.yaml", TEXT)
    out = room.file("out.json", "something else")
    room.run("agreement", "sign", path, *keys(room, "alfa"), "--out", out, status=3)
    assert Path(out).read_text() == "something else"
    other = room.file("other.yaml", TEXT.replace("of three", "of others"))
    room.run("agreement", "sign", path, *keys(room, "alfa"))
    room.run(
        "agreement",
        "sign",
        other,
        *keys(room, "alfa"),
        "--out",
        str(room.home / "ours.signed.json"),
        status=3,
    )


def test_what_shows_says_it_to_people_too(room: Shell) -> None:
    shown = room.run("agreement", "show", SHARING).stdout
    for words in ("Agreement alfa and bravo", "in force", "in room room", "Art. 3(1)", "incidents"):
        assert words in shown
    assert SHARING in room.run("agreement", "show").stdout
    [listed] = room.json("agreement", "show", "--room", "room")
    assert listed["signed"].keys() == {"alfa", "bravo"}
    assert listed["file"]["id"] == SHARING
    assert room.json("agreement", "show", "--room", "elsewhere") == []
    room.run("agreement", "show", OURS, status=4)
    room.run("agreement", "events", OURS, status=4)


def test_a_template_is_sound_and_has_an_id_of_its_own(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    first, second = (shell.run("agreement", "draft").stdout for _ in range(2))
    assert first != second
    shell.run("agreement", "check", shell.file("template.yaml", first))
    assert not (tmp_path / "data").exists()


def test_a_malformed_file_lists_every_fault(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    bad = (
        TEXT.replace("version: 1", "version: 0")
        .replace("title:", "tilte:")
        .replace("incidents", "In Cidents")
    )
    path = shell.file("bad.yaml", bad)
    for words in (("check", path), ("draft", path, "--room", "room"), ("diff", path, path)):
        result = shell.run("agreement", *words, status=2)
        lines = result.stderr.splitlines()
        assert len(lines) == 4
        assert all(line.startswith("malformed: ") for line in lines)
        assert {line.split(": ")[1] for line in lines} == {"version", "title", "tilte", "provisions[0].field"}
    result = shell.run("agreement", "check", path, "--json", status=2)
    said = json.loads(result.stderr)
    assert said["error"] == "Malformed"
    assert {one["path"] for one in said["faults"]} == {"version", "title", "tilte", "provisions[0].field"}
    assert result.stdout == ""


def test_what_is_no_yaml_says_where(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    result = shell.run("agreement", "check", shell.file("bad.yaml", "a: 1\na: 2\n"), status=2)
    assert "bad.yaml, line 2" in result.stderr
    shell.run("agreement", "check", str(tmp_path / "absent.yaml"), status=2)


def test_two_versions_are_compared(room: Shell) -> None:
    old = room.file("old.yaml", TEXT)
    new = room.file("new.yaml", TEXT.replace(", {member: carol}", "").replace("Art. 3(1)", "Art. 4"))
    assert room.json("agreement", "diff", old, old) == []
    found = room.json("agreement", "diff", old, new, status=1)
    assert [(one["about"], one["name"], one["change"]) for one in found] == [
        ("provisions", "incidents", "changed"),
        ("parties", "carol", "removed"),
    ]
    assert "Art. 4" in room.run("agreement", "diff", old, new, status=1).stdout


def test_an_amendment_is_recorded_and_signed(room: Shell) -> None:
    first = room.json("agreement", "show", SHARING)
    second = {**first["file"], "version": 2, "supersedes": first["digest"], "title": "Second"}
    path = room.file("second.json", json.dumps(second))
    room.run("agreement", "amend", OURS, path, status=3)
    assert room.json("agreement", "amend", SHARING, path)["version"] == 2
    room.run("agreement", "amend", SHARING, path, status=3)
    said = room.json("agreement", "sign", path, *keys(room, "alfa", "bravo"), "--record")
    assert said["recorded"] == ["alfa", "bravo"]
    assert [one["version"] for one in room.json("agreement", "show", SHARING)["versions"]] == [1, 2]


def test_an_act_of_several_is_passed_on_to_be_signed(room: Shell) -> None:
    out = str(room.home / "act.json")
    by = ("--by", "alfa", "--by", "bravo")
    refused = room.run("agreement", "terminate", SHARING, *keys(room, "alfa"), status=3)
    assert "bravo's is missing" in refused.stderr
    written = room.json("agreement", "terminate", SHARING, *by, *keys(room, "alfa"), "--out", out)
    assert written["written"] == out
    room.run("agreement", "record", out, status=3)
    assert state(room, SHARING) == "in force"
    room.run("agreement", "sign", out, *keys(room, "bravo"), "--out", out)
    said = room.json("agreement", "record", out)
    assert said == {"type": "terminate", "agreement": SHARING, "by": ["alfa", "bravo"]}
    assert state(room, SHARING) == "terminated"


def test_a_newcomer_accedes(room: Shell) -> None:
    everybody = keys(room, "alfa", "bravo", "carol")
    room.run("agreement", "accede", SHARING, "--party", "carol", *everybody, status=2)
    room.run("agreement", "accede", SHARING, "--party", "{member: [", *everybody, status=2)
    room.run("agreement", "accede", SHARING, "--party", "{member: carol}", *everybody)
    room.contribute([objects.identity(1)])
    assert room.sees("carol", ITEM)
    assert room.json("agreement", "events", SHARING)[-1]["party"] == {"member": "carol"}


@pytest.mark.parametrize(
    "words",
    [
        ("--party", "alfa", "--field", "incidents"),
        ("--pair", "alfa"),
        ("--pair", "alfa", "--pair", "alfa"),
        ("--pair", "alfa", "--pair", "bravo", "--pair", "carol"),
        ("--effective-at", "soon"),
    ],
)
def test_a_scope_that_cannot_be_is_wrong_usage(room: Shell, words: tuple[str, ...]) -> None:
    room.run("agreement", "suspend", SHARING, *words, *keys(room, "alfa"), status=2)
    assert state(room, SHARING) == "in force"


def test_a_withdrawal_can_be_rescinded(room: Shell) -> None:
    said = room.json(
        *("agreement", "withdraw", SHARING, "--effective-at", "2999-12-31"), *keys(room, "bravo")
    )
    assert said["effective_at"] == "2999-12-31T00:00:00.000000Z"
    room.run("agreement", "rescind", SHARING, *keys(room, "bravo"))
    room.run("agreement", "rescind", SHARING, *keys(room, "bravo"), status=3)


def test_who_signs_must_be_said_or_follow_from_the_keys(room: Shell) -> None:
    path = room.file("ours.yaml", TEXT)
    room.run("agreement", "sign", path, status=2)
    room.run("agreement", "suspend", SHARING, "--party", "alfa", status=2)
    room.run("agreement", "draft", path, status=2)
    room.run("key", "new", room.key("stranger"))
    room.run("agreement", "suspend", SHARING, "--party", "alfa", *keys(room, "stranger"), status=2)


CASES = """
[item]
originator = "oslo"
kind = "report"
offered = 2026-02-01T00:00:00Z
[item.handling]
fields = ["incidents"]
cites = ["ours"]

[[agreement]]
id = "ours"
parties = [{member = "oslo"}, {member = "riga"}]
scale = []
provisions = [{field = "incidents"}]

[[case]]
name = "a party receives"
to = "riga"
at = 2026-03-01T00:00:00Z
expect = "release"
ground = "provision"
authority = "ours"
"""
WRONG = """
[[case]]
name = "a stranger receives"
to = "bern"
at = 2026-03-01T00:00:00Z
expect = "release"
ground = "provision"
authority = "ours"

[[case]]
name = "a party receives nothing"
to = "riga"
at = 2026-03-01T00:00:00Z
expect = "withhold"
ground = "no-provision"
"""


def test_cases_that_hold_end_with_nought(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    path = shell.file("cases.toml", CASES)
    assert shell.json("agreement", "test", path) == {"passed": 1, "failed": 0, "failures": []}
    assert shell.json("agreement", "test", path, path)["passed"] == 2
    assert "1 passed, 0 failed" in shell.run("agreement", "test", path).stdout


def test_cases_that_fail_are_named_with_what_was_decided(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    path = shell.file("cases.toml", CASES + WRONG)
    assert shell.json("agreement", "test", path, status=1) == {
        "passed": 1,
        "failed": 2,
        "failures": [
            {
                "name": "a stranger receives",
                "expected": {"outcome": "release", "ground": "provision", "authority": "ours"},
                "got": {"outcome": "withhold", "ground": "no-provision", "authority": None},
            },
            {
                "name": "a party receives nothing",
                "expected": {"outcome": "withhold", "ground": "no-provision", "authority": None},
                "got": {"outcome": "release", "ground": "provision", "authority": "ours"},
            },
        ],
    }
    said = shell.run("agreement", "test", path, status=1).stdout
    for words in ("FAILED  a stranger receives", "withhold no-provision", "1 passed, 2 failed"):
        assert words in said


def test_a_malformed_case_file_lists_every_fault(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    bad = CASES.replace('ground = "provision"', 'ground = "luck"').replace('to = "riga"', "")
    result = shell.run("agreement", "test", shell.file("bad.toml", bad), status=2)
    paths = [line.split(": ")[2] for line in result.stderr.splitlines()]
    assert sorted(paths) == ["case[0].ground", "case[0].to"]
    assert "bad.toml" in result.stderr
    assert "not TOML" in shell.run("agreement", "test", shell.file("no.toml", "= 1"), status=2).stderr
    shell.run("agreement", "test", str(tmp_path / "absent.toml"), status=2)


def test_cases_may_name_an_agreement_of_ones_own(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    ours = shell.file("ours.yaml", TEXT)
    cases = CASES.partition("[[agreement]]")[0] + "[[case]]" + CASES.partition("[[case]]")[2]
    cases = cases.replace('"ours"', f'"{OURS}"').replace("oslo", "alfa").replace("riga", "bravo")
    path = shell.file("cases.toml", cases)
    assert shell.json("agreement", "test", path, "--with", ours)["failed"] == 0
    assert shell.json("agreement", "test", path, status=1)["failed"] == 1


def test_a_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    made = shell.json("key", "new", shell.key("alfa"))
    assert stat.S_IMODE(Path(shell.key("alfa")).stat().st_mode) == 0o600
    assert "PRIVATE" not in made["public"]
    assert shell.json("key", "show", shell.key("alfa")) == made
    shell.run("key", "new", shell.key("alfa"), status=3)
    assert shell.json("key", "show", shell.key("alfa")) == made
    shell.run("key", "show", shell.key("bravo"), status=4)
    assert not (tmp_path / "data").exists()


def test_a_passphrase_comes_from_the_environment(tmp_path: Path) -> None:
    key = str(tmp_path / "alfa.key")
    runner, environment = CliRunner(), {"OPSROOM_KEY_PASSPHRASE": "correct horse"}
    made = runner.invoke(main, ["key", "new", key, "--json"], env=environment)
    assert "ENCRYPTED" in Path(key).read_text()
    assert runner.invoke(main, ["key", "show", key, "--json"], env=environment).stdout == made.stdout
    assert runner.invoke(main, ["key", "show", key]).exit_code == 2


def test_a_key_is_rotated(room: Shell) -> None:
    following = str(room.home / "next.key")
    made = room.json("key", "new", following)
    said = room.json("key", "rotate", "bravo", "--next", following, *keys(room, "bravo"))
    assert (said["member"], said["fingerprint"]) == ("bravo", made["fingerprint"])
    suspend = ("agreement", "suspend", SHARING, "--party", "bravo", "--by", "bravo", "--key")
    room.run(*suspend, room.key("bravo"), status=3)
    room.run(*suspend, following)
    shown = room.json("member", "show", "bravo")["keys"]
    assert [one["introduced"] for one in shown] == [False, True]


def test_a_lost_key_is_replaced_by_host_and_second_member(room: Shell) -> None:
    following = str(room.home / "next.key")
    room.run("key", "new", following)
    lost = ("key", "rotate", "bravo", "--next", following)
    room.run(*lost, *keys(room, "alfa"), status=3)
    out = str(room.home / "next.json")
    room.run(*lost, "--by", "alfa", "--by", "carol", *keys(room, "alfa"), "--out", out)
    room.run("key", "record", out, status=3)
    room.run(*lost, "--by", "alfa", "--by", "carol", *keys(room, "carol"), "--out", out)
    assert room.json("key", "record", out)["member"] == "bravo"


def test_a_consent_is_asked_for_given_and_revoked(room: Shell) -> None:
    room.agree(OURS, "bravo", "carol")
    room.contribute([objects.identity(1)])
    onward = ("--originator", "alfa", "--to", "carol", "--holder", "bravo", "--under", OURS, "--by", "bravo")
    asked = room.json("consent", "ask", ITEM, *onward, "--reason", "in need", *keys(room, "bravo"))
    assert asked["step"] == "ask"
    pass_on: dict[str, Any] = {"member": "bravo", "agreement": OURS}
    room.contribute([objects.identity(1)], **pass_on, status=1)
    room.run("consent", "give", asked["consent"], "--by", "alfa", *keys(room, "bravo"), status=3)
    room.run("consent", "give", asked["consent"], "--by", "bravo", *keys(room, "bravo"), status=3)
    room.run("consent", "give", asked["consent"], "--by", "alfa", *keys(room, "alfa"))
    room.contribute([objects.identity(1)], **pass_on)
    assert room.sees("carol", ITEM)
    out = str(room.home / "step.json")
    room.run("consent", "revoke", asked["consent"], "--by", "alfa", *keys(room, "alfa"), "--out", out)
    assert room.sees("carol", ITEM)
    room.run("consent", "record", out)
    assert not room.sees("carol", ITEM)
    steps = room.json("consent", "list", "--member", "carol")
    assert [(one["step"], one["by"], one["reason"]) for one in steps] == [
        ("ask", "bravo", "in need"),
        ("give", "alfa", ""),
        ("revoke", "alfa", ""),
    ]
    assert asked["consent"] in room.run("consent", "list").stdout


def test_a_consent_is_refused_or_given_without_asking(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    terms = ("--originator", "alfa", "--to", "carol", "--by", "carol")
    asked = room.json("consent", "ask", ITEM, *terms, *keys(room, "carol"))
    room.run("consent", "refuse", asked["consent"], "--by", "alfa", "--reason", "no", *keys(room, "alfa"))
    room.run("consent", "give", asked["consent"], "--by", "alfa", *keys(room, "alfa"), status=3)
    room.run("consent", "give", ITEM, "--by", "alfa", *keys(room, "alfa"), status=2)
    room.run("consent", "give", ITEM, "--by", "alfa", "--to", "carol", *keys(room, "alfa"))
    room.run("consent", "give", ITEM, "--by", "alfa", "--to", "alfa", *keys(room, "alfa"), status=2)
    assert [one["step"] for one in room.json("consent", "list")].count("give") == 1
