"""Paths and methods of the door (TAXII 2.1 section 3.1), all answered with and without the slash at the end."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsroom.taxii import endpoints
from opsroom.taxii.endpoints import Handler
from opsroom.taxii.failures import Failure


@dataclass(frozen=True, slots=True)
class Route:
    """One path, with `{names}` for what varies, and the endpoint of each method."""

    path: str
    methods: Mapping[str, Handler]

    def names(self, segments: list[str]) -> dict[str, str] | None:
        """What the names stand for in a path; None where it is another path."""
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        found: dict[str, str] = {}
        for wanted, segment in zip(pattern, segments, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = segment
            elif wanted != segment:
                return None
        return found

    def handler(self, method: str) -> Handler:
        """The endpoint of a method; HEAD is GET without the body."""
        found = self.methods.get("GET" if method == "HEAD" else method)
        if found is None:
            listed = ", ".join("GET, HEAD" if one == "GET" else one for one in self.methods)
            raise Failure(405, f"This path takes {listed}.", [("Allow", listed)])
        return found


ROUTES = (
    Route("taxii2", {"GET": endpoints.discovery}),
    Route("{room}", {"GET": endpoints.api_root}),
    Route("{room}/status/{status}", {"GET": endpoints.status}),
    Route("{room}/collections", {"GET": endpoints.collections}),
    Route("{room}/collections/{collection}", {"GET": endpoints.collection}),
    Route("{room}/collections/{collection}/manifest", {"GET": endpoints.manifest}),
    Route(
        "{room}/collections/{collection}/objects",
        {"GET": endpoints.objects, "POST": endpoints.add_objects},
    ),
    Route(
        "{room}/collections/{collection}/objects/{object}",
        {"GET": endpoints.object, "DELETE": endpoints.delete_object},
    ),
    Route("{room}/collections/{collection}/objects/{object}/versions", {"GET": endpoints.versions}),
)


def find(path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path and what its names stand for. Fails where there is none (404)."""
    segments = path.removeprefix("/").removesuffix("/").split("/")
    for route in ROUTES:
        names = route.names(segments)
        if names is not None:
            return route, names
    raise Failure(404)
