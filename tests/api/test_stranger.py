"""A stranger with the OpenAPI document, a token and a key does everything that a member does.

Nothing here but HTTP, JSON and Ed25519: what goes where, and how to sign, is what the document says.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom.core.roster import Role
from tests import objects
from tests.operations.signers import give_keys, key_of
from tests.taxii.conftest import Served

AGREEMENT = "agreement--8d2b8c0a-6a35-4b8e-9a0f-2d1c3e4f5a6b"
ONE, TWO, THREE = (objects.numbered("identity", number) for number in (1, 2, 3))


class Stranger:
    """Asks by operation: what goes into path, query and body is looked up in the document."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=10)
        self.document = self.http.get(f"{url}/api/openapi.json").json()
        self.base = url + self.document["servers"][0]["url"]
        self.operations = {
            one["operationId"]: (path, method, one)
            for path, methods in self.document["paths"].items()
            for method, one in methods.items()
        }
        self.asked: set[str] = set()

    def request(self, operation: str, upload: bytes | None = None, **given: Any) -> httpx.Request:
        path, method, described = self.operations[operation]
        self.asked.add(operation)
        places = {one["name"]: one["in"] for one in described["parameters"]}
        assert all(one["name"] in given for one in described["parameters"] if one["required"])
        named = {name: str(value) for name, value in given.items() if places.get(name) == "path"}
        query = {name: plain(value) for name, value in given.items() if places.get(name) == "query"}
        body = {name: value for name, value in given.items() if name not in places}
        if body:
            [content] = described["requestBody"]["content"].values()
            assert body.keys() <= content["schema"]["properties"].keys()
        return self.http.build_request(
            method,
            self.base + path.format(**named),
            params=query,
            json=body if "requestBody" in described and upload is None else None,
            content=upload,
        )

    def do(self, operation: str, upload: bytes | None = None, **given: Any) -> Any:
        response = self.http.send(self.request(operation, upload, **given))
        assert response.status_code == 200, (operation, response.text)
        if response.headers["content-type"] == "application/x-ndjson":
            return [json.loads(line) for line in response.content.splitlines()]
        return response.json() if "json" in response.headers["content-type"] else response.text

    def events(self, count: int, **given: Any) -> Iterator[dict[str, Any]]:
        response = self.http.send(self.request("Follow", **given), stream=True)
        lines = response.iter_lines()
        blocks = iter(lambda: list(iter(lambda: next(lines), "")), None)
        fields = (dict(line.split(": ", 1) for line in block) for block in blocks)
        found = list(islice((one for one in fields if "data" in one), count))
        response.close()
        return iter([{**one, "data": json.loads(one["data"])} for one in found])


def plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def signed(envelope: dict[str, Any], *keys: Ed25519PrivateKey) -> dict[str, Any]:
    """As `info.description` says it."""
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    for key in keys:
        name = "sha256:" + hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
        signature = key.sign(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload))
        envelope["signatures"].append({"keyid": name, "sig": base64.b64encode(signature).decode()})
    return envelope


@pytest.fixture
def strangers(door: Served) -> dict[str, Stranger]:
    """Alfa runs a room of its own; it and Bravo have keys."""
    give_keys(door.world, "alfa", "bravo")
    door.world.room("annex", "alfa")
    roles = (Role.READER, Role.CONTRIBUTOR, Role.RELEASER, Role.KEEPER)
    return {
        member: Stranger(door.url, door.issue(member, f"{member} by hand", *roles).token or "")
        for member in ("alfa", "bravo")
    }


def agree(alfa: Stranger, bravo: Stranger) -> None:
    """A draft in a room, signed by both."""
    file = dict(alfa.document["components"]["schemas"]["AgreementFile"]["examples"][0], id=AGREEMENT)
    alfa.do("RecordVersion", room="annex", file=file)
    assert bravo.do("ShowAgreement", agreement=AGREEMENT)["awaited"] == ["alfa", "bravo"]
    assert bravo.do("ForeseeVersion", file=file)["opens"] == []
    for name, stranger in (("alfa", alfa), ("bravo", bravo)):
        prepared = stranger.do("PrepareVersion", agreement=AGREEMENT, version=1)
        assert json.loads(prepared["payload"]) == file
        stranger.do("RecordStatement", envelope=signed(prepared["envelope"], key_of(name)))
    assert alfa.do("ShowAgreement", agreement=AGREEMENT)["state"] == "in force"


def contribute(stranger: Stranger, number: int, **more: Any) -> list[dict[str, Any]]:
    given = {"room": "annex", "agreement": AGREEMENT, "field": "incidents", **more}
    found: list[dict[str, Any]] = stranger.do("Contribute", objects.identity(number), **given)
    return found


def test_a_stranger_agrees_shares_reads_and_ends(strangers: dict[str, Stranger]) -> None:
    alfa, bravo = strangers["alfa"], strangers["bravo"]
    agree(alfa, bravo)
    assert contribute(alfa, 1, dry_run=True)[0]["sights"][0]["released"] is True
    assert contribute(alfa, 1)[0]["state"] == "accepted"
    assert [one["id"] for one in bravo.do("Items", room="annex")["items"]] == [ONE]
    assert bravo.do("Search", room="annex", q="identity", kinds=["identity"])["total"] == 1
    assert bravo.do("Suggest", room="annex", q="ide")
    assert bravo.do("Correlate", room="annex", id=ONE) == []
    assert alfa.do("Explain", id=ONE, to="bravo")[0]["ground"] == "provision"
    assert alfa.do("ShowItem", id=ONE)[0]["handling"]["cites"] == [AGREEMENT]
    [added] = bravo.events(1, room="annex")
    assert (added["event"], added["data"]["object"]["id"]) == ("added", ONE)
    assert alfa.do("Recall", room="annex", id=ONE)["versions"] == 1
    [gone] = bravo.events(1, room="annex", last_event_id=added["id"])
    assert (gone["event"], gone["data"]["id"]) == ("withdrawn", ONE)
    assert bravo.do("MispFeed", room="annex", file="manifest.json") == {}
    assert bravo.do("ForeseeOption", agreement=AGREEMENT, type="suspend", scope={"party": "bravo"})
    prepared = bravo.do("PrepareAct", agreement=AGREEMENT, type="suspend", scope={"party": "bravo"})
    envelope = signed(prepared["envelope"], key_of("bravo"))
    assert bravo.do("ForetellAct", envelope=envelope)["digest"] == prepared["digest"]
    assert bravo.do("ForeseeAct", envelope=envelope)["closes"] == []
    assert bravo.do("RecordStatement", envelope=envelope)["type"] == "suspend"
    assert [one["type"] for one in alfa.do("AgreementEntries", agreement=AGREEMENT)][-1] == "suspend"
    following = alfa.do("ShowSuccessor", agreement=AGREEMENT)
    assert alfa.do("RecordVersion", room="annex", file=following)["version"] == 2
    assert alfa.do("ShowVersion", agreement=AGREEMENT, version=2) == following


def test_a_stranger_releases_by_two_and_consents(door: Served, strangers: dict[str, Stranger]) -> None:
    alfa, bravo = strangers["alfa"], strangers["bravo"]
    agree(alfa, bravo)
    place: dict[str, Any] = {"room": "annex", "agreement": AGREEMENT, "field": "incidents"}
    assert alfa.do("SetPosting", **place, release_by="two-releasers", tlp="green")["tlp"] == "green"
    assert alfa.do("ListPostings", room="annex")[0]["release_by"] == "two-releasers"
    assert contribute(alfa, 2)[0]["state"] == "pending"
    assert contribute(alfa, 3)[0]["state"] == "pending"
    assert [one["takes"] for one in alfa.do("ListWaiting", room="annex")] == [2, 2]
    assert alfa.do("ForeseeRelease", room="annex", ids=[TWO])[0]["sights"][0]["member"] == "bravo"
    assert alfa.do("Refuse", room="annex", ids=[THREE])[0]["state"] == "refused"
    states = []
    for user in ("first", "second"):
        token = alfa.do("IssueToken", user=user, roles=["releaser"], expires="P1D")["secret"]
        states.append(Stranger(door.url, token).do("Approve", room="annex", ids=[TWO])[0]["state"])
    assert states == ["pending", "offered"]
    assert bravo.do("Items", room="annex")["items"][0]["id"] == TWO
    terms = {"item": TWO, "originator": "alfa", "to": "carol", "holder": "bravo"}
    asked = bravo.do("PrepareConsent", step="ask", terms=terms, reason="for the exercise")
    consent = bravo.do("RecordConsent", envelope=signed(asked["envelope"], key_of("bravo")))["consent"]
    given = alfa.do("PrepareConsent", step="give", consent=consent)
    assert alfa.do("RecordConsent", envelope=signed(given["envelope"], key_of("alfa")))["step"] == "give"
    assert [one["step"] for one in bravo.do("Consents", member="alfa")] == ["ask", "give"]


def test_a_stranger_administers_its_member(strangers: dict[str, Stranger]) -> None:
    alfa = strangers["alfa"]
    assert alfa.do("WhoAmI")["member"] == "alfa"
    alfa.do("AddComponent", name="navy", title="Navy")
    alfa.do("AddDesk", name="night", fields=["incidents"], component="navy")
    issued = alfa.do("IssueToken", user="ann", roles=["reader"], desk="night")
    assert issued["desk"] == "night"
    alfa.do("IssueToken", user="bob", roles=["reader"])
    assert alfa.do("ChangeRoles", user="bob", roles=["contributor"])["roles"] == ["contributor"]
    assert alfa.do("RevokeToken", user="ann")["revoked_at"]
    assert "ann" in [one["user"] for one in alfa.do("ListTokens")]
    following = Ed25519PrivateKey.generate()
    public = following.public_key().public_bytes_raw().hex()
    prepared = alfa.do("PrepareKey", member="alfa", following=public)
    alfa.do("RecordKey", envelope=signed(prepared["envelope"], key_of("alfa"), following))
    assert len(alfa.do("ShowMember")["keys"]) == 2
    assert [one["name"] for one in alfa.do("Rooms")] == ["room"]
    room = alfa.do("ShowRoom", room="room")
    assert room["members"]
    assert alfa.do("Collections", room="room")[0]["alias"] == "released"
    assert alfa.do("Agreements", room="room")
