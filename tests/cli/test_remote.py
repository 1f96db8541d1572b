"""The command far from the node: `--url` and a token do what `--as` does on the node's machine."""

from tests import objects
from tests.cli.conftest import Shell

ONE = objects.numbered("identity", 1)


def test_show_and_explain_say_the_same_from_afar(room: Shell, server: str) -> None:
    room.contribute([objects.identity(1)])
    for member in ("alfa", "bravo"):
        away = room.away(server, member)
        for words in (("show", ONE), ("explain", ONE, "--to", "bravo")):
            assert away.json(*words) == room.json(*words, "--as", member)
            assert away.run(*words).stdout == room.run(*words, "--as", member).stdout


def test_errors_have_the_same_status_from_afar(room: Shell, server: str) -> None:
    away = room.away(server, "carol")
    away.run("show", ONE, status=4)
    away.run("explain", ONE, "--to", "bravo", status=4)
    keeper = room.away(server, "alfa", "keeper")
    assert "reader" in keeper.run("show", ONE, status=3).stderr
    strange = Shell(room.home, ("--url", server, "--token", "none"))
    strange.run("show", ONE, status=3)
    nobody = Shell(room.home, ("--url", "http://127.0.0.1:1", "--token", "none"))
    nobody.run("show", ONE, status=5)


def test_the_token_says_who_asks(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    assert "the token says who asks" in away.run("show", ONE, "--as", "alfa", status=2).stderr
    Shell(room.home, ("--url", server)).run("show", ONE, status=2)


def test_what_the_operator_does_is_done_on_the_node(room: Shell, server: str) -> None:
    away = room.away(server, "alfa")
    for words in (("room", "list"), ("member", "list"), ("serve",)):
        assert "machine" in away.run(*words, status=2).stderr
