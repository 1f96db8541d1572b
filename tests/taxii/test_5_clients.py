"""The real `taxii2-client`: it finds its way, pushes and polls everything, over real SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from taxii2client.common import TokenAuth
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from opsroom.core.roster import Role
from opsroom.operations.enrol import set_posting
from opsroom.storage.sql import SqlStore, open_sqlite
from tests import objects
from tests.taxii.conftest import BODY, Served


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_sqlite(tmp_path / "opsroom.db")
    yield opened
    opened.close()


def collection_of(door: Served, member: str, title: str) -> Collection:
    server = Server(f"{door.url}/taxii2/", user=member, password=door.tokens[member])
    [root] = server.api_roots
    assert root.url == server.default.url == f"{door.url}/room/"
    return next(one for one in root.collections if one.title == title)


def test_it_pushes_and_polls_everything(door: Served) -> None:
    mine = collection_of(door, "alfa", "Agreement all: incidents")
    for start in range(1, 31, 10):
        raws = [objects.identity(number) for number in range(start, start + 10)]
        status = mine.add_objects(b'{"objects":[' + b",".join(raws) + b"]}")
        assert status.status == "complete"
        assert (status.success_count, status.failures) == (10, [])
        status.refresh()
        assert status.total_count == 10
    theirs = collection_of(door, "bravo", "Agreement all: incidents")
    expected = [objects.numbered("identity", number) for number in range(1, 31)]
    for size in (0, 1, 5, 100):
        pages = list(as_pages(theirs.get_objects, per_request=size))
        assert [one["id"] for page in pages for one in page.get("objects", [])] == expected
    records = [one for page in as_pages(theirs.get_manifest, per_request=4) for one in page["objects"]]
    assert [one["id"] for one in records] == expected
    released = collection_of(door, "carol", "Released to you")
    pages = list(as_pages(released.get_objects, per_request=3, type="identity"))
    assert [one["id"] for page in pages for one in page["objects"]] == expected


def test_it_polls_what_is_new(door: Served) -> None:
    mine = collection_of(door, "alfa", "Agreement all: incidents")
    theirs = collection_of(door, "bravo", "Agreement all: incidents")
    mine.add_objects(b'{"objects":[' + objects.identity(1) + b"]}")
    [record] = theirs.get_manifest()["objects"]
    assert theirs.get_objects(added_after=record["date_added"]) == {}
    mine.add_objects(b'{"objects":[' + objects.identity(2) + b"]}")
    [found] = theirs.get_objects(added_after=record["date_added"])["objects"]
    assert found["id"] == objects.numbered("identity", 2)


def test_it_reads_one_object_and_its_versions(door: Served) -> None:
    mine = collection_of(door, "alfa", "Agreement all: incidents")
    later = "2026-02-02T00:00:00.000Z"
    raws = [objects.identity(1), objects.identity(1, modified=later)]
    mine.add_objects(b'{"objects":[' + b",".join(raws) + b"]}")
    theirs = collection_of(door, "bravo", "Agreement all: incidents")
    id = objects.numbered("identity", 1)
    assert [one["modified"] for one in theirs.get_object(id)["objects"]] == [later]
    assert len(theirs.get_object(id, version="all")["objects"]) == 2
    assert theirs.object_versions(id)["versions"] == [objects.CREATED, later]


def test_it_may_present_a_token_alone(door: Served) -> None:
    root = ApiRoot(f"{door.url}/room/", auth=TokenAuth(door.tokens["alfa"]))
    assert root.title == "Room room"
    assert next(one.title for one in root.collections) == "Released to you"


def test_it_deletes_and_sees_it_gone(door: Served) -> None:
    mine = collection_of(door, "alfa", "Agreement all: incidents")
    theirs = collection_of(door, "bravo", "Agreement all: incidents")
    later = datetime(2026, 2, 2, tzinfo=UTC)
    raws = [objects.identity(1), objects.identity(1, modified="2026-02-02T00:00:00.000Z")]
    mine.add_objects(b'{"objects":[' + b",".join(raws) + b"]}")
    id = objects.numbered("identity", 1)
    assert len(theirs.get_object(id, version=[later, objects.CREATED])["objects"]) == 2
    mine.delete_object(id, version="first", spec_version=["2.0", "2.1"])
    assert theirs.object_versions(id, spec_version="2.1")["versions"] == ["2026-02-02T00:00:00.000Z"]
    mine.delete_object(id)
    with pytest.raises(requests.HTTPError, match="404"):
        theirs.get_object(id)
    assert theirs.get_objects(id=id, version="all") == theirs.get_manifest(type="identity") == {}


def test_it_refreshes_everything_and_waits_for_what_is_pending(door: Served) -> None:
    agreement = door.world.agreements["all"]
    set_posting(door.world.node, "alfa", "room", agreement, "incidents", release_by="releaser")
    server = Server(f"{door.url}/taxii2/", user="alfa", password=door.tokens["alfa"])
    server.refresh()
    root = server.default
    root.refresh()
    assert root.versions == ["application/taxii+json;version=2.1"]
    assert root.max_content_length == BODY
    for one in root.collections:
        one.refresh()
        assert (one.media_types, one.custom_properties) == (["application/stix+json;version=2.1"], {})
    mine = collection_of(door, "alfa", "Agreement all: incidents")
    posted = mine.add_objects(
        b'{"objects":[' + objects.identity(1) + b',{"type":"identity"}]}', wait_for_completion=False
    )
    status = root.get_status(posted.id)
    assert (status.status, status.pending_count, status.failure_count) == ("pending", 1, 1)
    officer = door.issue("alfa", "officer", Role.READER, Role.CONTRIBUTOR, Role.RELEASER)
    assert officer.ask("DELETE", f"{mine.objects_url.removeprefix(door.url)}{status.pendings[0]['id']}/").ok
    status.wait_until_final(poll_interval=0)
    assert (status.status, status.pending_count, status.failure_count) == ("complete", 0, 2)


@pytest.mark.parametrize("member", ["delta"])
def test_it_finds_nothing_for_a_stranger(door: Served, member: str) -> None:
    assert Server(f"{door.url}/taxii2/", user=member, password=door.tokens[member]).api_roots == []
