"""The form that every answer of the TAXII door has."""

import json
from typing import Any, Literal

import msgspec

from opsroom.core.jsontext import decode
from opsroom.taxii.media import TAXII
from tests.fuzz.asking import Heard, Sent

STATUSES = {200, 202, 400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 429}


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A resource: nothing is in it that the standard does not name."""


class Discovery(Strict):
    """Section 4.1."""

    title: str
    description: str | None = None
    contact: str | None = None
    default: str | None = None
    api_roots: list[str] | None = None


class ApiRoot(Strict):
    """Section 4.2."""

    title: str
    versions: list[str]
    max_content_length: int
    description: str | None = None


class Outcome(Strict):
    """Section 4.3.1, status details."""

    id: str
    version: str
    message: str | None = None


class Status(Strict):
    """Section 4.3.1."""

    id: str
    status: Literal["complete", "pending"]
    total_count: int
    success_count: int
    failure_count: int
    pending_count: int
    request_timestamp: str | None = None
    successes: list[Outcome] | None = None
    failures: list[Outcome] | None = None
    pendings: list[Outcome] | None = None


class Collection(Strict):
    """Section 5.2.1."""

    id: str
    title: str
    can_read: bool
    can_write: bool
    description: str | None = None
    alias: str | None = None
    media_types: list[str] | None = None


class Collections(Strict):
    """Section 5.1.1."""

    collections: list[Collection] | None = None


class Record(Strict):
    """Section 5.3.1, manifest record."""

    id: str
    date_added: str
    version: str
    media_type: str | None = None


class Manifest(Strict):
    """Section 5.3.1."""

    more: bool = False
    next: str | None = None
    objects: list[Record] | None = None


class Envelope(Strict):
    """Section 3.7."""

    more: bool = False
    next: str | None = None
    objects: list[dict[str, Any]] | None = None


class Versions(Strict):
    """Section 5.8.1."""

    more: bool = False
    next: str | None = None
    versions: list[str] | None = None


class ErrorMessage(Strict):
    """Section 3.6.1, and of its optional members those that this server always gives."""

    title: str
    description: str
    http_status: str


RESOURCES = (Discovery, ApiRoot, Status, Collections, Collection, Manifest, Envelope, Versions)


def form(sent: Sent, heard: Heard) -> None:
    """Raises AssertionError where the answer is none of the standard's."""
    assert heard.status in STATUSES, "a status that this door does not have"
    assert heard.header(b"content-type") == TAXII.encode(), "the media type is wrong"
    assert heard.header(b"cache-control") == b"no-store", "the answer could be kept"
    assert not heard.header(b"location"), "a redirect"
    assert not heard.header(b"etag"), "an ETag"
    if heard.status >= 400:
        error = msgspec.json.decode(heard.body, type=ErrorMessage)
        assert error.http_status == str(heard.status), "http_status is another status"
        assert error.description, "nothing says what to do"
        assert (heard.status == 401) == bool(heard.header(b"www-authenticate"))
        assert (heard.status == 405) == bool(heard.header(b"allow"))
        return
    assert (heard.status == 202) == (sent.method == "POST"), "202 is the answer to a POST"
    decode(heard.body)
    assert heard.body == b"{}" or any(is_one(heard.body, resource) for resource in RESOURCES), (
        "no such resource"
    )


def is_one(body: bytes, resource: type[Strict]) -> bool:
    """Whether a text is that resource."""
    try:
        msgspec.json.decode(body, type=resource)
    except msgspec.ValidationError:
        return False
    return isinstance(json.loads(body), dict)
