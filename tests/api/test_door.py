"""The form of requests and answers: credentials, problems, methods, the document."""

import json
from typing import Any

import httpx
import msgspec
import pytest

from opsroom.core.roster import Role
from opsroom.service import HANDLERS
from opsroom.wire.request import PREFIX
from tests import objects
from tests.api.conftest import Asking
from tests.taxii.conftest import Served

PROBLEM = "application/problem+json"


def ask(door: Served, method: str, path: str, *, member: str | None = "alfa", **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {door.tokens[member]}"} if member else {}
    return httpx.request(method, door.url + PREFIX + path, headers=headers | more.pop("headers", {}), **more)


@pytest.mark.parametrize("path", ["/me", "/openapi.json", "/", "/rooms/room/items", "/nothing", "/items/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
def test_without_a_credential_every_path_gives_the_same_401(door: Served, method: str, path: str) -> None:
    response = ask(door, method, path, member=None)
    first = ask(door, "GET", "/me", member=None)
    assert (response.status_code, response.content) == (401, first.content)
    assert response.headers["content-type"] == PROBLEM
    assert {one.split()[0] for one in response.headers.get_list("www-authenticate")} == {"Basic", "Bearer"}


def test_basic_and_bearer_are_both_taken(door: Served) -> None:
    response = httpx.get(door.url + PREFIX + "/me", auth=("alfa", door.tokens["alfa"]))
    assert response.json()["member"] == ask(door, "GET", "/me").json()["member"] == "alfa"


def test_every_fault_is_named_with_its_path(door: Served) -> None:
    response = ask(door, "GET", "/rooms/room/items?limit=none&versions=newest&strange=1")
    assert (response.status_code, response.headers["content-type"]) == (400, PROBLEM)
    problem = response.json()
    assert {one["path"] for one in problem["faults"]} == {"limit", "versions", "strange"}
    assert problem["type"].endswith("malformed")
    assert problem["status"] == 400


def test_faults_of_a_body_are_named_with_their_paths(door: Served) -> None:
    response = ask(door, "POST", "/rooms/room/waiting/approve", json={"idz": [], "room": 1})
    assert {one["path"] for one in response.json()["faults"]} == {
        "idz",
        "ids",
        "room",
    }
    response = ask(door, "POST", "/rooms/room/waiting/approve", json={"ids": [1, "x" * 400]})
    assert {one["path"] for one in response.json()["faults"]} == {"ids[0]", "ids[1]"}


def test_one_fault_hides_no_other(door: Served) -> None:
    response = ask(door, "GET", "/rooms/room/items?limit=none&limit=2&strange=1&versions=x&added_after=now")
    assert {one["path"] for one in response.json()["faults"]} == {
        *("limit", "strange", "versions", "added_after")
    }
    path = "/rooms/room/search?last=soon&since=yesterday&until=never&limit=0&q=-"
    assert {one["path"] for one in ask(door, "GET", path).json()["faults"]} == {
        *("last", "since", "until", "limit", "q")
    }
    response = ask(door, "POST", "/rooms/room/waiting/approve?x=1&x=2&y=3", json={"ids": 1, "zz": 2})
    assert [one["path"] for one in response.json()["faults"]] == ["x", "y", "zz", "ids"]
    body = {"user": "ann", "roles": ["king"], "expires": "PX"}
    response = ask(door, "POST", "/tokens", json=body)
    assert {one["path"] for one in response.json()["faults"]} == {"roles[0]", "expires"}


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"a": 1, "a": 2}', b"\xff", b'"x"'])
def test_a_body_that_is_no_object_is_malformed(door: Served, body: bytes) -> None:
    path = f"/rooms/room/items/{objects.numbered('identity', 1)}/recall"
    assert ask(door, "POST", path, content=body).status_code == 400


def test_hidden_looks_absent(door: Served) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    hidden = f"/items/{objects.numbered('identity', 1)}"
    absent = f"/items/{objects.numbered('identity', 2)}"
    for there, nowhere in (
        (hidden, absent),
        (hidden + "/explanations?to=bravo", absent + "/explanations?to=bravo"),
        ("/rooms/room/items", "/rooms/nowhere/items"),
        ("/rooms/room/collections", "/nothing"),
    ):
        one, other = (ask(door, "GET", path, member="delta") for path in (there, nowhere))
        assert (one.status_code, one.content) == (other.status_code, other.content)
        assert one.status_code == 404


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://[", "http://127.0.0.1"])
def test_a_page_of_another_site_does_nothing(door: Served, asking: Asking, origin: str) -> None:
    """A browser that knows the Basic credential would send such a POST without asking first."""
    keeper = asking("alfa", Role.KEEPER)
    headers = {"Origin": origin, "Content-Type": "text/plain", **keeper._http.headers}
    body = {"name": "planted", "title": "Planted"}
    response = httpx.post(f"{door.url}{PREFIX}/components", headers=headers, content=json.dumps(body))
    assert (response.status_code, response.headers["content-type"]) == (403, PROBLEM)
    assert keeper.show_member().components == []
    headers["Origin"] = door.url
    assert httpx.post(f"{door.url}{PREFIX}/components", headers=headers, json=body).status_code == 200


def test_methods(door: Served) -> None:
    response = ask(door, "POST", "/me", json={})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    head = ask(door, "HEAD", "/me")
    assert (head.status_code, head.content) == (200, b"")


def test_roles_are_asked_for_before_anything_is_looked_up(door: Served, asking: Asking) -> None:
    keeper = asking("alfa", Role.KEEPER)
    for path in ("/rooms/room/items", "/rooms/nowhere/items"):
        response = httpx.get(door.url + PREFIX + path, headers=keeper._http.headers)
        assert (response.status_code, response.json()["type"]) == (403, "urn:opsroom:problem:refused")


def test_a_body_that_is_too_large_is_refused(door: Served) -> None:
    path = f"/rooms/room/items/{objects.numbered('identity', 1)}/recall"
    assert ask(door, "POST", path, content=b" " * 30_000).status_code == 413


def test_a_failure_of_the_server_says_nothing(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsroom.operations.disclose.rooms", lambda *_: 1 / 0)
    response = ask(door, "GET", "/rooms")
    assert response.status_code == 500
    assert "division" not in response.text


def test_nothing_may_be_kept(door: Served) -> None:
    for path in ("/me", "/nothing"):
        response = ask(door, "GET", path)
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


def test_the_document_names_every_request(door: Served) -> None:
    document = ask(door, "GET", "/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    named = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert named == {(kind.PATH, kind.METHOD.lower()) for kind in HANDLERS}
    schemas = document["components"]["schemas"]
    for reference in _references(document):
        section, name = reference.removeprefix("#/components/").split("/")
        assert name in document["components"][section], reference
    assert "Explanation" in schemas
    for kind in HANDLERS:
        operation = document["paths"][kind.PATH][kind.METHOD.lower()]
        assert operation["summary"].endswith(".")
        assert operation["operationId"] == kind.__name__


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for inner in value.values() for one in _references(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in _references(inner)]
    return []


def test_names_in_a_path_may_hold_anything(door: Served, asking: Asking) -> None:
    for name in ("a/b", "%2e%2e", "naïve room?x=1#y", "..", " "):
        response = ask(door, "GET", f"/rooms/{httpx.QueryParams({'x': name})!s}/items".replace("x=", "", 1))
        assert response.status_code == 404, name


def test_the_document_is_valid_json_schema_throughout(door: Served) -> None:
    document = ask(door, "GET", "/openapi.json").content
    assert msgspec.json.decode(document) == json.loads(document)
