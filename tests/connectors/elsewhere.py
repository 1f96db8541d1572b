"""A small HTTP server that answers what a test tells it to, also what no server should."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from opsroom.connectors.taxii import TAXII

ROOT = "/one/"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
OBJECTS = f"{ROOT}collections/{COLLECTION}/objects/"
MANIFEST = f"{ROOT}collections/{COLLECTION}/manifest/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `cut`: how many bytes of the body are sent before the line drops."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = TAXII
    cut: int | None = None


Script = Callable[[Asked], Answer]


@dataclass(slots=True)
class Elsewhere:
    """A server on a port of its own; `script` answers what is asked, `asked` is all of it."""

    url: str = ""
    script: Script = lambda _: Answer(status=404)
    asked: list[Asked] = field(default_factory=list)

    @property
    def collection(self) -> str:
        return f"{self.url}{ROOT}collections/{COLLECTION}/"

    def of(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]


def taxii(objects: Script, manifest: Script | None = None, *, most: int | None = None) -> Script:
    """A TAXII server of one collection that is read and written; `objects` and `manifest` answer for it."""
    about = {"id": COLLECTION, "title": "Shared", "alias": "shared", "can_read": True, "can_write": True}
    root = {"title": "Root", "versions": [TAXII], "max_content_length": most or 10_000_000}
    fixed = {
        "/taxii2/": {"title": "Elsewhere", "api_roots": [ROOT]},
        ROOT: root,
        f"{ROOT}collections/": {"collections": [about]},
        f"{ROOT}collections/{COLLECTION}/": about,
    }

    def script(asked: Asked) -> Answer:
        if asked.path == OBJECTS:
            return objects(asked)
        if asked.path == MANIFEST and manifest is not None:
            return manifest(asked)
        if asked.path in fixed:
            return Answer(json.dumps(fixed[asked.path]).encode())
        return Answer(status=404)

    return script


def envelope(
    *raws: bytes, more: bool = False, next: str | None = None, dates: tuple[str, str] | None = None
) -> Answer:
    """A page."""
    frame = {"more": more} | ({"next": next} if next is not None else {})
    head = json.dumps(frame).encode()[:-1]
    headers = {}
    if dates is not None:
        headers = {"X-TAXII-Date-Added-First": dates[0], "X-TAXII-Date-Added-Last": dates[1]}
    return Answer(head + b', "objects": [' + b", ".join(raws) + b"]}", headers=headers)


def paged(raws: list[bytes], size: int) -> Script:
    """A well-behaved collection: object `n` was added at second `n`; `next` is a position."""

    def date(number: int) -> str:
        return f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000000Z"

    def script(asked: Asked) -> Answer:
        after = asked.query.get("added_after", "")
        start = int(asked.query.get("next", sum(date(number) <= after for number in range(len(raws)))))
        found = raws[start : start + size]
        more = start + size < len(raws)
        if not found:
            return Answer()
        dates = (date(start), date(start + len(found) - 1))
        return envelope(*found, more=more, next=str(start + size) if more else None, dates=dates)

    return script


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """The server, for as long as the context lasts."""
    found = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, parts.path, query, dict(self.headers.items()), body)
            found.asked.append(asked)
            answer = found.script(asked)
            self.send_response_only(answer.status)
            headers = {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body))}
            for name, value in (headers | dict(answer.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
