"""`opsroom contribute`: files in, one by one accepted or refused, and who would see each before it is sent."""

import gzip
import json

import pytest

from opsroom.cli.results import LISTED
from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE, TWO = (objects.numbered("identity", number) for number in (1, 2))
RAWS = [objects.identity(1), objects.identity(2)]


def handling(room: Shell, item: str = ONE) -> dict[str, object]:
    [shown] = room.json("show", item)
    found = shown["handling"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "text",
    [
        b'{"type": "bundle", "id": "bundle--1", "objects": [' + b",".join(RAWS) + b"]}",
        b"[" + b", ".join(RAWS) + b"]",
        b"\n".join(RAWS),
    ],
    ids=["bundle", "array", "ndjson"],
)
def test_a_file_of_any_shape_is_taken_and_read_by_the_other_party_alone(room: Shell, text: bytes) -> None:
    room.run(*room.contributing(room.file("unit.json", text)))
    assert [room.sees("bravo", one) for one in (ONE, TWO)] == [True, True]
    assert not room.sees("carol", ONE)


def test_one_object_alone_is_taken(room: Shell) -> None:
    assert "1 accepted" in room.run(*room.contributing(room.file("one.json", RAWS[0]))).stdout


def test_a_faulty_object_is_refused_with_every_reason_and_the_others_go_on(room: Shell) -> None:
    broken = b'{"type": "identity", "id": "identity--1"}'
    result = room.run(
        *room.contributing(room.file("unit.json", b"\n".join([RAWS[0], broken, RAWS[1]]))), status=1
    )
    assert "2 accepted, 0 pending, 1 refused" in result.stdout
    [line] = [line for line in result.stdout.splitlines() if line.startswith("refused")]
    assert all(word in line for word in ("identity--1", "spec_version", "created", "name"))
    assert room.sees("bravo", TWO)


def test_a_broken_line_is_refused_and_the_others_go_on(room: Shell) -> None:
    lines = room.file("unit.ndjson", b"\n".join([RAWS[0], b'{"type": "identity', RAWS[1]]))
    result = room.run(*room.contributing(lines), status=1)
    assert "2 accepted, 0 pending, 1 refused" in result.stdout
    assert "the text is no JSON" in result.stdout


def test_a_place_that_is_not_there_prints_an_error_and_nothing_else(room: Shell) -> None:
    file = room.file("one.json", RAWS[0])
    result = room.run(*room.contributing(file, "--json", agreement="agreement--none"), status=None)
    assert result.exit_code > 1
    assert result.stdout == ""


def test_json_counts_and_lists_each_object(room: Shell) -> None:
    said = room.contribute([*RAWS, b'{"type": "identity"}'], status=1)
    assert (said["accepted"], said["pending"], said["refused"]) == (2, 0, 1)
    assert {(one["id"], one["state"]) for one in said["objects"]} == {
        *((ONE, "accepted"), (TWO, "accepted"), (None, "refused")),
    }


def test_json_of_many_objects_leaves_out_what_is_plainly_accepted(room: Shell) -> None:
    raws = [objects.identity(number) for number in range(LISTED + 5)]
    said = room.contribute([*raws, b'{"type": "identity"}'], status=1)
    assert (said["accepted"], said["left_out"], len(said["objects"])) == (LISTED + 5, 5, LISTED + 1)
    assert [one["state"] for one in said["objects"]].count("refused") == 1


def test_the_same_file_again_changes_nothing_and_says_so(room: Shell) -> None:
    path = room.file("unit.json", b"\n".join(RAWS))
    room.run(*room.contributing(path))
    assert (
        room.run(*room.contributing(path)).stdout
        == "2 accepted, 0 pending, 0 refused; 2 contributed before\n"
    )
    assert room.json(*room.contributing(path))["known"] == 2
    assert len(room.json("show", ONE)) == 1


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (("--rel-to", "bravo"), {"rel_to": ["bravo"]}),
        (("--rel-to", "none"), {"rel_to": []}),
        (("--not-to", "bravo", "--not-to", "alfa"), {"not_to": ["alfa", "bravo"]}),
        (("--tlp", "red"), {"tlp": "red"}),
        (("--expires", "2999-01-01"), {"expires": "2999-01-01T00:00:00.000000Z"}),
        (("--not-before", "2999-01-01T10:00:00+01:00"), {"not_before": "2999-01-01T09:00:00.000000Z"}),
        (("--originator-control",), {"originator_control": True}),
        (("--cites", SHARING), {"cites": [SHARING]}),
        (("--pap", "green"), {"pap": "green"}),
        (
            ("--foreign", "Port:on request:file 7"),
            {"foreign": [{"from": "Port", "terms": "on request", "consent": "file 7"}]},
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_options_narrow_the_label(room: Shell, words: tuple[str, ...], label: dict[str, object]) -> None:
    room.contribute([objects.identity(2)])
    default = handling(room, TWO)
    room.contribute([objects.identity(1)], *words)
    assert handling(room) == default | label
    assert default["tlp"] == "amber"


def test_what_came_from_outside_without_consent_is_refused(room: Shell) -> None:
    said = room.contribute([objects.identity(1)], "--foreign", "Port:on request", status=1)
    assert "foreign" in said["objects"][0]["message"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--strict-refs", "--dangle-refs"), "contradict"),
        (("--rel-to", "none", "--rel-to", "bravo"), "stands alone"),
        (("--tlp", "white"), "white"),
        (("--title", "A title"), "--report"),
        (("--not-before", "2999-01-02", "--expires", "2999-01-01"), "later than not_before"),
        (("--cites", "agreement--00000000-0000-4000-8000-000000000000"), "cites"),
        (("--source", TWO), "neither contributed nor received"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_options_that_cannot_be_meant_are_refused(room: Shell, words: tuple[str, ...], said: str) -> None:
    path = room.file("one.json", objects.identity(1))
    assert said in room.run(*room.contributing(path, *words), status=2).stderr
    assert not room.sees("alfa", ONE)


def test_a_place_that_is_not_there_is_named_with_those_that_are(room: Shell) -> None:
    path = room.file("one.json", objects.identity(1))
    other = (
        "contribute",
        path,
        "--as",
        "alfa",
        "--room",
        "room",
        "--agreement",
        SHARING,
        "--field",
        "logistics",
    )
    assert "it has: incidents under" in room.run(*other, status=4).stderr
    room.run(*room.contributing(path, member="carol"), status=4)
    assert "its desks: main" in room.run(*room.contributing(path, "--desk", "night"), status=3).stderr


def test_a_dry_run_keeps_nothing_and_says_who_would_see_each_object(room: Shell) -> None:
    path = room.file("unit.json", b"\n".join(RAWS))
    shown = room.run(*room.contributing(path, "--dry-run")).stdout
    assert "bravo" in shown
    assert "sees: provision (1)" in shown
    assert SHARING in shown
    assert "2 would be accepted" in shown
    assert not room.sees("alfa", ONE)
    said = room.json(*room.contributing(path, "--dry-run", "--not-to", "bravo"))
    assert said["dry_run"]
    assert [one["sights"] for one in said["objects"]] == 2 * [
        [{"member": "bravo", "released": False, "ground": "not-to", "authority": None, "because": []}]
    ]


def test_a_dry_run_of_many_objects_shows_the_first_and_counts_the_rest(room: Shell) -> None:
    path = room.file("unit.json", b"\n".join(objects.identity(number) for number in range(60)))
    shown = room.run(*room.contributing(path, "--dry-run")).stdout
    assert sum(line.startswith("identity--") for line in shown.splitlines()) == 50
    assert "10 more" in shown
    assert [line.split() for line in shown.splitlines() if line.startswith("bravo")] == [
        ["bravo", "sees:", "provision", "60"]
    ]


def test_a_narrowing_reference_is_told_or_refused_or_let_dangle(room: Shell) -> None:
    room.contribute([objects.malware(5)], "--not-to", "bravo")
    end = objects.numbered("malware", 5)
    said = room.contribute([objects.relationship(6, end, end)])
    assert "narrowed: withheld from bravo" in said["objects"][0]["message"]
    refused = room.contribute([objects.relationship(7, end, end)], "--strict-refs", status=1)
    assert refused["objects"][0]["state"] == "refused"
    room.contribute([objects.relationship(8, end, end)], "--dangle-refs")
    seen = [room.sees("bravo", objects.numbered("relationship", number)) for number in (6, 7, 8)]
    assert seen == [False, False, True]


def test_a_product_follows_its_source_unless_it_is_declared_sanitised(room: Shell) -> None:
    room.contribute([objects.malware(5)], "--not-to", "bravo")
    source = objects.numbered("malware", 5)
    room.contribute([objects.identity(1)], "--source", source)
    room.contribute([objects.identity(2)], "--sanitised", source)
    assert [room.sees("bravo", one) for one in (ONE, TWO)] == [False, True]


def test_a_report_is_read_kept_whole_and_described_as_its_contributor_says(room: Shell) -> None:
    path = room.file("notes.md", "# A quiet day\n\nNothing happened in the harbour.\n")
    words = (
        "--title",
        "The harbour",
        "--date",
        "2026-02-03",
        "--source-name",
        "Port",
        "--label",
        "synthetic",
    )
    said = room.json(*room.contributing(path, *words))
    kinds = {one["id"].partition("--")[0]: one["id"] for one in said["objects"]}
    assert set(kinds) == {"artifact", "report"}
    [shown] = room.json("show", kinds["report"], "--as", "bravo")
    report = shown["object"]
    assert (report["name"], report["published"][:10]) == ("The harbour", "2026-02-03")
    assert report["external_references"][0]["source_name"] == "Port"
    assert "synthetic" in report["labels"]


def test_report_takes_a_file_of_any_name_for_a_report(room: Shell) -> None:
    path = room.file("notes", "A quiet day.\n")
    assert room.json(*room.contributing(path, "--report"))["accepted"] == 2
    assert "byte 0" in room.run(*room.contributing(path), status=2).stderr


def test_a_file_that_breaks_off_ends_with_its_place_and_nothing_half_printed(room: Shell) -> None:
    path = room.file("cut.json", b"[" + RAWS[0] + b", {")
    result = room.run(*room.contributing(path, "--json"), status=2)
    assert result.stdout == ""
    [fault] = json.loads(result.stderr)["faults"]
    assert fault["path"].startswith("byte ")
    assert not room.sees("alfa", ONE)


def test_passing_on_is_refused_with_the_way_to_go(room: Shell) -> None:
    raw = objects.identity(1)
    room.contribute([raw])
    said = room.contribute([raw], "--pap", "green", member="bravo", status=1)
    assert "opsroom consent ask" in said["objects"][0]["message"]


def test_a_byte_order_mark_is_passed_over_and_an_archive_is_named(room: Shell) -> None:
    path = room.file("windows.json", b"\xef\xbb\xbf[" + b",\r\n".join(RAWS) + b"]\r\n")
    assert room.json(*room.contributing(path))["accepted"] == 2
    assert room.sees("bravo", ONE)
    packed = room.file("packed.json", gzip.compress(RAWS[0]))
    assert "gunzip" in room.run(*room.contributing(packed), status=2).stderr


@pytest.mark.parametrize("text", [b"", b"  \n", b"[]", b"\xef\xbb\xbf"], ids=repr)
def test_a_file_without_objects_says_so(room: Shell, text: bytes) -> None:
    assert "the file holds no object" in room.run(*room.contributing(room.file("none.json", text))).stdout


@pytest.mark.parametrize("option", ["--rel-to", "--not-to"])
def test_a_name_that_nobody_bears_is_refused_before_anything_goes_out(room: Shell, option: str) -> None:
    path = room.file("one.json", objects.identity(1))
    said = room.run(*room.contributing(path, option, "bravoo"), status=2).stderr
    assert "you share no agreement with bravoo" in said
    assert "alfa, bravo" in said
    assert not room.sees("alfa", ONE)


@pytest.mark.parametrize("words", [("--policy", "ALF"), ("--level", "GEHEIM")], ids=" ".join)
def test_a_policy_without_a_level_is_refused_and_so_is_the_reverse(
    room: Shell, words: tuple[str, ...]
) -> None:
    path = room.file("one.json", objects.identity(1))
    assert "go together" in room.run(*room.contributing(path, *words), status=2).stderr


def test_a_label_that_what_stands_does_not_bear_is_refused(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    said = room.contribute([objects.identity(1)], "--not-to", "bravo", status=1)
    assert "another label" in said["objects"][0]["message"]
    assert room.sees("bravo", ONE)


def test_what_nobody_sees_and_who_loses_a_version_is_printed(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    path = room.file("later.json", later)
    for words in (("--dry-run",), ()):
        said = room.run(*room.contributing(path, "--not-to", "bravo", *words)).stdout
        assert "nobody sees it now: not-to; version 2026-02-01T00:00:00.000Z is taken from bravo" in said
    text = " ".join(room.run("explain", ONE, "--to", "bravo").stdout.split())
    assert "reference, because of a newer version of it" in text


@pytest.mark.parametrize(
    ("words", "option"), [(("--date", "2026"), "--date"), (("--source-url", "here"), "--source-url")]
)
def test_what_is_wrong_with_a_reports_particulars_is_named_by_its_option(
    room: Shell, words: tuple[str, ...], option: str
) -> None:
    path = room.file("notes.md", "# A quiet day\n\nNothing happened.\n")
    [fault] = json.loads(room.run(*room.contributing(path, *words, "--json"), status=2).stderr)["faults"]
    assert fault["path"] == option


def test_one_bad_object_among_a_thousand_is_the_only_one_refused(room: Shell) -> None:
    raws = [objects.identity(number) for number in range(1000)]
    raws[500] = raws[500].replace(b'"name":', b'"name"')
    result = room.run(*room.contributing(room.file("many.ndjson", b"\r\n".join(raws))), status=1)
    assert result.stdout.splitlines()[-1] == "999 accepted, 0 pending, 1 refused"
    assert "no JSON" in result.stdout
