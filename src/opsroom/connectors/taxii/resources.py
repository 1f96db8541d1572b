"""The resources of TAXII 2.1 as a client reads them: what it needs of each, whatever else stands there."""

from typing import TypeVar

import msgspec

from opsroom.connectors.origin import Misbehaved, Origin, Reply

TAXII = "application/taxii+json;version=2.1"
"""What is asked for, and the media type of what is sent."""
_UNVERSIONED = "application/taxii+json"
_SPOKEN = frozenset(
    {_UNVERSIONED, "application/json", "application/vnd.oasis.stix+json", "application/stix+json"}
)
"""Media types of an answer that are read: some servers say less than the standard has them say."""

R = TypeVar("R", bound="Resource")


class Resource(msgspec.Struct, frozen=True):
    """Any resource; members that are not named here are passed over."""


class Discovery(Resource, frozen=True):
    """Section 4.1.1."""

    api_roots: list[str] = []


class ApiRoot(Resource, frozen=True):
    """Section 4.2.1; `max_content_length` in bytes."""

    title: str = ""
    max_content_length: int | None = None


class Collection(Resource, frozen=True):
    """Section 5.2.1."""

    id: str
    title: str = ""
    alias: str | None = None
    can_read: bool = False
    can_write: bool = False


class Collections(Resource, frozen=True):
    """Section 5.1.1."""

    collections: list[Collection] = []


class Detail(Resource, frozen=True):
    """What became of one object (section 4.3.1)."""

    id: str
    version: str | None = None
    message: str = ""


class Status(Resource, frozen=True):
    """Section 4.3.1."""

    id: str
    status: str
    success_count: int = 0
    failure_count: int = 0
    pending_count: int = 0
    failures: list[Detail] = []
    pendings: list[Detail] = []


class Frame(Resource, frozen=True):
    """An envelope without its objects (section 3.7); some servers write what is not there as null."""

    more: bool | None = False
    next: str | None = None


class Record(Resource, frozen=True):
    """One entry of a manifest (section 5.3.1)."""

    id: str
    date_added: str = ""


def asked(origin: Origin, url: str, parameters: dict[str, str] | None = None, *, again: bool = True) -> Reply:
    """A TAXII answer, whose media type is one that can be read; the error that it tells of where it is none."""
    reply = origin.ask("GET", url, accept=TAXII, parameters=parameters, again=again)
    if reply.status == 406:
        reply = origin.ask("GET", url, accept=_UNVERSIONED, parameters=parameters, again=again)
    return spoken(reply.require())


def spoken(reply: Reply) -> Reply:
    """Itself where it is JSON by its media type. Misbehaved names what it is."""
    if reply.media_type not in _SPOKEN:
        raise Misbehaved(
            f"{reply.url} answers {reply.media_type or 'without a media type'}, which is no TAXII 2.1: is this the"
            " address?"
        )
    return reply


def read(reply: Reply, kind: type[R]) -> R:
    """The resource that an answer is. Misbehaved says what is wrong with it."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misbehaved(f"{reply.url} answers no {kind.__name__} of TAXII 2.1: {error}") from None
