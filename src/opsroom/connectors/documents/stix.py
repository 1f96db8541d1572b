"""A document as STIX 2.1: the original file as `artifact`, the report, and a note on what was left out.

1. The artifact keeps every byte that was received; its id comes from them (section 2.9), so that the same
   file is the same object wherever it is contributed.
2. A report must have `published` (section 4.16), and many documents state no date. In order: the date that
   the contributor names, the date that the document states, the instant of the contribution. The label
   `date-unknown` marks the last; nobody is to take it for the document's date.
3. STIX has no date without a time. Where the date is known to the day or the minute only, the label
   `date-precision-day` or `date-precision-minute` says so.
4. The title is the contributor's, else the document's, else the file name.
5. The source is an external reference; a URL without a source is named after its host. Of the file name
   only the last part is told.
6. What was left out of the text is a note on the report, one piece a paragraph; no such piece, no note.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from opsroom.connectors.documents.dates import Stated, stated
from opsroom.connectors.documents.document import Document
from opsroom.connectors.documents.wording import on_one_line
from opsroom.core.identifiers import deterministic_sco_id
from opsroom.core.stix.formats import url_fault
from opsroom.core.timestamps import Instant, render
from opsroom.errors import Fault, Malformed


def as_stix(
    document: Document,
    data: bytes,
    *,
    name: str,
    source: str | None,
    source_url: str | None,
    title: str | None,
    published: str | None,
    at: Instant,
    ids: Callable[[str], str],
    created_by: str | None = None,
    labels: Sequence[str] = (),
) -> list[dict[str, object]]:
    """The artifact, the note where something was left out, and the report, in this order.

    `data` and `name` are the file that `document` was read from; `published` is an ISO 8601 date with a day
    at least; `ids` gives a fresh id for a type. Malformed says what is wrong with `published` and
    `source_url`.
    """
    date = stated(published) if published else None
    _refuse_faults(published, date, source_url)
    if date is None and document.published:
        date = Stated(document.published, document.precision)
    file_name = on_one_line(PurePosixPath(name.replace("\\", "/")).name)
    moment = render(at)[:-4] + "Z"
    artifact = _artifact(data, document.media_type)
    report = {
        **_common("report", ids, moment, created_by, (*labels, *_date_labels(date))),
        "name": on_one_line(title or "") or document.title or file_name or "untitled",
        "description": document.text,
        "published": date.timestamp if date else moment,
        "object_refs": [artifact["id"]],
        **_source(source, source_url, file_name),
    }
    if not document.left_out:
        return [artifact, report]
    note = {
        **_common("note", ids, moment, created_by, labels),
        "abstract": "left out of the text",
        "content": "\n\n".join(document.left_out),
        "object_refs": [report["id"]],
    }
    return [artifact, note, report]


def _refuse_faults(published: str | None, date: Stated | None, source_url: str | None) -> None:
    faults = []
    if published and date is None:
        reason = f'"{published[:60]}" is no date to the day: write it like 2026-01-31 or 2026-01-31T09:30:00Z'
        faults.append(Fault("published", reason))
    if source_url and (reason := url_fault(source_url) or ""):
        faults.append(Fault("source_url", reason))
    if faults:
        raise Malformed(faults)


def _artifact(data: bytes, media_type: str) -> dict[str, object]:
    content = {"payload_bin": b64encode(data).decode(), "hashes": {"SHA-256": sha256(data).hexdigest()}}
    return {
        "type": "artifact",
        "spec_version": "2.1",
        "id": deterministic_sco_id("artifact", content, ("hashes", "payload_bin")),
        "mime_type": media_type,
        **content,
    }


def _common(
    type: str, ids: Callable[[str], str], moment: str, created_by: str | None, labels: Sequence[str]
) -> dict[str, object]:
    return {
        "type": type,
        "spec_version": "2.1",
        "id": ids(type),
        **({"created_by_ref": created_by} if created_by else {}),
        "created": moment,
        "modified": moment,
        **({"labels": list(dict.fromkeys(labels))} if labels else {}),
    }


def _date_labels(date: Stated | None) -> tuple[str, ...]:
    if date is None:
        return ("date-unknown",)
    return () if date.precision == "second" else (f"date-precision-{date.precision}",)


def _source(source: str | None, url: str | None, file_name: str) -> dict[str, object]:
    """Where the document comes from (rule 5), nothing where nobody said so."""
    name = on_one_line(source or "") or _host(url or "")
    if not name:
        return {}
    reference = {"source_name": name, "description": f"the file {file_name}"}
    return {"external_references": [reference | ({"url": url} if url else {})]}


def _host(url: str) -> str:
    """The host that a URL names, the URL itself where it names none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
