"""Consents over the API: originator, recipient and holder have them, and there are none for anybody else."""

from collections.abc import Callable
from typing import Any

import pytest

from opsroom.client import Client
from opsroom.core.agreement.statement import CONSENT_TYPE, ConsentStep
from opsroom.core.roster import Role
from opsroom.errors import NotFound, Refused
from opsroom.operations import enrol
from opsroom.wire.consents import ConsentTerms
from tests import objects
from tests.api.conftest import Asking
from tests.api.test_agreements import sealed, signed, told
from tests.builders import DAY
from tests.operations.signers import give_keys, name_of
from tests.taxii.conftest import Served

ITEM, OTHER = (objects.numbered("identity", number) for number in (1, 2))
ABSENT = "consent--00000000-0000-4000-8000-000000000000"
Keeping = Callable[[str], Client]


@pytest.fixture
def keeping(door: Served, asking: Asking) -> Keeping:
    """Makes a client of a member's keeper; Alfa has contributed an item, and all members have keys."""
    give_keys(door.world, "alfa", "bravo", "carol", "delta")
    door.client("alfa").post(door.objects, objects.identity(1))
    return lambda member: asking(member, Role.READER, Role.RELEASER)


def asked(keeping: Keeping) -> str:
    """A consent that Bravo asked Alfa for; its id."""
    bravo = keeping("bravo")
    prepared = bravo.prepare_consent("ask", terms=ConsentTerms(ITEM, "bravo", "alfa"), reason="in need")
    return bravo.record_consent(signed(prepared, "bravo")).consent


def step(door: Served, kind: str, by: str, **said: Any) -> dict[str, Any]:
    """The envelope of a step, signed by whoever takes it."""
    terms = {"consent": ABSENT, "item": ITEM, "originator": "alfa", "to": "bravo", **said}
    made = ConsentStep(kind=kind, by=by, effective_at=door.world.clock.instant, **terms)
    return {"envelope": sealed(made.payload, CONSENT_TYPE, by)}


def test_a_consent_is_asked_for_given_and_revoked(door: Served, keeping: Keeping) -> None:
    consent, alfa = asked(keeping), keeping("alfa")
    given = alfa.prepare_consent("give", consent=consent, key=name_of("alfa"))
    assert given.envelope.signatures == []
    with pytest.raises(Refused, match="nobody has signed"):
        alfa.record_consent(given.envelope)
    assert alfa.record_consent(signed(given, "alfa")).step == "give"
    alfa.record_consent(signed(alfa.prepare_consent("revoke", consent=consent), "alfa"))
    for member in ("alfa", "bravo"):
        steps = keeping(member).consents()
        assert [(one.step, one.by, one.reason) for one in steps] == [
            ("ask", "bravo", "in need"),
            ("give", "alfa", ""),
            ("revoke", "alfa", ""),
        ]
    assert alfa.consents(member="carol") == []


def test_a_holder_has_the_consents_through_it(door: Served, keeping: Keeping) -> None:
    alfa = keeping("alfa")
    terms = ConsentTerms(ITEM, "delta", holder="carol")
    alfa.record_consent(signed(alfa.prepare_consent("give", terms=terms), "alfa"))
    assert [len(keeping(one).consents()) for one in ("alfa", "bravo", "carol", "delta")] == [1, 0, 1, 1]


def test_hidden_looks_absent_for_every_request(door: Served, keeping: Keeping) -> None:
    hidden, delta = asked(keeping), keeping("delta")
    requests: list[Callable[[str], tuple[str, str, Any]]] = [
        *(
            lambda id, kind=kind: ("POST", "/consents", {"step": kind, "consent": id})
            for kind in ("ask", "give", "refuse", "revoke")
        ),
        lambda id: ("POST", "/statements/consents", step(door, "give", "alfa", consent=id)),
        lambda id: ("POST", "/statements/consents", step(door, "ask", "bravo", consent=id)),
        lambda id: ("POST", "/statements/consents", step(door, "revoke", "delta", consent=id)),
        lambda id: (
            "POST",
            "/statements/consents",
            step(door, "give", "delta", consent=id, originator="delta", item=OTHER),
        ),
    ]
    for request in requests:
        answers = [told(delta, *request(id)) for id in (hidden, ABSENT)]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert delta.consents() == delta.consents(member="alfa") == []
    assert len(keeping("alfa").consents()) == 1


def test_an_answer_does_not_tell_what_others_contributed(door: Served, keeping: Keeping) -> None:
    bravo = keeping("bravo")
    answers = [
        told(bravo, "POST", "/statements/consents", step(door, "give", "alfa", item=item))
        for item in (ITEM, OTHER)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


def test_a_step_does_not_tell_who_is_enrolled(door: Served, keeping: Keeping) -> None:
    bravo, answers = keeping("bravo"), []
    for number, stranger in enumerate(("delta", "zulus")):
        consent = ABSENT[:-1] + str(number)
        body = step(door, "ask", "bravo", consent=consent, originator=stranger)
        status, headers, content = told(bravo, "POST", "/statements/consents", body)
        answers.append((status, headers, content.replace(consent.encode(), b"")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200


def test_a_token_of_one_room_has_no_consents(door: Served, keeping: Keeping) -> None:
    consent = asked(keeping)
    token = enrol.issue_token(
        door.world.node,
        "alfa",
        user="of one room",
        roles=frozenset({Role.READER, Role.RELEASER}),
        expires_at=door.world.clock.instant + DAY,
        desk="main",
        room="room",
    )
    with Client(door.url, token.secret) as client:
        assert client.consents() == []
        with pytest.raises(NotFound):
            client.prepare_consent("give", consent=consent)


def test_a_step_with_the_id_of_others_meets_nothing_of_theirs(door: Served, keeping: Keeping) -> None:
    body = step(door, "ask", "carol", consent=asked(keeping), to="carol")
    absent = step(door, "give", "carol", originator="carol", item=OTHER)
    carol = keeping("carol")
    answers = [told(carol, "POST", "/statements/consents", one) for one in (body, absent)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
