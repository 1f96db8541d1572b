"""What random and complete askings found, each by itself."""

import json
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import (
    CONSENT_TYPE,
    KEY_TYPE,
    VERSION_TYPE,
    KeyStep,
)
from opsroom.core.roster import Holding, Role
from opsroom.core.timestamps import render
from opsroom.core.windows import Window
from opsroom.operations import disclose, permit
from opsroom.operations.recall import recall
from opsroom.wire import (
    agreements,
    contributions,
    items,
    keys,
    releases,
    searching,
    what_if,
)
from opsroom.wire.request import Request
from tests import objects
from tests.confidentiality.asked import named
from tests.confidentiality.worlds import OWN, SEEN, WAITING, Told
from tests.operations.signers import key_of, name_of, public_of

ABSENT = objects.numbered("identity", 999)
SHOWING = [(items.ShowItem, {}), (items.Explain, {"to": "bravo"})]


def _same_as_absent(told: Told, who: str, kind: type[Request[Any]], item: str, **more: Any) -> bool:
    one, other = (told.asked(who, kind, {"id": id, **more}) for id in (item, ABSENT))
    return one == other


@pytest.mark.parametrize("room", ["room", "cellar"])
@pytest.mark.parametrize(("kind", "more"), SHOWING)
def test_what_is_passed_on_elsewhere_is_not_shown(
    full: Told, kind: type[Request[Any]], more: Any, room: str
) -> None:
    """Carol passes an item of Alfa on to Yankee, as Alfa has let it, under an agreement of those two."""
    item = objects.numbered("identity", 20)
    full.give("alfa", objects.identity(20), tlp="clear")
    if room == "cellar":
        full.next().room(room, "carol")
    under = full.next().agree("between", room, ["carol", "yankee"], ["incidents"])
    terms = permit.Terms(item, "alfa", "yankee", "carol", under)
    step = permit.prepare(full.next().node, "give", by="alfa", terms=terms)
    permit.record(full.next().node, signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")]))
    full.give("carol", objects.identity(20), name="between", room=room)
    answer = full.asked("bravo", kind, {"id": item, **more})
    assert [one["holder"] for one in json.loads(answer.body)] == [None]
    assert under.encode() not in answer.body


@pytest.mark.parametrize(
    ("kind", "more", "found"),
    [
        (searching.Search, {"q": "yankee"}, b'"hits":[]'),
        (searching.Search, {"q": "elsewhere"}, b'"hits":[]'),
        (searching.Suggest, {"q": "yan"}, b"[]"),
        (searching.Suggest, {"q": "else"}, b"[]"),
    ],
)
def test_a_handling_is_not_found_by_what_is_not_served(
    full: Told, kind: type[Request[Any]], more: Any, found: bytes
) -> None:
    foreign = [{"from": "Elsewhere", "terms": "ours", "consent": "1"}]
    marking = objects.handling_marking(1, fields=["incidents"], not_to=["yankee"], foreign=foreign)
    full.give("alfa", marking)
    assert found in full.asked("bravo", kind, {"room": "room", **more}).body


@pytest.fixture
def bound(full: Told) -> Told:
    """With a token of Bravo that is bound to another room."""
    full.next().room("annex", "bravo")
    full.next().agree("annex", "annex", ["alfa", "bravo"], ["incidents"])
    full.token("bound", "bravo", room="annex")
    return full


@pytest.mark.parametrize("kind", [releases.ForeseeRelease, releases.Approve, releases.Refuse])
def test_a_token_bound_to_a_room_releasesnothing_in_another(bound: Told, kind: type[Request[Any]]) -> None:
    assert bound.asked("bound", kind, {"room": "room", "ids": [WAITING]}).status == 404


@pytest.mark.parametrize(("kind", "more"), SHOWING)
@pytest.mark.parametrize("item", [SEEN, OWN])
def test_a_token_bound_to_a_room_showsnothing_of_another(
    bound: Told, kind: type[Request[Any]], more: Any, item: str
) -> None:
    assert _same_as_absent(bound, "bound", kind, item, **more)


@pytest.mark.parametrize(("who", "name"), [("narrow", "all"), ("coast", "two")])
def test_explain_tells_a_desk_of_what_it_sees_alone(full: Told, who: str, name: str) -> None:
    full.give("alfa", objects.identity(20), name=name)
    assert _same_as_absent(full, who, items.Explain, objects.numbered("identity", 20), to="bravo")


@pytest.mark.parametrize(
    ("item", "more"),
    [
        (objects.numbered("identity", 14), {"at": "2027-01-01T00:00:00Z"}),
        (objects.numbered("relationship", 11), {"holder": "alfa"}),
    ],
)
def test_explain_tells_a_readernothing_of_what_it_never_saw(full: Told, item: str, more: Any) -> None:
    assert _same_as_absent(full, "bravo", items.Explain, item, to="bravo", **more)


def test_explain_by_past_knowledge_tellsnothing_of_later_items(full: Told) -> None:
    known = full.next().clock.instant
    full.next().event("all", "suspend")
    full.give("alfa", objects.identity(20))
    hidden = objects.numbered("identity", 20)
    assert _same_as_absent(full, "bravo", items.Explain, hidden, to="bravo", known_at=render(known))


def test_explain_saysnothing_of_what_holds_among_others(full: Told, bare: Told) -> None:
    asked = {"id": OWN, "to": "zulus", "holder": "yankee"}
    one, other = (told.asked("bravo", items.Explain, asked) for told in (full, bare))
    assert one == other


def test_a_category_of_others_is_no_category(full: Told) -> None:
    with full.next().node.store.writing() as unit:
        unit.people.add_holding(Holding("yankee", "blackbird", "alfa", Window()))
    place = {
        "room": "room",
        "agreement": full.world.agreements["all"],
        "field": "incidents",
        "dry_run": "true",
    }
    one, other = (
        full.asked(
            "bravo",
            contributions.Contribute,
            place | {"upload": objects.identity(20), "need_to_know": [category]},
        ).body.replace(category.encode(), b"that")
        for category in ("blackbird", "none-such")
    )
    assert one == other
    assert b"no category that you made or hold" in one


def test_what_if_tells_a_desk_of_what_it_sees_alone(full: Told) -> None:
    asked = {"agreement": full.world.agreements["all"], "type": "terminate"}
    assert SEEN.encode() not in full.asked("narrow", what_if.ForeseeOption, asked).body


def test_whose_key_it_is_nobody_learns_by_naming_a_member_in_a_draft(full: Told, bare: Told) -> None:
    [known, *_] = [of for of in named(full, "bravo") if of.member == "zulus"]
    pact = known.file["id"]
    for told in (full, bare):
        told.asked("bravo", agreements.RecordVersion, {"room": "room", "file": known.file})
    asked = {"agreement": pact, "type": "suspend", "keys": [name_of("zulus")]}
    one, other = (told.asked("bravo", agreements.PrepareAct, asked) for told in (full, bare))
    assert one == other


def test_whose_key_it_is_nobody_learns_by_a_false_signature(full: Told, bare: Told) -> None:
    [known, *_] = [of for of in named(full, "bravo") if of.member == "zulus"]
    payload = parse_agreement(known.file).signed_bytes
    envelope = json.loads(signing.seal(payload, VERSION_TYPE, [key_of("bravo")]))
    envelope["signatures"][0]["keyid"] = name_of("zulus")
    for told in (full, bare):
        told.asked("bravo", agreements.RecordVersion, {"room": "room", "file": known.file})
    one, other = (
        told.asked("bravo", agreements.RecordStatement, {"envelope": envelope}) for told in (full, bare)
    )
    assert one == other


def test_that_a_key_is_somebodys_nobody_learns(full: Told, bare: Told) -> None:
    step = KeyStep("bravo", public_of("zulus").hex(), name_of("bravo"), ("bravo",))
    envelope = json.loads(signing.seal(step.payload, KEY_TYPE, [key_of("bravo")]))
    one, other = (told.asked("bravo", keys.RecordKey, {"envelope": envelope}) for told in (full, bare))
    assert one == other


def test_a_desk_does_not_learn_what_its_member_received(full: Told) -> None:
    place = {"room": "room", "agreement": full.world.agreements["all"], "field": "incidents"}
    states = {
        json.loads(
            full.asked("narrow", contributions.Contribute, place | {"upload": objects.identity(number)}).body
        )["state"]
        for number in (2, 998)
    }
    assert len(states) == 1


def test_what_releasers_let_out_contributors_do_not_recall(full: Told) -> None:
    full.give("bravo", objects.identity(20))
    full.give("bravo", objects.identity(20), name="two")
    full.asked("bravo", releases.Approve, {"room": "room", "ids": [objects.numbered("identity", 20)]})
    full.token("hand", "bravo", Role.READER, Role.CONTRIBUTOR)
    collection = full.world.collection("all", "incidents", "room")
    asked = {"room": "room", "id": objects.numbered("identity", 20), "collection": collection}
    assert full.asked("hand", items.Recall, asked).status == 403


def test_a_withdrawal_is_told_after_departures_of_what_is_still_shown(full: Told) -> None:
    for name in ("two", "all"):
        full.give("alfa", objects.identity(21), objects.identity(22), name=name)
    bravo = full.world.principal("bravo")
    known = disclose.head(full.next().node, bravo, "room")
    full.next().event("two", "suspend")
    collection = full.world.collection("all", "incidents", "room")
    recall(full.next().node, full.world.principal("alfa"), "room", collection, SEEN)
    full.give("alfa", objects.identity(23))
    told: list[str] = []
    while found := disclose.events(full.next().node, bravo, "room", "released", after=known, limit=2)[0]:
        told += [one.id for one in found if isinstance(one, disclose.Withdrawn)]
        known = found[-1].position
    assert sorted(told) == [SEEN, objects.numbered("relationship", 1)]


def test_what_was_told_is_not_told_again(full: Told) -> None:
    for name in ("two", "all"):
        full.give("alfa", objects.identity(21), name=name)
    bravo = full.world.principal("bravo")
    everything, _ = disclose.events(full.next().node, bravo, "room", "released", after=0, limit=100)
    full.next().event("two", "suspend")
    after = everything[-1].position
    assert not disclose.events(full.next().node, bravo, "room", "released", after=after, limit=100)[0]


@pytest.mark.parametrize("path", ["/room%0a/", "/api/me%0a/"])
def test_a_path_with_a_line_end_is_not_redirected(full: Told, path: str) -> None:
    assert full.ask("bravo", "GET", path).status == 404
