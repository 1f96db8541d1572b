"""Who may see what of a MISP event: the label of the event, and of each part that is marked otherwise."""

import json
from itertools import permutations

import pytest

from opsroom.connectors.misp import Part
from opsroom.core.stix.tlp import TLP_ORDER, marking_id, tlp_of_marking
from tests.connectors.misp_events import (
    Made,
    attribute,
    event,
    galaxy,
    label_of,
    misp_object,
    named,
    objects,
    read,
    stated,
    tags,
    whys,
)

AT_SEA = "1700000100"
SHIP = attribute("domain", "ship.example")
PIRATES = galaxy("threat-actor", "Pirates")


@pytest.mark.parametrize(
    ("tag", "tlp"),
    [
        ("tlp:white", "clear"),
        ("tlp:clear", "clear"),
        ("tlp:green", "green"),
        ("TLP:AMBER", "amber"),
        ("tlp:amber+strict", "amber+strict"),
        (" Tlp:Red ", "red"),
    ],
)
def test_tlp_tags_become_the_tlp(tag: str, tlp: str) -> None:
    found = read(event(tag, Attribute=[SHIP]))
    assert (found.label.tlp, found.stated) == (tlp, frozenset({"tlp"}))
    assert stated(found, "ship.example") == {"tlp": tlp}
    assert not any(one.what == tag for one in found.reported)


@pytest.mark.parametrize("tag", ["tlp:ex:chr", "tlp:unclear", "tlp:blue", "tlp:", "TLP:Amber-Strict"])
def test_unknown_tlp_is_red_and_reported(tag: str) -> None:
    found = read(event("tlp:clear", tag, Attribute=[SHIP]))
    assert stated(found, "ship.example") == {"tlp": "red"}
    assert whys(found)["Event.Tag[1]"].startswith("no TLP is called that")


@pytest.mark.parametrize(
    ("tag", "tlp"),
    [('tlp="red"', "red"), ("TLP-AMBER", "amber"), ("TLP RED", "red"), ("tlp_amber strict", "red")],
)
def test_tlp_as_people_type_it_binds_too(tag: str, tlp: str) -> None:
    assert stated(read(event("tlp:clear", tag, Attribute=[SHIP])), "ship.example") == {"tlp": tlp}


@pytest.mark.parametrize("tag", ['nato:classification="NS"', "dni-ism:classification:us", "IEP:hold"])
def test_other_scale_is_reported_and_stays_a_label(tag: str) -> None:
    found = read(event("tlp:green", tag, Attribute=[SHIP]))
    assert stated(found, "ship.example") == {"tlp": "green"}
    assert whys(found)["Event.Tag[1]"].startswith("the room knows no such marking")
    assert any(tag in one.get("labels", ()) for one in objects(found))


@pytest.mark.parametrize("two", list(permutations(TLP_ORDER, 2)))
def test_of_several_tlps_the_strictest_counts(two: tuple[str, str]) -> None:
    found = read(event(*(f"tlp:{one}" for one in two), Attribute=[SHIP]))
    assert stated(found, "ship.example") == {"tlp": max(two, key=TLP_ORDER.index)}


@pytest.mark.parametrize(
    ("said", "pap"), [(("PAP:WHITE",), "clear"), (("pap:GREEN", "PAP:RED"), "red"), (("PAP:PINK",), "red")]
)
def test_pap_tags_become_the_pap(said: tuple[str, ...], pap: str) -> None:
    found = read(event(*said, Attribute=[SHIP]))
    assert stated(found, "ship.example") == {"pap": pap}
    assert ("Event.Tag[0]" in whys(found)) == (said == ("PAP:PINK",))


@pytest.mark.parametrize(
    ("distribution", "nobody"), [(0, True), (1, False), (2, False), (3, False), (4, True), (5, False)]
)
def test_only_organisation_and_sharing_group_narrow(distribution: int, nobody: bool) -> None:
    for given in (distribution, str(distribution)):
        found = read(event(distribution=given, Attribute=[SHIP]))
        assert stated(found, "ship.example") == ({"rel_to": []} if nobody else {})
        assert ("Event.distribution" in whys(found)) == (distribution == 4)


@pytest.mark.parametrize("said", [{"sharing_group_id": "7"}, {"SharingGroup": {"name": "Five ports"}}])
def test_sharing_group_without_a_distribution_narrows_too(said: Made) -> None:
    assert stated(read(event(Attribute=[SHIP | said])), "ship.example") == {"rel_to": []}
    assert stated(read(event(Attribute=[SHIP], **said)), "ship.example") == {"rel_to": []}
    assert stated(read(event(Attribute=[SHIP], sharing_group_id="0")), "ship.example") == {}


@pytest.mark.parametrize(
    ("outside", "inside", "pap"),
    [("PAP:AMBER", "PAP:CLEAR", "PAP:AMBER"), ("pap:green", "PAP:RED", "PAP:RED")],
)
def test_objects_bear_the_pap_of_their_label_and_no_other(outside: str, inside: str, pap: str) -> None:
    parts = {"filename": attribute("filename", "chart.doc", inside)}
    made = event(
        outside, Attribute=[attribute("domain", "x.example", inside)], Object=[misp_object("file", parts)]
    )
    found = read(made)
    borne = {
        one["type"]: [label for label in one.get("labels", ()) if label.lower().startswith("pap:")]
        for one in objects(found)
    }
    assert borne["indicator"] == borne["observed-data"] == [pap]
    assert borne["grouping"] == [outside]
    assert borne["domain-name"] == []


def test_event_that_says_nothing_states_nothing() -> None:
    found = read(event(Attribute=[SHIP]))
    assert found.stated == frozenset()
    assert len(found.parts) == 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"Tag": tags("tlp:red")}, {"tlp": "red"}),
        ({"Tag": tags("PAP:AMBER")}, {"tlp": "green", "pap": "amber"}),
        ({"distribution": "0"}, {"tlp": "green", "rel_to": []}),
        ({"distribution": "4"}, {"tlp": "green", "rel_to": []}),
        ({"distribution": "5"}, {"tlp": "green"}),
        ({"Tag": [{"name": "tlp:red", "local": True}]}, {"tlp": "red"}),
    ],
)
def test_mark_of_an_attribute_binds_it_alone(more: Made, expected: Made) -> None:
    narrow = attribute("domain", "dock.example", **more)
    found = read(event("tlp:green", Attribute=[SHIP, narrow]))
    assert stated(found, "dock.example") == expected
    assert stated(found, "ship.example") == {"tlp": "green"}


def test_grouping_of_a_narrow_part_keeps_the_label_of_the_event() -> None:
    found = read(event("tlp:green", Attribute=[SHIP, attribute("domain", "dock.example", "tlp:red")]))
    (grouping,) = [(part, one) for part in found.parts for one in part.objects if b'"grouping"' in one]
    assert grouping[0].label.tlp == "green"
    assert named("dock.example").encode() in grouping[1]


def test_everything_in_a_red_event_is_red() -> None:
    made = event(
        "tlp:red",
        Attribute=[SHIP, attribute("ip-dst", "192.0.2.1", "tlp:clear")],
        Galaxy=[PIRATES],
    )
    found = read(made)
    assert {part.label.tlp for part in found.parts} == {"red"}
    assert whys(found)["Event.Attribute[1].Tag[0]"] == "what it stands in is stricter, and that counts"


def test_no_object_bears_another_tlp_than_its_label() -> None:
    made = event("tlp:red", Attribute=[SHIP, attribute("ip-dst", "192.0.2.1", "tlp:clear")])
    for unstated in (made, event(Attribute=made["Event"]["Attribute"])):
        found = read(unstated)
        for part in found.parts:
            for raw in part.objects:
                borne = {tlp_of_marking(ref) for ref in json.loads(raw).get("object_marking_refs", [])}
                assert borne <= ({part.label.tlp} if "tlp" in part.stated else set())


def test_other_markings_of_the_same_tlp_stay() -> None:
    found = read(event("tlp:amber+strict", Attribute=[SHIP]))
    (grouping,) = [one for one in objects(found) if one["type"] == "grouping"]
    assert grouping["object_marking_refs"] == [marking_id("amber+strict")]
    assert not any(one["type"] == "marking-definition" for one in objects(found))


@pytest.mark.parametrize(
    ("unstated", "said", "expected"),
    [
        ("amber", "tlp:clear", {}),
        ("amber", "tlp:amber", {}),
        ("amber", "tlp:red", {"tlp": "red"}),
        ("red", "tlp:amber+strict", {}),
        ("clear", "tlp:green", {"tlp": "green"}),
    ],
)
def test_tag_inside_does_not_widen_an_event_without_tlp(unstated: str, said: str, expected: Made) -> None:
    found = read(event(Attribute=[SHIP, attribute("ip-dst", "192.0.2.1", said)]), unstated=unstated)
    assert stated(found, "192.0.2.1") == expected
    assert ("Event.Attribute[1].Tag[0]" in whys(found)) == (not expected)


def test_object_is_as_strict_as_its_strictest_attribute() -> None:
    parts = {
        "filename": attribute("filename", "cargo.exe"),
        "md5": attribute("md5", "0" * 32, "tlp:red"),
    }
    found = read(event("tlp:green", Object=[misp_object("file", parts)], Attribute=[SHIP]))
    assert stated(found, "cargo.exe") == stated(found, "0" * 32) == {"tlp": "red"}
    assert stated(found, "ship.example") == {"tlp": "green"}


def test_distribution_of_an_object_binds_all_in_it() -> None:
    parts = {"filename": attribute("filename", "cargo.exe", distribution="5")}
    found = read(event("tlp:green", Object=[misp_object("file", parts, distribution="0")], Attribute=[SHIP]))
    assert stated(found, "cargo.exe") == {"tlp": "green", "rel_to": []}
    assert stated(found, "ship.example") == {"tlp": "green"}


def test_objects_that_the_converter_merges_take_the_strictest() -> None:
    section = misp_object("pe-section", {"name": attribute("text", ".hidden", "tlp:red")})
    pe = misp_object("pe", {"type": attribute("text", "exe")}, ObjectReference=[includes(section)])
    name = attribute("filename", "cargo.exe")
    file = misp_object("file", {"filename": name}, ObjectReference=[includes(pe)])
    found = read(event("tlp:green", Object=[file, pe, section]))
    assert stated(found, ".hidden") == {"tlp": "red"}


def includes(one: Made) -> Made:
    target = {"referenced_uuid": one["uuid"], "Object": {"name": one["name"]}}
    return {"uuid": named(f"to {one['name']}"), "relationship_type": "includes"} | target


def test_what_is_said_of_a_narrow_part_is_narrow() -> None:
    navy = {"uuid": named("navy"), "name": "Navy"}
    seen = {"uuid": named("seen"), "type": "0", "date_sighting": AT_SEA, "Organisation": navy}
    narrow = attribute("domain", "dock.example", "tlp:red", Sighting=[seen], Galaxy=[PIRATES])
    told = report(f"See @[attribute]({named('dock.example')}).")
    found = read(event("tlp:green", Attribute=[SHIP, narrow], EventReport=[told]))
    for said in (named("seen"), "Navy", "Pirates", named("told")):
        assert stated(found, said) == {"tlp": "red"}, said


def report(content: str, **more: object) -> Made:
    return {"uuid": named("told"), "name": "Told", "content": content, "timestamp": AT_SEA} | more


def test_what_the_event_says_as_well_stays_as_wide_as_the_event() -> None:
    narrow = attribute("domain", "dock.example", "tlp:red", Galaxy=[PIRATES])
    made = event("tlp:green", Attribute=[SHIP, narrow], Galaxy=[PIRATES])
    assert [one.label.tlp for one in actors(made)] == ["green"]


def actors(made: Made) -> list[Part]:
    """The part of each threat actor."""
    parts = read(made).parts
    return [part for part in parts for one in part.objects if json.loads(one)["type"] == "threat-actor"]


def test_what_two_narrow_parts_share_takes_the_strictest_of_both() -> None:
    made = event(
        "tlp:green",
        Attribute=[
            SHIP,
            attribute("domain", "dock.example", "PAP:RED", Galaxy=[PIRATES]),
            attribute("ip-dst", "192.0.2.1", distribution="0", Galaxy=[PIRATES]),
        ],
    )
    assert [one.label.as_mapping() for one in actors(made)] == [
        {"fields": [], "tlp": "green", "rel_to": [], "pap": "red"}
    ]


def test_object_of_parts_that_cannot_be_compared_takes_the_strictest_of_all() -> None:
    parts = {
        "filename": attribute("filename", "cargo.exe", "PAP:RED"),
        "md5": attribute("md5", "0" * 32, distribution="0"),
    }
    found = read(event("tlp:green", Object=[misp_object("file", parts)]))
    assert stated(found, "cargo.exe") == {"tlp": "green", "pap": "red", "rel_to": []}


def test_marks_inside_a_mark_add_up() -> None:
    parts = {"filename": attribute("filename", "cargo.exe", "PAP:RED")}
    found = read(event("tlp:green", Object=[misp_object("file", parts, distribution="0")]))
    label, keys = label_of(found, "cargo.exe")
    assert (label.tlp, label.pap, label.rel_to) == ("green", "red", frozenset())
    assert keys == {"tlp", "pap", "rel_to"}


def test_report_of_its_own_distribution_is_bound_by_it() -> None:
    found = read(event("tlp:green", Attribute=[SHIP], EventReport=[report("All of it.", distribution="0")]))
    assert stated(found, "All of it.") == {"tlp": "green", "rel_to": []}


def test_access_marking_stays_beside_any_tlp() -> None:
    control = galaxy("stix-2.1-acs-marking", "Only at sea")
    marking = f"marking-definition--{named('Only at sea')}"
    for said in ("tlp:red", "tlp:clear"):
        made = event("tlp:red", Attribute=[SHIP, attribute("domain", "dock.example", said, Galaxy=[control])])
        found = objects(read(made))
        bearing = {one["id"] for one in found if marking in one.get("object_marking_refs", [])}
        assert bearing == {one["id"] for one in found if one["id"].endswith(f"--{named('dock.example')}")}
