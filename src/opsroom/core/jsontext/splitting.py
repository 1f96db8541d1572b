"""Splits a stream of JSON into the exact bytes of its objects, holding no more than one object at a time.

Four shapes are read; the first character, and for an object its members, tell which:

1. an array of objects: `[{…}, {…}]`;
2. a STIX bundle or TAXII envelope: an object whose `type` is "bundle", or with an array `objects`, or with no
   members other than an envelope's `more` and `next`. Its objects are those of `objects`, which may stand
   anywhere among the members; the other members are checked and dropped. Nothing may follow it;
3. one object that is neither;
4. such objects one after the other, each beginning on a new line. Where the first stands on a line of its own
   (NDJSON), so does each, but for one whose brace stands alone on its line: a line is taken as it is, and one
   that is broken costs no other. Blank lines do no harm.

White space alone is no object and no fault. Of what is inside an object only the strings and brackets are
read, to find its end: whether it is JSON, and an object, `decode` says, one by one.
"""

import json
from collections.abc import Generator, Iterable, Iterator

from opsroom.core.jsontext.decoding import decode
from opsroom.core.jsontext.stream import CLOSE, CLOSE_LIST, OPEN, OPEN_LIST, Stream
from opsroom.errors import Malformed


def split_objects(chunks: Iterable[bytes], *, limit: int = 50_000_000) -> Iterator[bytes]:
    """The exact bytes of each object, brace to brace, each as soon as it is complete.

    `limit`: bytes that one object may have; memory is bounded by it and a chunk. Malformed says at which byte
    the stream goes wrong. What came before has been yielded: whoever wants all or nothing waits for the end.
    """
    stream = Stream(chunks, limit)
    first = stream.next_byte()
    alone: bytes | None = None
    if first == OPEN_LIST:
        yield from _elements(stream)
    elif first == OPEN:
        alone = yield from _first_object(stream)
    elif first is not None:
        raise stream.fault("an object or an array must stand here, in UTF-8 without a byte order mark")
    if alone is not None:
        yield alone
        yield from _following(stream, by_line=b"\n" not in alone)
    elif stream.next_byte() is not None:
        raise stream.fault("there is more after the end: send one array or one bundle, alone")


def _following(stream: Stream, *, by_line: bool) -> Iterator[bytes]:
    """The objects after the first."""
    while stream.next_byte() is not None:
        if not stream.on_new_line:
            raise stream.fault("the next object must stand on a line of its own")
        opens = stream.next_byte() == OPEN
        if by_line and not (opens and stream.alone_on_its_line()):
            yield stream.take_line()
        elif opens:
            yield stream.take_value()
        else:
            raise stream.missing("an object")


def _elements(stream: Stream) -> Iterator[bytes]:
    stream.expect(OPEN_LIST)
    if stream.next_byte() == CLOSE_LIST:
        stream.expect(CLOSE_LIST)
        return
    yield stream.take_value()
    while stream.goes_on_until(CLOSE_LIST):
        yield stream.take_value()


def _first_object(stream: Stream) -> Generator[bytes, None, bytes | None]:
    """The objects of an envelope; returns the object itself where it is none."""
    start = stream.keep()
    envelope, listed, paging = False, False, True
    seen: set[str] = set()
    for token in _names(stream):
        name = _string(token)
        if name in ("objects", "type"):
            if name in seen:
                raise stream.fault(f'this is a second member "{name}": keep one')
            seen.add(name)
        paging = paging and name in ("more", "next")
        if name == "objects" and stream.next_byte() == OPEN_LIST:
            if not envelope:
                _check(stream, stream.since(start) + b"[]}")
                stream.let_go()
            envelope = listed = True
            yield from _elements(stream)
            continue
        value = stream.take_value()
        if envelope:
            _check(stream, b"{%b:%b}" % (token, value))
        elif name == "type" and _string(value) == "bundle":
            _check(stream, stream.since(start) + b"}")
            stream.let_go()
            envelope = True
    if envelope:
        if "objects" in seen and not listed:
            raise stream.fault('the member "objects" of this bundle is no array')
        return None
    whole = stream.since(start)
    stream.let_go()
    if paging:
        _check(stream, whole)
    return None if paging else whole


def _names(stream: Stream) -> Iterator[bytes]:
    """The names, as written, of an object's members; the value of each is to be read before the next."""
    stream.expect(OPEN)
    if stream.next_byte() == CLOSE:
        stream.expect(CLOSE)
        return
    yield stream.take_name()
    while stream.goes_on_until(CLOSE):
        yield stream.take_name()


def _string(token: bytes) -> str:
    """What a JSON string says; "" where it is none, which whoever decodes the whole will report."""
    try:
        return str(json.loads(token)) if token.startswith(b'"') else ""
    except ValueError:
        return ""


def _check(stream: Stream, text: bytes) -> None:
    try:
        decode(text)
    except Malformed as fault:
        raise stream.fault(f"what stands before this beside the objects is no JSON: {fault}") from None
