"""Edges between two members, over all of time: what cases at one instant cannot show."""

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, Scope, SignedVersion
from opsroom.core.agreement.terms import Party, Provision, Terms
from opsroom.core.windows import FOREVER, Window

TERMS = Terms(
    parties={member: Party(member) for member in ("aldland", "brigg", "cassel")},
    provisions=(Provision("rescue"), Provision("smuggling")),
    in_force=Window(10, 90),
)


def edges(*events: Event, agreement: str = "pact") -> Edges:
    return Edges([Record(agreement, (SignedVersion(1, "", TERMS),), events)])


def windows(found: Edges, giver: str = "aldland", receiver: str = "brigg") -> list[tuple[Window, set[str]]]:
    return [(edge.window, set(edge.fields)) for edge in found.between(giver, receiver).edges]


def test_nobody_has_an_edge_to_itself() -> None:
    assert windows(edges(), "aldland", "aldland") == []


def test_a_suspension_parts_an_edge_and_a_suspended_field_thins_it() -> None:
    found = edges(
        Event("suspend", 20, Scope(party="brigg")),
        Event("resume", 30, Scope(party="brigg")),
        Event("suspend", 40, Scope(field="rescue")),
    )
    both, one = {"rescue", "smuggling"}, {"smuggling"}
    assert windows(found) == [(Window(10, 20), both), (Window(30, 40), both), (Window(40, 90), one)]


def test_next_change_is_the_first_bound_after_the_instant() -> None:
    pair = edges(Event("suspend", 20), Event("resume", 30)).between("aldland", "brigg")
    assert [pair.next_change(at) for at in (0, 10, 19, 20, 30, 89, 90)] == [10, 20, 20, 30, 90, 90, FOREVER]
    assert [len(pair.at(at)) for at in (9, 10, 19, 20, 29, 30, 89, 90)] == [0, 1, 1, 0, 0, 1, 1, 0]


def test_a_suspended_party_is_a_party_and_one_that_left_is_none() -> None:
    suspended = edges(Event("suspend", 20))
    left = edges(Event("withdraw", 20, Scope(party="brigg")))
    over = edges(Event("terminate", 20))
    assert suspended.is_party(suspended.records[0], "brigg", 25)
    assert [left.is_party(left.records[0], "brigg", at) for at in (9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
    ]
    assert left.is_party(left.records[0], "aldland", 25)
    assert not over.is_party(over.records[0], "aldland", 20)
    assert not over.is_party(over.records[0], "dunmore", 15)


def test_peers_are_all_that_were_ever_parties_beside_a_member() -> None:
    newcomer = Event("accede", 50, newcomer=Party("dunmore"))
    found = edges(newcomer, Event("withdraw", 20, Scope(party="brigg")))
    assert found.peers("aldland") == {"brigg", "cassel", "dunmore"}
    assert found.peers("elbe") == set()
