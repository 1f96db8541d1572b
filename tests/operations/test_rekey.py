"""A member's next key: introduced by its last, or, where that is lost, by a host and a second member."""

import pytest

from opsroom import signing
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.statement import ACT_TYPE, KEY_TYPE, KeyStep
from opsroom.core.roster import MemberKey
from opsroom.errors import Conflict, Malformed, NotFound, Refused
from opsroom.operations import agree, rekey
from tests.builders import World
from tests.operations.signers import acted, give_keys, key_of, name_of, prepared, public_of, sealed

PAIR = Scope(pair=frozenset({"alfa", "bravo"}))


@pytest.fixture
def signers(room: World) -> World:
    """Alfa hosts the room; bravo and carol are parties in it, delta is not. All have keys."""
    give_keys(room, "alfa", "bravo", "carol", "delta")
    return room


def introduced(room: World, member: str, *by: str, number: int = 2, keys: tuple[str, ...] = ()) -> MemberKey:
    """The member's key of this number, brought in by these members, signed with their first keys and by itself."""
    step = rekey.prepare(room.node, member, public_of(member, number), by=by)
    signing_keys = [*(key_of(one) for one in keys or by), key_of(member, number)]
    return rekey.record(room.node, signing.seal(step.payload, KEY_TYPE, signing_keys))


def live(room: World, member: str) -> list[str]:
    now = room.clock.now()
    with room.node.store.reading() as snapshot:
        return [one.fingerprint for one in snapshot.people.keys(member) if now in one.window]


def test_the_last_key_introduces_the_next_and_ends_in_the_same_instant(signers: World) -> None:
    found = introduced(signers, "bravo", "bravo")
    assert live(signers, "bravo") == [name_of("bravo", 2)]
    with signers.node.store.reading() as snapshot:
        first, second = snapshot.people.keys("bravo")
    assert first.window.until == second.window.since == found.window.since
    assert (first.introduced, second.introduced) == (None, found.introduced)
    assert found.introduced is not None


def test_after_a_rotation_the_next_key_signs_and_the_last_does_not(signers: World) -> None:
    introduced(signers, "bravo", "bravo")
    act = prepared(signers, "all", "suspend", "bravo", scope=PAIR)
    with pytest.raises(Refused, match="no key in force"):
        agree.record(signers.node, sealed(act))
    agree.record(signers.node, signing.seal(act.payload, ACT_TYPE, [key_of("bravo", 2)]))
    with pytest.raises(Refused, match="no key in force"):
        introduced(signers, "bravo", "bravo", number=3)


def test_a_lost_key_is_replaced_by_the_host_and_a_second_member(signers: World) -> None:
    introduced(signers, "bravo", "alfa", "carol")
    assert live(signers, "bravo") == [name_of("bravo", 2)]


@pytest.mark.parametrize("by", [("alfa",), ("carol",), ("carol", "delta")])
def test_a_lost_key_takes_both(signers: World, by: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="by the host"):
        introduced(signers, "bravo", *by)
    assert live(signers, "bravo") == [name_of("bravo")]


def test_a_host_replaces_its_own_lost_key_only_by_another_host(signers: World) -> None:
    with pytest.raises(Refused, match="by the host"):
        introduced(signers, "alfa", "bravo", "carol")
    introduced(signers, "alfa", "alfa")


def test_a_host_of_another_room_has_no_say(signers: World) -> None:
    signers.room("elsewhere", "delta")
    with pytest.raises(Refused, match=r"by the host of a room of its \(alfa\)"):
        introduced(signers, "bravo", "delta", "carol")
    assert live(signers, "bravo") == [name_of("bravo")]


def test_everybody_whom_it_names_signs_it_and_nobody_else(signers: World) -> None:
    with pytest.raises(Refused, match="carol signs it"):
        introduced(signers, "bravo", "alfa", "carol", keys=("alfa",))
    with pytest.raises(Refused, match="no key in force"):
        introduced(signers, "bravo", "alfa", keys=("alfa", "carol"))
    step = rekey.prepare(signers.node, "bravo", public_of("bravo", 2), by=("bravo",))
    with pytest.raises(Refused, match="nobody has signed"):
        rekey.record(signers.node, signing.seal(step.payload, KEY_TYPE, []))


def test_a_key_is_one_members_once(signers: World) -> None:
    for owner in ("carol", "bravo"):
        step = rekey.prepare(signers.node, "bravo", public_of(owner), by=("bravo",))
        with pytest.raises(Conflict, match=f"that of {owner}"):
            rekey.record(signers.node, signing.seal(step.payload, KEY_TYPE, [key_of("bravo"), key_of(owner)]))
    introduced(signers, "bravo", "bravo")
    step = rekey.prepare(signers.node, "bravo", public_of("bravo"), by=("bravo",))
    with pytest.raises(Conflict, match="is, or was, that of bravo"):
        rekey.record(
            signers.node, signing.seal(step.payload, KEY_TYPE, [key_of("bravo", 2), key_of("bravo")])
        )


@pytest.mark.parametrize("owner", ["carol", "zulu"])
def test_nobody_introduces_a_key_that_it_has_not(signers: World, owner: str) -> None:
    step = rekey.prepare(signers.node, "bravo", public_of(owner), by=("bravo",))
    with pytest.raises(Refused, match="does not sign its own introduction"):
        rekey.record(signers.node, signing.seal(step.payload, KEY_TYPE, [key_of("bravo")]))
    assert live(signers, "bravo") == [name_of("bravo")]


def test_a_step_counts_once(signers: World) -> None:
    step = rekey.prepare(signers.node, "bravo", public_of("bravo", 2), by=("bravo",))
    envelope = signing.seal(step.payload, KEY_TYPE, [key_of("bravo"), key_of("bravo", 2)])
    rekey.record(signers.node, envelope)
    with pytest.raises(Conflict, match="is not the key of bravo in force"):
        rekey.record(signers.node, envelope)


def test_a_first_key_is_taken_on_trust_and_only_once(signers: World) -> None:
    with pytest.raises(Conflict, match="has a key"):
        rekey.first_key(signers.node, "alfa", public_of("alfa", 2))
    with pytest.raises(NotFound, match="zulu"):
        rekey.first_key(signers.node, "zulu", public_of("zulu"))
    signers.member("echo")
    with pytest.raises(NotFound, match="first one"):
        introduced(signers, "echo", "alfa", "carol")
    with pytest.raises(Conflict, match="that of alfa"):
        rekey.first_key(signers.node, "echo", public_of("alfa"))
    assert rekey.first_key(signers.node, "echo", public_of("echo")).introduced is None


def test_a_key_says_whose_it_is(signers: World) -> None:
    assert rekey.owner(signers.node, name_of("carol")) == "carol"
    introduced(signers, "carol", "carol")
    assert rekey.owner(signers.node, name_of("carol", 2)) == "carol"
    for number in (1, 3):
        assert rekey.owner(signers.node, name_of("carol", number)) is None


@pytest.mark.parametrize("key", ["", "00", "0" * 63 + "G", "0" * 63 + "A", "0" * 66])
def test_a_key_is_32_bytes_in_hexadecimal(signers: World, key: str) -> None:
    step = KeyStep("bravo", key, name_of("bravo"), ("bravo",))
    with pytest.raises(Malformed) as error:
        rekey.record(signers.node, signing.seal(step.payload, KEY_TYPE, [key_of("bravo")]))
    assert [fault.path for fault in error.value.faults] == ["key"]


def test_a_newcomer_finds_the_host_of_the_room_that_it_joined(signers: World) -> None:
    with pytest.raises(Refused, match="no room has one"):
        introduced(signers, "delta", "alfa", "carol")
    everybody = ("alfa", "bravo", "carol", "delta")
    acted(signers, "all", "accede", *everybody, newcomer={"member": "delta"})
    introduced(signers, "delta", "alfa", "carol")
    assert live(signers, "delta") == [name_of("delta", 2)]
