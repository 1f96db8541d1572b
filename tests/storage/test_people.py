"""The shelf of people: what is written is read back, in order, once."""

from collections.abc import Callable

import pytest

from opsroom.core.roster import Component, Holding, MemberKey
from opsroom.core.windows import ALWAYS, Window
from opsroom.errors import Conflict, NotFound
from opsroom.ports import People, Store
from tests.storage import records

KEY = MemberKey("alfa", "f1", b"\x00" * 32, Window(3), b"introduced")
COMPONENT = Component("alfa", "soc", "The SOC", None, Window(1, 5))
HOLDING = Holding("alfa", "crypto", "bravo", Window(10))

ADDING: dict[str, Callable[[People], None]] = {
    "room": lambda people: people.add_room(records.room()),
    "member": lambda people: people.add_member(records.member()),
    "key": lambda people: people.add_key(KEY),
    "component": lambda people: people.add_component(COMPONENT),
    "desk's id": lambda people: people.add_desk(records.desk("d1", f"n{len(people.desks())}")),
    "desk's name": lambda people: people.add_desk(records.desk(f"d{len(people.desks())}", "main")),
    "credential's id": lambda people: people.add_credential(
        records.credential("c", secret_hash=bytes([len(people.credentials())]))
    ),
    "credential's secret": lambda people: people.add_credential(
        records.credential(f"c{len(people.credentials())}", secret_hash=b"same")
    ),
    "holding": lambda people: people.add_holding(HOLDING),
}


@pytest.mark.parametrize("add", ADDING.values(), ids=ADDING)
def test_adding_twice_is_a_conflict(store: Store, add: Callable[[People], None]) -> None:
    with store.writing() as unit:
        add(unit.people)
        with pytest.raises(Conflict):
            add(unit.people)


def test_rooms_and_members_are_read_back_by_name(store: Store) -> None:
    names = ["zulu", "Alfa", "alfa", "éclair", "a b"]
    with store.writing() as unit:
        for name in names:
            unit.people.add_room(records.room(name))
            unit.people.add_member(records.member(name))
    with store.reading() as snapshot:
        assert snapshot.people.rooms() == [records.room(name) for name in sorted(names)]
        assert snapshot.people.members() == [records.member(name) for name in sorted(names)]
        assert snapshot.people.room("zulu") == records.room("zulu")
        assert snapshot.people.member("zulu") == records.member("zulu")
        assert (snapshot.people.room("nobody"), snapshot.people.member("nobody")) == (None, None)


def test_keys_stand_by_start_then_fingerprint(store: Store) -> None:
    rest = [
        MemberKey("alfa", "f3", b"3", Window(9)),
        MemberKey("alfa", "f2", b"2", Window(9)),
        MemberKey("alfa", "f0", b"0", ALWAYS),
    ]
    with store.writing() as unit:
        for key in (KEY, *rest, MemberKey("bravo", "f1", b"4", ALWAYS)):
            unit.people.add_key(key)
        unit.people.end_key("alfa", "f3", 12)
        with pytest.raises(NotFound):
            unit.people.end_key("alfa", "f9", 12)
    ended = MemberKey("alfa", "f3", b"3", Window(9, 12))
    with store.reading() as snapshot:
        assert snapshot.people.keys("alfa") == [rest[2], KEY, rest[1], ended]
        assert snapshot.people.keys("nobody") == []


def test_components_are_their_members(store: Store) -> None:
    inner = Component("alfa", "night", "Night shift", "soc", ALWAYS)
    with store.writing() as unit:
        for one in (COMPONENT, inner, Component("bravo", "soc", "Another", None, ALWAYS)):
            unit.people.add_component(one)
    with store.reading() as snapshot:
        assert snapshot.people.components("alfa") == [inner, COMPONENT]


def test_desks_keep_none_apart_from_empty(store: Store) -> None:
    narrow = records.desk(
        "d2",
        "narrow",
        "bravo",
        fields=frozenset({"f", "g"}),
        held=frozenset(),
        clearance=("policy", "level"),
        component="soc",
    )
    wide, early = records.desk("d9", "wide", "bravo"), records.desk("d3", "main", "alfa")
    with store.writing() as unit:
        for one in (wide, narrow, early):
            unit.people.add_desk(one)
    with store.reading() as snapshot:
        assert snapshot.people.desks() == [early, narrow, wide]
        assert snapshot.people.desks(["bravo", "nobody"]) == [narrow, wide]
        assert snapshot.people.desks([]) == []
        assert (snapshot.people.desk("d2"), snapshot.people.desk("main")) == (narrow, None)


def test_credentials_stand_by_user_as_they_were_issued(store: Store) -> None:
    late = records.credential("c1", "ann", created_at=9)
    early = records.credential("c2", "ann", created_at=3)
    other = records.credential("c3", "bob", member="bravo", room="room", desk=None, roles=frozenset())
    nobody = records.credential("c4", "adm", member=None)
    with store.writing() as unit:
        for one in (late, early, other, nobody):
            unit.people.add_credential(one)
        unit.people.revoke_credential("c3", 8)
        with pytest.raises(NotFound):
            unit.people.revoke_credential("c9", 8)
    with store.reading() as snapshot:
        revoked = records.credential(
            "c3", "bob", member="bravo", room="room", desk=None, roles=frozenset(), revoked_at=8
        )
        assert snapshot.people.credentials() == [nobody, early, late, revoked]
        assert snapshot.people.credentials("alfa") == [early, late]
        assert snapshot.people.credential_of(b"c2") == early
        assert snapshot.people.credential_of(b"C2") is None


def test_a_holding_ends_where_it_is_open(store: Store) -> None:
    again, wider = Holding("alfa", "crypto", "bravo", Window(30)), Holding("alfa", "b", "bravo", Window(5))
    with store.writing() as unit:
        unit.people.add_holding(HOLDING)
        unit.people.end_holding("alfa", "crypto", "bravo", 20)
        with pytest.raises(NotFound):
            unit.people.end_holding("alfa", "crypto", "bravo", 20)
        unit.people.add_holding(again)
        unit.people.add_holding(wider)
    with store.reading() as snapshot:
        ended = Holding("alfa", "crypto", "bravo", Window(10, 20))
        assert snapshot.people.holdings() == [wider, ended, again]


def test_holdings_that_overlap_end_together(store: Store) -> None:
    with store.writing() as unit:
        for since in (1, 2):
            unit.people.add_holding(Holding("alfa", "crypto", "bravo", Window(since)))
        unit.people.end_holding("alfa", "crypto", "bravo", 5)
        assert [one.window for one in unit.people.holdings()] == [Window(1, 5), Window(2, 5)]


def test_a_setting_is_replaced(store: Store) -> None:
    with store.writing() as unit:
        assert unit.people.setting("k") is None
        unit.people.put_setting("k", b"\x00one")
        unit.people.put_setting("k", b"")
        assert unit.people.setting("k") == b""
