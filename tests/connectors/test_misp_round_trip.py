"""From MISP into the room and out again: values and markings survive, and nothing gets wider."""

import json

import pytest

from opsroom.connectors.misp import Converted, Published, events_from, events_of
from opsroom.core.stix.tlp import marking_id
from tests.connectors.misp_events import (
    AT,
    READER,
    SPACE,
    Made,
    attribute,
    event,
    galaxy,
    misp_object,
    named,
    read,
)

VALUES = {
    "domain": "ship.example",
    "hostname": "www.ship.example",
    "ip-src": "192.0.2.1",
    "ip-dst": "2001:db8::1",
    "ip-dst|port": "192.0.2.2|443",
    "domain|ip": "pier.example|192.0.2.3",
    "url": "https://ship.example/log",
    "email-src": "mate@ship.example",
    "email-subject": "Manifest",
    "filename": "cargo.exe",
    "md5": "0" * 32,
    "sha1": "1" * 40,
    "sha256": "2" * 64,
    "filename|sha256": "hold.bin|" + "3" * 64,
    "mutex": "anchor",
    "AS": "AS64500",
    "mac-address": "00:00:5e:00:53:01",
    "vulnerability": "CVE-2024-0001",
    "user-agent": "Spyglass/1.0",
    "btc": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "text": "At anchor since noon.",
    "snort": 'alert tcp any any -> any 80 (msg:"x";)',
}
OBJECTS = {
    "file": {"filename": attribute("filename", "chart.doc"), "sha256": attribute("sha256", "4" * 64)},
    "domain-ip": {"domain": attribute("domain", "dock.example"), "ip": attribute("ip-dst", "192.0.2.9")},
    "boat": {"name": attribute("text", "Ida")},
}
MARKS = [(), ("tlp:clear",), ("tlp:green", "PAP:CLEAR"), ("tlp:amber+strict",), ("TLP:RED", "PAP:RED")]


def out(found: Converted) -> Published:
    (one,) = events_from(served(found), namespace=SPACE, org=READER)
    return one


def served(found: Converted) -> list[bytes]:
    """The objects as a reader gets them: with the TLP of their label where they name none."""
    raws: list[bytes] = []
    for part in found.parts:
        for raw in part.objects:
            one = json.loads(raw)
            if "tlp" in part.stated and part.label.tlp != "clear":
                one.setdefault("object_marking_refs", [marking_id(part.label.tlp)])
            raws.append(json.dumps(one).encode())
    return raws


def values(made: Made) -> set[str]:
    inside = [inner for one in made.get("Object", ()) for inner in one["Attribute"]]
    return {one["value"] for one in (*made.get("Attribute", ()), *inside)}


def marks(element: Made) -> set[str]:
    names = {one["name"].lower() for one in element.get("Tag", ())}
    return {name for name in names if name.startswith(("tlp:", "pap:"))}


@pytest.mark.parametrize("said", MARKS)
def test_values_and_marks_of_an_event_survive(said: tuple[str, ...]) -> None:
    made = event(
        *said,
        Attribute=[attribute(*one) for one in VALUES.items()],
        Object=[misp_object(name, parts) for name, parts in OBJECTS.items()],
        Galaxy=[galaxy("threat-actor", "Pirates")],
    )
    back = json.loads(out(read(made)).event)["Event"]
    assert values(back) == values(made["Event"])
    assert marks(back) == {one.lower() for one in said}
    assert {one["uuid"] for one in back["Attribute"]} == {one["uuid"] for one in made["Event"]["Attribute"]}
    assert {one["uuid"] for one in back["Object"]} == {one["uuid"] for one in made["Event"]["Object"]}
    assert "Pirates" in json.dumps(back)


@pytest.mark.parametrize("type", VALUES)
def test_each_type_keeps_its_value_and_its_own_tlp(type: str) -> None:
    made = event("tlp:green", Attribute=[attribute(type, VALUES[type], "tlp:red")])
    back = json.loads(out(read(made)).event)["Event"]
    assert [(one["type"], one["value"], marks(one)) for one in back["Attribute"]] == [
        (type, VALUES[type], {"tlp:red"})
    ]
    assert marks(back) == {"tlp:red"}


def test_wide_attribute_beside_a_narrow_one_keeps_its_tlp() -> None:
    made = event(
        "tlp:green", Attribute=[attribute("domain", "a.example"), attribute("domain", "b.example", "tlp:red")]
    )
    back = json.loads(out(read(made)).event)["Event"]
    assert {one["value"]: marks(one) for one in back["Attribute"]} == {
        "a.example": {"tlp:green"},
        "b.example": {"tlp:red"},
    }


def test_what_came_out_goes_in_again_no_wider() -> None:
    made = event(
        "tlp:green", Attribute=[attribute("domain", "a.example"), attribute("domain", "b.example", "tlp:red")]
    )
    (again,) = events_of(out(read(made)).event)
    assert again.own["distribution"] == "0"
    found = read(json.loads(out(read(made)).event))
    assert {part.label.tlp for part in found.parts} == {"red"}
    assert {part.label.rel_to for part in found.parts} == {frozenset()}


def test_an_event_and_its_references_go_out_the_same_every_time() -> None:
    name = attribute("filename", "cargo.exe")
    target = attribute("domain", "a.example")
    link = {"uuid": named("link"), "referenced_uuid": target["uuid"], "relationship_type": "connects-to"}
    file = misp_object("file", {"filename": name}, ObjectReference=[link])
    navy = {"uuid": named("navy"), "name": "Navy"}
    doubt = {"uuid": named("doubt"), "type": "1", "date_sighting": AT, "Organisation": navy}
    made = event(Attribute=[target | {"Sighting": [doubt]}], Object=[file])
    first, second = (out(read(made)) for _ in range(2))
    assert first == second
    assert first.reported == ()
    (back,) = json.loads(first.event)["Event"]["Object"]
    assert back["ObjectReference"][0]["referenced_uuid"] == target["uuid"]


def test_object_that_is_not_released_costs_no_other() -> None:
    """The converter fails over a doubt whose author is not among the objects."""
    navy = {"uuid": named("navy"), "name": "Navy"}
    doubt = {"uuid": named("doubt"), "type": "1", "date_sighting": AT, "Organisation": navy}
    found = read(event(Attribute=[attribute("domain", "a.example", Sighting=[doubt])]))
    released = [raw for raw in served(found) if b'"Navy"' not in raw or b'"identity"' not in raw]
    (one,) = events_from(released, namespace=SPACE, org=READER)
    assert "a.example" in values(json.loads(one.event)["Event"])
    assert any("the converter failed" in each.why for each in one.reported)
