"""Nothing of a MISP event is lost silently, and nothing arrives that the room would refuse."""

import pytest

from opsroom.core.stix.objects import examine
from tests.connectors.misp_events import (
    AT,
    Made,
    attribute,
    event,
    galaxy,
    misp_object,
    named,
    objects,
    read,
    tags,
    whys,
)

LOST = "it did not arrive in STIX"
SHIP = attribute("domain", "ship.example")
CREDIBLE = 'admiralty-scale:information-credibility="{}"'


def of_type(made: Made, type: str) -> list[Made]:
    return [one for one in objects(read(made)) if one["type"] == type]


def test_full_event_arrives_without_a_report() -> None:
    made = event("tlp:green", "osint", Attribute=[SHIP], Galaxy=[galaxy("threat-actor", "Pirates")])
    made["Event"]["Tag"] += tags('misp-galaxy:threat-actor="Pirates"')
    assert read(made).reported == ()


def test_ids_are_the_uuids_of_misp_and_every_object_is_faultless() -> None:
    made = event(Attribute=[SHIP, attribute("ip-dst|port", "192.0.2.1|80"), attribute("regkey", "HKLM\\Run")])
    found = read(made)
    assert {f"indicator--{named(value)}" for value in ("ship.example", "192.0.2.1|80", "HKLM\\Run")} <= {
        one["id"] for one in objects(found)
    }
    assert [examine(raw).faults for raw in found.objects if examine(raw).faults] == []


def test_same_event_gives_the_same_bytes() -> None:
    untimed = {key: value for key, value in SHIP.items() if key != "timestamp"}
    navy = {"uuid": named("navy"), "name": "Navy"}
    seen = {"uuid": named("seen"), "type": "0", "Organisation": navy}
    note = {"uuid": named("note"), "note": "Anchored."}
    control = galaxy("stix-2.1-acs-marking", "Only at sea")
    made = event(Attribute=[untimed | {"Sighting": [seen], "Note": [note], "Galaxy": [control]}])
    assert read(made) == read(made)
    assert all(
        "2023-11-14T22:13:20" in one.get("created", "2023-11-14T22:13:20") for one in objects(read(made))
    )


@pytest.mark.parametrize(
    ("lists", "path"),
    [
        ({"ShadowAttribute": [SHIP]}, "Event.ShadowAttribute[0]"),
        ({"Attribute": [SHIP | {"deleted": True}]}, "Event.Attribute[0]"),
        ({"Attribute": [SHIP | {"ShadowAttribute": [SHIP]}]}, "Event.Attribute[0].ShadowAttribute[0]"),
        (
            {"Attribute": [SHIP | {"Sighting": [{"uuid": named("x"), "type": "2", "date_sighting": AT}]}]},
            "Event.Attribute[0].Sighting[0]",
        ),
        ({"Attribute": [SHIP | {"to_ids": False, "comment": "The blue one."}]}, "Event.Attribute[0].comment"),
        ({"Attribute": [SHIP], "threat_level_id": "1"}, "Event.threat_level_id"),
        ({"Attribute": [SHIP], "extends_uuid": named("other")}, "Event.extends_uuid"),
        ({"Attribute": [SHIP | {"Tag": [{"name": "ours", "local": True}]}]}, "Event.Attribute[0].Tag[0]"),
    ],
)
def test_what_stix_does_not_hold_is_reported(lists: Made, path: str) -> None:
    found = read(event(**lists))
    assert set(whys(found)) - {"Event"} == {path}


def test_deleted_and_local_things_stay_out() -> None:
    made = event(Attribute=[SHIP | {"deleted": "1"}, attribute("domain", "dock.example")])
    made["Event"]["Tag"] = [{"name": "ours", "local": True}]
    text = b"".join(read(made).objects)
    assert b"ship.example" not in text
    assert b"ours" not in text


LOCAL_TAG = {"name": 'misp-galaxy:threat-actor="Zed"', "local": 1}


@pytest.mark.parametrize(
    "said",
    [
        {"Galaxy": [galaxy("threat-actor", "Zed", local=True)]},
        {"Galaxy": [galaxy("threat-actor", "Zed") | {"local": "1"}]},
        {"Galaxy": [galaxy("threat-actor", "Zed")], "Tag": [LOCAL_TAG]},
        {
            "Galaxy": [galaxy("threat-actor", "Zed")],
            "Tag": [LOCAL_TAG | {"local": False, "exportable": False}],
        },
    ],
)
def test_galaxy_that_is_local_to_the_instance_stays_there(said: Made) -> None:
    for made in (event(**said, Attribute=[SHIP]), event(Attribute=[SHIP | said])):
        found = read(made)
        assert b"Zed" not in b"".join(found.objects)
        assert any(path.endswith("Galaxy[0]") for path in whys(found))


def test_galaxy_that_a_tag_for_others_attaches_goes_along() -> None:
    both = [LOCAL_TAG, LOCAL_TAG | {"local": False}]
    found = read(event(Galaxy=[galaxy("threat-actor", "Zed")], Tag=both, Attribute=[SHIP]))
    assert b"Zed" in b"".join(found.objects)


@pytest.mark.parametrize("kind", ["CryptographicKey", "Relationship"])
def test_what_the_converter_makes_nothing_of_is_reported_and_costs_nothing_else(kind: str) -> None:
    """One that lacks what the converter's library wants would cost the whole event."""
    found = read(event(Attribute=[SHIP], **{kind: [{"uuid": named("x")}]}))
    assert whys(found) == {f"Event.{kind}[0]": LOST}
    assert b"ship.example" in b"".join(found.objects)


def test_value_that_is_no_text_is_read_as_misp_writes_it() -> None:
    parts = {"size-in-bytes": attribute("size-in-bytes", "x") | {"value": 33}}
    parts |= {"filename": attribute("filename", "chart.doc")}
    (file,) = of_type(event(Object=[misp_object("file", parts)]), "file")
    assert file["size"] == 33


def test_what_only_the_converter_knows_is_kept_and_reported() -> None:
    found = read(
        event(
            Attribute=[attribute("btc", "1A2b3C")],
            Object=[misp_object("boat", {"name": attribute("text", "Ida")})],
        )
    )
    assert whys(found)["Event.Attribute[0]"] == "STIX has no object for it: it is kept as x-misp-attribute"
    assert whys(found)["Event.Object[0]"] == "STIX has no object for it: it is kept as x-misp-object"
    assert any(one.what == "the converter" and "btc" in one.why for one in found.reported)


def test_attribute_that_the_converter_loses_is_reported() -> None:
    wrong = attribute("ip-dst", "192.0.2.1") | {"type": "no-such-type"}
    found = read(event(Attribute=[SHIP, wrong]))
    assert whys(found)["Event.Attribute[1]"] == LOST
    assert len(of_type(event(Attribute=[SHIP, wrong]), "indicator")) == 1


def test_value_that_is_lost_inside_an_object_is_reported() -> None:
    parts = {"asn": attribute("AS", "AS64500"), "country": attribute("text", "NO")}
    found = read(event(Object=[misp_object("asn", parts)]))
    assert "Event.Object[0].Attribute[0]" not in whys(found)
    socket = {
        "ip-dst": attribute("ip-dst", "192.0.2.1"),
        "dst-port": attribute("port", "80"),
        "protocol": attribute("text", "TCP"),
    }
    assert {one.why for one in read(event(Object=[misp_object("network-socket", socket)])).reported} <= {LOST}


def test_what_the_room_would_refuse_is_reported_and_takes_its_references_along() -> None:
    port = attribute("hostname|port", "ship.example|80")
    found = read(event(Attribute=[port]))
    indicator = f"indicator--{named('ship.example|80')}"
    refused = {one.what: one.why for one in found.reported if "would refuse" in one.why}
    assert refused[indicator].startswith("the room would refuse it: pattern: ")
    assert not any(indicator.encode() in raw for raw in found.objects)
    assert f"observed-data--{named('ship.example|80')}" in {one["id"] for one in objects(found)}
    assert any(what.startswith("relationship--") for what in refused)


@pytest.mark.parametrize("said", [("regkey", "hklm\\Software\\Run"), ("email-reply-to", "a@ship.example")])
def test_departures_of_the_converter_are_put_right(said: tuple[str, str]) -> None:
    found = read(event(Attribute=[attribute(*said)]))
    assert found.reported == ()
    (key,) = of_type(event(Attribute=[attribute("regkey", "HKLM\\Run")]), "windows-registry-key")
    assert key["key"] == "HKEY_LOCAL_MACHINE\\Run"


@pytest.mark.parametrize(
    ("credibility", "confidence"), [("1", 90), ("2", 70), ("3", 50), ("4", 30), ("5", 10)]
)
def test_admiralty_credibility_is_the_confidence_of_what_bears_it(credibility: str, confidence: int) -> None:
    tag = CREDIBLE.format(credibility)
    (one,) = of_type(event(Attribute=[attribute("domain", "ship.example", tag)]), "indicator")
    assert (one["confidence"], tag in one["labels"]) == (confidence, True)
    (grouping,) = of_type(event(Attribute=[attribute("domain", "ship.example", tag)]), "grouping")
    assert "confidence" not in grouping


@pytest.mark.parametrize(
    "said",
    [
        (CREDIBLE.format(6),),
        ('admiralty-scale:source-reliability="b"',),
        (CREDIBLE.format(1), CREDIBLE.format(5)),
        (CREDIBLE.format(2), 'misp:confidence-level="rarely-confident"'),
    ],
)
def test_what_is_no_confidence_of_stix_stays_a_label_and_is_reported(said: tuple[str, ...]) -> None:
    made = event(Attribute=[attribute("domain", "ship.example", *said)])
    (one,) = of_type(made, "indicator")
    assert one.get("confidence") == (25 if len(said) == 2 and "misp" in said[1] else None)
    assert set(said) <= set(one["labels"])
    assert any(found.what == said[0] and "stays a label" in found.why for found in read(made).reported)


def test_converter_that_fails_altogether_is_reported() -> None:
    found = read(event(Attribute=[SHIP], Orgc=[]))
    assert found.objects == []
    assert any("converter" in one.why or one.what == "the converter" for one in found.reported)
    assert whys(found)["Event.Attribute[0]"] == LOST
