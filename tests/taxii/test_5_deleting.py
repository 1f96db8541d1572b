"""Section 5.7: deleting is a recall by the originator."""

import pytest

from opsroom.core.roster import Role
from opsroom.operations.enrol import set_posting
from tests import objects
from tests.taxii.conftest import Served, objects_in

ONE = objects.numbered("identity", 1)
LATER, LATEST = "2026-02-02T00:00:00.000Z", "2026-02-03T00:00:00.000Z"


def three_versions(door: Served) -> None:
    raws = [objects.identity(1, modified=one) for one in (objects.CREATED, LATER, LATEST)]
    assert door.client("alfa").post(door.objects, *raws).json()["success_count"] == 3


def versions_of(door: Served, member: str) -> list[str]:
    response = door.client(member).get(f"{door.objects}{ONE}/versions/")
    return list(response.json()["versions"]) if response.status_code == 200 else []


def test_all_versions_go_where_none_is_named(door: Served) -> None:
    three_versions(door)
    response = door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/")
    assert (response.status_code, response.content) == (200, b"{}")
    for member in ("alfa", "bravo", "carol"):
        assert door.client(member).get(f"{door.objects}{ONE}/").status_code == 404
        assert objects_in(door.client(member).get(door.objects)) == []
        assert objects_in(door.client(member).get("/room/collections/released/objects/")) == []
    assert door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/").status_code == 404


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ("first", [LATER, LATEST]),
        (objects.CREATED, [LATER, LATEST]),
        (f"first,{LATER}", [LATEST]),
        ("all", []),
        ("2026-02-09T00:00:00.000Z", [objects.CREATED, LATER, LATEST]),
    ],
)
def test_the_versions_named_go(door: Served, named: str, left: list[str]) -> None:
    three_versions(door)
    response = door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/", params={"match[version]": named})
    assert response.status_code == 200
    assert versions_of(door, "alfa") == versions_of(door, "bravo") == left


def test_the_newest_decides_for_the_older_ones_also_when_it_is_recalled(door: Served) -> None:
    three_versions(door)
    door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/", params={"match[version]": "last"})
    assert versions_of(door, "alfa") == [objects.CREATED, LATER]
    assert versions_of(door, "bravo") == []


def test_what_was_deleted_is_not_found(door: Served) -> None:
    three_versions(door)
    path, later = f"{door.objects}{ONE}/", {"match[version]": LATER}
    assert door.client("bravo").get(path, **later).status_code == 200
    assert door.client("alfa").ask("DELETE", path, params=later).status_code == 200
    for member in ("alfa", "bravo", "carol"):
        client = door.client(member)
        assert client.get(path, **later).status_code == 404
        for resource in ("objects/", "manifest/"):
            assert client.get(door.collection() + resource, **later).content == b"{}"
    assert door.client("alfa").post(door.objects, objects.identity(1, modified=LATER)).status_code == 202
    assert len(objects_in(door.client("bravo").get(path, **later))) == 1


@pytest.mark.parametrize("filtered", ["limit=1", "added_after=2020-01-01T00:00:00Z", "next=x"])
@pytest.mark.parametrize("also", ["", "&match[version]=first"])
def test_no_filter_is_ignored_where_that_would_delete_more(door: Served, filtered: str, also: str) -> None:
    three_versions(door)
    for query in (filtered, "match[type]=malware", f"match[id]={ONE}", "match[colour]=red"):
        response = door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/?{query}{also}")
        assert response.status_code == 400
        assert query.partition("=")[0] in response.json()["description"]
    assert len(versions_of(door, "alfa")) == 3
    assert door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/?colour=red{also}").status_code == 200


@pytest.mark.parametrize(("spec_version", "left"), [("2.1", 0), ("2.0", 3), ("2.0,2.1", 0)])
def test_spec_version_filters(door: Served, spec_version: str, left: int) -> None:
    three_versions(door)
    query = {"match[spec_version]": spec_version}
    assert door.client("alfa").ask("DELETE", f"{door.objects}{ONE}/", params=query).status_code == 200
    assert len(versions_of(door, "alfa")) == left


def test_contributed_again_it_is_new_with_a_new_date(door: Served) -> None:
    mine, theirs = door.client("alfa"), door.client("bravo")
    mine.post(door.objects, objects.identity(1))
    [before] = objects_in(theirs.get(door.collection() + "manifest/"))
    mine.ask("DELETE", f"{door.objects}{ONE}/")
    mine.post(door.objects, objects.identity(1))
    [after] = objects_in(theirs.get(door.collection() + "manifest/"))
    assert after["date_added"] > before["date_added"]
    assert after["version"] == before["version"]
    again = theirs.get(door.objects, added_after=before["date_added"])
    assert [one["id"] for one in objects_in(again)] == [ONE]


def test_it_goes_from_every_collection(door: Served) -> None:
    mine = door.client("alfa")
    other = door.collection("two", "logistics") + "objects/"
    assert mine.post(door.objects, objects.identity(1)).status_code == 202
    assert mine.post(other, objects.identity(1)).status_code == 202
    assert mine.ask("DELETE", f"{door.objects}{ONE}/").status_code == 200
    for member in ("alfa", "bravo"):
        assert door.client(member).get(f"{other}{ONE}/").status_code == 404


def test_another_originators_object_is_not_to_be_deleted(door: Served) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    assert door.client("bravo").ask("DELETE", f"{door.objects}{ONE}/").status_code == 403
    door.client("bravo").post(door.objects, objects.identity(2))
    assert len(objects_in(door.client("carol").get(door.objects))) == 2


def test_of_two_originators_copies_each_deletes_its_own(door: Served) -> None:
    """Carol did not receive what Alfa offered to Bravo alone: hers is an object of her own."""
    other = door.collection("two", "logistics") + "objects/"
    assert door.client("alfa").post(other, objects.identity(1)).status_code == 202
    assert (
        door.client("carol").post(door.objects, objects.identity(1, identity_class="group")).status_code
        == 202
    )
    assert len(objects_in(door.client("bravo").get("/room/collections/released/objects/"))) == 2
    assert door.client("carol").ask("DELETE", f"{door.objects}{ONE}/").status_code == 200
    [left] = objects_in(door.client("bravo").get("/room/collections/released/objects/"))
    assert "identity_class" not in left


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/collections/released/objects/{one}/",
        "/room/collections/00000000-0000-4000-8000-000000000000/objects/{one}/",
        "{objects}identity--00000000-0000-4000-8000-000000000009/",
        "{objects}nothing/",
    ],
)
def test_what_is_not_there_is_404(door: Served, path: str) -> None:
    three_versions(door)
    asked = path.format(one=ONE, objects=door.objects)
    assert door.client("alfa").ask("DELETE", asked).status_code == 404


def test_a_stranger_gets_what_it_would_get_if_there_were_nothing(door: Served) -> None:
    three_versions(door)
    there = door.client("delta").ask("DELETE", f"{door.objects}{ONE}/")
    absent = door.client("delta").ask("DELETE", f"/nowhere/collections/released/objects/{ONE}/")
    assert (there.status_code, there.content) == (absent.status_code, absent.content)
    assert len(versions_of(door, "bravo")) == 3


def test_it_takes_the_right_to_read_and_the_right_to_write(door: Served) -> None:
    three_versions(door)
    path = f"{door.objects}{ONE}/"
    for role, status in ((Role.READER, 403), (Role.CONTRIBUTOR, 403), (Role.OVERSEER, 404)):
        holder = door.issue("alfa", f"holder of {role}", role)
        said = holder.json(door.collection())
        assert (said["can_read"], said["can_write"]) == (role is Role.READER, role is Role.CONTRIBUTOR)
        assert holder.ask("DELETE", path).status_code == status
    assert len(versions_of(door, "alfa")) == 3
    released = f"/room/collections/released/objects/{ONE}/"
    assert door.client("alfa").ask("DELETE", released).status_code == 403


def test_where_releasers_release_they_recall(door: Served) -> None:
    three_versions(door)
    agreement = door.world.agreements["all"]
    set_posting(door.world.node, "alfa", "room", agreement, "incidents", release_by="releaser")
    path = f"{door.objects}{ONE}/"
    assert door.client("alfa").ask("DELETE", path).status_code == 403
    officer = door.issue("alfa", "officer", Role.READER, Role.CONTRIBUTOR, Role.RELEASER)
    assert officer.ask("DELETE", path).status_code == 200
    assert versions_of(door, "bravo") == []


def test_what_waits_can_be_taken_back_and_never_goes_out(door: Served) -> None:
    agreement = door.world.agreements["all"]
    set_posting(door.world.node, "alfa", "room", agreement, "incidents", release_by="releaser")
    three_versions_wait = door.client("alfa").post(door.objects, objects.identity(1)).json()
    assert three_versions_wait["pending_count"] == 1
    officer = door.issue("alfa", "officer", Role.READER, Role.CONTRIBUTOR, Role.RELEASER)
    assert officer.ask("DELETE", f"{door.objects}{ONE}/").status_code == 200
    status = door.client("alfa").json(f"/room/status/{three_versions_wait['id']}/")
    assert (status["status"], status["failure_count"]) == ("complete", 1)


@pytest.mark.parametrize(
    "query",
    [
        "match[version]=yesterday",
        "match[version]=",
        "match[version]=all,first",
        "match[version]=first&match[version]=last",
        "match[spec_version]=two",
        "unheard=of&unheard=of",
        "limit=0",
        "added_after=yesterday",
        "match[type]=A,,B",
    ],
)
def test_malformed_is_400_before_anything_is_looked_up(door: Served, query: str) -> None:
    three_versions(door)
    for path in (f"{door.objects}{ONE}/", f"/nowhere/collections/released/objects/{ONE}/"):
        response = door.client("alfa").ask("DELETE", f"{path}?{query}")
        assert response.status_code == 400
        assert response.json()["http_status"] == "400"
    assert len(versions_of(door, "alfa")) == 3
