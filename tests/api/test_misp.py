"""MISP through the API: events in under their own labels, and a feed out that a MISP server can pull."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from opsroom.client import Client
from opsroom.connectors.misp import Published, feed
from opsroom.core.timestamps import render
from opsroom.errors import Malformed, NotFound
from opsroom.service import misp
from opsroom.wire.contributions import Outcome
from tests import objects
from tests.api.conftest import Asking
from tests.builders import SECOND
from tests.connectors.misp_events import attribute, event
from tests.taxii.conftest import Served

MINUTE = 60_000_000


def sent(client: Client, door: Served, *events: dict[str, Any], **more: Any) -> Iterator[Outcome]:
    place: dict[str, Any] = {"room": "room", "agreement": door.world.agreements["all"], "field": "incidents"}
    text = json.dumps(events).encode()
    return client.contribute(io.BytesIO(text), misp=True, **(place | more))


def domain(*said: str, value: str = "evil.example") -> dict[str, Any]:
    return attribute("domain", value, *said)


def indicator(number: int, value: str) -> dict[str, Any]:
    pattern = f"[domain-name:value = '{value}']"
    said = {"name": "Beacon", "pattern": pattern, "pattern_type": "stix", "valid_from": objects.CREATED}
    return objects.common("indicator", number, **said)


def test_an_event_arrives_under_its_own_label(door: Served, asking: Asking) -> None:
    found = list(sent(asking("alfa"), door, event("tlp:green", Attribute=[domain()])))
    assert {one.state for one in found} <= {"accepted", "reported"}
    hits = asking("bravo").search("room", q="evil.example").hits
    assert hits
    assert {one.tlp for one in hits} == {"green"}


def test_what_is_marked_stricter_inside_is_stricter(door: Served, asking: Asking) -> None:
    inside = event("tlp:green", Attribute=[domain(), domain("tlp:red", value="worse.example")])
    list(sent(asking("alfa"), door, inside))
    bravo = asking("bravo")
    assert bravo.search("room", q="evil.example").total > 0
    assert bravo.search("room", q="worse.example").total == 0
    assert asking("alfa").search("room", q="worse.example").total > 0


def test_what_is_said_narrows_what_the_event_says(door: Served, asking: Asking) -> None:
    inside = event("tlp:green", Attribute=[domain()])
    list(sent(asking("alfa"), door, inside, rel_to=("bravo",), tlp="amber"))
    assert {one.tlp for one in asking("bravo").search("room", q="evil.example").hits} == {"amber"}
    assert asking("carol").search("room", q="evil.example").total == 0


def test_a_tlp_that_is_said_does_not_widen_what_an_attribute_says(door: Served, asking: Asking) -> None:
    inside = event(Attribute=[domain(), domain("tlp:amber", value="worse.example")])
    list(sent(asking("alfa"), door, inside, tlp="green"))
    for value, tlp in (("evil.example", "green"), ("worse.example", "amber")):
        assert {one.tlp for one in asking("bravo").search("room", q=value).hits} == {tlp}


def test_a_file_of_too_many_elements_is_refused(
    door: Served, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misp, "MOST_ELEMENTS", 2)
    with pytest.raises(Malformed, match="in parts"):
        list(sent(asking("alfa"), door, event("tlp:green", Attribute=[domain(), domain(value="b.example")])))


def test_what_cannot_be_said_is_reported(door: Served, asking: Asking) -> None:
    found = list(
        sent(asking("alfa"), door, event("tlp:green", 'workflow:todo="expansion"', Attribute=[domain()]))
    )
    reported = [one.message for one in found if one.state == "reported"]
    assert any("Tag" in one or "workflow" in one for one in reported) or reported == []


def test_an_event_of_distribution_0_goes_to_nobody(door: Served, asking: Asking) -> None:
    list(sent(asking("alfa"), door, event("tlp:clear", distribution="0", Attribute=[domain()])))
    assert asking("bravo").search("room", q="evil.example").total == 0
    assert asking("alfa").search("room", q="evil.example").total > 0


def test_malformed_events_are_refused_with_their_faults(door: Served, asking: Asking) -> None:
    with pytest.raises(Malformed):
        list(sent(asking("alfa"), door, {"Attribute": "none"}))
    with pytest.raises(Malformed):
        list(sent(asking("alfa"), door, event(), report="a.txt"))
    assert asking("alfa").items("room").items == []


def test_the_feed_is_what_the_reader_sees(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.encoded(indicator(1, "evil.example")))
    bravo = asking("bravo")
    manifest = json.loads(bravo.misp_feed("room", "manifest.json").content)
    [(uuid, said)] = manifest.items()
    assert {"Orgc", "Tag", "info", "date", "timestamp"} <= said.keys()
    assert {one["name"] for one in said["Tag"]} == {"tlp:amber"}
    content = bravo.misp_feed("room", f"{uuid}.json").content
    assert b"evil.example" in content
    assert json.loads(content)["Event"]["uuid"] == uuid
    assert uuid.encode() in bravo.misp_feed("room", "hashes.csv").content
    for file in ("other.json", "..", "manifest.json/"):
        with pytest.raises(NotFound):
            bravo.misp_feed("room", file)


def test_a_known_event_is_newer_whenever_anything_comes_to_it(door: Served, asking: Asking) -> None:
    bravo, stamps = asking("bravo"), list[int]()
    for number in (1, 2):
        door.world.clock.instant += 10 * SECOND
        door.client("alfa").post(door.objects, objects.malware(number))
        [said] = json.loads(bravo.misp_feed("room", "manifest.json").content).values()
        stamps.append(int(said["timestamp"]))
    assert stamps == [door.world.clock.instant // SECOND - 10, door.world.clock.instant // SECOND]


def test_the_feed_says_nothing_of_what_is_hidden(door: Served, asking: Asking) -> None:
    door.client("alfa").post(door.objects, objects.malware(1))
    files = ("manifest.json", "hashes.csv")
    before = [asking("carol").misp_feed("room", file) for file in files]
    other = door.collection("two", "logistics") + "objects/"
    door.client("alfa").post(other, objects.malware(2))
    assert [asking("carol").misp_feed("room", file) for file in files] == before
    with pytest.raises(NotFound):
        asking("delta").misp_feed("room", "manifest.json")


def test_the_feed_follows_what_is_released(door: Served, asking: Asking) -> None:
    """It is kept between two requests, and what was taken back or came is seen by the next one."""
    alfa, bravo = door.client("alfa"), asking("bravo")
    alfa.post(door.objects, objects.encoded(indicator(1, "one.example")))
    [uuid] = json.loads(bravo.misp_feed("room", "manifest.json").content)
    assert b"one.example" in bravo.misp_feed("room", f"{uuid}.json").content
    alfa.post(door.objects, objects.encoded(indicator(2, "two.example")))
    assert list(json.loads(bravo.misp_feed("room", "manifest.json").content)) == [uuid]
    assert b"two.example" in bravo.misp_feed("room", f"{uuid}.json").content
    alfa.ask("DELETE", f"{door.objects}{objects.numbered('indicator', 1)}/")
    assert b"one.example" not in bravo.misp_feed("room", f"{uuid}.json").content
    alfa.ask("DELETE", f"{door.objects}{objects.numbered('indicator', 2)}/")
    assert json.loads(bravo.misp_feed("room", "manifest.json").content) == {}
    with pytest.raises(NotFound):
        bravo.misp_feed("room", f"{uuid}.json")


def test_what_expires_leaves_the_feed_at_its_instant(door: Served, asking: Asking) -> None:
    """Nobody writes anything then: the feed that is kept must not outlive it."""
    bravo, clock = asking("bravo"), door.world.clock
    upload = io.BytesIO(b"[" + objects.encoded(indicator(1, "one.example")) + b"]")
    place: dict[str, Any] = {
        "room": "room",
        "agreement": door.world.agreements["all"],
        "field": "incidents",
        "expires": render(clock.now() + MINUTE),
    }
    assert [one.state for one in asking("alfa").contribute(upload, **place)] == ["accepted"]
    [uuid] = json.loads(bravo.misp_feed("room", "manifest.json").content)
    clock.instant += MINUTE
    assert json.loads(bravo.misp_feed("room", "manifest.json").content) == {}
    with pytest.raises(NotFound):
        bravo.misp_feed("room", f"{uuid}.json")


def test_what_takes_part_in_the_feed_is_read_once(
    door: Served, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Iterable[Published]] = []

    def counted(events: Iterable[Published]) -> dict[str, bytes]:
        made.append(events)
        return feed(events)

    monkeypatch.setattr(misp, "feed", counted)
    door.client("alfa").post(door.objects, objects.malware(1))
    bravo, carol = asking("bravo"), asking("carol")
    [uuid] = json.loads(bravo.misp_feed("room", "manifest.json").content)
    for file in (f"{uuid}.json", "hashes.csv", "manifest.json"):
        bravo.misp_feed("room", file)
    assert len(made) == 1
    carol.misp_feed("room", "manifest.json")
    assert len(made) == 2


def test_nothing_released_is_an_empty_feed(door: Served, asking: Asking) -> None:
    assert json.loads(asking("bravo").misp_feed("room", "manifest.json").content) == {}


def test_round_trip_through_the_feed_keeps_the_marking(door: Served, asking: Asking) -> None:
    list(sent(asking("alfa"), door, event("tlp:green", "PAP:AMBER", Attribute=[domain()])))
    bravo = asking("bravo")
    manifest = json.loads(bravo.misp_feed("room", "manifest.json").content)
    said = {tag["name"] for one in manifest.values() for tag in one["Tag"]}
    assert "tlp:green" in said
