"""Section 5: collections, manifest, objects, adding, one object, its versions."""

import json
from typing import Any

import pytest

from opsroom.core.roster import Role
from opsroom.operations.enrol import set_posting
from tests import objects
from tests.taxii.conftest import BODY, OBJECTS, Served, objects_in

ADDRESS = {
    "type": "ipv4-addr",
    "spec_version": "2.1",
    "id": objects.numbered("ipv4-addr", 1),
    "value": "198.51.100.1",
}


def test_each_agreement_and_field_is_a_collection_of_its_parties(door: Served) -> None:
    alfa, carol = (door.client(name).json("/room/collections/")["collections"] for name in ("alfa", "carol"))
    assert [one["title"] for one in carol] == ["Released to you", "Agreement all: incidents"]
    assert {one["title"] for one in alfa} >= {"Agreement two: logistics", *(one["title"] for one in carol)}
    released, incidents = carol
    assert (released["alias"], released["can_read"], released["can_write"]) == ("released", True, False)
    assert (incidents["can_read"], incidents["can_write"]) == (True, True)
    assert incidents["media_types"] == ["application/stix+json;version=2.1"]
    assert "alias" not in incidents


def test_a_collection_is_found_by_id_and_by_alias(door: Served) -> None:
    alfa = door.client("alfa")
    for one in alfa.json("/room/collections/")["collections"]:
        assert alfa.json(f"/room/collections/{one['id']}/") == one
    released = alfa.json("/room/collections/released/")
    alfa.post(door.objects, objects.identity(1))
    by_id = alfa.get(f"/room/collections/{released['id']}/objects/")
    assert by_id.content == alfa.get("/room/collections/released/objects/").content


@pytest.mark.parametrize(
    "resource", ["", "objects/", "manifest/", f"objects/{objects.numbered('identity', 1)}/"]
)
def test_a_hidden_collection_looks_absent(door: Served, resource: str) -> None:
    path = door.collection("two", "logistics")
    door.client("bravo").post(path + "objects/", objects.identity(1))
    carol = door.client("carol")
    hidden = carol.get(path + resource)
    absent = carol.get("/room/collections/00000000-0000-4000-8000-000000000000/" + resource)
    assert hidden.status_code == 404
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


def test_posting_to_a_hidden_collection_looks_like_posting_to_none(door: Served) -> None:
    carol = door.client("carol")
    hidden = carol.post(door.collection("two", "logistics") + "objects/", objects.identity(1))
    absent = carol.post("/room/collections/nothing/objects/", objects.identity(1))
    assert hidden.status_code == 404
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


def test_what_is_posted_is_served_byte_for_byte(door: Served) -> None:
    raw = b'{ "type":"identity",\n "spec_version" : "2.1", "name":"caf\xc3\xa9 \\u00e9","x_acme":1.50,' + (
        b'"id":"%s","created":"2026-02-01T00:00:00.000Z","modified":"2026-02-01T00:00:00.0000Z",'
        b'"object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"] }'
        % objects.numbered("identity", 9).encode()
    )
    alfa = door.client("alfa")
    body = b'{"more" : false, "objects": [  ' + raw + b" , " + objects.identity(2) + b"]}"
    assert alfa.ask("POST", door.objects, data=body).json()["success_count"] == 2
    assert raw in alfa.get(door.objects).content
    assert door.client("bravo").get(door.objects).content.startswith(b'{"more":false,"objects":[' + raw)


def test_a_post_shows_at_once_and_in_released_too(door: Served) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    for path in (door.objects, "/room/collections/released/objects/"):
        assert len(objects_in(door.client("bravo").get(path))) == 1


def test_a_collection_shows_what_was_offered_in_it_and_nothing_else(door: Served) -> None:
    alfa, bravo = door.client("alfa"), door.client("bravo")
    elsewhere = door.collection("two", "logistics") + "objects/"
    alfa.post(elsewhere, objects.identity(1), objects.identity(2))
    alfa.post(door.objects, objects.identity(2))
    ids = [objects.numbered("identity", number) for number in (1, 2)]
    assert [one["id"] for one in objects_in(bravo.get(door.objects))] == ids[1:]
    by_id = bravo.get(door.objects, **{"match[id]": ",".join(ids)})
    assert [one["id"] for one in objects_in(by_id)] == ids[1:]
    assert bravo.get(door.objects + ids[0] + "/").status_code == 404
    manifests = [bravo.get(path.replace("/objects/", "/manifest/")) for path in (elsewhere, door.objects)]
    first, second = (objects_in(response)[-1] for response in manifests)
    assert first["id"] == second["id"]
    assert first["date_added"] < second["date_added"]
    released = objects_in(bravo.get("/room/collections/released/manifest/"))
    assert [(one["id"], one["date_added"]) for one in released][1:] == [(ids[1], first["date_added"])]


def test_the_same_again_is_no_error_and_no_second_object(door: Served) -> None:
    alfa = door.client("alfa")
    for _ in range(2):
        assert alfa.post(door.objects, objects.identity(1)).json()["failure_count"] == 0
    assert len(objects_in(alfa.get(door.objects, **{"match[version]": "all"}))) == 1
    other = alfa.post(door.objects, objects.identity(1, description="other words")).json()
    assert other["failure_count"] == 1


def test_what_another_member_put_there_is_no_error_and_offers_nothing(door: Served) -> None:
    """Section 5.5: a duplicate of what the collection has, as contributed or as served to who posts it."""
    alfa, bravo, manifest = door.client("alfa"), door.client("bravo"), door.collection() + "manifest/"
    raws = [objects.identity(1), json.dumps(ADDRESS).encode()]
    alfa.post(door.objects, *raws)
    before = {name: door.client(name).get(manifest).content for name in ("alfa", "bravo", "carol")}
    served = bravo.get(door.objects).content.partition(b"[")[2].removesuffix(b"]}")
    assert b"object_marking_refs" in served
    for posted in (raws, [served]):
        status = bravo.post(door.objects, *posted).json()
        assert (status["total_count"], status["success_count"]) == (2, 2)
        assert all("already" in one["message"] for one in status["successes"])
        records = objects_in(bravo.get(manifest))
        assert [one["version"] for one in status["successes"]] == [one["version"] for one in records]
    assert before == {name: door.client(name).get(manifest).content for name in before}
    one = door.objects + objects.numbered("identity", 1) + "/"
    assert bravo.ask("DELETE", one).status_code == 403


def test_only_what_the_poster_is_shown_there_counts_as_there(door: Served) -> None:
    alfa, bravo = door.client("alfa"), door.client("bravo")
    alfa.post(door.objects, objects.identity(1), objects.identity(2))
    elsewhere = door.collection("two", "logistics") + "objects/"
    changed = objects.identity(1, description="other words")
    assert bravo.post(elsewhere, objects.identity(1)).json()["failure_count"] == 1
    assert bravo.post(door.objects, changed).json()["failure_count"] == 1
    alfa.ask("DELETE", door.objects + objects.numbered("identity", 1) + "/")
    status = bravo.post(door.objects, objects.identity(1), objects.identity(2)).json()
    assert [one["id"] for one in status["failures"]] == [objects.numbered("identity", 1)]


def test_a_marking_has_the_date_of_its_creation_as_its_version(door: Served) -> None:
    alfa = door.client("alfa")
    assert alfa.post(door.objects, objects.statement(1)).json()["successes"][0]["version"] == objects.CREATED
    one = f"{door.objects}{objects.numbered('marking-definition', 1)}/"
    for client in (alfa, door.client("bravo")):
        assert client.json(one + "versions/")["versions"] == [objects.CREATED]
        assert objects_in(client.get(door.collection() + "manifest/"))[0]["version"] == objects.CREATED
        assert len(objects_in(client.get(one, **{"match[version]": objects.CREATED}))) == 1


def test_two_originators_objects_of_one_version_are_both_served(door: Served) -> None:
    door.world.agree("liaison", "room", ["bravo", "carol"], ["liaison"])
    for name, path in (
        ("alfa", door.collection("two", "logistics")),
        ("carol", door.collection("liaison", "liaison")),
    ):
        door.client(name).post(path + "objects/", objects.identity(1, description=name))
    bravo = door.client("bravo")
    manifest = objects_in(bravo.get("/room/collections/released/manifest/"))
    assert len({one["date_added"] for one in manifest}) == 2
    assert {(one["id"], one["version"]) for one in manifest} == {
        (objects.numbered("identity", 1), objects.CREATED)
    }
    one = f"/room/collections/released/objects/{objects.numbered('identity', 1)}/"
    assert {found["description"] for found in objects_in(bravo.get(one))} == {"alfa", "carol"}
    assert bravo.json(one + "versions/") == {"more": False, "versions": [objects.CREATED]}


def test_a_manifest_says_of_each_version_when_it_was_added(door: Served) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    response = door.client("bravo").get(door.collection() + "manifest/")
    assert response.json() == {
        "more": False,
        "objects": [
            {
                "id": objects.numbered("identity", 1),
                "date_added": response.headers["X-TAXII-Date-Added-First"],
                "version": objects.CREATED,
                "media_type": "application/stix+json;version=2.1",
            }
        ],
    }


def test_an_object_without_a_version_has_its_date_as_one(door: Served) -> None:
    raw = json.dumps(ADDRESS).encode()
    assert door.client("alfa").post(door.objects, raw).json()["success_count"] == 1
    bravo = door.client("bravo")
    [record] = objects_in(bravo.get(door.collection() + "manifest/"))
    assert record["version"] == record["date_added"]
    one = f"{door.objects}{ADDRESS['id']}/"
    assert bravo.json(one + "versions/")["versions"] == [record["version"]]
    for wanted in ("last", "first", "all", record["version"]):
        assert len(objects_in(bravo.get(one, **{"match[version]": wanted}))) == 1
    assert bravo.get(one, **{"match[version]": objects.CREATED}).status_code == 404


def test_a_status_names_the_version_of_an_object_without_one_as_the_collection_does(door: Served) -> None:
    """Section 4.3.1 wants one value: posted in one go with others, posted again, or while it waits."""
    alfa, path = door.client("alfa"), door.collection()
    raw = json.dumps(ADDRESS).encode()
    first = alfa.post(door.objects, objects.identity(1), raw, raw).json()["successes"]
    again = alfa.post(door.objects, raw).json()["successes"]
    [_, record] = objects_in(alfa.get(path + "manifest/"))
    assert record["id"] == ADDRESS["id"]
    assert {one["version"] for one in (*first[1:], *again)} == {record["version"]}
    named = {"match[version]": record["version"]}
    assert len(objects_in(alfa.get(f"{door.objects}{ADDRESS['id']}/", **named))) == 1
    set_posting(
        door.world.node, "alfa", "room", door.world.agreements["all"], "incidents", release_by="releaser"
    )
    later = {**ADDRESS, "id": objects.numbered("ipv4-addr", 2)}
    posted = alfa.post(door.objects, json.dumps(later).encode()).json()
    [waiting] = posted["pendings"]
    assert waiting["version"] == objects_in(alfa.get(path + "manifest/"))[-1]["version"]
    assert alfa.json(f"/room/status/{posted['id']}/")["pendings"][0]["version"] == waiting["version"]


def test_an_object_is_not_to_be_had_in_a_version_that_is_not_there(door: Served) -> None:
    alfa = door.client("alfa")
    alfa.post(door.objects, objects.identity(1))
    one, absent = f"{door.objects}{objects.numbered('identity', 1)}/", "2020-01-01T00:00:00Z"
    for versions, status in ((absent, 404), (f"{absent},{objects.CREATED}", 200), (f"{absent},last", 200)):
        assert alfa.get(one, **{"match[version]": versions}).status_code == status
    late = {"added_after": "2040-01-01T00:00:00Z"}
    assert alfa.get(one, **late, **{"match[version]": objects.CREATED}).content == b"{}"
    assert alfa.get(one, **late, **{"match[version]": absent}).status_code == 404
    everywhere = {"match[id]": objects.numbered("identity", 1), "match[version]": absent}
    assert alfa.get(door.objects, **everywhere).content == b"{}"


def test_one_object_is_got_by_its_id(door: Served) -> None:
    dates = [f"2026-02-0{day}T00:00:00.000Z" for day in (2, 3, 4)]
    raws = [objects.identity(1, modified=date) for date in dates]
    alfa, bravo = door.client("alfa"), door.client("bravo")
    alfa.post(door.objects, *raws, objects.identity(2))
    one = door.objects + objects.numbered("identity", 1) + "/"
    assert [found["modified"] for found in objects_in(bravo.get(one))] == dates[2:]
    everything: dict[str, Any] = bravo.json(one, limit="2", **{"match[version]": "all"})
    assert [found["modified"] for found in everything["objects"]] == dates[:2]
    rest = bravo.json(one, next=everything["next"], **{"match[version]": "all"})
    assert ([found["modified"] for found in rest["objects"]], rest["more"]) == (dates[2:], False)


def test_the_versions_of_an_object_are_paged(door: Served) -> None:
    dates = [f"2026-02-0{day}T00:00:00.000Z" for day in (2, 3, 4)]
    door.client("alfa").post(door.objects, *(objects.identity(1, modified=date) for date in dates))
    bravo = door.client("bravo")
    path = door.objects + objects.numbered("identity", 1) + "/versions/"
    first = bravo.get(path, limit="2")
    assert first.json()["versions"] == dates[:2]
    assert first.headers["X-TAXII-Date-Added-First"] < first.headers["X-TAXII-Date-Added-Last"]
    rest = bravo.json(path, next=first.json()["next"])
    assert rest == {"more": False, "versions": dates[2:]}
    assert bravo.get(path, **{"match[spec_version]": "2.0"}).content == b"{}"


@pytest.mark.parametrize("resource", ["", "versions/"])
def test_an_object_that_is_withheld_looks_absent(door: Served, resource: str) -> None:
    from opsroom.core.handling import Handling
    from opsroom.operations.contribute import Options, contribute

    world = door.world
    collection = world.collection("all", "incidents", "room")
    options = Options(Handling(("incidents",), not_to=frozenset({"bravo"})), frozenset({"not_to"}))
    raws = [objects.identity(1)]
    contribute(world.node, world.principal("alfa"), "room", collection, raws, options, watch=lambda _: None)
    bravo = door.client("bravo")
    withheld = bravo.get(door.objects + objects.numbered("identity", 1) + "/" + resource)
    absent = bravo.get(door.objects + objects.numbered("identity", 2) + "/" + resource)
    impossible = bravo.get(door.objects + "identity--1/" + resource)
    assert withheld.status_code == 404
    assert withheld.content == absent.content == impossible.content
    assert door.client("carol").get(door.objects + objects.numbered("identity", 1) + "/" + resource).ok


def test_an_object_that_is_there_but_does_not_match_is_an_empty_envelope(door: Served) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    one = door.objects + objects.numbered("identity", 1) + "/"
    response = door.client("bravo").get(one, added_after="2040-01-01T00:00:00Z")
    assert (response.status_code, response.content) == (200, b"{}")


def test_who_may_not_read_is_told_so_on_what_it_may_know(door: Served) -> None:
    poster = door.issue("alfa", "poster", Role.CONTRIBUTOR)
    [_, incidents, *_] = poster.json("/room/collections/")["collections"]
    assert incidents["can_read"] is False
    assert poster.post(door.objects, objects.identity(1)).status_code == 202
    one = objects.numbered("identity", 1)
    for resource in ("objects/", "manifest/", f"objects/{one}/", f"objects/{one}/versions/"):
        assert poster.get(door.collection() + resource).status_code == 403
    assert poster.get("/room/collections/nothing/objects/").status_code == 404


def test_who_may_not_write_is_told_so_on_what_it_may_know(door: Served) -> None:
    reader = door.issue("alfa", "reader", Role.READER)
    response = reader.post(door.objects, objects.identity(1))
    assert response.status_code == 403
    assert "contributor" in response.json()["description"]
    released = door.client("alfa").post("/room/collections/released/objects/", objects.identity(1))
    assert released.status_code == 403
    assert door.client("alfa").get(door.objects).content == b"{}"


def test_a_collection_without_a_level_is_read_only_and_says_so(door: Served) -> None:
    door.world.agree(
        "levels",
        "room",
        ["alfa", "bravo"],
        [{"field": "planning", "ceiling": "secret"}],
        scale=["restricted", "secret"],
        equivalence=[{"policy": "ALF", "level": "GEHEIM", "is": "secret"}],
    )
    path = door.collection("levels", "planning")
    alfa = door.client("alfa")
    assert alfa.json(path)["can_write"] is False
    response = alfa.post(path + "objects/", objects.identity(1))
    assert response.status_code == 403
    assert "level" in response.json()["description"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"objects":[{]}',
        b'{"objects":[{}]} {}',
        b"\xff\xfe",
        b'{"objects":[{}],"objects":[{}]}',
        b'{"objects":[{}],"more":true,"more":false}',
        b'{"more":true,"more":false,"objects":[{}]}',
        b'{"a":{"b":1,"b":2},"objects":[{}]}',
        b'\xef\xbb\xbf{"objects":[{}]}',
    ],
)
def test_a_body_that_is_no_json_or_repeats_a_name_is_400(door: Served, body: bytes) -> None:
    assert door.client("alfa").ask("POST", door.objects, data=body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"objects":[]}',
        b'{"objects":{}}',
        b'{"objects":null}',
        b'{"more":false}',
    ],
)
def test_a_body_that_is_no_envelope_with_objects_is_422(door: Served, body: bytes) -> None:
    assert door.client("alfa").ask("POST", door.objects, data=body).status_code == 422


def test_what_is_wrong_with_a_body_is_named_with_its_path(door: Served) -> None:
    response = door.client("alfa").ask("POST", door.objects, data=b'{"objects":[{"name":"\\ud800"}]}')
    assert response.status_code == 400
    assert "objects[0].name: the text holds half of a surrogate pair" in response.json()["description"]


def test_a_bad_body_is_refused_before_anything_is_looked_up(door: Served) -> None:
    delta = door.client("delta")
    hidden = delta.ask("POST", door.objects, data=b"{")
    absent = delta.ask("POST", "/nowhere/collections/x/objects/", data=b"{")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert hidden.status_code == 400


def test_what_is_wrong_inside_an_object_is_for_the_status(door: Served) -> None:
    twice = b'{"type":"identity","type":"identity"}'
    status = door.client("alfa").post(door.objects, b"1", b'"x"', b"[]", twice, objects.identity(1)).json()
    assert (status["failure_count"], status["success_count"]) == (4, 1)
    assert all(one["message"] for one in status["failures"])


def test_other_members_of_an_envelope_are_ignored(door: Served) -> None:
    head = b'{"type":"bundle","id":"bundle--1","x_acme":{"objects":[1]},"objects":['
    response = door.client("alfa").ask(
        "POST", door.objects, data=head + objects.identity(1) + b'],"more":true}'
    )
    assert response.json()["success_count"] == 1


def test_a_body_that_is_too_large_is_413_however_it_is_sent(door: Served) -> None:
    alfa = door.client("alfa")
    fitting = b'{"objects":[' + objects.identity(1)
    fitting += b" " * (BODY - len(fitting) - 2) + b"]}"
    assert alfa.ask("POST", door.objects, data=fitting).status_code == 202
    assert alfa.ask("POST", door.objects, data=fitting + b" ").status_code == 413
    chunks = iter([fitting, b" "])
    assert alfa.ask("POST", door.objects, data=chunks).status_code == 413


def test_too_many_objects_are_422(door: Served) -> None:
    raws = [objects.identity(number) for number in range(OBJECTS + 1)]
    response = door.client("alfa").post(door.objects, *raws)
    assert response.status_code == 422
    assert str(OBJECTS) in response.json()["description"]


def test_a_body_that_does_not_come_is_408(door: Served) -> None:
    import http.client

    connection = http.client.HTTPConnection(door.url.removeprefix("http://"), timeout=10)
    token = door.tokens["alfa"]
    connection.putrequest("POST", door.objects)
    for name, value in (
        ("Authorization", f"Bearer {token}"),
        ("Content-Type", "application/taxii+json"),
        ("Content-Length", "100"),
    ):
        connection.putheader(name, value)
    connection.endheaders(b'{"objects":')
    assert connection.getresponse().status == 408
