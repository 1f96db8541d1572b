"""What attacks on the guarantee found, each by itself: the same steps in both worlds, and one more in one of them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import CONSENT_TYPE
from opsroom.core.roster import Holding
from opsroom.core.windows import Window
from opsroom.operations import agree, permit
from opsroom.wire import contributions, items, notices, what_if
from tests import objects
from tests.confidentiality.worlds import SEEN, Told, hidden_members, told_of
from tests.operations.signers import key_of, successor

LISTED = "/room/collections/released/manifest/?match[version]=all&limit=50"
FROM_START = "/api/rooms/room/stream"

Step = Callable[[Told], object]


def _worlds(runner: asyncio.Runner, hidden: Step, then: Step) -> tuple[Told, Told]:
    """Both have hidden members; one has a hidden step before what comes then in both."""
    found = []
    for step in (hidden, lambda told: None):
        told = told_of(runner, hidden_members, lambda told: None)
        step(told)
        told.step = 500
        then(told)
        told.step = 600
        found.append(told)
    return found[0], found[1]


def _nothing(told: Told) -> None: ...


def _consents(told: Told, item: str, by: str, to: str) -> None:
    step = permit.prepare(told.next().node, "give", by=by, terms=permit.Terms(item, by, to))
    permit.record(told.next().node, signing.seal(step.payload, CONSENT_TYPE, [key_of(by)]))


def _consent_of_the_originator(told: Told) -> None:
    _consents(told, SEEN, "alfa", "yankee")


def _consent_of_another_on_the_same_id(told: Told) -> None:
    told.give("yankee", objects.identity(2), name="hidden")
    _consents(told, SEEN, "yankee", "alfa")


def _agreement_of_the_originator(told: Told) -> None:
    told.next().agree("aside", "room", ["alfa", "carol"], ["skunkworks"])


def _narrowed_of_a_kind(told: Told) -> None:
    """A relationship to what the observer is not shown, of a label and kind that it never saw."""
    end = objects.numbered("identity", 41)
    told.give("alfa", objects.identity(41), rel_to=frozenset())
    told.give("alfa", objects.relationship(41, SEEN, end), tlp="green")


def _one_more(told: Told) -> None:
    told.give("alfa", objects.identity(50))


def _relation_in_green(told: Told) -> None:
    told.give("alfa", objects.relationship(50, SEEN, objects.numbered("identity", 3)), tlp="green")


def _relations_and_resumption(told: Told) -> None:
    told.give("alfa", objects.malware(50))
    told.give("alfa", objects.relationship(50, SEEN, objects.numbered("identity", 3)))
    for kind in ("suspend", "resume"):
        told.next().event("all", kind)


@pytest.mark.parametrize("target", [LISTED, FROM_START, f"/api/items/{SEEN}"])
@pytest.mark.parametrize(
    ("hidden", "then"),
    [
        (_consent_of_the_originator, _nothing),
        (_consent_of_another_on_the_same_id, _nothing),
        (_agreement_of_the_originator, _one_more),
        (_agreement_of_the_originator, _relations_and_resumption),
        (_narrowed_of_a_kind, _relation_in_green),
        (_narrowed_of_a_kind, _relations_and_resumption),
    ],
)
def test_dates_and_order_do_not_move_by_what_is_hidden(
    runner: asyncio.Runner, hidden: Step, then: Step, target: str
) -> None:
    one, other = (told.ask("bravo", "GET", target) for told in _worlds(runner, hidden, then))
    assert one == other


def _contributed(told: Told, who: str, raw: bytes, name: str = "all", **more: Any) -> list[dict[str, Any]]:
    place = {"room": "room", "agreement": told.world.agreements[name], "field": "incidents"}
    answer = told.asked(who, contributions.Contribute, place | {"upload": raw, **more})
    return [json.loads(line) for line in answer.body.splitlines()]


def test_who_passes_on_is_told_nothing_of_the_label(full: Told) -> None:
    """Alfa's item is for Bravo and Carol; Hall is left out by name."""
    full.next().agree("onward", "room", ["alfa", "bravo", "carol", "hall"], ["incidents"], onward="parties")
    full.give("alfa", objects.identity(50), name="onward", tlp="green", not_to=frozenset({"hall"}))
    [told] = _contributed(full, "bravo", objects.identity(50), name="onward", dry_run="true")
    assert told["state"] == "accepted"
    assert {one["member"]: one["ground"] for one in told["sights"]}["hall"] == "third-party"


def test_who_holds_a_category_is_not_told_by_what_if(full: Told) -> None:
    """Bravo proposes Zulus as a party of their agreement, under a category that neither made."""
    with full.next().node.store.writing() as unit:
        unit.people.add_holding(Holding("alfa", "blackbird", "zulus", Window()))
    full.give("bravo", objects.identity(51))
    pact = full.world.agreements["all"]
    with full.world.node.store.reading() as snapshot:
        newest = snapshot.agreements.versions(pact)[-1]
    file = json.loads(newest.content)
    file |= {
        "version": 2,
        "supersedes": newest.digest,
        "need_to_know": ["blackbird"],
        "covers_existing": "all",
    }
    file["parties"] = [*file["parties"], {"member": "zulus"}]
    answer = full.asked("bravo", what_if.ForeseeVersion, {"file": file})
    assert answer.status == 200
    assert b"zulus" not in answer.body


def test_a_desk_is_not_shown_what_another_received_as_a_source(full: Told) -> None:
    full.give("alfa", objects.identity(50))
    _contributed(full, "narrow", objects.identity(50))
    [shown] = json.loads(full.asked("narrow", items.ShowItem, {"id": objects.numbered("identity", 50)}).body)
    assert shown["originator"] == "bravo"
    assert shown["sources"] == []


@pytest.fixture
def bound(full: Told) -> Told:
    """With a token of Bravo that is bound to a room of Bravo and Carol."""
    full.next().room("annex", "bravo")
    full.next().agree("annex", "annex", ["bravo", "carol"], ["incidents"])
    full.token("bound", "bravo", room="annex")
    return full


def test_a_token_bound_to_a_room_names_no_peers_of_others(bound: Told) -> None:
    place = {"room": "annex", "agreement": bound.world.agreements["annex"], "field": "incidents"}
    given = place | {"upload": objects.identity(50), "rel_to": ["alfa"]}
    one, other = (
        bound.asked("bound", contributions.Contribute, given | {"rel_to": [name]}).body.replace(
            name.encode(), b"it"
        )
        for name in ("alfa", "nobody")
    )
    assert one == other
    assert b"hall" not in one


def test_a_token_bound_to_a_room_is_told_of_no_other_agreement(bound: Told) -> None:
    bound.give("bravo", objects.identity(50), name="annex", room="annex")
    asked = {"id": objects.numbered("identity", 50), "to": "carol"}
    answer = bound.asked("bound", items.Explain, asked)
    assert bound.world.agreements["annex"].encode() in answer.body
    assert bound.world.agreements["all"].encode() not in answer.body


def test_a_handling_in_escaped_letters_is_served_as_a_view(full: Told) -> None:
    raw = objects.handling_marking(2, fields=["incidents"], not_to=["hall"])
    full.give("alfa", raw.replace(b'"extension-definition', b'"\\u0065xtension-definition', 1))
    answer = full.ask("bravo", "GET", "/room/collections/released/objects/?match[type]=marking-definition")
    assert b"marking-definition" in answer.body
    assert b"hall" not in answer.body


def _proposed(told: Told) -> None:
    """What Bravo offers rests on what Zulus is not shown; then a draft of Alfa's lists Zulus."""
    _contributed(told, "bravo", objects.identity(52), sources=[SEEN])
    with told.world.node.store.reading() as snapshot:
        newest = snapshot.agreements.versions(told.world.agreements["all"])[-1]
    file = successor(parse_agreement(json.loads(newest.content)))
    file["parties"] = [*file["parties"], {"member": "zulus"}]
    agree.draft(told.next().node, "room", parse_agreement(file))


def test_a_notice_does_not_wait_for_what_others_agree(full: Told) -> None:
    _proposed(full)
    asked = {"room": "room", "ended": "true", "limit": 50}
    before = full.asked("bravo", notices.Notices, asked)
    full.next().agree("aside", "room", ["alfa", "zulus"], ["incidents"])
    assert b"zulus" in before.body
    assert full.asked("bravo", notices.Notices, asked) == before
