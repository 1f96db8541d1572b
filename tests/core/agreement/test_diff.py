"""Two versions compared: by provision and by party, whatever their order in the file."""

from typing import Any

from opsroom.core.agreement.diff import differences

OLD: dict[str, Any] = {
    "version": 1,
    "title": "Ice",
    "parties": [{"member": "alfa"}, {"member": "bravo", "ceiling": "thin"}, {"member": "carol"}],
    "provisions": [{"field": "ice", "kinds": ["report"]}, {"field": "snow"}],
    "scale": ["thin"],
}


def changes(**new: Any) -> list[tuple[str, str, str, str, object, object]]:
    found = differences(OLD, {key: value for key, value in {**OLD, **new}.items() if value != "absent"})
    return [(x.about, x.name, x.key, x.kind, x.before, x.after) for x in found]


def test_the_same_has_no_difference() -> None:
    assert changes() == []
    assert changes(version=2, supersedes="sha256:1") == []


def test_order_is_no_difference() -> None:
    assert changes(parties=OLD["parties"][::-1], provisions=OLD["provisions"][::-1]) == []


def test_a_changed_party_is_named_with_what_changed() -> None:
    parties = [{"member": "alfa"}, {"member": "bravo", "ceiling": "thick"}, {"member": "carol"}]
    assert changes(parties=parties) == [("parties", "bravo", "ceiling", "changed", "thin", "thick")]


def test_what_is_lifted_is_removed_and_what_is_set_is_added() -> None:
    parties = [{"member": "alfa", "ceiling": "thin"}, {"member": "bravo"}, {"member": "carol"}]
    assert changes(parties=parties) == [
        ("parties", "alfa", "ceiling", "added", None, "thin"),
        ("parties", "bravo", "ceiling", "removed", "thin", None),
    ]


def test_parties_that_come_and_go() -> None:
    assert changes(parties=[*OLD["parties"][:2], {"member": "delta"}]) == [
        ("parties", "carol", "", "removed", {"member": "carol"}, None),
        ("parties", "delta", "", "added", None, {"member": "delta"}),
    ]


def test_a_changed_provision_is_named_by_its_field() -> None:
    provisions = [{"field": "snow"}, {"field": "ice", "kinds": ["report", "malware"]}]
    assert changes(provisions=provisions) == [
        ("provisions", "ice", "kinds", "changed", ["report"], ["report", "malware"])
    ]


def test_two_provisions_of_one_field_are_told_apart() -> None:
    provisions = [*OLD["provisions"], {"field": "ice", "kinds": ["malware"]}]
    [(about, name, key, kind, before, after)] = changes(provisions=provisions)
    assert (about, kind, key, before, after) == ("provisions", "added", "", None, provisions[-1])
    assert name.startswith("ice")
    assert name != "ice"


def test_provisions_come_first_then_parties_then_the_rest() -> None:
    found = changes(
        onward="parties", parties=[{"member": "alfa"}, {"member": "bravo"}], provisions=[], title="Water"
    )
    assert list(dict.fromkeys(one[0] for one in found)) == ["provisions", "parties", "onward", "title"]


def test_the_rest_of_the_file_is_compared_whole() -> None:
    assert changes(scale=["thin", "thick"], title="absent") == [
        ("scale", "", "", "changed", ["thin"], ["thin", "thick"]),
        ("title", "", "", "removed", "Ice", None),
    ]


def test_a_mark_is_named_by_policy_and_level() -> None:
    rows = [{"policy": "ALD", "level": level, "is": "thin"} for level in ("DECK", "HOLD")]
    assert [one[:4] for one in changes(equivalence=rows)] == [
        ("equivalence", "ALD DECK", "", "added"),
        ("equivalence", "ALD HOLD", "", "added"),
    ]
