"""What-if: a proposed version or event is foreseen as recording it turns out."""

from typing import Any

import pytest

from opsroom.core.agreement.events import Event, Scope, SignedVersion
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.terms import Party
from opsroom.operations.foresee import Proposal, Seen, foresee, who_can_see
from tests import objects
from tests.builders import DAY, World
from tests.operations.test_contribute import posted


def seen(room: World) -> set[Seen]:
    room.node.advance()
    with room.node.store.reading() as snapshot:
        facts = room.node.cache.facts(snapshot)
        return set(who_can_see(room.node, snapshot, facts, at=room.clock.now()))


def newest(room: World, name: str) -> tuple[dict[str, Any], str]:
    with room.node.store.reading() as snapshot:
        facts = room.node.cache.facts(snapshot)
        found = facts.agreement(room.agreements[name])
    return dict(found.properties), found.digest


@pytest.mark.parametrize(
    "change",
    [
        {"parties": [{"member": "alfa"}, {"member": "bravo"}, {"member": "delta"}], "covers_existing": "all"},
        {"parties": [{"member": "alfa"}, {"member": "carol"}]},
        {"provisions": [{"field": "incidents", "kinds": ["report"]}]},
        {"provisions": [{"field": "incidents", "excluded_kinds": ["identity"]}]},
        {"provisions": [{"field": "incidents", "directions": [["bravo", "alfa"]]}]},
    ],
)
def test_a_version_does_what_was_foreseen(room: World, change: dict[str, Any]) -> None:
    posted(room, "alfa", [objects.identity(1), objects.malware(2)])
    posted(room, "bravo", [objects.identity(3)])
    file, digest = newest(room, "all")
    proposed = {**file, **change, "version": 2, "supersedes": digest}
    agreement = parse_agreement(proposed)
    version = SignedVersion(2, agreement.digest, agreement.terms, amend="all", duties=agreement.duties)
    before = seen(room)
    effect = foresee(room.node, Proposal(room.agreements["all"], version=version))
    room.record("room", proposed, also_signed_by=["alfa", "bravo", "carol"])
    after = seen(room)
    assert set(effect.opens) == after - before
    assert set(effect.closes) == before - after
    assert effect.opens or effect.closes


def test_an_event_does_what_was_foreseen(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    before = seen(room)
    event = Event("suspend", room.clock.instant, Scope(party="carol"))
    effect = foresee(room.node, Proposal(room.agreements["all"], event=event))
    room.event("all", "suspend", scope={"party": "carol"}, by=["carol"])
    assert set(effect.closes) == before - seen(room)
    assert [one.member for one in effect.closes] == ["carol"]


def test_a_foresight_writes_nothing_and_looks_ahead(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    leaving = Event("withdraw", room.clock.instant + DAY, Scope(party="bravo"))
    effect = foresee(room.node, Proposal(room.agreements["all"], event=leaving))
    assert effect.at == leaving.effective_at
    assert [one.member for one in effect.closes] == ["bravo"]
    assert len(room.read("bravo", "room")) == 1


def test_an_accession_opens_for_the_newcomer(room: World) -> None:
    joining = Event("accede", room.clock.instant, newcomer=Party("delta"))
    effect = foresee(room.node, Proposal(room.agreements["two"], event=joining))
    assert effect.opens == ()
    assert effect.closes == ()
