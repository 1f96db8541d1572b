"""What MISP gives out, read: three frames, and every fault of the shape at once."""

import json
import subprocess
import sys

import pytest

from opsroom.connectors.misp import converter, events_of
from opsroom.errors import Malformed, Unavailable
from tests.connectors.misp_events import Made, attribute, event, misp_object


def faults(value: object) -> dict[str, str]:
    with pytest.raises(Malformed) as refused:
        events_of(json.dumps(value).encode())
    return {fault.path: fault.reason for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("framed", "paths"),
    [
        (event(), ["Event"]),
        ([event(), event()], ["[0].Event", "[1].Event"]),
        ({"response": [event()]}, ["response[0].Event"]),
        ({"response": event()}, ["response.Event"]),
        (event()["Event"], [""]),
        ([event()["Event"], event()], ["[0]", "[1].Event"]),
        ([], []),
    ],
)
def test_every_frame_of_misp_is_read(framed: object, paths: list[str]) -> None:
    assert [one.path for one in events_of(json.dumps(framed).encode())] == paths


def test_all_faults_are_told_with_their_paths() -> None:
    one: Made = event(
        Attribute=[attribute("domain", "a.example", distribution="9"), {"uuid": "x", "type": "domain"}],
        Object=[misp_object("file", {}) | {"Attribute": None}],
        timestamp="soon",
    )
    assert faults([one, {"Attribute": []}]) == {
        "[0].Event.timestamp": "seconds since 1970 are wanted here",
        "[0].Event.Attribute[0].distribution": '"9" is not one of 0 to 5',
        "[0].Event.Attribute[1].uuid": '"x" is no UUID',
        "[0].Event.Attribute[1].value": "is missing",
        "[0].Event.Object[0].Attribute": "is missing: an object consists of its attributes",
        "[1]": 'an event is wanted here: {"Event": {…}}',
    }


def test_a_tag_without_a_name_is_a_fault() -> None:
    assert faults(event(Tag=[{"colour": "#fff"}])) == {"Event.Tag[0].name": "is missing"}


def test_attributes_without_their_event_are_refused() -> None:
    assert "do not say who may see" in faults({"response": {"Attribute": []}})["response"]


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed, match="no JSON"):
        events_of(text)


@pytest.mark.parametrize("text", [b"1", b"null", b'"event"', b"{}", b'{"Event": []}', b'{"response": 1}'])
def test_what_is_no_event_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        events_of(text)


def test_elements_nested_without_end_are_refused() -> None:
    note: Made = {"uuid": "", "note": "n"}
    for _ in range(60):
        note = {"uuid": "", "note": "n", "Note": [note]}
    assert any("deep" in reason for reason in faults(event(Note=[note])).values())


def test_converter_is_imported_on_first_use_alone() -> None:
    code = "import sys, opsroom.connectors.misp; print('misp_stix_converter' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_missing_converter_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "misp_stix_converter", None)
    converter._library.cache_clear()
    with pytest.raises(Unavailable, match=r"pip install 'opsroom\[misp\]'"):
        converter.stix_of(event()["Event"])
