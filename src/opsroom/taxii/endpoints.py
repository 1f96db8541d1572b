"""The endpoints (TAXII 2.1 sections 4 and 5): each turns one request into one operation and its resource.

They run in a worker thread. Whoever may not know of a room, a collection or an object gets what it would get
if there were none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps

from opsroom.core.identifiers import is_uuid, name_fault, stix_id_fault
from opsroom.core.roster import Role
from opsroom.cursor import Bound, Cursors
from opsroom.errors import NotFound, Refused
from opsroom.node import Node
from opsroom.operations import contribute, disclose
from opsroom.operations.disclose import RELEASED, Disclosed, Match
from opsroom.operations.recall import recall
from opsroom.principals import Principal
from opsroom.taxii import query, resources
from opsroom.taxii.body import objects_of
from opsroom.taxii.query import read_query


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. Sizes in bytes, `read_timeout` in seconds."""

    body_bytes: int
    objects: int
    page: int
    page_most: int
    read_timeout: int


@dataclass(frozen=True, slots=True)
class Service:
    """What every endpoint works with. `about` and `public_url` are for discovery."""

    node: Node
    cursors: Cursors
    limits: Limits
    about: Mapping[str, str]
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody known, whose form is right. `names` are those of its route."""

    service: Service
    principal: Principal
    names: Mapping[str, str]
    parameters: Sequence[tuple[str, str]] = ()
    body: bytes = b""

    @property
    def room(self) -> str:
        """The room; NotFound where the path could name none."""
        return _named(self.names["room"], name_fault(self.names["room"], "room") is None)

    @property
    def collection(self) -> str:
        """The id or alias of the collection."""
        found = self.names["collection"]
        return _named(found, found == RELEASED or is_uuid(found))

    @property
    def object(self) -> str:
        """The STIX id of the object."""
        return _named(self.names["object"], stix_id_fault(self.names["object"]) is None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: status, body, and the headers that it has beside those of every answer."""

    body: bytes
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()


Handler = Callable[[Call], Answer]
Writer = Callable[[Sequence[Disclosed], str | None], bytes]


def _without_parameters(handler: Handler) -> Handler:
    """An endpoint that has no parameters: it ignores them, once their form is right."""

    @wraps(handler)
    def checked(call: Call) -> Answer:
        query.require_form(call.parameters)
        return handler(call)

    return checked


@_without_parameters
def discovery(call: Call) -> Answer:
    """Section 4.1."""
    found = disclose.rooms(call.service.node, call.principal)
    roots = [f"{call.service.public_url}/{room.name}/" for room in found]
    return Answer(resources.discovery(call.service.about, roots))


@_without_parameters
def api_root(call: Call) -> Answer:
    """Section 4.2."""
    room = disclose.room(call.service.node, call.principal, call.room)
    return Answer(resources.api_root(room, call.service.limits.body_bytes))


@_without_parameters
def status(call: Call) -> Answer:
    """Section 4.3."""
    identifier = _named(call.names["status"], is_uuid(call.names["status"]))
    disclose.room(call.service.node, call.principal, call.room)
    return Answer(
        resources.status(contribute.status(call.service.node, call.principal, call.room, identifier))
    )


@_without_parameters
def collections(call: Call) -> Answer:
    """Section 5.1."""
    return Answer(resources.collections(disclose.shelves(call.service.node, call.principal, call.room)))


@_without_parameters
def collection(call: Call) -> Answer:
    """Section 5.2."""
    shelf = disclose.shelf(call.service.node, call.principal, call.room, call.collection)
    return Answer(resources.collection(shelf))


def manifest(call: Call) -> Answer:
    """Section 5.3."""
    return _page(call, "manifest", query.OF_OBJECTS, resources.manifest)


def objects(call: Call) -> Answer:
    """Section 5.4."""
    return _page(call, "objects", query.OF_OBJECTS, resources.envelope)


def object(call: Call) -> Answer:
    """Section 5.6."""
    return _page(call, "objects", query.OF_OBJECT, resources.envelope)


def versions(call: Call) -> Answer:
    """Section 5.8."""
    return _page(call, "versions", query.OF_VERSIONS, resources.versions)


@_without_parameters
def add_objects(call: Call) -> Answer:
    """Section 5.5."""
    raws = objects_of(call.body, most=call.service.limits.objects)
    shelf = disclose.shelf(call.service.node, call.principal, call.room, call.collection)
    if not shelf.can_write:
        call.principal.require(Role.CONTRIBUTOR)
        raise Refused(f"you cannot post to this collection. {shelf.description}")
    receipt = contribute.post(call.service.node, call.principal, call.room, shelf.id, raws)
    return Answer(resources.status(receipt), status=202)


def delete_object(call: Call) -> Answer:
    """Section 5.7: a recall by the originator, of all versions where none is named."""
    match = query.read_deletion(call.parameters)
    service, principal, room, id = call.service, call.principal, call.room, call.object
    shelf = disclose.shelf(service.node, principal, room, call.collection)
    if not (shelf.can_read or shelf.can_write):
        raise NotFound("there is no collection that it could be deleted from")
    if not (shelf.can_read and shelf.can_write):
        raise Refused("deleting from a collection takes the right to read it and the right to write to it")
    _require_one(call, frozenset({id}))
    if not match.hopeless:
        recall(service.node, principal, room, shelf.id, id, which=match.choose)
    return Answer(resources.EMPTY)


def _page(call: Call, resource: str, fields: Sequence[str], write: Writer) -> Answer:
    """A page of a collection, or of one object of it, as one of the resources that are paged."""
    asked = read_query(call.parameters, fields)
    bound = Bound(call.principal.desk.id, (resource, *call.names.values()), asked.filters)
    after = 0 if asked.next is None else call.service.cursors.opened(asked.next, to=bound)
    named = frozenset({call.object}) if "object" in call.names else None
    found = disclose.page(
        call.service.node,
        call.principal,
        call.room,
        call.collection,
        after=after,
        limit=min(asked.limit or call.service.limits.page, call.service.limits.page_most),
        match=asked.match if named is None else replace(asked.match, ids=named),
    )
    if named is not None and not found.entries:
        _require_one(call, named, asked.match.exact_versions)
    next = None
    if found.more and found.last is not None:
        next = call.service.cursors.sealed(found.last, to=bound)
    dates = resources.dates(found.entries, empty=max(after, asked.match.added_after))
    return Answer(write(found.entries, next), headers=dates)


def _require_one(call: Call, ids: frozenset[str], versions: frozenset[str] | None = None) -> None:
    """NotFound where the collection shows nothing under these ids, or none of these versions of them.

    Whatever else was filtered. A version that was deleted is not to be found (section 5.7), and what is hidden or
    was never there is answered like it.
    """
    match = Match(ids=ids, versions=versions)
    any_of_it = disclose.page(
        call.service.node, call.principal, call.room, call.collection, limit=1, match=match
    )
    if not any_of_it.entries:
        raise NotFound("there is no such object")


def _named(name: str, possible: bool) -> str:
    if not possible:
        raise NotFound("nothing can be called this")
    return name
