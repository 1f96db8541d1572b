"""What attacks on the guarantee found, each by itself: the same steps in both worlds, and one more in one of them."""

import asyncio
from collections.abc import Callable

import pytest

from opsroom import signing
from opsroom.core.agreement.statement import CONSENT_TYPE
from opsroom.operations import permit
from tests import objects
from tests.confidentiality.worlds import SEEN, Told, hidden_members, told_of
from tests.operations.signers import key_of

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
