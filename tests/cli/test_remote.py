"""The command far from the node: `--url` and a token do what `--as` does on the node's machine."""

from tests import objects
from tests.cli.conftest import SHARING, Shell

ONE, TWO = (objects.numbered("identity", number) for number in (1, 2))
RAWS = [objects.identity(1), objects.identity(2)]


def test_show_and_explain_say_the_same_from_afar(room: Shell, server: str) -> None:
    room.contribute([objects.identity(1)])
    for member in ("alfa", "bravo"):
        away = room.away(server, member)
        for words in (("show", ONE), ("explain", ONE, "--to", "bravo")):
            assert away.json(*words) == room.json(*words, "--as", member)
            assert away.run(*words).stdout == room.run(*words, "--as", member).stdout


def test_errors_have_the_same_status_from_afar(room: Shell, server: str) -> None:
    away = room.away(server, "carol")
    assert "opsroom agreement show" in away.run("show", ONE, status=4).stderr
    away.run("explain", ONE, "--to", "bravo", status=4)
    keeper = room.away(server, "alfa", "keeper")
    assert "reader" in keeper.run("show", ONE, status=3).stderr
    strange = Shell(room.home, ("--url", server, "--token", "none"))
    assert "expired or revoked" in strange.run("show", ONE, status=3).stderr
    nobody = Shell(room.home, ("--url", "http://127.0.0.1:1", "--token", "none"))
    nobody.run("show", ONE, status=5)


def test_the_token_says_who_asks(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    assert "the token says who asks" in away.run("show", ONE, "--as", "alfa", status=2).stderr
    Shell(room.home, ("--url", server)).run("show", ONE, status=2)


def test_what_the_operator_does_is_done_on_the_node(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    for words in (("member", "list"), ("member", "add", "delta", "--title", "Delta"), ("serve",)):
        assert "machine" in away.run(*words, status=2).stderr


def test_a_file_is_contributed_from_afar(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    bundle = room.file("unit.ndjson", b"\n".join([*RAWS, b'{"type": "identity"}']))
    words = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
    rehearsed = away.json("contribute", bundle, *words, "--dry-run", "--tlp", "green", status=1)
    [first] = [one for one in rehearsed["objects"] if one["id"] == ONE]
    assert {one["member"]: one["released"] for one in first["sights"]} == {"bravo": True}
    away.run("show", ONE, status=4)
    said = away.json("contribute", bundle, *words, "--tlp", "green", "--rel-to", "bravo", status=1)
    assert (said["accepted"], said["refused"]) == (2, 1)
    [shown] = away.json("show", ONE)
    assert (shown["handling"]["tlp"], shown["handling"]["rel_to"]) == ("green", ["bravo"])
    again = away.json("contribute", bundle, *words, "--tlp", "green", "--rel-to", "bravo", status=1)
    assert again["known"] == 2


def test_many_objects_and_much_to_say_of_them_come_through(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    lines = [objects.identity(number) for number in range(2_000)] + [b'{"type": "identity"}'] * 3_000
    words = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
    said = away.json("contribute", room.file("many.ndjson", b"\n".join(lines)), *words, status=1)
    assert (said["accepted"], said["refused"]) == (2_000, 3_000)
    assert room.sees("bravo", objects.numbered("identity", 1_999))


def test_a_report_is_contributed_from_afar(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    words = ("--room", "room", "--agreement", SHARING, "--field", "incidents")
    said = away.json(
        "contribute", room.file("report.md", b"# A finding\n\nText.\n"), *words, "--date", "2026-01-02"
    )
    assert any((one["id"] or "").startswith("report--") for one in said["objects"])
    wrong = away.run("contribute", room.file("b.md", b"# A\n\nText.\n"), *words, "--date", "soon", status=2)
    assert "--date" in wrong.stderr


def test_release_acts_from_afar(room: Shell, server: str) -> None:
    room.run(
        *("member", "posting", "alfa", "--room", "room", "--agreement", SHARING, "--field", "incidents"),
        *("--release-by", "releaser"),
    )
    room.contribute(RAWS)
    officer = room.away(server, "alfa", "releaser")
    assert [one["id"] for one in officer.json("release", "list", "--room", "room")] == [ONE, TWO]
    [foreseen] = officer.json("release", "show", ONE, "--room", "room")
    assert [one["member"] for one in foreseen["sights"]] == ["bravo"]
    officer.run("release", "approve", ONE, "--room", "room")
    officer.run("release", "refuse", TWO, "--room", "room")
    assert (room.sees("bravo", ONE), room.sees("bravo", TWO)) == (True, False)
    room.away(server, "alfa").run("release", "list", "--room", "room", status=3)


def test_search_and_follow_say_the_same_from_afar(room: Shell, server: str) -> None:
    room.contribute(RAWS)
    away = room.away(server, "bravo")
    for words in (
        ("search", "identity", "--room", "room"),
        ("search", "ident", "--room", "room", "--suggest"),
        ("search", "--room", "room", "--like", ONE),
        ("follow", "--room", "room", "--count", "2"),
    ):
        assert away.run(*words).stdout == room.run(*words, "--as", "bravo").stdout
    assert "2 found" in away.run("search", "identity", "--room", "room").stdout
    lines = away.run("follow", "--room", "room", "--count", "1").stdout.split()
    assert lines[:2] == ["added", ONE]
    rest = away.run("follow", "--room", "room", "--count", "1", "--after", lines[-1]).stdout
    assert rest.startswith(f"added     {TWO}")
    assert '"event":"added"' in away.run("follow", "--room", "room", "--count", "1", "--json").stdout


def test_searches_that_cannot_be_meant(room: Shell, server: str) -> None:
    away = room.away(server, "bravo")
    assert "q" in away.run("search", "*", "--room", "room", status=2).stderr
    away.run("search", "--room", "room", "--suggest", status=2)
    away.run("search", "x", "--room", "nowhere", status=4)
    assert "nothing is found" in away.run("search", "zebra", "--room", "room").stdout


def test_recall_from_afar(room: Shell, server: str) -> None:
    room.contribute(RAWS)
    away = room.away(server, "alfa")
    away.run("recall", ONE, "--room", "room", "--version", "never", status=2)
    assert away.json("recall", ONE, "--room", "room") == {"id": ONE, "versions": 1}
    assert (room.sees("bravo", ONE), room.sees("bravo", TWO)) == (False, True)
    room.away(server, "bravo").run("recall", TWO, "--room", "room", status=3)
    away.run("recall", TWO, "--room", "nowhere", status=4)
