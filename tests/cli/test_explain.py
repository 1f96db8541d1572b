"""`opsroom show` and `opsroom explain`: what is known of an item, and why somebody sees it or not."""

from opsroom.core.timestamps import parse_instant, render
from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE = objects.numbered("identity", 1)
OTHER = "agreement--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"


def test_a_release_reads_as_a_sentence_with_its_clause_and_duties(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    said = room.run("explain", ONE, "--to", "bravo").stdout
    assert "of alfa (incidents, offered under" in said
    assert f"is released to bravo: provision under {SHARING}, Art. 3(1)." in said
    assert "protect" in said
    [found] = room.json("explain", ONE, "--to", "bravo")
    assert (found["released"], found["ground"], found["authority"]) == (True, "provision", SHARING)
    assert (found["clauses"], found["obligations"]) == (
        ["Art. 3(1)"],
        [{"type": "protect", "clause": "Art. 9"}],
    )


def test_a_withholding_says_what_failed_under_each_agreement_and_is_no_failure(room: Shell) -> None:
    room.agree(OTHER, "alfa", "carol")
    room.contribute([objects.identity(1)])
    said = room.run("explain", ONE, "--to", "carol").stdout
    assert "is withheld from carol: no-provision." in said
    assert OTHER in said
    assert "the item cites other agreements" in said


def test_without_any_agreement_between_two_that_is_said(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    assert "No agreement was ever between alfa and carol." in room.run("explain", ONE, "--to", "carol").stdout


def test_only_the_originator_learns_what_failed(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    [own] = room.json("explain", ONE, "--to", "bravo", "--as", "alfa")
    [read] = room.json("explain", ONE, "--to", "bravo", "--as", "bravo")
    assert own["conditions"] == [{"agreement": SHARING, "version": 1, "failed": []}]
    assert read["conditions"] == []
    room.run("explain", ONE, "--to", "carol", "--as", "bravo", status=4)
    assert room.run("explain", ONE, "--to", "carol", "--as", "carol", status=4).stderr == room.run(
        "explain", objects.numbered("identity", 9), "--to", "carol", "--as", "carol", status=4
    ).stderr.replace(objects.numbered("identity", 9), ONE)


def test_a_holder_is_asked_about(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    said = room.run("explain", ONE, "--to", "carol", "--holder", "bravo").stdout
    assert "is withheld from carol, passed on by bravo: no-provision." in said


def test_the_past_is_asked_about_as_it_was_and_as_it_was_known(room: Shell) -> None:
    room.contribute([objects.identity(1)])
    [shown] = room.json("show", ONE)
    offered = parse_instant(shown["offered_at"])
    room.run("agreement", "suspend", SHARING, "--by", "alfa", "--party", "alfa", "--key", room.key("alfa"))

    def released(*words: str) -> tuple[bool, str]:
        [found] = room.json("explain", ONE, "--to", "bravo", *words)
        return found["released"], found["ground"]

    then = render(offered)
    assert released() == (False, "no-provision")
    assert released("--at", then) == (True, "provision")
    assert released("--at", render(offered - 1)) == (False, "not-released")
    assert released("--known-at", then) == (True, "provision")


def test_show_prints_the_label_to_its_originator_alone(room: Shell) -> None:
    room.contribute([objects.identity(1)], "--rel-to", "bravo")
    [own] = room.json("show", ONE, "--as", "alfa")
    [read] = room.json("show", ONE, "--as", "bravo")
    assert own["handling"]["rel_to"] == ["bravo"]
    assert read["handling"] is None
    assert "object_marking_refs" in read["object"]
    assert "object_marking_refs" not in own["object"]
    text = room.run("show", ONE, "--as", "alfa").stdout
    assert "rel_to" in text
    assert '"identity 1"' in text
    room.run("show", ONE, "--as", "carol", status=4)
