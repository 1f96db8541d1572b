"""Released STIX as MISP events and as a feed: gathered, marked, and the same bytes every time."""

import hashlib
import json
import os
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid5

import pytest

from opsroom.connectors.misp import Published, event_of, events_from, feed, hashes_csv
from opsroom.core.handling import HANDLING_EXTENSION
from opsroom.core.stix.tlp import marking_id
from tests.connectors.misp_events import READER, SPACE, Made, named

DAY = "2024-03-0{}T10:00:00.000Z"
HANDLING = f"marking-definition--{named('handling')}"


def sdo(type: str, alias: str, *, day: int = 1, tlp: str = "", **more: Any) -> bytes:
    moment = DAY.format(day)
    marks: Made = {"object_marking_refs": [marking_id(tlp)]} if tlp else {}
    head = {"type": type, "spec_version": "2.1", "id": f"{type}--{named(alias)}", "created": moment}
    return json.dumps(head | {"modified": moment} | marks | more).encode()


def indicator(value: str, **more: Any) -> bytes:
    said: Made = {
        "pattern": f"[domain-name:value = '{value}']",
        "pattern_type": "stix",
        "valid_from": DAY.format(1),
    }
    return sdo("indicator", value, **(said | more))


def grouping(name: str, *refs: bytes, **more: Any) -> bytes:
    ids = [json.loads(one)["id"] for one in refs]
    return sdo("grouping", name, name=name, context="unspecified", object_refs=ids, **more)


def published(*objects: bytes) -> list[Published]:
    return events_from(objects, namespace=SPACE, org=READER)


def body(one: Published) -> Made:
    found: Made = json.loads(one.event)["Event"]
    return found


def one_event(*objects: bytes) -> Made:
    (one,) = published(*objects)
    return body(one)


def names(element: Made) -> set[str]:
    return {one["name"] for one in element.get("Tag", ())}


def values(element: Made) -> list[str]:
    return [one["value"] for one in element.get("Attribute", ())]


def test_each_grouping_is_an_event_and_the_rest_one_a_day() -> None:
    inside, monday, also, tuesday = (
        indicator("in.example"),
        indicator("mon.example", day=4),
        indicator("also.example", day=4),
        indicator("tue.example", day=5),
    )
    found = published(tuesday, also, inside, grouping("Case", inside), monday)
    assert [(body(one)["info"], body(one)["date"], sorted(values(body(one)))) for one in found] == [
        ("Case", "2024-03-01", ["in.example"]),
        ("Released on 2024-03-04", "2024-03-04", ["also.example", "mon.example"]),
        ("Released on 2024-03-05", "2024-03-05", ["tue.example"]),
    ]
    assert found[0].uuid == str(uuid5(SPACE, f"grouping--{named('Case')}"))
    assert body(found[0])["Orgc"] == {"name": READER.name, "uuid": READER.uuid}


def test_namespace_of_the_caller_decides_the_uuids() -> None:
    other = events_from([indicator("a.example")], namespace=UUID(READER.uuid), org=READER)
    assert other[0].uuid != published(indicator("a.example"))[0].uuid


def test_newest_version_counts_and_a_revoked_one_is_left_out() -> None:
    old, new = (
        indicator("a.example"),
        indicator("a.example", day=2, pattern="[domain-name:value = 'b.example']"),
    )
    assert values(one_event(new, old)) == ["b.example"]
    assert published(old, indicator("a.example", day=3, revoked=True)) == []


def test_versions_are_compared_as_instants() -> None:
    whole, half = (DAY.format(1).replace(".000Z", end) for end in ("Z", ".5Z"))
    old = indicator("a.example", modified=whole)
    new = indicator("a.example", modified=half, pattern="[domain-name:value = 'b.example']")
    assert values(one_event(old, new)) == ["b.example"]


def test_observable_goes_with_what_refers_to_it() -> None:
    name = {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": f"domain-name--{named('n')}",
        "value": "n.example",
    }
    raw = json.dumps(name).encode()
    times: Made = {"first_observed": DAY.format(1), "last_observed": DAY.format(1), "number_observed": 1}
    seen = sdo("observed-data", "seen", day=4, object_refs=[name["id"]], **times)
    assert one_event(raw, seen)["date"] == "2024-03-04"
    alone = one_event(raw)
    assert (alone["info"], values(alone)) == ("Released without a date", ["n.example"])


@pytest.mark.parametrize("tlp", ["clear", "green", "amber", "amber+strict", "red"])
def test_tlp_of_a_marking_is_a_tag(tlp: str) -> None:
    found = one_event(indicator("a.example", tlp=tlp))
    assert names(found) == names(found["Attribute"][0]) == {f"tlp:{tlp}"}


def test_event_takes_the_strictest_and_each_attribute_its_own() -> None:
    wide, narrow = indicator("a.example", tlp="green"), indicator("b.example", tlp="red")
    found = one_event(wide, narrow, grouping("Case", wide, narrow, tlp="green"))
    assert {one for one in names(found) if one.startswith("tlp:")} == {"tlp:red"}
    assert {one["value"]: names(one) for one in found["Attribute"]} == {
        "a.example": {"tlp:green"},
        "b.example": {"tlp:red"},
    }


def test_pap_of_a_handling_and_of_a_label_is_a_tag() -> None:
    said = {"extension_type": "property-extension", "fields": ["sea"], "tlp": "green", "pap": "amber"}
    handling = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": HANDLING,
        "created": DAY.format(1),
        "extensions": {HANDLING_EXTENSION: said},
    }
    marked = indicator("a.example", object_marking_refs=[HANDLING])
    labelled = indicator("b.example", labels=["PAP:PINK", "TLP:Blue"])
    found = one_event(json.dumps(handling).encode(), marked, labelled)
    assert {one["value"]: names(one) for one in found["Attribute"]} == {
        "a.example": {"tlp:green", "PAP:AMBER"},
        "b.example": {"tlp:red", "PAP:RED"},
    }
    assert names(found) == {"tlp:red", "PAP:RED"}


def test_granular_marking_binds_the_whole_attribute() -> None:
    part = [{"marking_ref": marking_id("red"), "selectors": ["pattern"]}]
    found = one_event(indicator("a.example", tlp="green", granular_markings=part))
    assert names(found["Attribute"][0]) == {"tlp:red"}


def test_objects_that_become_one_attribute_give_it_the_strictest_tlp() -> None:
    times: Made = {"first_observed": DAY.format(1), "last_observed": DAY.format(1), "number_observed": 1}
    name = {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": f"domain-name--{named('n')}",
        "value": "a.example",
    }
    narrow = indicator("a.example", tlp="red")
    wide = sdo("observed-data", "a.example", tlp="green", object_refs=[name["id"]], **times)
    ends = {"source_ref": json.loads(narrow)["id"], "target_ref": json.loads(wide)["id"]}
    found = one_event(
        narrow,
        wide,
        json.dumps(name).encode(),
        sdo("relationship", "on", relationship_type="based-on", **ends),
    )
    inside = [one for each in found.get("Object", ()) for one in each["Attribute"]]
    assert [names(one) for one in (*found.get("Attribute", ()), *inside)] == [{"tlp:red"}]


@pytest.mark.parametrize(
    ("language", "type"), [("stix", "stix2-pattern"), ("sigma", "sigma"), ("spl", "text")]
)
def test_indicator_that_only_looks_like_one_from_misp_is_kept(language: str, type: str) -> None:
    odd = indicator("a", labels=['misp:type="no-such-type"'], pattern_type=language)
    (one,) = published(odd)
    assert [(kept["type"], kept["value"]) for kept in body(one)["Attribute"]] == [
        (type, "[domain-name:value = 'a']")
    ]


def test_report_of_a_failure_tells_no_path_of_this_machine() -> None:
    (one,) = published(indicator("a", labels=['misp:type="domain"'], pattern_type="sigma", pattern="a: b"))
    (why,) = (each.why for each in one.reported)
    assert why.startswith("Error while parsing the Indicator object")
    assert "site-packages" not in why


def test_distribution_grants_nobody_anything() -> None:
    found = one_event(indicator("a.example"))
    assert found["distribution"] == "0"
    assert b"sharing_group" not in published(indicator("a.example"))[0].event


def test_pattern_that_cannot_be_taken_apart_is_kept_whole() -> None:
    pattern = "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value LIKE 'http://b.example/%']"
    (one,) = published(indicator("a.example", pattern=pattern))
    assert pattern in json.dumps(body(one)).replace('\\"', '"')
    assert one.reported == () or all(each.what == "the converter" for each in one.reported)


def test_what_misp_has_no_place_for_is_reported() -> None:
    (one,) = published(indicator("a.example"), sdo("infrastructure", "Harbour", name="Harbour"))
    assert f"infrastructure--{named('Harbour')}" in {each.path for each in one.reported}


def test_object_that_the_converter_cannot_read_costs_no_other() -> None:
    odd = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{named('odd')}",
        "created": DAY.format(1),
        "definition_type": "odd",
        "definition": {"odd": "x"},
    }
    found = one_event(json.dumps(odd).encode(), indicator("a.example", object_marking_refs=[odd["id"]]))
    assert values(found) == ["a.example"]


def test_element_of_two_events_keeps_its_uuid_in_the_first() -> None:
    both = indicator("a.example")
    first, second = published(both, grouping("One", both), grouping("Two", both))
    uuids = [one["uuid"] for event in (first, second) for one in body(event)["Attribute"]]
    assert uuids[0] == named("a.example")
    assert len(set(uuids)) == 2


def test_only_what_changed_is_converted_again() -> None:
    made: dict[bytes, Published] = {}
    before = [grouping("One", indicator("a.example")), indicator("a.example"), indicator("b.example")]
    first = events_from(before, namespace=SPACE, org=READER, made=made)
    after = [*before, indicator("c.example")]
    second = events_from(after, namespace=SPACE, org=READER, made=made)
    assert second == published(*after)
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, False]
    assert len(made) == 2


def test_elements_that_share_a_uuid_are_told_apart() -> None:
    shared = named("shared")
    values = {"domain-name": "a.example", "url": "https://b.example/", "mac-addr": "00:00:5e:00:53:01"}
    family = [
        json.dumps({"type": type, "spec_version": "2.1", "id": f"{type}--{shared}", "value": value}).encode()
        for type, value in values.items()
    ]
    found = [one["uuid"] for one in one_event(*family)["Attribute"]]
    assert len(set(found)) == 3
    assert shared in found
    assert published(*family) == published(*reversed(family))


def test_an_old_object_that_comes_late_makes_its_event_newer() -> None:
    old, new = indicator("a.example"), indicator("b.example", modified=DAY.format(1).replace("T10", "T11"))
    came = dict.fromkeys((json.loads(one)["id"] for one in (old, new)), 1_800_000_000)
    [found] = events_from([old, new], namespace=SPACE, org=READER, came=came)
    assert body(found)["timestamp"] == "1800000000"
    assert {one["timestamp"] for one in body(found)["Attribute"]} == {"1709287200", "1709290800"}
    assert body(*events_from([old], namespace=SPACE, org=READER, came={}))["timestamp"] == "1709287200"


def test_event_of_takes_what_it_is_told() -> None:
    found = body(
        event_of([indicator("a.example")], uuid=named("mine"), org=READER, date="2024-05-06", info="Mine")
    )
    assert (found["uuid"], found["date"], found["info"]) == (named("mine"), "2024-05-06", "Mine")
    assert found["timestamp"] == "1709287200"


def sample() -> list[bytes]:
    actor = sdo("threat-actor", "Pirates", name="Pirates")
    ends = {"source_ref": json.loads(indicator("a.example"))["id"], "target_ref": json.loads(actor)["id"]}
    link = sdo("relationship", "link", relationship_type="indicates", **ends)
    place = sdo("malware", "Squid", name="Squid", is_family=True, malware_types=["worm", "bot"])
    file = indicator(
        "x", pattern="[file:name = 'x' AND file:size = 3 AND file:hashes.MD5 = '" + "0" * 32 + "']"
    )
    return [indicator("a.example", tlp="amber"), actor, link, place, file, indicator("c.example", day=2)]


def test_same_objects_in_any_order_give_the_same_bytes() -> None:
    assert feed(published(*sample())) == feed(published(*reversed(sample())))


def test_another_process_gives_the_same_bytes() -> None:
    """Sets of texts have another order there, and what is drawn by lot is drawn anew."""
    code = (
        "import hashlib\n"
        "from tests.connectors.test_misp_release import feed, published, sample\n"
        "print(hashlib.sha256(repr(feed(published(*sample()))).encode()).hexdigest())\n"
    )
    mine = hashlib.sha256(repr(feed(published(*sample()))).encode()).hexdigest()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        ran = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == mine


def test_feed_names_its_events_and_hashes_their_values() -> None:
    files = feed(published(*sample()))
    manifest = json.loads(files["manifest.json"])
    assert {f"{uuid}.json" for uuid in manifest} == files.keys() - {"manifest.json", "hashes.csv"}
    for uuid, entry in manifest.items():
        made = json.loads(files[f"{uuid}.json"])["Event"]
        assert made["uuid"] == uuid
        assert entry == {key: made.get(key, []) for key in entry}
        assert entry.keys() == {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"}
    lines = files["hashes.csv"].decode().splitlines()
    assert any(line.startswith(hashlib.md5(b"a.example").hexdigest() + ",") for line in lines)


def test_both_halves_of_a_composite_value_are_hashed() -> None:
    made = {"Event": {"Attribute": [{"type": "domain|ip", "value": "a.example|192.0.2.1"}], "uuid": "u"}}
    lines = feed_lines(Published("u", json.dumps(made).encode(), ()))
    assert lines == [f"{hashlib.md5(half).hexdigest()},u" for half in (b"a.example", b"192.0.2.1")]


def feed_lines(one: Published) -> list[str]:
    return hashes_csv([one]).decode().splitlines()
