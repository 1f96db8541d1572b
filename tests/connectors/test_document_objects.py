"""Documents as STIX: an artifact, a note where something was left out, a report."""

import json
from base64 import b64decode
from hashlib import sha256
from uuid import UUID, uuid5

import pytest

from opsroom.connectors.documents import Document, as_stix, read_document
from opsroom.core.stix.objects import examine
from opsroom.core.timestamps import parse_instant
from opsroom.errors import Malformed
from tests.connectors.pdf_files import pdf

NAMESPACE = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Of ids that come from content (section 2.9)."""
AT = parse_instant("2026-01-31T09:30:00.123999Z")
ONE = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
ME = "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff"
TEXT = b"Bridge closed\n\nAP Photo/Jane Roe\n\nThe story."


def fresh(type: str) -> str:
    return f"{type}--{ONE}"


def objects(
    data: bytes = TEXT,
    *,
    name: str = "report.txt",
    source: str | None = None,
    source_url: str | None = None,
    title: str | None = None,
    published: str | None = None,
    created_by: str | None = None,
    labels: tuple[str, ...] = (),
) -> list[dict[str, object]]:
    return as_stix(
        read_document(data, name=name),
        data,
        name=name,
        source=source,
        source_url=source_url,
        title=title,
        published=published,
        at=AT,
        ids=fresh,
        created_by=created_by,
        labels=labels,
    )


def report(
    data: bytes = TEXT, *, title: str | None = None, published: str | None = None
) -> dict[str, object]:
    return objects(data, name="r.html", title=title, published=published)[-1]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT, "report.txt"),
        (b"<html><title>T</title><nav>Home</nav><p><time datetime=2017-07-24>x</time><p>Text", "a.html"),
        (b"---\ntitle: T\ndate: 2017-07-24T10:30Z\n---\nText", "a.md"),
        (pdf(about=b"<</Title<FEFFD800>>>"), "a.pdf"),
        ("Tit\0le \u202e\ufeff\n\n\U0001f600 \ufffe".encode(), "\udcff/\udcff\x1b.txt"),
    ],
    ids=["text", "html", "markdown", "pdf", "odd characters"],
)
def test_every_object_is_faultless_stix(data: bytes, name: str) -> None:
    made = objects(data, name=name, source="Outlet", source_url="https://example.test/a", created_by=ME)
    for one in made:
        examined = examine(json.dumps(one).encode(), strict=True)
        assert (examined.faults, examined.warnings) == ((), ())


def test_the_original_file_is_kept_byte_for_byte_under_an_id_of_its_own() -> None:
    artifact = objects()[0]
    assert b64decode(str(artifact["payload_bin"])) == TEXT
    assert artifact["mime_type"] == "text/plain"
    content = {"hashes": {"SHA-256": sha256(TEXT).hexdigest()}, "payload_bin": artifact["payload_bin"]}
    named = json.dumps(content, separators=(",", ":"))
    assert artifact["id"] == f"artifact--{uuid5(NAMESPACE, named)}"


def test_the_report_names_the_artifact_and_says_what_was_read() -> None:
    artifact, note, found = objects(created_by=ME, labels=("synthetic",))
    assert found == {
        "type": "report",
        "spec_version": "2.1",
        "id": fresh("report"),
        "created_by_ref": ME,
        "created": "2026-01-31T09:30:00.123Z",
        "modified": "2026-01-31T09:30:00.123Z",
        "labels": ["synthetic", "date-unknown"],
        "name": "Bridge closed",
        "description": "Bridge closed\n\nThe story.",
        "published": "2026-01-31T09:30:00.123Z",
        "object_refs": [artifact["id"]],
    }
    assert note == {
        "type": "note",
        "spec_version": "2.1",
        "id": fresh("note"),
        "created_by_ref": ME,
        "created": "2026-01-31T09:30:00.123Z",
        "modified": "2026-01-31T09:30:00.123Z",
        "labels": ["synthetic"],
        "abstract": "left out of the text",
        "content": "AP Photo/Jane Roe",
        "object_refs": [found["id"]],
    }


def test_without_furniture_there_is_no_note() -> None:
    assert [one["type"] for one in objects(b"Text")] == ["artifact", "report"]


def test_nothing_is_said_of_an_author_that_was_not_given() -> None:
    assert not any("created_by_ref" in one for one in objects())


def test_the_same_arguments_give_the_same_objects() -> None:
    assert json.dumps(objects()) == json.dumps(objects())


DATED = b"<p><time datetime=2017-07-24>Monday</time><p>Text"
TIMED = b"<p><time datetime=2017-07-24T00:00:00Z>Monday</time><p>Text"
MINUTE = b"<p><time datetime=2017-07-24T10:30Z>Monday</time><p>Text"


@pytest.mark.parametrize(
    ("data", "option", "published", "labels"),
    [
        (TEXT, None, "2026-01-31T09:30:00.123Z", ["date-unknown"]),
        (DATED, None, "2017-07-24T00:00:00.000Z", ["date-precision-day"]),
        (TIMED, None, "2017-07-24T00:00:00.000Z", None),
        (MINUTE, None, "2017-07-24T10:30:00.000Z", ["date-precision-minute"]),
        (DATED, "2017-07-25", "2017-07-25T00:00:00.000Z", ["date-precision-day"]),
        (DATED, "2017-07-25T01:00:00.1234567+02:00", "2017-07-24T23:00:00.1234567Z", None),
    ],
)
def test_a_date_is_the_contributors_then_the_documents_and_says_how_far_it_goes(
    data: bytes, option: str | None, published: str, labels: list[str] | None
) -> None:
    found = report(data, published=option)
    assert (found["published"], found.get("labels")) == (published, labels)


def test_a_title_is_the_contributors_then_the_documents_then_the_file_name() -> None:
    untitled = Document(None, None, "Text", "text/plain", ())

    def name(file: str, title: str | None) -> object:
        made = as_stix(
            untitled,
            b"x",
            name=file,
            source=None,
            source_url=None,
            title=title,
            published=None,
            at=AT,
            ids=fresh,
        )
        return made[-1]["name"]

    assert report(TEXT, title=" Mine \n too ")["name"] == "Mine too"
    assert name("/srv/someone/memo.txt", None) == name("C:\\memo.txt", " ") == "memo.txt"
    assert name("", None) == "untitled"


def test_the_source_is_an_external_reference_and_tells_no_path() -> None:
    url = "https://news.example.test:8443/a?b"

    def references(source: str | None, source_url: str | None) -> object:
        made = objects(b"Text", name="/srv/someone/memo.txt", source=source, source_url=source_url)
        assert "someone" not in json.dumps(made)
        return made[-1].get("external_references")

    assert references(None, None) is None
    assert references("IRNA", None) == [{"source_name": "IRNA", "description": "the file memo.txt"}]
    assert references("IRNA", url) == [
        {"source_name": "IRNA", "description": "the file memo.txt", "url": url},
    ]
    assert references(None, url) == [
        {"source_name": "news.example.test", "description": "the file memo.txt", "url": url}
    ]


@pytest.mark.parametrize("url", ["urn:isbn:0451450523", "http://[1:2]/a"])
def test_a_url_without_a_host_is_its_own_source_name(url: str) -> None:
    reference = {"source_name": url, "description": "the file report.txt", "url": url}
    assert objects(source_url=url)[-1]["external_references"] == [reference]


def test_wrong_options_are_all_named() -> None:
    with pytest.raises(Malformed) as refused:
        objects(source_url="not a url", published="July 2017")
    assert [fault.path for fault in refused.value.faults] == ["published", "source_url"]


def test_labels_stand_once() -> None:
    assert objects(labels=("a", "date-unknown", "a"))[-1]["labels"] == ["a", "date-unknown"]
