"""Sections 1.6.8, 1.6.9 and 3.1: media types, credentials, paths and methods."""

import base64
import http.client
from collections.abc import Mapping

import pytest

from opsroom.core.roster import Role
from opsroom.taxii.media import TAXII
from tests import objects
from tests.taxii.conftest import Client, Served

PATHS = (
    "/taxii2/",
    "/room/",
    "/room/collections/",
    "/nowhere/",
    "/room/collections/released/objects/",
    "/room/no/such/path/",
    "/",
    "/healthz/deeper",
)


def body_of(client: Client, method: str, path: str) -> tuple[int, Mapping[str, str], bytes]:
    response = client.ask(method, path)
    return (
        response.status_code,
        {name.lower(): value for name, value in response.headers.items() if name.lower() != "date"},
        response.content,
    )


def lines_sent(
    door: Served, method: str, path: str, headers: list[tuple[str, str]], body: bytes = b""
) -> int:
    """The status that Alfa is answered with for header lines as they are given, several of one name included."""
    connection = http.client.HTTPConnection(door.url.removeprefix("http://"), timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    length = [("Content-Length", str(len(body)))] if body else []
    for name, value in [("Authorization", f"Bearer {door.tokens['alfa']}"), *headers, *length]:
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection.getresponse().status


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "OPTIONS", "PROPFIND"])
def test_without_credentials_every_path_gives_the_same_401(door: Served, method: str) -> None:
    answers = [body_of(door.nobody, method, path) for path in PATHS]
    status, headers, body = answers[0]
    assert all(answer == answers[0] for answer in answers)
    assert status == 401
    assert headers["content-type"] == TAXII
    assert b'"http_status":"401"' in body


def test_both_schemes_are_challenged(door: Served) -> None:
    connection = http.client.HTTPConnection(door.url.removeprefix("http://"))
    connection.request("GET", "/taxii2/")
    challenges = connection.getresponse().msg.get_all("WWW-Authenticate") or []
    assert [one.split()[0] for one in challenges] == ["Basic", "Bearer"]


def test_a_credential_that_does_not_hold_looks_like_none(door: Served) -> None:
    none = body_of(door.nobody, "GET", "/taxii2/")
    token = door.tokens["alfa"]
    for user, secret in (("alfa", "wrong"), ("bravo", token), ("", token), ("alfa", "")):
        assert body_of(Client(door.url, user, secret), "GET", "/taxii2/") == none
    for header in (
        "Basic",
        "Basic !",
        "Basic YQ==",
        "Bearer",
        "Bearer x",
        "Token",
        "Token x",
        token,
        "Bearer\t",
        ":",
    ):
        response = door.nobody.ask("GET", "/taxii2/", headers={"Authorization": header})
        assert (response.status_code, response.content) == (none[0], none[2])


def test_the_operator_reads_nothing(door: Served) -> None:
    from opsroom.operations.enrol import issue_operator

    issued = issue_operator(door.world.node, expires_at=door.world.clock.instant + 10**9)
    assert issued is not None
    operator = Client(door.url, "operator", issued.secret)
    assert body_of(operator, "GET", "/taxii2/") == body_of(door.nobody, "GET", "/taxii2/")


@pytest.mark.parametrize("word", ["Bearer", "bEaReR", "Token"])
def test_basic_and_bearer_both_serve(door: Served, word: str) -> None:
    basic = door.client("alfa").ask("GET", "/taxii2/")
    token = door.tokens["alfa"]
    bearer = door.nobody.ask("GET", "/taxii2/", headers={"Authorization": f"{word} {token}"})
    assert basic.status_code == bearer.status_code == 200
    assert basic.content == bearer.content


def test_an_expired_token_serves_no_more(door: Served) -> None:
    client = door.client("alfa")
    assert client.get("/taxii2/").status_code == 200
    door.world.clock.instant += 10**6 * 86_400 * 400
    assert client.get("/taxii2/").status_code == 401


@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        'application/taxii+json;version="2.1"',
        "application/taxii+json",
        "Application/TAXII+JSON",
        "application/taxii+json;version=2.1,application/stix+json;version=2.1",
        "text/html;q=0.9, application/taxii+json;q=0.1",
        "application/*",
        "*/*",
        "*/*;q=0, application/taxii+json;q=0.001",
        "application/taxii+json;version=2.0;q=0, application/taxii+json;version=2.1",
        None,
    ],
)
def test_what_admits_taxii_is_served(door: Served, accept: str | None) -> None:
    response = door.client("alfa").ask("GET", "/taxii2/", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == TAXII


@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json;version=2.0",
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/json",
        "text/html",
        "application/taxii+json;q=0",
        "application/taxii+json;version=2.1;q=0.0, application/taxii+json;q=0.5, */*",
        "application/*;q=0, */*;q=1",
        "application/stix+json;version=2.1",
    ],
)
@pytest.mark.parametrize("path", ["/taxii2/", "/room/", "/nowhere/", "/room/collections/released/manifest/"])
def test_what_does_not_is_406(door: Served, accept: str, path: str) -> None:
    response = door.client("alfa").ask("GET", path, headers={"Accept": accept})
    assert response.status_code == 406
    assert response.headers["content-type"] == TAXII
    assert response.json()["http_status"] == "406"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("text/html", TAXII), 200),
        ((TAXII, "text/html"), 200),
        ((f"{TAXII};q=0", "application/taxii+json"), 406),
        (("application/taxii+json", f"{TAXII};q=0"), 406),
        (("text/html", "application/json"), 406),
    ],
)
def test_a_header_that_stands_on_several_lines_is_one_list(
    door: Served, lines: tuple[str, ...], status: int
) -> None:
    assert lines_sent(door, "GET", "/taxii2/", [("Accept", one) for one in lines]) == status


def test_of_several_types_or_codings_of_a_body_none_is_taken(door: Served) -> None:
    for second in (("Content-Type", "text/plain"), ("Content-Encoding", "gzip")):
        headers = [("Content-Type", TAXII), ("Content-Encoding", "Identity"), second]
        body = b'{"objects":[' + objects.identity(1) + b"]}"
        assert lines_sent(door, "POST", door.objects, headers, body) == 415
        assert lines_sent(door, "POST", door.objects, headers[:2], body) == 202


@pytest.mark.parametrize("sent", ["application/taxii+json;version=2.1", "application/taxii+json"])
def test_taxii_bodies_are_taken(door: Served, sent: str) -> None:
    body = b'{"objects":[' + objects.identity(1) + b"]}"
    response = door.client("alfa").ask("POST", door.objects, data=body, headers={"Content-Type": sent})
    assert response.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "application/taxii+json;version=2.0"},
        {"Content-Type": "application/stix+json;version=2.1"},
        {"Content-Type": None},
        {"Content-Encoding": "gzip"},
    ],
)
def test_other_bodies_are_415(door: Served, headers: dict[str, str | None]) -> None:
    response = door.client("alfa").ask("POST", door.objects, data=b"{}", headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize(
    "path", ["/taxii2", "/room", "/room/collections", "/room/collections/released/objects"]
)
def test_paths_serve_with_and_without_the_last_slash(door: Served, path: str) -> None:
    client = door.client("alfa")
    assert client.get(path).status_code == client.get(path + "/").status_code == 200
    assert client.get(path).content == client.get(path + "/").content
    assert client.get(path + "//").status_code == 404


def test_a_method_that_a_path_does_not_take_is_405_whether_or_not_it_is_there(door: Served) -> None:
    client = door.client("alfa")
    for path in (door.objects, "/nowhere/collections/x/objects/"):
        response = client.ask("PUT", path)
        assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")
    response = client.ask("PUT", door.objects + objects.numbered("identity", 1) + "/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, DELETE")
    response = client.ask("DELETE", door.collection())
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_head_is_get_without_the_body(door: Served) -> None:
    client = door.client("alfa")
    client.post(door.objects, objects.identity(1))
    get, head = client.get(door.objects), client.ask("HEAD", door.objects)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["X-TAXII-Date-Added-Last"] == get.headers["X-TAXII-Date-Added-Last"]


def test_nothing_that_is_answered_may_be_kept(door: Served) -> None:
    client = door.client("alfa")
    answers = [
        client.get("/taxii2/"),
        client.get(door.objects),
        client.get("/nowhere/"),
        client.get(door.objects, limit="0"),
        client.post(door.objects, objects.identity(1)),
        client.ask("PUT", "/taxii2/"),
        door.nobody.get("/"),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert not {"etag", "last-modified", "vary", "set-cookie"} & {name.lower() for name in answer.headers}


def test_a_user_name_may_hold_any_character(door: Served) -> None:
    secret = door.world.token("alfa", Role.READER, user="zoë")
    pair = base64.b64encode(f"zoë:{secret}".encode()).decode()
    assert door.nobody.ask("GET", "/taxii2/", headers={"Authorization": f"Basic {pair}"}).status_code == 200


def test_health_is_open_and_says_nothing(door: Served) -> None:
    response = door.nobody.ask("GET", "/healthz", headers={"Accept": None})
    assert (response.status_code, response.content) == (204, b"")
