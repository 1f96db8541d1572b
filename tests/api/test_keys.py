"""Keys over the API: a member's own, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest

from opsroom.client import Client
from opsroom.core.agreement.statement import KEY_TYPE, KeyStep
from opsroom.core.roster import Role
from opsroom.errors import Conflict, Malformed, Refused
from tests.api.conftest import Asking
from tests.api.test_agreements import sealed, signed, told
from tests.operations.signers import give_keys, key_of, name_of, public_of
from tests.taxii.conftest import Served

Keeping = Callable[[str], Client]


@pytest.fixture
def keeping(door: Served, asking: Asking) -> Keeping:
    """Makes a client of a member's keeper; all members have keys."""
    give_keys(door.world, "alfa", "bravo", "carol", "delta")
    return lambda member: asking(member, Role.READER, Role.KEEPER)


def test_the_last_key_introduces_the_next(keeping: Keeping) -> None:
    bravo, following = keeping("bravo"), public_of("bravo", 2).hex()
    prepared = bravo.prepare_key("bravo", following, keys=(name_of("bravo"),))
    assert prepared.envelope.signatures == []
    with pytest.raises(Refused, match="nobody has signed"):
        bravo.record_key(prepared.envelope)
    assert bravo.record_key(signed(prepared, "bravo", following=key_of("bravo", 2))).fingerprint == name_of(
        "bravo", 2
    )
    with pytest.raises(Conflict, match="prepare the step again"):
        bravo.record_key(signed(prepared, "bravo", following=key_of("bravo", 2)))
    with pytest.raises(Malformed):
        bravo.prepare_key("bravo", "no key")


def test_a_lost_key_is_introduced_by_host_and_second_member(keeping: Keeping) -> None:
    bravo = keeping("bravo")
    prepared = bravo.prepare_key("bravo", public_of("bravo", 2).hex(), by=("alfa", "carol"))
    assert bravo.record_key(signed(prepared, "alfa", "carol", following=key_of("bravo", 2))).member == "bravo"


def test_the_keys_of_others_look_absent(keeping: Keeping) -> None:
    alfa, following = keeping("alfa"), public_of("alfa", 2).hex()
    requests: list[Callable[[str, str], tuple[str, str, Any]]] = [
        lambda member, _: ("POST", "/next-key", {"member": member, "following": following}),
        lambda member, key: (
            "POST",
            "/statements/keys",
            {"envelope": sealed(KeyStep(member, following, key, ("alfa",)).payload, KEY_TYPE, "alfa")},
        ),
        lambda member, key: (
            "POST",
            "/statements/keys",
            {"envelope": sealed(KeyStep(member, following, key, (member,)).payload, KEY_TYPE, member)},
        ),
    ]
    for request in requests:
        answers = [told(alfa, *request(member, name_of(member))) for member in ("delta", "zulu")]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


def test_whose_key_it_is_that_cannot_be_taken_is_not_told(keeping: Keeping) -> None:
    alfa = keeping("alfa")
    answers = []
    for owner in ("delta", "nobody"):
        prepared = alfa.prepare_key("alfa", public_of(owner).hex())
        with pytest.raises(Refused) as refused:
            alfa.record_key(signed(prepared, "alfa"))
        answers.append(str(refused.value).replace(name_of(owner), "that key"))
    assert answers[0] == answers[1]
