"""From an address to a collection: of a collection, of an API root with the collection's name, of a server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsroom.connectors.origin import Origin, plain
from opsroom.connectors.taxii.resources import ApiRoot, Collection, Collections, Discovery, asked, read
from opsroom.errors import Malformed, NotFound

_OF_COLLECTION = re.compile(r"(?P<root>.+/)collections/(?P<id>[^/]+)(?:/(?:objects/?|manifest/?)?)?")
_LISTED = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A collection at its address, which ends with a slash. `most` bytes may be posted at once, where it is said."""

    url: str
    collection: Collection
    root: str
    most: int | None


def collection_at(origin: Origin, named: str | None = None) -> Place:
    """The collection at the address of `origin`; `named` by its id, alias or title where the address is of more.

    Malformed lists what there is where none is named, NotFound where there is none of that name.
    """
    if found := _OF_COLLECTION.fullmatch(origin.url.partition("?")[0]):
        url = f"{found['root']}collections/{found['id']}/"
        return _place(origin, found["root"], read(asked(origin, url), Collection))
    there = list(_all(origin))
    chosen = [one for one in there if named is not None and named in _names(one[1])]
    if len(chosen) == 1:
        return _place(origin, *chosen[0])
    listed = (
        "; ".join(_shown(root, one) for root, one in (chosen or there)[:_LISTED])
        or "none that you may know of"
    )
    if named is None:
        raise Malformed(f"say which collection (--collection ID, alias or title); there is: {listed}")
    if chosen:
        raise Malformed(f'"{named}" names more than one collection, give the id: {listed}')
    raise NotFound(f'there is no collection "{named}"; there is: {listed}')


def _all(origin: Origin) -> Iterator[tuple[str, Collection]]:
    for root in _roots(origin):
        reply = asked(origin, origin.at("collections/", base=root))
        for one in read(reply, Collections).collections:
            yield root, one


def _roots(origin: Origin) -> list[str]:
    """The API roots at an address: those that a discovery document names, or the address itself."""
    url = origin.url if origin.url.endswith("/") else f"{origin.url}/"
    if url.endswith("/collections/"):
        return [url.removesuffix("collections/")]
    reply = asked(origin, url)
    if b'"api_roots"' in reply.body:
        named = read(reply, Discovery).api_roots
        return [origin.at(one if one.endswith("/") else f"{one}/") for one in named]
    read(reply, ApiRoot)
    return [url]


def _place(origin: Origin, root: str, collection: Collection) -> Place:
    about = read(asked(origin, root), ApiRoot)
    url = origin.at(f"collections/{collection.id}/", base=root)
    return Place(url, collection, root, about.max_content_length)


def _names(collection: Collection) -> set[str | None]:
    return {collection.id, collection.alias, collection.title}


def _shown(root: str, one: Collection) -> str:
    may = [word for word, able in (("read", one.can_read), ("write", one.can_write)) if able]
    alias = f", alias {one.alias}" if one.alias else ""
    return plain(f'{one.id} "{one.title}"{alias} ({" and ".join(may) or "neither read nor write"}) in {root}')
