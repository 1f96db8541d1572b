"""What every request of the API is: a struct whose fields go into the path, the query or the body.

1. Fields that the path names are parts of it.
2. The other fields of a GET or DELETE, and of a request that uploads, are parameters of the query; a list is a
   parameter that is repeated.
3. The other fields of a POST or PUT are the members of its JSON body.
4. A request that uploads has the bytes themselves as its body, whatever their media type.
"""

import re
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args

import msgspec

from opsroom.core.roster import Role
from opsroom.core.timestamps import parse_instant

A = TypeVar("A")
READS = "reads"
"""The key under `extra` of what a text must be readable by; what that raises is a fault of the request."""

Timestamp = Annotated[
    str,
    msgspec.Meta(
        description="An instant (RFC 3339), to the microsecond; answers are in UTC",
        examples=["2026-03-01T12:00:00.000000Z"],
        extra={READS: parse_instant},
    ),
]
StixId = Annotated[
    str,
    msgspec.Meta(
        max_length=300,
        description="A STIX id",
        examples=["report--5a1c7e2d-0b94-4f36-8c58-d2e31f6a1b12"],
    ),
]
Version = Annotated[
    str,
    msgspec.Meta(
        description="A version of an object: its `modified`, else its `created`, as in its bytes; null for an"
        " object that bears neither",
        examples=["2026-01-01T00:00:00.000Z"],
    ),
]
RoomName = Annotated[
    str, msgspec.Meta(description="The name of a room, as `GET /rooms` lists it", examples=["incidents"])
]
MemberName = Annotated[str, msgspec.Meta(description="The name of a member", examples=["alfa"])]
FieldName = Annotated[
    str,
    msgspec.Meta(
        description="A field of cooperation, as a provision of the agreement names it", examples=["incidents"]
    ),
]
AgreementId = Annotated[
    str,
    msgspec.Meta(
        description="The id of an agreement", examples=["agreement--5d0c3f0e-6f5b-4a4e-9a3b-0b9f6d3f7a11"]
    ),
]
ConsentId = Annotated[
    str,
    msgspec.Meta(
        description="The id of a consent", examples=["consent--0b2f6c1e-51a0-4f43-9a3d-6a1f0c9d2e7b"]
    ),
]
CollectionName = Annotated[
    str,
    msgspec.Meta(
        description="The id of a collection or its alias, as `GET /rooms/{room}/collections` lists them;"
        " `released` shows everything once",
        examples=["released"],
    ),
]
Digest = Annotated[
    str,
    msgspec.Meta(
        description="`sha256:` and the SHA-256 of the canonical JSON (RFC 8785), in hexadecimal",
        examples=["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ),
]
Limit = Annotated[
    int, msgspec.Meta(ge=1, description="At most so many on the page; the server has a most too")
]
Next = Annotated[
    str,
    msgspec.Meta(
        description="`next` of the page before, asked with the same other parameters; null where there is none"
    ),
]
PREFIX = "/api"
"""Under which all paths of the API are."""

_NAMED = re.compile(r"\{(\w+)\}")


EVENTS = "text/event-stream"
"""The media type of a stream of events."""
LINES = "application/x-ndjson"
"""The media type of an answer that is a stream: one JSON text a line."""


class Request(msgspec.Struct, Generic[A], frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that can be asked for; `A` is what it is answered with.

    `ROLE`: the role that it takes, None where any credential of a desk will do. `UPLOAD`: whether bytes go with
    it. `STREAMED`: the answer is a stream of `A`. `EVENTS`: it is a stream of events without an end.
    """

    METHOD: ClassVar[Literal["GET", "POST", "PUT", "DELETE"]] = "GET"
    PATH: ClassVar[str] = ""
    ROLE: ClassVar[Role | None] = Role.READER
    UPLOAD: ClassVar[bool] = False
    STREAMED: ClassVar[bool] = False
    EVENTS: ClassVar[bool] = False


@cache
def answer_type(request: type[Request[Any]]) -> Any:
    """What a request is answered with."""
    [found] = get_args(request.__orig_bases__[0])  # type: ignore[attr-defined]
    return found


@cache
def path_fields(request: type[Request[Any]]) -> tuple[str, ...]:
    """The fields that stand in the path (rule 1)."""
    return tuple(_NAMED.findall(request.PATH))


def in_query(request: type[Request[Any]]) -> bool:
    """Whether the fields that are not in the path are parameters of the query (rules 2 and 3)."""
    return request.METHOD in ("GET", "DELETE") or request.UPLOAD
