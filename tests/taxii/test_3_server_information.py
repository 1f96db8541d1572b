"""Section 4: discovery, API roots, status resources."""

from uuid import UUID

import pytest

from opsroom.core.roster import Role
from opsroom.core.timestamps import parse_instant, render
from opsroom.operations.enrol import set_posting
from opsroom.taxii.media import TAXII
from tests import objects
from tests.taxii.conftest import BODY, Served


def test_discovery_names_the_rooms_that_the_asker_may_know(door: Served) -> None:
    assert door.client("alfa").json("/taxii2/") == {
        "title": "A room",
        "default": "/room/",
        "api_roots": ["/room/"],
    }
    assert door.client("delta").json("/taxii2/") == {"title": "A room"}


def test_a_second_room_is_a_second_root(door: Served) -> None:
    door.world.room("annex", "alfa")
    door.world.agree("annex", "annex", ["alfa", "delta"], ["incidents"])
    found = door.client("alfa").json("/taxii2/")
    assert (found["default"], found["api_roots"]) == ("/annex/", ["/annex/", "/room/"])
    assert door.client("delta").json("/taxii2/")["api_roots"] == ["/annex/"]


def test_an_api_root_says_what_it_takes(door: Served) -> None:
    assert door.client("alfa").json("/room/") == {
        "title": "Room room",
        "versions": [TAXII],
        "max_content_length": BODY,
    }


@pytest.mark.parametrize("path", ["/room/", "/room/collections/", "/room/status/x/", "/room/collections/x/"])
def test_a_hidden_room_looks_absent(door: Served, path: str) -> None:
    delta = door.client("delta")
    hidden, absent = delta.get(path), delta.get(path.replace("room", "nowhere", 1))
    assert hidden.status_code == 404
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize(
    "path", ["/%00/", "/R/", "/room%2F/", "/a%ffb/", "/room/collections/%E2%98%83/", "//"]
)
def test_what_can_be_no_name_names_nothing(door: Served, path: str) -> None:
    assert door.client("alfa").get(path).status_code == 404


def test_a_post_and_its_status_say_the_same(door: Served) -> None:
    alfa = door.client("alfa")
    posted = alfa.post(door.objects, objects.identity(1), b'{"type": "identity"}', objects.identity(2))
    assert posted.status_code == 202
    status = posted.json()
    assert str(UUID(status["id"])) == status["id"]
    assert status["status"] == "complete"
    assert render(parse_instant(status["request_timestamp"])) == status["request_timestamp"]
    counts = [status[f"{kind}_count"] for kind in ("total", "success", "failure", "pending")]
    assert counts == [3, 2, 1, 0]
    assert [one["id"] for one in status["successes"]] == [objects.numbered("identity", n) for n in (1, 2)]
    assert status["successes"][0]["version"] == objects.CREATED
    [failure] = status["failures"]
    assert failure["id"] == "objects[1]"
    assert failure["version"] == status["request_timestamp"]
    assert "spec_version" in failure["message"]
    assert "pendings" not in status
    assert alfa.get(f"/room/status/{status['id']}/").content == posted.content


def test_only_the_desk_that_posted_reads_the_status(door: Served) -> None:
    identifier = door.client("alfa").post(door.objects, objects.identity(1)).json()["id"]
    path = f"/room/status/{identifier}/"
    unknown = path[:-2] + ("0/" if path[-2] != "0" else "1/")
    for client in (door.client("bravo"), door.client("delta")):
        assert client.get(path).status_code == 404
        assert client.get(path).content == client.get(unknown).content


def test_what_waits_for_a_release_is_pending(door: Served) -> None:
    agreement = door.world.agreements["all"]
    set_posting(door.world.node, "alfa", "room", agreement, "incidents", release_by="releaser")
    status = door.client("alfa").post(door.objects, objects.identity(1)).json()
    assert (status["status"], status["pending_count"]) == ("pending", 1)
    assert status["pendings"][0]["id"] == objects.numbered("identity", 1)
    assert door.client("bravo").get(door.objects).content == b"{}"


def test_a_token_of_one_room_knows_no_other(door: Served) -> None:
    from opsroom.operations.enrol import issue_token

    door.world.room("annex", "alfa")
    door.world.agree("annex", "annex", ["alfa", "delta"], ["incidents"])
    issued = issue_token(
        door.world.node,
        "alfa",
        user="annexed",
        roles=frozenset({Role.READER}),
        expires_at=door.world.clock.instant + 10**9,
        room="annex",
    )
    identifier = door.client("alfa").post(door.objects, objects.identity(1)).json()["id"]
    client = type(door.nobody)(door.url, "annexed", issued.secret)
    assert client.json("/taxii2/")["api_roots"] == ["/annex/"]
    for path in ("/room/", door.objects, f"/room/status/{identifier}/"):
        assert client.get(path).status_code == 404
