"""Agreements over the API: what their parties do with them, and that there are none for anybody else."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.client import Client
from opsroom.core.agreement.statement import ACT_TYPE, VERSION_TYPE, Act
from opsroom.core.canonical import canonical
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.core.timestamps import render
from opsroom.core.windows import Window
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.operations import enrol
from opsroom.wire.agreements import Scope
from opsroom.wire.request import PREFIX
from opsroom.wire.statements import Envelope, Prepared
from opsroom.wire.what_if import Effect
from tests import objects
from tests.api.conftest import Asking
from tests.builders import DAY
from tests.operations.signers import give_keys, key_of, name_of, written
from tests.taxii.conftest import Served

ABSENT = "agreement--00000000-0000-4000-8000-000000000000"
ONE, TWO, THREE = (objects.numbered("identity", number) for number in (1, 2, 3))
Keeping = Callable[[str], Client]


@pytest.fixture
def keeping(door: Served, asking: Asking) -> Keeping:
    """Makes a client of a member's keeper; all members have keys, and Delta runs a room of its own."""
    give_keys(door.world, "alfa", "bravo", "carol", "delta")
    door.world.room("annex", "delta")
    return lambda member: asking(member, Role.READER, Role.KEEPER)


def signed(prepared: Prepared, *members: str, following: Ed25519PrivateKey | None = None) -> Envelope:
    """What was prepared, signed where the keys are; by the key that it introduces too."""
    keys = [*map(key_of, members), *([following] if following else [])]
    sealed = signing.add_signatures(msgspec.json.encode(prepared.envelope), keys)
    return msgspec.json.decode(sealed, type=Envelope)


def sealed(payload: bytes, payload_type: str, *members: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(signing.seal(payload, payload_type, map(key_of, members)))
    return found


def told(client: Client, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    """All of an answer but its date."""
    response = client._http.request(method, PREFIX + path, json=body)
    headers = sorted((name, value) for name, value in response.headers.items() if name != "date")
    return response.status_code, headers, response.content


# --- what parties do ------------------------------------------------------------------------------------


def test_an_agreement_from_draft_to_suspension(door: Served, keeping: Keeping) -> None:
    alfa, bravo, delta = keeping("alfa"), keeping("bravo"), keeping("delta")
    file = written(door.world, "alfa", "delta")
    recorded = alfa.record_version("room", file)
    assert (recorded.version, recorded.room) == (1, "room")
    shown = delta.show_agreement(file["id"])
    assert (shown.state, shown.awaited, shown.file) == ("draft", ["alfa", "delta"], file)
    assert delta.show_version(file["id"], 1) == file
    envelope = msgspec.convert(sealed(canonical(file), VERSION_TYPE, "alfa", "delta"), Envelope)
    assert alfa.record_statement(envelope).by == ["alfa", "delta"]
    assert delta.show_agreement(file["id"]).state == "in force"
    prepared = delta.prepare_act(file["id"], "suspend", keys=(name_of("delta"),))
    assert json.loads(prepared.payload)["by"] == ["delta"]
    assert prepared.envelope.signatures == []
    with pytest.raises(Refused, match="alfa's is missing"):
        delta.foretell_act(prepared.envelope)
    mine = delta.prepare_act(file["id"], "suspend", scope=Scope(party="delta"))
    assert delta.foretell_act(mine.envelope).digest == mine.digest
    with pytest.raises(Refused, match="nobody has signed"):
        delta.record_statement(mine.envelope)
    assert alfa.record_statement(signed(mine, "delta")).type == "suspend"
    assert [one.type for one in alfa.agreement_entries(file["id"])] == ["sign", "suspend"]
    assert alfa.show_agreement(file["id"]).suspended[0].scope == Scope(party="delta")
    assert file["id"] not in [one.id for one in bravo.agreements()]


def test_the_next_version_begins_as_the_newest(door: Served, keeping: Keeping) -> None:
    bravo = keeping("bravo")
    identifier = door.world.agreements["all"]
    following = bravo.show_successor(identifier)
    assert (following["version"], following["supersedes"]) == (2, bravo.show_agreement(identifier).digest)
    assert bravo.record_version("room", {**following, "title": "Second"}).version == 2
    with pytest.raises(Conflict, match="word for word"):
        bravo.record_version("room", {**following, "title": "Second"})
    for room in ("annex", "nowhere"):
        with pytest.raises(Conflict, match="belongs to the room room"):
            bravo.record_version(room, {**following, "title": "Third"})
    with pytest.raises(Malformed) as malformed:
        bravo.record_version("room", {**following, "title": 3})
    assert [one.path for one in malformed.value.faults] == ["file.title"]


def test_a_newcomer_reads_what_it_acceded_to(door: Served, keeping: Keeping) -> None:
    identifier = door.world.agreements["two"]
    carol = keeping("carol")
    with pytest.raises(NotFound):
        carol.show_agreement(identifier)
    prepared = keeping("alfa").prepare_act(
        identifier, "accede", by=("alfa", "bravo", "carol"), newcomer={"member": "carol"}
    )
    keeping("bravo").record_statement(signed(prepared, "alfa", "bravo", "carol"))
    assert carol.agreement_entries(identifier)[-1].party == {"member": "carol"}


def test_a_token_of_one_room_shows_its_agreements_alone(door: Served, keeping: Keeping) -> None:
    file = written(door.world, "alfa", "delta")
    keeping("delta").record_version("annex", file)
    token = enrol.issue_token(
        door.world.node,
        "alfa",
        user="of one room",
        roles=frozenset({Role.READER}),
        expires_at=door.world.clock.instant + DAY,
        desk="main",
        room="annex",
    )
    with Client(door.url, token.secret) as client:
        assert [one.id for one in client.agreements()] == [file["id"]]
        assert client.agreements(room="room") == []
        with pytest.raises(NotFound):
            client.show_agreement(door.world.agreements["all"])


def test_the_desk_of_a_component_has_the_agreements_that_designate_it(door: Served, keeping: Keeping) -> None:
    world = door.world
    enrol.add_component(world.node, "alfa", "navy", title="Navy", window=Window())
    enrol.add_desk(world.node, "navy", Desk("alfa", component="navy"))
    token = world.token("alfa", Role.READER, user="navy", desk="navy")
    with Client(door.url, token) as client:
        assert client.agreements() == []
        assert client.consents() == []
        with pytest.raises(NotFound):
            client.show_agreement(world.agreements["all"])
        file = written(world, {"member": "alfa", "designates": ["navy"]}, "bravo")
        keeping("alfa").record_version("room", file)
        assert [one.id for one in client.agreements()] == [file["id"]]
        assert seen(client.foresee_version(file)) == {"opens": [], "closes": []}


def test_keepers_alone_prepare_and_record(door: Served, asking: Asking) -> None:
    reader = asking("alfa", Role.READER)
    identifier = door.world.agreements["all"]
    assert reader.show_agreement(identifier).id == identifier
    for call in (
        lambda: reader.prepare_act(identifier, "suspend"),
        lambda: reader.record_version("room", {}),
        lambda: reader.record_statement(Envelope("", "", [])),
    ):
        with pytest.raises(Refused, match="role keeper"):
            call()


# --- what others do not learn ---------------------------------------------------------------------------


def requests_about(door: Served, identifier: str) -> dict[str, tuple[str, str, dict[str, Any] | None]]:
    """Everything that can be asked about an agreement: of "all" itself, or as if it had this id."""
    with door.world.node.store.reading() as snapshot:
        row = snapshot.agreements.versions(door.world.agreements["all"])[0]
    file = {**json.loads(row.content), "id": identifier}
    second = {
        **file,
        "version": 2,
        "supersedes": row.digest,
        "parties": [{"member": "delta"}, {"member": "alfa"}],
    }
    at = door.world.clock.instant
    acts = {by: Act(identifier, row.digest, None, "suspend", (by,), at).payload for by in ("alfa", "delta")}
    path = f"/agreements/{identifier}"
    found: dict[str, tuple[str, str, dict[str, Any] | None]] = {
        "show": ("GET", path, None),
        "entries": ("GET", f"{path}/entries", None),
        "successor": ("GET", f"{path}/successor", None),
        "version": ("GET", f"{path}/versions/1", None),
        "version 2": ("GET", f"{path}/versions/2", None),
        "version to sign": ("GET", f"{path}/versions/1/statement", None),
        "next version": ("POST", "/rooms/annex/agreements", {"file": second}),
        "next version there": ("POST", "/rooms/room/agreements", {"file": second}),
        "first version of others": ("POST", "/rooms/room/agreements", {"file": file}),
        "prepare": ("POST", f"{path}/acts", {"type": "suspend"}),
        "prepare by key": ("POST", f"{path}/acts", {"type": "suspend", "keys": [name_of("alfa")]}),
        "prepare a scope": ("POST", f"{path}/acts", {"type": "suspend", "scope": {"field": "nothing"}}),
        "what if signed": ("POST", "/what-if/version", {"file": second, "signed_by": ["alfa"]}),
        "what if": ("POST", "/what-if/version", {"file": file}),
        "what if an act": ("POST", "/what-if/act", {"envelope": sealed(acts["delta"], ACT_TYPE)}),
        "what if an option": ("POST", "/what-if/option", {"agreement": identifier, "type": "terminate"}),
    }
    for name, payload, payload_type in (
        *((f"act by {by}", acts[by], ACT_TYPE) for by in acts),
        ("a version", canonical(file), VERSION_TYPE),
    ):
        for signers in ((), ("delta",), ("alfa",)):
            body = {"envelope": sealed(payload, payload_type, *signers)}
            found[f"record {name} signed by {signers}"] = ("POST", "/statements/agreements", body)
    for by, payload in acts.items():
        body = {"envelope": sealed(payload, ACT_TYPE)}
        found[f"foretell {by}"] = ("POST", "/statements/agreements/foretell", body)
    return found


def test_hidden_looks_absent_for_every_request(door: Served, keeping: Keeping) -> None:
    delta = keeping("delta")
    hidden = requests_about(door, door.world.agreements["all"])
    absent = requests_about(door, ABSENT)
    for name, request in hidden.items():
        answered = told(delta, *request)
        assert answered == told(delta, *absent[name]), name
        assert answered[0] == (403 if name == "first version of others" else 404), name
    assert told(delta, "GET", "/agreements") == told(delta, "GET", "/agreements?room=room")
    assert told(delta, "GET", "/agreements?room=room") == told(delta, "GET", "/agreements?room=nowhere")
    assert delta.agreements() == []
    assert len(keeping("alfa").agreement_entries(door.world.agreements["all"])) == 1


def test_a_room_that_is_hidden_takes_no_agreement_as_if_it_were_absent(
    door: Served, keeping: Keeping
) -> None:
    delta = keeping("delta")
    file = {"file": written(door.world, "delta", "alfa")}
    answers = [told(delta, "POST", f"/rooms/{room}/agreements", file) for room in ("room", "nowhere")]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert delta.record_version("annex", file["file"]).room == "annex"


def test_a_version_does_not_tell_who_is_enrolled(door: Served, keeping: Keeping) -> None:
    alfa = keeping("alfa")
    said = []
    for stranger in ("delta", "zulus"):
        file = written(door.world, "alfa", "bravo", stranger)
        assert alfa.record_version("room", file).version == 1
        envelope = msgspec.convert(sealed(canonical(file), VERSION_TYPE, "alfa", "bravo"), Envelope)
        assert alfa.record_statement(envelope).by == ["alfa", "bravo"]
        forged = {"envelope": sealed(canonical(file), VERSION_TYPE, "nobody")}
        effect = {"file": file, "signed_by": [stranger, "alfa"]}
        said.append(
            [
                anonymous(told(alfa, *request), file["id"], stranger)
                for request in (
                    ("GET", f"/agreements/{file['id']}"),
                    ("POST", "/statements/agreements", forged),
                    ("POST", "/what-if/version", effect),
                )
            ]
        )
    assert said[0] == said[1]


def anonymous(answer: tuple[Any, ...], *names: str) -> tuple[Any, ...]:
    """An answer without these names, its digests and its instants."""
    status, headers, content = answer
    text = content.decode()
    for name in names:
        text = text.replace(name, "?")
    words = json.loads(text, object_hook=lambda one: {key: blank(value) for key, value in one.items()})
    return status, [one for one in headers if one[0] != "content-length"], words


def blank(value: object) -> object:
    text = value if isinstance(value, str) else ""
    return "?" if text.startswith(("sha256:", "2026-")) else value


def test_an_accession_does_not_tell_who_is_enrolled(door: Served, keeping: Keeping) -> None:
    alfa, identifier = keeping("alfa"), door.world.agreements["two"]
    said = []
    for stranger in ("delta", "zulus"):
        body = {"type": "accede", "newcomer": {"member": stranger}, "by": ["alfa", "bravo", stranger]}
        body["effective_at"] = render(door.world.clock.instant // DAY * DAY)
        prepared = told(alfa, "POST", f"/agreements/{identifier}/acts", body)
        envelope = json.loads(prepared[2])["envelope"]
        payload = json.loads(prepared[2])["payload"].encode()
        forged = sealed(payload, ACT_TYPE, "alfa", "bravo", "nobody")
        lacking = sealed(payload, ACT_TYPE, "alfa", "bravo")
        said.append(
            [
                anonymous(told(alfa, "POST", f"/statements/agreements{path}", {"envelope": one}), stranger)
                for path, one in (("/foretell", envelope), ("", forged), ("", lacking))
            ]
        )
    assert [one[0] for one in said[0]] == [200, 403, 403]
    assert said[0] == said[1]


def test_whose_a_key_is_does_not_show(door: Served, keeping: Keeping) -> None:
    alfa, path = keeping("alfa"), f"/agreements/{door.world.agreements['all']}/acts"
    answers = [
        anonymous(told(alfa, "POST", path, {"type": "suspend", "keys": [key]}))
        for key in (name_of("delta"), name_of("nobody"))
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 400
    assert json.loads(
        alfa.prepare_act(door.world.agreements["all"], "suspend", keys=(name_of("carol"),)).payload
    )["by"] == ["carol"]


# --- what if --------------------------------------------------------------------------------------------


def seen(effect: Effect) -> dict[str, list[tuple[str, str]]]:
    return {
        word: [(one.member, one.id) for one in listed]
        for word, listed in (("opens", effect.opens), ("closes", effect.closes))
    }


def test_what_would_close_is_ones_own_and_what_one_sees(door: Served, keeping: Keeping) -> None:
    for number, member in enumerate(("alfa", "bravo", "carol"), start=1):
        door.client(member).post(door.objects, objects.identity(number))
    identifier = door.world.agreements["all"]
    bravo = Scope(party="bravo")
    effects = {
        member: seen(keeping(member).foresee_option(identifier, "suspend", bravo))["closes"]
        for member in ("alfa", "bravo", "carol")
    }
    assert effects == {
        "alfa": [("alfa", TWO), ("bravo", ONE)],
        "bravo": [("alfa", TWO), ("bravo", ONE), ("bravo", THREE), ("carol", TWO)],
        "carol": [("bravo", THREE), ("carol", TWO)],
    }
    pair = Scope(pair=("alfa", "bravo"))
    between_others = keeping("carol").foresee_option(identifier, "suspend", pair)
    assert seen(between_others) == {"opens": [], "closes": []}


def test_what_would_open_to_one_does_not_show(door: Served, keeping: Keeping) -> None:
    alfa, identifier, pair = keeping("alfa"), door.world.agreements["all"], Scope(pair=("alfa", "carol"))
    alfa.record_statement(signed(alfa.prepare_act(identifier, "suspend", scope=pair), "alfa"))
    door.client("alfa").post(door.objects, objects.identity(1))
    door.client("carol").post(door.objects, objects.identity(3))
    assert seen(alfa.foresee_option(identifier, "resume", pair)) == {"opens": [("carol", ONE)], "closes": []}
    resumed = alfa.prepare_act(identifier, "resume", scope=pair)
    assert seen(keeping("carol").foresee_act(resumed.envelope))["opens"] == [("alfa", THREE)]
    assert seen(keeping("bravo").foresee_act(resumed.envelope)) == {"opens": [], "closes": []}


def test_what_will_only_be_seen_later_does_not_show(door: Served, keeping: Keeping) -> None:
    contributor, instant = keeping("alfa"), door.world.clock.instant
    with Client(door.url, door.tokens["alfa"]) as client:
        list(
            client.contribute(
                io.BytesIO(objects.identity(1)),
                "room",
                door.world.agreements["all"],
                "incidents",
                not_before=render(instant + DAY),
            )
        )
    door.client("alfa").post(door.objects, objects.identity(2))
    later = render(instant + 2 * DAY)
    identifier = door.world.agreements["all"]
    mine = contributor.foresee_option(identifier, "terminate", at=later)
    assert ("bravo", ONE) in seen(mine)["closes"]
    assert seen(keeping("bravo").foresee_option(identifier, "terminate", at=later))["closes"] == [
        ("bravo", TWO)
    ]


def test_a_version_is_foreseen_before_anybody_signs(door: Served, keeping: Keeping) -> None:
    door.client("alfa").post(door.objects, objects.identity(1))
    door.client("bravo").post(door.objects, objects.identity(2))
    alfa = keeping("alfa")
    following = alfa.show_successor(door.world.agreements["all"])
    following["parties"] = [*following["parties"], {"member": "delta"}]
    following["covers_existing"] = "all"
    assert seen(alfa.foresee_version(following)) == {"opens": [("delta", ONE)], "closes": []}
    with pytest.raises(NotFound):
        alfa.foresee_version(written(door.world, "alfa", "delta"))
