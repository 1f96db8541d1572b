"""Agreements, consents and keys far from the node: keys stay where they are, and everything else is the same."""

import json
from pathlib import Path

import httpx
import pytest

from opsroom.core.agreement.events import Scope
from opsroom.operations import agree
from tests import objects
from tests.cli.conftest import AGREEMENT, SHARING, Shell

ITEM = objects.numbered("identity", 1)
OURS = "agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a22"


@pytest.fixture
def alfa(room: Shell, server: str) -> Shell:
    """Alfa's keeper, elsewhere."""
    return room.away(server, "alfa", "reader", "contributor", "keeper", "releaser")


@pytest.fixture
def bravo(room: Shell, server: str) -> Shell:
    return room.away(server, "bravo", "reader", "keeper", "releaser")


@pytest.fixture
def carol(room: Shell, server: str) -> Shell:
    return room.away(server, "carol", "reader", "keeper", "releaser")


def keys(shell: Shell, *members: str) -> list[str]:
    return [word for member in members for word in ("--key", shell.key(member))]


def test_what_is_read_is_the_same_from_afar(room: Shell, alfa: Shell) -> None:
    room.agree(OURS, "bravo", "carol")
    suspend = ("agreement", "suspend", SHARING, "--party", "bravo")
    alfa.run("agreement", "suspend", SHARING, "--party", "alfa", *keys(room, "alfa"))
    room.run(*suspend, *keys(room, "bravo"))
    for words in (
        ("show",),
        ("show", "--room", "room"),
        ("show", SHARING),
        ("events", SHARING),
        ("amend", SHARING),
    ):
        here = ("agreement", *words, "--as", "alfa")
        assert alfa.json("agreement", *words) == room.json(*here)
        assert alfa.run("agreement", *words).stdout == room.run(*here).stdout
    assert alfa.json("agreement", "show", SHARING) == room.json("agreement", "show", SHARING)
    assert [one["id"] for one in alfa.json("agreement", "show")] == [SHARING]


def test_an_agreement_lives_from_afar(room: Shell, alfa: Shell, bravo: Shell, carol: Shell) -> None:
    text = AGREEMENT.format(id=OURS, name="of two", parties="{member: alfa}, {member: bravo}")
    path = room.file("ours.yaml", text)
    assert alfa.json("agreement", "draft", path, "--room", "room")["agreement"] == OURS
    signed = alfa.json("agreement", "sign", path, *keys(room, "alfa"), "--record")
    assert signed["recorded"] == ["alfa"]
    out = str(room.home / "bravo.sig.json")
    bravo.run("agreement", "sign", path, *keys(room, "bravo"), "--out", out)
    assert bravo.json("agreement", "record", out) == {"type": "sign", "by": ["bravo"]}

    second = room.file("second.yaml", alfa.run("agreement", "amend", OURS).stdout)
    text = Path(second).read_text()
    Path(second).write_text(text.replace("title: Agreement of two", "title: Second"))
    assert alfa.json("agreement", "diff", second, status=1) == room.json(
        "agreement", "diff", second, status=1
    )
    assert alfa.json("agreement", "amend", OURS, second)["version"] == 2
    alfa.run("agreement", "sign", second, *keys(room, "alfa", "bravo"), "--record")
    assert bravo.json("agreement", "show", OURS)["title"] == "Second"

    party = ("--party", "{member: carol}", "--by", "alfa", "--by", "bravo", "--by", "carol")
    everybody = keys(room, "alfa", "bravo", "carol")
    assert alfa.json("agreement", "accede", OURS, *party, *everybody)["by"] == ["alfa", "bravo", "carol"]
    assert carol.json("agreement", "show", OURS)["state"] == "in force"
    later = ("--effective-at", "2999-01-01")
    carol.run("agreement", "withdraw", OURS, *later, *keys(room, "carol"))
    carol.run("agreement", "rescind", OURS, *keys(room, "carol"))
    act = str(room.home / "act.json")
    alfa.run("agreement", "suspend", OURS, "--by", "alfa", "--by", "bravo", "--by", "carol", "--out", act)
    for member in ("alfa", "bravo", "carol"):
        alfa.run("agreement", "sign", act, *keys(room, member))
    assert alfa.json("agreement", "record", act)["type"] == "suspend"
    alfa.run("agreement", "resume", OURS, *everybody)
    alfa.run("agreement", "notify", OURS, *keys(room, "alfa"), status=3)
    alfa.run("agreement", "terminate", OURS, *everybody)
    assert bravo.json("agreement", "show", OURS)["state"] == "terminated"


def test_no_key_is_sent(room: Shell, alfa: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[bytes] = []
    send = httpx.Client.send

    def listened(self: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
        said.append(request.read())
        return send(self, request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.Client, "send", listened)
    alfa.run("agreement", "suspend", SHARING, "--party", "alfa", *keys(room, "alfa"))
    lines = [one for one in Path(room.key("alfa")).read_text().splitlines() if "PRIVATE" not in one]
    assert len(said) == 2
    assert not any(line.encode() in body for body in said for line in lines)


def test_what_if_from_afar(room: Shell, alfa: Shell, bravo: Shell) -> None:
    room.contribute([objects.identity(1)])
    act, version = str(room.home / "act.json"), str(room.home / "version-2.json")
    alfa.run("agreement", "suspend", SHARING, "--by", "alfa", "--party", "alfa", "--out", act)
    following = {**alfa.json("agreement", "amend", SHARING), "provisions": [{"field": "logistics"}]}
    Path(version).write_text(json.dumps(following))
    for words in ((act,), (version,), ("--terminate", SHARING)):
        for member, shell in (("alfa", alfa), ("bravo", bravo)):
            said = shell.json("agreement", "what-if", *words)
            assert [(x["member"], x["id"]) for x in said["closes"]] == [("bravo", ITEM)]
            here = room.json("agreement", "what-if", *words, "--as", member)
            assert {**said, "at": ""} == {**here, "at": ""}


def test_consents_from_afar(room: Shell, alfa: Shell, carol: Shell) -> None:
    room.contribute([objects.identity(1)])
    terms = ("--originator", "alfa", "--to", "carol")
    asked = carol.json("consent", "ask", ITEM, *terms, *keys(room, "carol"))["consent"]
    out = str(room.home / "step.json")
    alfa.run("consent", "give", asked, *keys(room, "alfa"), "--out", out)
    assert alfa.json("consent", "record", out)["step"] == "give"
    alfa.run("consent", "revoke", asked, *keys(room, "alfa"))
    again = carol.json("consent", "ask", ITEM, *terms, *keys(room, "carol"))["consent"]
    alfa.run("consent", "refuse", again, "--reason", "no", *keys(room, "alfa"))
    alfa.run("consent", "give", ITEM, "--to", "carol", *keys(room, "alfa"))
    listed = carol.json("consent", "list")
    assert sorted(one["step"] for one in listed) == ["ask", "ask", "give", "give", "refuse", "revoke"]
    assert listed == room.json("consent", "list", "--as", "carol") == room.json("consent", "list")
    assert room.json("consent", "list", "--as", "bravo") == []


def test_a_key_is_rotated_from_afar(room: Shell, bravo: Shell) -> None:
    first, second = (str(room.home / f"next-{number}.key") for number in (1, 2))
    for path in (first, second):
        bravo.run("key", "new", path)
    said = bravo.json("key", "rotate", "bravo", "--next", first, *keys(room, "bravo"))
    assert said["fingerprint"] == bravo.json("key", "show", first)["fingerprint"]
    out = str(room.home / "next.json")
    bravo.run("key", "rotate", "bravo", "--next", second, "--key", first, "--out", out)
    assert bravo.json("key", "record", out)["member"] == "bravo"


def test_what_a_stranger_asks_about_is_not_found(room: Shell, alfa: Shell, carol: Shell) -> None:
    act = str(room.home / "act.json")
    alfa.run("agreement", "suspend", SHARING, "--party", "alfa", *keys(room, "alfa"), "--out", act)
    sharing, absent = f"{room.home}/{SHARING}.yaml", SHARING.replace("f7a11", "f7a99")
    for words in (
        *(("show", SHARING), ("events", SHARING), ("amend", SHARING), ("diff", sharing), ("record", act)),
        *(("what-if", act), ("what-if", sharing), ("what-if", "--terminate", SHARING)),
        ("suspend", SHARING, "--by", "carol", *keys(room, "carol")),
        ("sign", act, *keys(room, "carol"), "--record"),
    ):
        said = carol.run("agreement", *words, status=4)
        assert "nothing here that you may know of" in said.stderr
        here = room.run("agreement", *words, "--as", "carol", status=4)
        assert "no agreement agreement--" in here.stderr
    answers = [room.run("agreement", "show", one, "--as", "carol", status=4) for one in (SHARING, absent)]
    assert answers[0].stderr == answers[1].stderr.replace(absent, SHARING)
    assert carol.json("agreement", "show") == carol.json("consent", "list") == []


def test_a_server_that_prepares_something_else_gets_no_signature(
    room: Shell, alfa: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = agree.prepare
    monkeypatch.setattr(
        "opsroom.operations.agree.prepare",
        lambda *asked, **more: prepare(*asked, **{**more, "scope": Scope(field="incidents")}),
    )
    said = alfa.run("agreement", "suspend", SHARING, "--party", "alfa", *keys(room, "alfa"), status=3)
    assert "nothing was signed" in said.stderr
    assert [one["type"] for one in room.json("agreement", "events", SHARING)] == ["sign"]
