"""The life of an agreement by the command alone: a keeper with the node, members with a file and a key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsroom.cli import main
from opsroom.cli.agreement import agreement
from opsroom.cli.consent import consent
from opsroom.cli.key import key
from tests import objects
from tests.cli.conftest import SHARING, Shell

ITEM = objects.numbered("identity", 1)
PARTIES = ("alfa", "bravo")


@dataclass
class Member:
    """Somebody without a node: a directory with a key, and what others handed over."""

    home: Path

    def run(self, *words: str, status: int = 0) -> Result:
        """A command that must do without any node: it is pointed at one that is not there."""
        nowhere = str(self.home / "no-node")
        result = CliRunner().invoke(main, ["--data", nowhere, *words], catch_exceptions=False)
        assert result.exit_code == status, result.output
        assert not Path(nowhere).exists()
        return result

    def takes(self, file: str) -> str:
        """A copy of a file that somebody handed over."""
        copy = self.home / Path(file).name
        copy.write_bytes(Path(file).read_bytes())
        return str(copy)

    def signs(self, file: str) -> str:
        """Reads what it is, signs it, hands it back."""
        mine = self.takes(file)
        said = json.loads(self.run("agreement", "check", mine, "--json").stdout)
        signed = json.loads(self.run("agreement", "sign", mine, "--key", self.key, "--json").stdout)
        assert said[0]["digest"] == signed["digest"]
        return str(signed["written"])

    @property
    def key(self) -> str:
        return str(self.home / "my.key")


@pytest.fixture
def members(tmp_path: Path) -> dict[str, Member]:
    """Three members, each with a directory of its own and a key in it."""
    found: dict[str, Member] = {}
    for name in ("alfa", "bravo", "carol"):
        found[name] = Member(tmp_path / name)
        found[name].home.mkdir()
        found[name].run("key", "new", found[name].key)
    return found


@pytest.fixture
def keeper(tmp_path: Path, members: dict[str, Member]) -> Shell:
    """The keeper's node; it knows the public keys alone."""
    (tmp_path / "keeper").mkdir()
    shell = Shell(tmp_path / "keeper")
    shell.run("init")
    for name, member in members.items():
        said = json.loads(member.run("key", "show", member.key, "--json").stdout)
        public = shell.file(f"{name}.pub", said["public"])
        shell.run("member", "add", name, "--title", name.title(), "--key", public)
    shell.run("room", "create", "room", "--title", "A room", "--host", "alfa", "--place", "Somewhere")
    return shell


def written(keeper: Shell, *words: str, by: Sequence[str]) -> str:
    """An act of the agreement that the keeper writes for others to sign; its path."""
    out = str(keeper.home / "act.json")
    Path(out).unlink(missing_ok=True)
    names = [word for one in by for word in ("--by", one)]
    kind, identifier, *rest = words
    keeper.run("agreement", kind, identifier, *rest, *names, "--out", out)
    return out


def test_members_sign_offline_and_the_keeper_records(keeper: Shell, members: dict[str, Member]) -> None:
    template = keeper.run("agreement", "draft").stdout
    path = keeper.file("agreement.yaml", template)
    [checked] = keeper.json("agreement", "check", path)
    identifier = str(checked["id"])
    keeper.run("agreement", "draft", path, "--room", "room")
    assert keeper.json("agreement", "show", identifier)["awaited"] == ["alfa", "bravo"]
    keeper.run("agreement", "record", *(members[one].signs(path) for one in PARTIES))
    shown = keeper.json("agreement", "show", identifier)
    assert (shown["state"], shown["awaited"]) == ("in force", [])
    keeper.contribute([objects.identity(1)], agreement=identifier)
    assert keeper.sees("bravo", ITEM)

    def acts(kind: str, *words: str, by: Sequence[str] = PARTIES) -> None:
        act = written(keeper, kind, identifier, *words, by=by)
        keeper.run("agreement", "record", act, status=3)
        keeper.run("agreement", "record", *(members[one].signs(act) for one in by))

    acts("suspend", "--party", "bravo", by=["bravo"])
    assert not keeper.sees("bravo", ITEM)
    shown = keeper.json("agreement", "show", identifier)
    assert [(x["scope"], x["by"]) for x in shown["suspended"]] == [({"party": "bravo"}, ["bravo"])]
    assert "for bravo" in keeper.run("agreement", "show", identifier).stdout
    acts("resume", "--party", "bravo", by=["bravo"])
    assert keeper.sees("bravo", ITEM)
    acts("suspend", "--field", "incidents")
    assert not keeper.sees("bravo", ITEM)
    acts("resume", "--field", "incidents")
    acts("suspend")
    assert keeper.json("agreement", "show", identifier)["state"] == "suspended"
    acts("resume")
    assert keeper.sees("bravo", ITEM)

    acts("accede", "--party", "{member: carol}", by=[*PARTIES, "carol"])
    shown = keeper.json("agreement", "show", identifier)
    assert [(x["member"], x["version"], bool(x["acceded"])) for x in shown["parties"]] == [
        ("alfa", 1, False),
        ("bravo", 1, False),
        ("carol", 1, True),
    ]
    acts("withdraw", "--effective-at", "2999-01-01", by=["carol"])
    leaving = keeper.json("agreement", "show", identifier)["leaving"]
    assert leaving == [{"member": "carol", "effective_at": "2999-01-01T00:00:00.000000Z"}]
    acts("rescind", by=["carol"])
    assert keeper.json("agreement", "show", identifier)["leaving"] == []

    second = keeper.file("version-2.yaml", keeper.run("agreement", "amend", identifier).stdout)
    assert "carol" in Path(second).read_text()
    keeper.run("agreement", "diff", second, status=1)
    keeper.run("agreement", "amend", identifier, second)
    keeper.run("agreement", "record", *(members[one].signs(second) for one in PARTIES))
    shown = keeper.json("agreement", "show", identifier)
    assert (shown["version"], shown["awaited"], shown["state"]) == (2, ["carol"], "in force")
    assert {x["version"] for x in shown["parties"]} == {1}
    assert "not signed by: carol" in keeper.run("agreement", "show", identifier).stdout
    keeper.run("agreement", "record", members["carol"].signs(second))
    shown = keeper.json("agreement", "show", identifier)
    assert {x["version"] for x in shown["parties"]} == {2}
    assert [bool(x["entered_at"]) for x in shown["versions"]] == [True, True]

    acts("withdraw", by=["carol"])
    assert [x["member"] for x in keeper.json("agreement", "show", identifier)["parties"] if x["version"]] == [
        "alfa",
        "bravo",
    ]
    acts("terminate")
    assert keeper.json("agreement", "show", identifier)["state"] == "terminated"
    assert not keeper.sees("bravo", ITEM)
    kinds = [one["type"] for one in keeper.json("agreement", "events", identifier)]
    assert kinds.count("sign") == 3
    assert kinds[-1] == "terminate"


def test_a_notification_is_an_act_of_its_own(room: Shell) -> None:
    text = Path(room.home / f"{SHARING}.yaml").read_text().replace("f7a11", "f7a99")
    path = room.file("notified.yaml", text + "entry: all-notified\n")
    other = SHARING.replace("f7a11", "f7a99")
    room.run("agreement", "draft", path, "--room", "room")
    room.run("agreement", "notify", other, "--key", room.key("alfa"), status=3)
    room.run("agreement", "sign", path, "--key", room.key("alfa"), "--key", room.key("bravo"), "--record")
    for member, state in (("alfa", "partly signed"), ("bravo", "in force")):
        room.run("agreement", "notify", other, "--key", room.key(member))
        assert room.json("agreement", "show", other)["state"] == state


def agreed(keeper: Shell, members: dict[str, Member]) -> None:
    """All three share incidents."""
    for name, member in members.items():
        Path(keeper.key(name)).write_bytes(Path(member.key).read_bytes())
    keeper.agree(SHARING, *members)


def test_a_consent_is_signed_offline(keeper: Shell, members: dict[str, Member]) -> None:
    agreed(keeper, members)
    keeper.contribute([objects.identity(1)], "--originator-control")
    assert not keeper.sees("carol", ITEM)
    out = str(keeper.home / "step.json")

    def step(*words: str, by: str) -> None:
        Path(out).unlink(missing_ok=True)
        keeper.run("consent", *words, "--by", by, "--out", out)
        keeper.run("consent", "record", out, status=3)
        elsewhere = keeper.run("agreement", "record", out, status=3)
        assert "`opsroom consent record` records it" in elsewhere.stderr
        keeper.run("consent", "record", members[by].signs(out))

    step("ask", ITEM, "--originator", "alfa", "--to", "carol", by="carol")
    assert not keeper.sees("carol", ITEM)
    asked = str(keeper.json("consent", "list")[0]["consent"])
    step("give", asked, by="alfa")
    assert keeper.sees("carol", ITEM)
    assert not keeper.sees("bravo", ITEM)
    step("revoke", asked, by="alfa")
    assert not keeper.sees("carol", ITEM)
    step("ask", ITEM, "--originator", "alfa", "--to", "bravo", by="bravo")
    again = next(x["consent"] for x in keeper.json("consent", "list") if x["to"] == "bravo")
    step("refuse", again, "--reason", "not now", by="alfa")
    assert not keeper.sees("bravo", ITEM)


def test_a_key_is_introduced_offline(keeper: Shell, members: dict[str, Member]) -> None:
    agreed(keeper, members)
    following = str(keeper.home / "next.key")
    keeper.run("key", "new", following)
    out = str(keeper.home / "next.json")
    keeper.run("key", "rotate", "bravo", "--next", following, "--by", "alfa", "--by", "carol", "--out", out)
    keeper.run("key", "record", out, status=3)
    one, two = (members[name].signs(out) for name in ("alfa", "carol"))
    missing = keeper.run("key", "record", one, status=3)
    assert "carol" in missing.stderr
    keeper.run("agreement", "record", one, two, status=3)
    assert keeper.json("key", "record", one, two)["member"] == "bravo"
    keeper.run("key", "record", one, two, status=3)


def test_who_signs_reads_first_and_signs_nothing_unreadable(
    keeper: Shell, members: dict[str, Member]
) -> None:
    alfa = members["alfa"]
    path = keeper.file("agreement.yaml", keeper.run("agreement", "draft").stdout)
    signed = alfa.signs(path)
    said = json.loads(alfa.run("agreement", "check", signed, "--json").stdout)[0]
    assert said["states"].startswith("version 1 of agreement--")
    assert len(said["signatures"]) == 1
    envelope = json.loads(Path(signed).read_text())
    for changed in (
        {"payloadType": "text/plain"},
        {"payloadType": "application/vnd.opsroom.event+json"},
        {"payload": "e30="},
    ):
        other = keeper.file("other.json", json.dumps({**envelope, **changed}))
        before = Path(other).read_bytes()
        for words in (("check", other), ("sign", other, "--key", alfa.key)):
            result = CliRunner().invoke(main, ["agreement", *words])
            assert result.exit_code in (2, 3), result.output
        assert Path(other).read_bytes() == before


def test_an_act_that_could_not_be_recorded_is_not_written(room: Shell) -> None:
    out = str(room.home / "act.json")
    refused = room.run("agreement", "terminate", SHARING, "--by", "alfa", "--out", out, status=3)
    assert "bravo's is missing" in refused.stderr
    assert not Path(out).exists()


def test_signing_with_record_records_an_act_too(room: Shell) -> None:
    out = str(room.home / "act.json")
    room.run("agreement", "suspend", SHARING, "--party", "bravo", "--by", "bravo", "--out", out)
    said = room.json("agreement", "sign", out, "--key", room.key("bravo"), "--record")
    assert said["recorded"] == ["bravo"]
    assert room.json("agreement", "events", SHARING)[-1]["type"] == "suspend"


def test_a_file_too_large_for_an_envelope_is_malformed(room: Shell) -> None:
    huge = room.file("huge.json", b" " * 8_000_001)
    for words in (("agreement", "record"), ("agreement", "check"), ("consent", "record"), ("key", "record")):
        assert "8000000" in room.run(*words, huge, status=2).stderr


# --- a table of every verb: what it says to a program, what to people -----------------------------------

ALFA = ("--key", "alfa")
BOTH = (*ALFA, "--key", "bravo")
VERBS: dict[str, tuple[tuple[str, ...], str]] = {
    "agreement suspend": ((SHARING, "--party", "alfa", *ALFA), "suspend for alfa"),
    "agreement resume": (
        (SHARING, "--pair", "alfa", "--pair", "bravo", *ALFA),
        "resume between alfa and bravo",
    ),
    "agreement withdraw": ((SHARING, *ALFA), "withdraw for alfa"),
    "agreement rescind": ((SHARING, "--key", "bravo"), "rescind for bravo"),
    "agreement terminate": ((SHARING, *BOTH), "terminate for all"),
    "agreement accede": (
        (SHARING, "--party", "{member: carol}", *BOTH, "--key", "carol"),
        "accede of carol",
    ),
    "agreement show": ((SHARING,), "in force"),
    "agreement events": ((SHARING,), "suspend"),
    "agreement amend": ((SHARING,), "version: 2"),
    "agreement draft": ((), "schema: opsroom.agreement/1"),
    "agreement what-if": (("--suspend", SHARING), "opened"),
    "consent ask": ((ITEM, "--originator", "alfa", "--to", "carol", "--key", "carol"), "ask consent--"),
    "consent give": ((ITEM, "--to", "carol", *ALFA), "give consent--"),
    "consent list": ((), "consent"),
    "key show": (("alfa.key",), "sha256:"),
    "key new": (("new.key",), "sha256:"),
    "key rotate": (("alfa", "--next", "next.key", *ALFA), "the key of alfa is now sha256:"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("as_json", [False, True], ids=["for people", "as JSON"])
def test_every_verb_says_what_it_did(room: Shell, verb: str, as_json: bool) -> None:
    words, said = VERBS[verb]
    room.contribute([objects.identity(1)])
    room.run("key", "new", str(room.home / "next.key"))
    pair = ("--pair", "alfa", "--pair", "bravo")
    room.run("agreement", "suspend", SHARING, *pair, "--key", room.key("alfa"))
    room.run("agreement", "withdraw", SHARING, "--effective-at", "2999-01-01", "--key", room.key("bravo"))
    following = [words[at - 1] == "--key" for at in range(len(words))]
    filled = [room.key(one) if is_key else one for one, is_key in zip(words, following, strict=True)]
    filled = [str(room.home / one) if one.endswith(".key") and "/" not in one else one for one in filled]
    if as_json:
        assert room.json(*verb.split(), *filled) is not None
    else:
        assert said in room.run(*verb.split(), *filled).stdout


@pytest.mark.parametrize(
    ("words", "status", "hint"),
    [
        (("agreement", "resume", SHARING, "--key", "bravo"), 3, "it is suspended between alfa and bravo"),
        (("agreement", "suspend", SHARING, "--party", "alfa", "--key", "bravo"), 0, ""),
        (("agreement", "suspend", SHARING, "--party", "zulu", "--key", "bravo"), 3, "zulu is no party now"),
        (("agreement", "suspend", SHARING, "--field", "zoo", "--key", "bravo"), 3, "its fields: incidents"),
        (("agreement", "terminate", SHARING, "--key", "bravo"), 3, "--out act.json"),
        (("agreement", "terminate", SHARING, "--key", "carol"), 3, "no key in force"),
        (
            ("agreement", "rescind", SHARING, "--key", "bravo"),
            3,
            "no withdrawal of this party that lies ahead",
        ),
        (
            ("agreement", "accede", SHARING, "--party", "{member: alfa}", "--key", "bravo"),
            3,
            "listed already",
        ),
        (("agreement", "notify", SHARING, "--key", "bravo"), 3, "nothing to notify"),
        (("agreement", "suspend", "agreement--0", "--key", "bravo"), 4, "no agreement agreement--0"),
        (("agreement", "amend", "agreement--0"), 4, "no agreement agreement--0"),
        (
            ("consent", "ask", ITEM, "--originator", "alfa", "--to", "carol", "--key", "alfa"),
            3,
            "asked for by",
        ),
        (("consent", "give", ITEM, "--to", "carol", "--key", "bravo"), 4, "bravo has contributed no"),
        (("consent", "give", ITEM, "--to", "zulu", "--key", "alfa"), 4, "there is no member zulu"),
        (("consent", "give", "consent--0", "--key", "alfa"), 4, "opsroom consent list"),
        (("consent", "give", ITEM, "--to", "carol"), 2, "give --key"),
        (("consent", "give", ITEM, "--to", "carol", "--key", "alfa", "--key", "bravo"), 2, "one member's"),
        (("key", "rotate", "bravo", "--next", "carol.key", "--key", "bravo"), 3, "that of carol"),
        (("key", "rotate", "bravo", "--next", "next.key", "--key", "carol"), 3, "by the host"),
        (("key", "rotate", "zulu", "--next", "next.key", "--key", "carol"), 4, "no key in force"),
        (("agreement", "what-if", "--suspend", SHARING, "--signed-by", "alfa"), 2, "about a version"),
        (("agreement", "what-if", "--rescind", SHARING), 2, "--rescind takes --party"),
        (("agreement", "diff", "next.key", "next.key", "next.key"), 2, "one file or two"),
    ],
)
def test_a_refusal_says_what_to_do_next(room: Shell, words: tuple[str, ...], status: int, hint: str) -> None:
    room.run("key", "new", str(room.home / "next.key"))
    room.contribute([objects.identity(1)])
    pair = ("--pair", "alfa", "--pair", "bravo")
    room.run("agreement", "suspend", SHARING, *pair, "--key", room.key("alfa"))
    filled = [
        room.key(word)
        if words[at - 1] == "--key"
        else str(room.home / word)
        if word.endswith(".key")
        else word
        for at, word in enumerate(words)
    ]
    result = room.run(*filled, status=status)
    assert hint in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "command",
    [f"{group.name} {name}" for group in (agreement, consent, key) for name in group.commands],
)
def test_every_verb_has_help_with_an_example(command: str) -> None:
    said: Any = CliRunner().invoke(main, [*command.split(), "--help"])
    assert said.exit_code == 0
    assert "Example" in said.stdout
    assert f"opsroom {command}" in said.stdout
    assert "--json" in said.stdout
