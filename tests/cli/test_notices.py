"""`opsroom notices`, on the node and from afar, and how `opsroom follow` tells the same."""

from tests import objects
from tests.cli.conftest import Shell

END, LINK = objects.numbered("malware", 1), objects.numbered("relationship", 3)
NOTICES = ("notices", "--room", "room")


def test_what_is_held_back_is_listed_with_what_holds_it_back(room: Shell, server: str) -> None:
    mine = (*NOTICES, "--as", "alfa")
    assert "nothing of yours is held back" in room.run(*mine).stdout
    room.contribute([objects.malware(1)], "--not-to", "bravo")
    room.contribute([objects.relationship(3, END, END)])
    [told] = room.json(*mine)["notices"]
    assert (told["id"], told["to"], told["ground"], told["because"]) == (LINK, "bravo", "reference", [END])
    away = room.away(server, "alfa")
    assert away.json(*NOTICES)["notices"] == [told]
    assert away.run(*NOTICES).stdout == room.run(*mine).stdout
    follow = ("follow", "--room", "room", "--as", "alfa", "--count", "3")
    last = room.run(*follow).stdout.splitlines()[-1]
    assert last.startswith(f"narrowed  {LINK} {objects.CREATED} for bravo (without {END})")
    room.run("recall", LINK, "--room", "room", "--as", "alfa")
    assert room.json(*mine)["notices"] == []
    [ended] = room.json(*mine, "--ended")["notices"]
    assert ended["until"] > ended["since"]
