"""`opsroom knowledge`: a record made and read, on the node and from afar."""

from tests import objects
from tests.cli.conftest import SHARING, Shell

WHERE = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
SAID = ("--who", "Delta", "--state", "not-notified", "--as-of", "2015-09~", "--according-to", "a news report")
SOURCE = ("--source-name", "a news report", "--quote", "without notifying Delta")
LIST = ("knowledge", "list", "--room", "room", "--agreement", SHARING)


def test_a_record_is_made_and_read_by_whom_it_is_released_to(room: Shell, server: str) -> None:
    rehearsed = room.json("knowledge", "record", *WHERE, *SAID, *SOURCE, "--as", "alfa", "--dry-run")
    assert [one["released"] for one in rehearsed["objects"][0]["sights"]] == [True]
    assert room.json(*LIST, "--as", "bravo") == []
    alfa = room.away(server, "alfa")
    assert "1 accepted" in alfa.run("knowledge", "record", *WHERE, *SAID, *SOURCE).stdout
    for asker in (room.away(server, "bravo"), alfa):
        [found] = asker.json(*LIST)
        assert (found["who"], found["state"], found["as_of"]) == ("Delta", "not-notified", "2015-09~")
        assert (found["recorded_by"], found["references"]) == ("alfa", ["a news report"])
        assert "without notifying Delta" in asker.run(*LIST).stdout
    room.away(server, "carol").run(*LIST, status=4)


def test_what_a_record_is_about_is_one_thing(room: Shell) -> None:
    twice = ("--about-room", "--about-item", objects.numbered("report", 1))
    room.run("knowledge", "record", *WHERE, *SAID, *SOURCE, *twice, "--as", "alfa", status=2)
    room.run("knowledge", "record", *WHERE, *SAID, *SOURCE, "--about-room", "--as", "alfa")
    assert len(room.json("knowledge", "list", "--room", "room", "--as", "bravo")) == 1
    assert "nothing is recorded" in room.run(*LIST, "--as", "bravo").stdout


def test_a_record_without_a_source_is_refused_with_its_faults(room: Shell) -> None:
    wrong = (*SAID[:5], "late 2016", *SAID[6:])
    refused = room.run("knowledge", "record", *WHERE, *wrong, "--as", "alfa", status=1)
    assert "as_of" in refused.stdout
    assert "has a source" in refused.stdout
