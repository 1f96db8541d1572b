"""Labels: what is read as a fact, what is refused from people, and how two labels narrow one another."""

import pytest

from opsroom.core.handling import Handling, narrowed, parse_handling, read_label
from opsroom.core.reading import Reader
from opsroom.errors import Fault, Malformed

SHUT = {
    "fields": ["smuggling"],
    "not_before": "2030-05-01T00:00:00Z",
    "expires": "2030-05-01T00:00:00Z",
}


def test_nobody_may_write_a_label_that_ends_before_it_begins() -> None:
    with pytest.raises(Malformed) as refused:
        parse_handling(SHUT)
    assert refused.value.faults == (Fault("handling.expires", "must be later than not_before"),)


def test_nobody_may_write_a_pap_that_does_not_exist() -> None:
    with pytest.raises(Malformed) as refused:
        parse_handling({"fields": ["smuggling"], "pap": "white"})
    assert [str(fault) for fault in refused.value.faults] == [
        'handling.pap: "white" is not one of clear, green, amber, red'
    ]


def test_as_facts_both_are_read() -> None:
    faults: list[Fault] = []
    found = Reader.over({**SHUT, "pap": "white"}, "", faults).done(read_label)
    assert (found.shut, found.pap, faults) == (True, "white", [])


def test_two_labels_that_leave_no_time_between_them_do_not_narrow() -> None:
    first = Handling(fields=("smuggling",), expires=5)
    with pytest.raises(Malformed):
        narrowed(first, Handling(fields=("smuggling",), not_before=5))
    assert not narrowed(first, Handling(fields=("smuggling",), not_before=4)).shut


def test_what_a_label_states_can_be_read_again() -> None:
    label = narrowed(
        Handling(fields=("smuggling",), tlp="green", not_to=frozenset({"elbe"}), expires=9_000_000),
        Handling(fields=("rescue",), rel_to=frozenset(), not_before=8_000_000, originator_control=True),
    )
    assert parse_handling(label.as_mapping()) == label
