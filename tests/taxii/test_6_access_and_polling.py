"""Sections 1.6.3 and 3.4: the four kinds of access to a collection; polling that loses nothing."""

import threading
from pathlib import Path
from typing import Any

import pytest

from opsroom.core.roster import Role
from opsroom.storage.memory import open_memory
from opsroom.storage.sql import open_sqlite
from tests import objects
from tests.taxii.conftest import Client, Served, objects_in

ONE = objects.numbered("identity", 1)
WRITERS, POSTS = 4, 12


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    opened = open_memory() if request.param == "memory" else open_sqlite(tmp_path / "opsroom.db")
    yield opened
    opened.close()


def asked(door: Served, access: str) -> Client:
    roles = {
        "read-write": (Role.READER, Role.CONTRIBUTOR),
        "read-only": (Role.READER,),
        "write-only": (Role.CONTRIBUTOR,),
    }
    return door.issue("bravo", access, *roles[access]) if access in roles else door.client("delta")


@pytest.mark.parametrize(
    ("access", "can_read", "can_write", "reading", "writing", "deleting"),
    [
        ("read-write", True, True, 200, 202, 200),
        ("read-only", True, False, 200, 403, 403),
        ("write-only", False, True, 403, 202, 403),
        ("none", None, None, 404, 404, 404),
    ],
)
def test_the_four_kinds_of_access(
    door: Served,
    access: str,
    can_read: bool | None,
    can_write: bool | None,
    reading: int,
    writing: int,
    deleting: int,
) -> None:
    assert door.client("bravo").post(door.objects, objects.identity(1)).status_code == 202
    client = asked(door, access)
    collection = client.get(door.collection())
    if can_read is None:
        assert collection.status_code == 404
    else:
        said = collection.json()
        assert (said["can_read"], said["can_write"]) == (can_read, can_write)
    for path in ("manifest/", "objects/", f"objects/{ONE}/", f"objects/{ONE}/versions/"):
        response = client.get(door.collection() + path)
        assert response.status_code == reading, path
        assert client.ask("HEAD", door.collection() + path).status_code == reading
    posted = client.post(door.objects, objects.identity(2))
    assert posted.status_code == writing
    if writing == 202:
        assert client.get(f"/room/status/{posted.json()['id']}/").status_code == 200
    assert client.ask("DELETE", f"{door.objects}{ONE}/").status_code == deleting


def test_a_page_goes_on_where_the_last_ended_whatever_was_deleted(door: Served) -> None:
    mine, theirs = door.client("alfa"), door.client("bravo")
    ids = [objects.numbered("identity", number) for number in range(1, 13)]
    mine.post(door.objects, *(objects.identity(number) for number in range(1, 13)))
    first = theirs.json(door.objects, limit="4")
    for id in (ids[0], ids[3], ids[4], ids[7]):
        assert mine.ask("DELETE", f"{door.objects}{id}/").status_code == 200
    found, following = [], first["next"]
    while following is not None:
        page = theirs.json(door.objects, limit="3", next=following)
        found += [one["id"] for one in page["objects"]]
        following = page.get("next")
    assert found == [ids[5], ids[6], *ids[8:]]


def test_a_client_that_polls_by_added_after_alone_loses_nothing_while_others_write(door: Served) -> None:
    """Writers post at the same time; the reader asks for what is later than the last date that it saw."""
    path, failed = door.objects, []

    def write(writer: int) -> None:
        client = door.client(("alfa", "carol")[writer % 2])
        for step in range(POSTS):
            number = 1000 * (writer + 1) + step
            if client.post(path, objects.identity(number)).status_code != 202:
                failed.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    reader, found, last = door.client("bravo"), [], "2000-01-01T00:00:00Z"
    while True:
        ended = not any(thread.is_alive() for thread in threads)
        response = reader.get(path, added_after=last, limit="5")
        page = [one["id"] for one in objects_in(response)]
        found += page
        last = response.headers.get("X-TAXII-Date-Added-Last", last)
        if ended and not page:
            break
    assert failed == []
    assert len(found) == len(set(found)) == WRITERS * POSTS
    records: list[dict[str, Any]] = []
    while len(records) < len(found):
        after = records[-1]["date_added"] if records else "2000-01-01T00:00:00Z"
        page_of_manifest = objects_in(reader.get(door.collection() + "manifest/", added_after=after))
        assert page_of_manifest
        records += page_of_manifest
    dates = [one["date_added"] for one in records]
    assert dates == sorted(set(dates))
    assert [one["id"] for one in records] == found
