"""Every MUST of STIX 2.1 that an object can break by itself: broken alone, it is found where it is broken."""

import json
from copy import deepcopy

import pytest

from opsroom.core.stix.objects import examine
from tests.core.stix.broken import BROKEN, GONE, Change
from tests.core.stix.broken_observables import BROKEN_OBSERVABLES
from tests.core.stix.examples import EXAMPLES, Json, versioned

SOUND = {**EXAMPLES, "x-thing": versioned("x-thing", name="a custom object")}
ROWS = [*BROKEN, *BROKEN_OBSERVABLES]


@pytest.mark.parametrize("type", SOUND)
def test_each_example_is_sound_before_it_is_broken(type: str) -> None:
    assert examine(json.dumps(SOUND[type]).encode()).faults == ()


@pytest.mark.parametrize(
    ("type", "change", "path"),
    ROWS,
    ids=[f"{row[0]}-{'+'.join(row[1])[:60]}-{n}" for n, row in enumerate(ROWS)],
)
def test_broken_rule_is_found_where_it_is_broken(type: str, change: Change, path: str) -> None:
    examined = examine(json.dumps(changed(SOUND[type], change)).encode())
    assert path in [fault.path for fault in examined.faults]
    assert examined.object is None


def test_table_breaks_each_type_of_the_standard() -> None:
    assert {type for type, _, _ in ROWS} >= set(EXAMPLES)


def changed(sound: Json, change: Change) -> Json:
    """A copy of `sound` with each path of `change` set or taken out."""
    copy = deepcopy(sound)
    for path, value in change.items():
        place: object = copy
        *above, last = path.split(".")
        for step in above:
            place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]
        if isinstance(place, list):
            place[int(last)] = value
        elif isinstance(place, dict) and value is GONE:
            del place[last]
        elif isinstance(place, dict):
            place[last] = value
    return copy
