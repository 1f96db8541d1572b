"""`opsroom pull` and `opsroom push`: what is new comes in once, whatever breaks; nothing goes out that may not."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsroom.cli import elsewhere as elsewhere_module
from opsroom.core.jsontext import split_objects
from tests import objects
from tests.cli.conftest import SHARING, Shell
from tests.connectors import misp_events
from tests.connectors.elsewhere import (
    OBJECTS,
    Answer,
    Asked,
    Elsewhere,
    elsewhere,
    envelope,
    paged,
    taxii,
)
from tests.serving.conftest import COMMAND

PLACE = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
RAWS = [objects.identity(number) for number in range(1, 8)]
IDS = [objects.numbered("identity", number) for number in range(1, 8)]


@pytest.fixture
def away() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for; none is waited for."""
    found: list[float] = []
    monkeypatch.setattr(elsewhere_module, "pause", found.append)
    return found


def pull(room: Shell, source: str, *words: str, status: int = 0) -> Any:
    return room.json("pull", source, "--as", "alfa", *PLACE, *words, status=status)


def push(room: Shell, target: str, *words: str, member: str = "alfa", status: int = 0) -> Any:
    options = ("--room", "room", "--as", member)
    return room.json("push", target, *options, *words, status=status)


def states(room: Shell) -> list[Any]:
    """What the state files of the node say."""
    return [json.loads(one.read_bytes()) for one in (room.home / "data" / "sync").glob("*.json")]


def taking(asked: Asked) -> Answer:
    """Takes whatever is posted."""
    count = len(json.loads(asked.body)["objects"])
    return Answer(json.dumps({"id": "s", "status": "complete", "success_count": count}).encode(), status=202)


def arrived(away: Elsewhere) -> list[bytes]:
    """The bytes that were posted, in order."""
    posts = [one for one in away.of(OBJECTS) if one.method == "POST"]
    return [raw for one in posts for raw in split_objects([one.body])]


def clear(room: Shell, *raws: bytes, words: tuple[str, ...] = ("--tlp", "clear")) -> None:
    room.contribute(raws, *words)


def test_what_is_new_in_a_collection_comes_in_and_comes_once(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(paged(RAWS[:5], 2))
    said = pull(room, away.collection)
    assert (said["accepted"], said["source"]["fetched"], said["source"]["pages"]) == (5, 5, 3)
    assert said["source"]["complete"]
    assert [room.sees("bravo", one) for one in IDS] == [True] * 5 + [False] * 2
    away.script = taxii(paged(RAWS, 2))
    again = pull(room, away.collection)
    assert (again["accepted"], again["known"], again["source"]["fetched"]) == (2, 0, 2)
    nothing = room.run("pull", away.collection, "--as", "alfa", *PLACE).stdout
    assert "there is nothing new" in nothing
    assert "complete" in nothing


def test_it_is_kept_byte_for_byte_under_the_label_that_is_said(room: Shell, away: Elsewhere) -> None:
    raw = b'{ "name" : "caf\\u00e9" ,' + RAWS[0][1:]
    raw = raw.replace(b', "name": "identity 1"', b"")
    away.script = taxii(paged([raw], 2))
    pull(room, away.collection, "--tlp", "green", "--rel-to", "bravo", "--foreign", "Elsewhere:terms:filed")
    [shown] = room.json("show", IDS[0], "--as", "alfa")
    assert (shown["handling"]["tlp"], shown["handling"]["rel_to"]) == ("green", ["bravo"])
    assert shown["handling"]["foreign"][0]["from"] == "Elsewhere"
    assert (
        raw in room.run("follow", "--room", "room", "--as", "alfa", "--count", "1", "--json").stdout.encode()
    )


def test_what_binds_an_object_may_stand_on_a_later_page(room: Shell, away: Elsewhere) -> None:
    """The container whose TLP it takes comes last: page by page, Bravo would have seen what is for nobody."""
    red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
    report = objects.report(1, [IDS[0]], object_marking_refs=[red])
    away.script = taxii(paged([RAWS[0], report], 1))
    pull(room, away.collection)
    assert not room.sees("bravo", IDS[0])
    assert room.sees("alfa", IDS[0])


def test_what_was_fetched_in_part_is_not_contributed_and_not_fetched_again(
    room: Shell, away: Elsewhere
) -> None:
    good = paged(RAWS, 2)
    away.script = taxii(lambda asked: Answer(cut=1) if len(away.of(OBJECTS)) > 2 else good(asked))
    result = room.run("pull", away.collection, "--as", "alfa", *PLACE, status=5)
    assert "NOT complete" in result.stdout
    assert not room.sees("alfa", IDS[0])
    [state] = states(room)
    assert "added_after" not in state
    away.asked.clear()
    away.script = taxii(good)
    said = pull(room, away.collection)
    assert (said["accepted"] - said["known"], said["source"]["complete"]) == (7, True)
    assert said["source"]["fetched_before"] >= 4
    assert all(one.query["added_after"] > "2026-01-01T00:00:02" for one in away.of(OBJECTS))
    [state] = states(room)
    assert state["added_after"] == "2026-01-01T00:00:06.000000Z"
    assert all(room.sees("bravo", one) for one in IDS)


def test_killed_between_pages_it_loses_nothing(room: Shell, away: Elsewhere) -> None:
    good, reached, release = paged(RAWS, 2), threading.Event(), threading.Event()

    def stalling(asked: Asked) -> Answer:
        if asked.query.get("next") == "4":
            reached.set()
            release.wait(20)
        return good(asked)

    away.script = taxii(stalling)
    words = ["--data", str(room.home / "data"), "pull", away.collection, "--as", "alfa", *PLACE]
    process = subprocess.Popen(COMMAND + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reached.wait(20)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    release.set()
    away.asked.clear()
    away.script = taxii(good)
    said = pull(room, away.collection)
    assert said["accepted"] - said["known"] == 7
    assert len(away.of(OBJECTS)) < 4
    assert list((room.home / "data" / "sync").glob("*.fetched")) == []


def test_an_object_that_comes_twice_is_one(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(paged([RAWS[0], RAWS[1], RAWS[0], RAWS[2]], 2))
    said = pull(room, away.collection)
    assert (said["refused"], said["source"]["fetched"]) == (0, 4)
    [_] = room.json("show", IDS[0], "--as", "alfa")


def test_what_the_room_refuses_is_told_and_the_rest_comes_in(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(paged([RAWS[0], b'{"type": "identity"}', b'{"broken": tru}', RAWS[1]], 2))
    said = pull(room, away.collection, status=1)
    assert (said["accepted"], said["refused"], said["source"]["complete"]) == (2, 2, True)
    assert all(room.sees("bravo", one) for one in IDS[:2])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (envelope(RAWS[0], more=True, next="again"), "same page again"),
        (Answer(b"<html>", media_type="text/html"), "text/html"),
        (Answer(b"no json"), "no envelope"),
        (Answer(status=503), "503"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "does not answer"),
    ],
)
def test_a_server_that_misbehaves_is_named(
    room: Shell, away: Elsewhere, answer: Answer, said: str, waited: list[float]
) -> None:
    away.script = taxii(lambda _: answer)
    result = room.run("pull", away.collection, "--as", "alfa", *PLACE, status=5)
    assert said in result.stderr
    assert "NOT complete" in result.stdout
    assert not room.sees("alfa", IDS[0])


def test_the_manifest_is_compared(room: Shell, away: Elsewhere) -> None:
    listed = [{"id": one, "date_added": "2026-01-01T00:00:00Z"} for one in IDS]
    manifest = Answer(json.dumps({"objects": listed}).encode())
    away.script = taxii(paged(RAWS[:6], 9), lambda _: manifest)
    said = pull(room, away.collection, "--verify", status=1)
    assert (said["source"]["missing"], said["source"]["complete"]) == ([IDS[6]], False)
    assert said["accepted"] == 6


def test_a_rehearsal_leaves_no_trace(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(paged(RAWS, 3))
    said = pull(room, away.collection, "--dry-run")
    assert said["objects"][0]["sights"][0]["member"] == "bravo"
    assert not room.sees("alfa", IDS[0])
    assert states(room) == []
    assert pull(room, away.collection)["accepted"] == 7


def test_what_the_room_would_refuse_is_refused_before_anything_is_fetched(
    room: Shell, away: Elsewhere
) -> None:
    away.script = taxii(paged(RAWS, 3))
    place = ("--room", "room", "--agreement", SHARING, "--field", "nothing")
    room.run("pull", away.collection, "--as", "alfa", *place, status=4)
    assert (
        "--rel-to"
        in room.run("pull", away.collection, "--as", "alfa", *PLACE, "--rel-to", "x", status=2).stderr
    )
    assert away.asked == []


def test_the_secret_comes_from_elsewhere_and_is_kept_nowhere(
    room: Shell, away: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.script = taxii(paged(RAWS, 9))
    monkeypatch.setenv("THEIR_TOKEN", "s3cret-one")
    path = room.file("password", "s3cret-two\n")
    pull(room, away.collection, "--secret-from", "THEIR_TOKEN")
    assert {one.headers["Authorization"] for one in away.asked} == {"Bearer s3cret-one"}
    away.asked.clear()
    pull(room, away.collection, "--secret-from", path, "--user", "alfa")
    assert {one.headers["Authorization"].split()[0] for one in away.asked} == {"Basic"}
    assert "s3cret" not in json.dumps(states(room))
    for words in (
        ("--user", "alfa"),
        ("--secret-from", "NOWHERE"),
        ("--secret-from", room.file("empty", "")),
    ):
        room.run("pull", away.collection, "--as", "alfa", *PLACE, *words, status=2)
    clear_text = ("pull", "http://taxii.example/", "--as", "alfa", *PLACE, "--secret-from", "THEIR_TOKEN")
    assert "https" in room.run(*clear_text, status=2).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("http://127.0.0.1:1/one/", "--every", "often"),
        ("nowhere.json",),
        ("http://[::/",),
        (".", "--collection", "x"),
        (".", "--verify"),
        (".", "--since", "2026-01-01"),
        (".", "--taxii"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(room: Shell, words: tuple[str, ...]) -> None:
    room.run("pull", *words, "--as", "alfa", *PLACE, status=2)


def test_a_server_that_is_not_there_is_unavailable(room: Shell) -> None:
    room.run("pull", "http://127.0.0.1:1/one/", "--as", "alfa", *PLACE, "--taxii", status=5)


def test_a_schedule_goes_on_after_a_failure_and_ends_with_a_signal(
    room: Shell, away: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    def pause(seconds: float) -> None:
        rests.append(seconds)
        away.script = taxii(paged(RAWS[: len(rests)], 9))
        if len(rests) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(elsewhere_module, "pause", pause)
    away.script = taxii(lambda _: Answer(b"no json"))
    result = room.run("pull", away.collection, "--as", "alfa", *PLACE, "--every", "5m")
    assert "the next try is in 5 s" in result.stderr
    assert rests == [5.0, 300.0, 300.0, 300.0]
    assert [room.sees("bravo", one) for one in IDS[:4]] == [True, True, True, False]


def test_files_and_directories_come_in_where_they_changed(room: Shell, away: Elsewhere) -> None:
    room.file("feed/a.json", b"[" + b",".join(RAWS[:2]) + b"]")
    room.file("feed/b.ndjson", RAWS[2])
    folder = str(room.home / "feed")
    assert pull(room, folder)["accepted"] == 3
    room.file("feed/b.ndjson", b"\n".join(RAWS[2:4]))
    said = pull(room, folder)
    assert (said["accepted"], said["known"]) == (2, 1)
    room.file("feed/c.json", b'[{"type": ')
    said = pull(room, folder, status=1)
    assert len(said["source"]["missing"]) == 1
    away.script = lambda _: Answer(RAWS[4], headers={"ETag": '"1"'}, media_type="application/json")
    assert pull(room, f"{away.url}/bundle.json")["accepted"] == 1


def test_a_misp_feed_comes_in_event_by_event(room: Shell) -> None:
    first = misp_events.event("tlp:green", Attribute=[misp_events.attribute("ip-dst", "198.51.100.7")])
    named, broken = misp_events.named("event"), misp_events.named("broken")
    manifest = {named: {"timestamp": 1}, broken: {"timestamp": "2"}}
    room.file("misp/manifest.json", json.dumps(manifest))
    room.file(f"misp/{named}.json", json.dumps(first))
    room.file(f"misp/{broken}.json", b"{}")
    said = pull(room, str(room.home / "misp"), status=1)
    assert said["accepted"] > 0
    assert (said["source"]["kind"], said["source"]["listed"], len(said["source"]["missing"])) == (
        "misp",
        2,
        1,
    )
    again = pull(room, str(room.home / "misp"), status=1)
    assert (again["accepted"], again["source"]["unchanged"]) == (0, 1)


def test_own_items_go_out_byte_for_byte_and_once(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, *RAWS[:3])
    said = push(room, away.collection)
    assert (said["taken"], said["complete"], arrived(away)) == (3, True, RAWS[:3])
    clear(room, RAWS[3])
    away.asked.clear()
    assert push(room, away.collection)["looked_at"] == 1
    assert arrived(away) == [RAWS[3]]


def test_what_was_received_never_goes_out_nor_what_refers_to_it(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    room.contribute(RAWS[:1], "--tlp", "clear", member="bravo")
    note = objects.relationship(1, IDS[1], IDS[0])
    clear(room, RAWS[1], note)
    said = push(room, away.collection)
    assert arrived(away) == [RAWS[1]]
    assert (said["stay_here"], sum(said["stayed"].values())) == (2, 2)
    assert any("received" in reason for reason in said["stayed"])
    assert any("refers" in reason for reason in said["stayed"])


def test_ones_own_version_of_what_was_received_stays(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    room.contribute(RAWS[:1], "--tlp", "clear", member="bravo")
    clear(room, objects.identity(1, modified="2026-02-02T00:00:00.000Z"), RAWS[1])
    push(room, away.collection)
    assert arrived(away) == [RAWS[1]]


def test_a_handling_goes_nowhere_nor_what_bears_it(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    marking = objects.numbered("marking-definition", 1)
    bearing = objects.identity(1, object_marking_refs=[marking])
    clear(room, objects.handling_marking(1, fields=["incidents"], tlp="clear"), bearing, RAWS[1])
    said = push(room, away.collection)
    assert arrived(away) == [RAWS[1]]
    assert any("handling" in reason for reason in said["stayed"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--tlp", "green"), "TLP is green"),
        (("--tlp", "clear", "--rel-to", "bravo"), "names recipients"),
        (("--tlp", "clear", "--not-to", "bravo"), "names recipients"),
        (("--tlp", "clear", "--expires", "2099-01-01"), "dates"),
        (("--tlp", "clear", "--originator-control"), "originator control"),
        (("--tlp", "clear", "--foreign", "Somebody:terms:filed"), "outside the room"),
        (("--tlp", "clear", "--pap", "amber"), "PAP"),
    ],
)
def test_a_label_that_a_server_outside_could_not_keep_keeps_it_in(
    room: Shell, away: Elsewhere, words: tuple[str, ...], reason: str
) -> None:
    away.script = taxii(taking)
    clear(room, RAWS[0], words=words)
    said = push(room, away.collection)
    assert arrived(away) == []
    assert [reason in one for one in said["stayed"]] == [True]


def test_what_is_stricter_goes_where_that_is_said_and_bears_its_tlp(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, RAWS[0], words=("--tlp", "green"))
    clear(room, RAWS[1], words=("--tlp", "red", "--rel-to", "bravo"))
    push(room, away.collection, "--tlp-at-most", "amber+strict")
    [sent] = map(json.loads, arrived(away))
    assert sent["id"] == IDS[0]
    assert sent["object_marking_refs"] == ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]
    room.run("push", away.collection, "--room", "room", "--as", "alfa", "--tlp-at-most", "red", status=2)


def test_the_strictest_offer_of_any_version_decides(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, RAWS[0])
    clear(room, objects.identity(1, modified="2026-02-02T00:00:00.000Z"), words=("--tlp", "amber"))
    assert push(room, away.collection)["go"] == 0


def test_what_waits_or_was_taken_back_stays(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, *RAWS[:2])
    room.run("recall", IDS[0], "--room", "room", "--as", "alfa")
    posting = ("member", "posting", "alfa", "--room", "room", "--agreement", SHARING, "--field", "incidents")
    room.run(*posting, "--release-by", "releaser")
    clear(room, RAWS[2])
    push(room, away.collection)
    assert arrived(away) == [RAWS[1]]


def test_what_rests_on_what_was_received_stays_and_what_rests_on_that(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, RAWS[0])
    bravo = (
        "--room",
        "room",
        "--agreement",
        SHARING,
        "--field",
        "incidents",
        "--as",
        "bravo",
        "--tlp",
        "clear",
    )
    for raw, source in ((RAWS[1], IDS[0]), (RAWS[2], IDS[1]), (RAWS[3], None), (RAWS[4], IDS[3])):
        words = ("--source", source) if source else ()
        room.run("contribute", room.file("one.json", raw), *bravo, *words)
    said = push(room, away.collection, member="bravo")
    assert arrived(away) == [RAWS[3], RAWS[4]]
    assert said["stayed"] == {
        "it rests on what was received from others": 1,
        "it refers to, or rests on, what stays here": 1,
        "received from others: passing it on takes their consent, and there is none for a server outside": 1,
    }


def test_a_push_that_failed_is_done_again(room: Shell, away: Elsewhere) -> None:
    clear(room, *RAWS[:2])
    failure = {"id": IDS[1], "version": objects.CREATED, "message": "not this one"}
    status = {"id": "s", "status": "complete", "success_count": 1, "failure_count": 1, "failures": [failure]}
    away.script = taxii(lambda _: Answer(cut=1))
    room.run("push", away.collection, "--room", "room", "--as", "alfa", status=5)
    assert states(room) == []
    away.script = taxii(lambda _: Answer(json.dumps(status).encode(), status=202))
    said = push(room, away.collection, status=1)
    assert (said["taken"], said["refused"], said["complete"]) == (1, 1, False)
    assert said["objects"] == [failure]
    assert push(room, away.collection)["looked_at"] == 0


def test_what_a_server_refuses_without_a_word_is_no_success(room: Shell, away: Elsewhere) -> None:
    status = {"id": "s", "status": "complete", "success_count": 1, "failure_count": 2, "failures": []}
    away.script = taxii(lambda asked: Answer(json.dumps(status).encode(), status=202))
    clear(room, *RAWS[:3])
    said = push(room, away.collection, status=1)
    assert (said["taken"], said["refused"], said["complete"]) == (1, 2, False)


def test_a_rehearsed_push_sends_nothing(room: Shell, away: Elsewhere) -> None:
    away.script = taxii(taking)
    clear(room, *RAWS[:2])
    said = push(room, away.collection, "--dry-run")
    assert (said["go"], said["taken"], arrived(away), states(room)) == (2, 0, [], [])
    text = room.run("push", away.collection, "--room", "room", "--as", "alfa", "--dry-run").stdout
    assert "nothing was sent" in text


def test_from_afar_both_do_the_same(
    room: Shell, server: str, away: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    alfa = room.away(server, "alfa")
    away.script = taxii(paged(RAWS, 3))
    assert alfa.json("pull", away.collection, *PLACE, "--tlp", "clear")["accepted"] == 7
    away.script = taxii(taking)
    said = alfa.json("push", away.collection, "--room", "room")
    assert (said["taken"], arrived(away)) == (7, RAWS)
    assert len(list((tmp_path / "xdg").rglob("*.json"))) == 2


def test_a_room_pulls_from_another(room: Shell, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clear(room, *RAWS)
    token = room.json("member", "token", "bravo", "--user", "b", "--role", "reader")
    monkeypatch.setenv("THEIR_TOKEN", token["secret"])
    there = (
        f"{server}/taxii2/",
        "--collection",
        "released",
        "--secret-from",
        "THEIR_TOKEN",
        "--verify",
        "--limit",
        "3",
    )
    other = Shell(room.home / "other")
    other.home.mkdir()
    other.run("init")
    other.members("alfa", "bravo")
    other.run("room", "create", "room", "--title", "B", "--host", "alfa", "--place", "Elsewhere")
    other.agree(SHARING, "alfa", "bravo")
    said = pull(other, *there)
    assert (said["accepted"], said["source"]["pages"], said["source"]["complete"]) == (7, 3, True)
    assert pull(other, *there)["source"]["fetched"] == 0
