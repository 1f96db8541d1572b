"""The resources of TAXII 2.1 as JSON texts. An object enters one only as `Disclosed`: decided, never re-encoded.

Dates have microseconds; an empty list is left out with its name (section 2, `list`).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from opsroom.core.roster import Room
from opsroom.core.timestamps import Instant, render
from opsroom.operations.contribute import Outcome, Receipt, State
from opsroom.operations.disclose import Disclosed, Shelf
from opsroom.taxii.media import STIX, TAXII

EMPTY = b"{}"


def discovery(about: Mapping[str, str], roots: Sequence[str]) -> bytes:
    """Section 4.1.1; the default API root is the first."""
    named = {key: value for key, value in about.items() if value}
    listed = {"default": roots[0], "api_roots": roots} if roots else {}
    return msgspec.json.encode(named | listed)


def api_root(room: Room, max_content_length: int) -> bytes:
    """Section 4.2.1."""
    return msgspec.json.encode(
        {"title": room.title, "versions": [TAXII], "max_content_length": max_content_length}
    )


def collections(shelves: Iterable[Shelf]) -> bytes:
    """Section 5.1.1."""
    listed = [_collection(shelf) for shelf in shelves]
    return msgspec.json.encode({"collections": listed}) if listed else EMPTY


def collection(shelf: Shelf) -> bytes:
    """Section 5.2.1."""
    return msgspec.json.encode(_collection(shelf))


def status(receipt: Receipt) -> bytes:
    """Section 4.3.1."""
    counts = {state: receipt.count(state) for state in State}
    found: dict[str, object] = {
        "id": receipt.id,
        "status": "pending" if counts[State.PENDING] else "complete",
        "request_timestamp": render(receipt.requested_at),
        "total_count": len(receipt.outcomes),
    }
    for state, plural in (
        (State.SUCCESS, "successes"),
        (State.FAILURE, "failures"),
        (State.PENDING, "pendings"),
    ):
        found[f"{state}_count"] = counts[state]
        if counts[state]:
            found[plural] = [
                _detail(place, outcome, receipt.requested_at)
                for place, outcome in enumerate(receipt.outcomes)
                if outcome.state is state
            ]
    return msgspec.json.encode(found)


def envelope(entries: Sequence[Disclosed], next: str | None) -> bytes:
    """Section 3.7: the served bytes of each object, spliced. `next` where there are more."""
    return _paged(b"objects", (entry.body for entry in entries), next)


def manifest(entries: Sequence[Disclosed], next: str | None) -> bytes:
    """Section 5.3.1, with the `next` of an envelope, so that it can be paged as one."""
    return _paged(b"objects", (msgspec.json.encode(_record(entry)) for entry in entries), next)


def versions(entries: Sequence[Disclosed], next: str | None) -> bytes:
    """Section 5.8.1, with the `next` of an envelope."""
    return _paged(b"versions", (msgspec.json.encode(_version(entry)) for entry in entries), next)


def dates(entries: Sequence[Disclosed], *, empty: Instant) -> list[tuple[str, str]]:
    """The headers with the dates of the first and the last object (section 3.2).

    They are on every page. On one without objects both are `empty`, the instant that was asked from: a client that
    goes on from there misses nothing.
    """
    first, last = (entries[0].added, entries[-1].added) if entries else (empty, empty)
    return [("X-TAXII-Date-Added-First", render(first)), ("X-TAXII-Date-Added-Last", render(last))]


def _paged(name: bytes, parts: Iterable[bytes], next: str | None) -> bytes:
    listed = b",".join(parts)
    if not listed:
        return EMPTY
    head = b'{"more":false' if next is None else b'{"more":true,"next":' + msgspec.json.encode(next)
    return b'%b,"%b":[%b]}' % (head, name, listed)


def _collection(shelf: Shelf) -> dict[str, object]:
    found: dict[str, object] = {"id": shelf.id, "title": shelf.title, "description": shelf.description}
    if shelf.alias is not None:
        found["alias"] = shelf.alias
    return found | {"can_read": shelf.can_read, "can_write": shelf.can_write, "media_types": [STIX]}


def _detail(place: int, outcome: Outcome, requested_at: Instant) -> dict[str, str]:
    """`id` and `version` are required: what cannot be told is named by its place and by the request's date."""
    found = {
        "id": outcome.id or f"objects[{place}]",
        "version": outcome.version or render(requested_at),
    }
    return found | ({"message": outcome.message} if outcome.message else {})


def _record(entry: Disclosed) -> dict[str, str]:
    return {
        "id": entry.id,
        "date_added": render(entry.added),
        "version": _version(entry),
        "media_type": STIX,
    }


def _version(entry: Disclosed) -> str:
    return entry.version or render(entry.added)
