"""Feeds that are files: what is new or changed is read, and nothing twice."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsroom.connectors.feeds import misp_feed, stix_at, stix_files
from opsroom.connectors.origin import Misbehaved, Origin
from opsroom.connectors.sync import SyncFile, Tally, held
from opsroom.errors import NotFound
from tests import objects
from tests.connectors.elsewhere import Answer, Asked, Elsewhere, elsewhere

ONE, TWO, THREE = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
TEXT = objects.identity(1)


@pytest.fixture
def there() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SyncFile]:
    with held(tmp_path / "state" / "sync.json", "pull", there="there", here="here") as found:
        yield found


def taken(batches: Any, file: SyncFile) -> list[tuple[str, bytes]]:
    """Every batch, taken as contributed."""
    found = []
    for batch in batches:
        with batch.open() as stream:
            found.append((batch.name, stream.read()))
        file.keep(batch.after)
    return found


def at(there: Elsewhere, path: str = "/bundle.json") -> Origin:
    return Origin(there.url + path, lambda _: None)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"ETag": '"one"'}, ("If-None-Match", '"one"')),
        (
            {"Last-Modified": "Wed, 21 Oct 2026 07:28:00 GMT"},
            ("If-Modified-Since", "Wed, 21 Oct 2026 07:28:00 GMT"),
        ),
    ],
)
def test_a_file_at_an_address_is_read_once(
    there: Elsewhere, file: SyncFile, said: dict[str, str], asked: tuple[str, str]
) -> None:
    name, value = asked

    def script(asked: Asked) -> Answer:
        same = asked.headers.get(name) == value
        return Answer(status=304) if same else Answer(TEXT, headers=said, media_type="application/json")

    there.script = script
    with at(there) as origin:
        assert taken(stix_at(origin, file, Tally()), file) == [(origin.url, TEXT)]
        assert taken(stix_at(origin, file, Tally()), file) == []
    assert not file.beside.exists()


def test_a_file_whose_server_says_nothing_of_it_is_known_by_its_digest(
    there: Elsewhere, file: SyncFile
) -> None:
    there.script = lambda _: Answer(TEXT, media_type="text/plain")
    file.beside.write_bytes(b"left by a run that was killed" * 99)
    with at(there) as origin:
        assert taken(stix_at(origin, file, Tally()), file) == [(origin.url, TEXT)]
        tally = Tally()
        assert taken(stix_at(origin, file, tally), file) == []
        assert (tally.counts, tally.complete) == ({"unchanged": 1}, True)
        there.script = lambda _: Answer(TEXT + b"\n", media_type="text/plain")
        assert len(taken(stix_at(origin, file, Tally()), file)) == 1


def test_a_file_that_was_not_contributed_is_read_again(there: Elsewhere, file: SyncFile) -> None:
    there.script = lambda _: Answer(TEXT, headers={"ETag": '"one"'}, media_type="application/json")
    with at(there) as origin:
        for _ in range(2):
            assert len(list(stix_at(origin, file, Tally()))) == 1
        assert all("If-None-Match" not in one.headers for one in there.asked)


def test_a_page_for_people_is_no_feed(there: Elsewhere, file: SyncFile) -> None:
    there.script = lambda _: Answer(b"<html>", media_type="text/html")
    with at(there) as origin, pytest.raises(Misbehaved, match="page for people"):
        taken(stix_at(origin, file, Tally()), file)


def test_a_body_that_broke_off_is_read_anew(there: Elsewhere, file: SyncFile) -> None:
    answers = [Answer(TEXT + b" " * 5_000, cut=4_000), Answer(TEXT)]
    there.script = lambda _: answers.pop(0)
    with at(there) as origin:
        assert taken(stix_at(origin, file, Tally()), file) == [(origin.url, TEXT)]


def test_the_files_of_a_directory_are_read_where_they_changed(tmp_path: Path, file: SyncFile) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    for name in ("b.json", "a.ndjson", "notes.txt"):
        (folder / name).write_bytes(name.encode())
    assert [text for _, text in taken(stix_files(folder, file, Tally()), file)] == [b"a.ndjson", b"b.json"]
    (folder / "b.json").write_bytes(b"changed")
    tally = Tally()
    assert [text for _, text in taken(stix_files(folder, file, tally), file)] == [b"changed"]
    assert tally.counts == {"listed": 2, "unchanged": 1, "read": 1}


def feed(**stamps: int) -> dict[str, bytes]:
    """The files of a MISP feed by name."""
    named = {"one": ONE, "two": TWO, "three": THREE}
    manifest = {named[name]: {"timestamp": str(stamp), "info": name} for name, stamp in stamps.items()}
    events = {f"{named[name]}.json": f"{name} {stamp}".encode() for name, stamp in stamps.items()}
    return {"manifest.json": json.dumps(manifest).encode(), **events}


def test_the_events_of_a_feed_are_read_where_the_manifest_says_so(there: Elsewhere, file: SyncFile) -> None:
    files = feed(one=20, two=10)
    there.script = lambda asked: (
        Answer(files[asked.path[6:]]) if asked.path[6:] in files else Answer(status=404)
    )
    for path in ("/feed/", "/feed", "/feed/manifest.json"):
        with at(there, path) as origin:
            assert [one.name for one in misp_feed(origin, file, Tally())] == [TWO, ONE]
    with at(there, "/feed/") as origin:
        assert taken(misp_feed(origin, file, Tally()), file) == [(TWO, b"two 10"), (ONE, b"one 20")]
        there.asked.clear()
        assert taken(misp_feed(origin, file, Tally()), file) == []
        assert [one.path for one in there.asked] == ["/feed/manifest.json"]
        files = feed(two=30, three=5)
        tally = Tally()
        assert taken(misp_feed(origin, file, tally), file) == [(THREE, b"three 5"), (TWO, b"two 30")]
        assert tally.counts == {"listed": 2, "unchanged": 0, "older": 0, "gone": 1, "read": 2}
        assert tally.complete


def test_an_event_that_is_not_there_is_missing_and_tried_again(tmp_path: Path, file: SyncFile) -> None:
    folder = written(tmp_path, feed(one=1, two=2))
    (folder / f"{ONE}.json").unlink()
    tally = Tally()
    assert [name for name, _ in taken(misp_feed(folder, file, tally), file)] == [TWO]
    assert (len(tally.missing), tally.complete) == (1, False)
    (folder / f"{ONE}.json").write_bytes(b"here")
    assert taken(misp_feed(folder, file, Tally()), file) == [(ONE, b"here")]


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_an_event_that_the_server_keeps_back_does_not_keep_out_the_others(
    there: Elsewhere, file: SyncFile, status: int
) -> None:
    files = feed(one=1, two=2)
    there.script = lambda asked: (
        Answer(status=status) if ONE in asked.path else Answer(files[asked.path.removeprefix("/feed/")])
    )
    tally = Tally()
    with at(there, "/feed/") as origin:
        assert [name for name, _ in taken(misp_feed(origin, file, tally), file)] == [TWO]
    assert (len(tally.missing), tally.complete) == (1, False)


def test_what_cannot_be_read_on_disk_does_not_keep_out_the_others(tmp_path: Path, file: SyncFile) -> None:
    folder = written(tmp_path, feed(one=1, two=2))
    (folder / f"{ONE}.json").unlink()
    (folder / f"{ONE}.json").mkdir()
    tally = Tally()
    assert [name for name, _ in taken(misp_feed(folder, file, tally), file)] == [TWO]
    assert not tally.complete


def test_only_what_changed_since_an_instant_is_wanted(tmp_path: Path, file: SyncFile) -> None:
    folder = written(tmp_path, feed(one=1, two=2, three=3))
    tally = Tally()
    found = taken(misp_feed(folder, file, tally, since=2_000_000), file)
    assert [name for name, _ in found] == [TWO, THREE]
    assert tally.counts["older"] == 1


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]",
        b"{",
        b'{"../../etc/passwd": {"timestamp": 1}}',
        b'{"%s": {}}' % ONE.encode(),
        b'{"x": {"timestamp": "y"}}',
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, file: SyncFile, manifest: bytes) -> None:
    folder = written(tmp_path, {"manifest.json": manifest})
    with pytest.raises(Misbehaved):
        taken(misp_feed(folder, file, Tally()), file)


def test_a_directory_without_a_manifest_is_no_feed(tmp_path: Path, file: SyncFile) -> None:
    with pytest.raises(NotFound, match=r"manifest\.json"):
        taken(misp_feed(written(tmp_path, {}), file, Tally()), file)


def written(tmp_path: Path, files: dict[str, bytes]) -> Path:
    folder = tmp_path / "misp"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text)
    return folder
