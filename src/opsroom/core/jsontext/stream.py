"""Reads JSON punctuation and whole values from chunks of bytes, wherever the chunks are cut."""

import re
from collections.abc import Iterable

from opsroom.errors import Fault, Malformed

QUOTE, COMMA, COLON = b'",:'
OPEN_LIST, CLOSE_LIST, OPEN, CLOSE = b"[]{}"
NEW_LINE = 0x0A
_CLOSER = {OPEN: CLOSE, OPEN_LIST: CLOSE_LIST}

_BLANK = re.compile(rb"[ \t\r]*+")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_TO_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:"(?:[^"\\]++|\\.)*+"[^"{}\[\]]*+)*', re.DOTALL)
"""Up to the next bracket outside a string, or to a string that is not complete yet."""
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SCALAR = re.compile(rb"[A-Za-z0-9+.-]*+")


class Stream:
    """What has arrived of a text and is still needed, and the place that has been read up to.

    A value is held whole until it is read, at most `limit` bytes; everything else is let go as it is read.
    """

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = iter(chunks)
        self._limit = limit
        self._held = bytearray()
        self._offset = 0
        self._at = 0
        self._kept: int | None = None
        self.on_new_line = True
        """Whether a line ended in the white space before this place."""

    @property
    def place(self) -> int:
        """How many bytes have been read."""
        return self._offset + self._at

    def fault(self, reason: str) -> Malformed:
        """What is wrong at this place."""
        return Malformed([Fault(f"byte {self.place}", reason)])

    def missing(self, wanted: str) -> Malformed:
        """What is wrong where something else stands, or nothing."""
        return self.fault(
            f"{wanted} must stand here" if self._at < len(self._held) else "the text is cut off here"
        )

    def keep(self) -> int:
        """Hold on to all that follows from this place, which is returned."""
        self._kept = self.place
        return self._kept

    def let_go(self) -> None:
        """End what `keep` began."""
        self._kept = None

    def since(self, place: int) -> bytes:
        """The bytes from a kept place to this one."""
        self._refuse_size(place, self.place)
        with memoryview(self._held) as held:
            return bytes(held[place - self._offset : self._at])

    def next_byte(self) -> int | None:
        """The next byte that is no white space, not read yet; None at the end of the text."""
        while True:
            end = _end(_SPACE, self._held, self._at)
            if end > self._at:
                self.on_new_line = self.on_new_line or self._held.find(b"\n", self._at, end) >= 0
                self._at = end
            if end < len(self._held):
                return self._held[end]
            if not self._more():
                return None

    def expect(self, byte: int) -> None:
        """Read this byte of punctuation and no other."""
        if self.next_byte() != byte:
            raise self.missing(chr(byte))
        self._at += 1

    def goes_on_until(self, closer: int) -> bool:
        """Read a comma (True) or the closing bracket (False)."""
        if self.next_byte() not in (COMMA, closer):
            raise self.missing(f"a comma or {chr(closer)}")
        self._at += 1
        return self._held[self._at - 1] == COMMA

    def take_name(self) -> bytes:
        """Read a member's name and its colon."""
        if self.next_byte() != QUOTE:
            raise self.missing("the name of a member")
        name = self.take_value()
        self.expect(COLON)
        return name

    def take_value(self) -> bytes:
        """Read one value; of a nested one only strings and brackets are looked at."""
        first = self.next_byte()
        start = self.place
        outermost = self._kept is None
        if outermost:
            self._kept = start
        if first == QUOTE:
            self._at += 1
            self._skip_string()
        elif first in _CLOSER:
            self._skip_nested()
        else:
            self._skip_scalar()
        value = self.since(start)
        if outermost:
            self._kept = None
        self.on_new_line = False
        return value

    def alone_on_its_line(self) -> bool:
        """Whether nothing but white space follows the next byte on its line."""
        while True:
            end = _end(_BLANK, self._held, self._at + 1)
            if end < len(self._held):
                return self._held[end] == NEW_LINE
            if not self._more():
                return True

    def take_line(self) -> bytes:
        """Read to the end of the line, whatever stands there."""
        self._kept = start = self.place
        while True:
            end = self._held.find(b"\n", self._at)
            self._at = len(self._held) if end < 0 else end
            if end >= 0 or not self._more():
                break
        line = self.since(start)
        self._kept = None
        self.on_new_line = False
        return line.rstrip()

    def _skip_nested(self) -> None:
        closers = bytearray()
        held = self._held
        while True:
            at = _end(_TO_BRACKET, held, self._at)
            self._at = at
            if at == len(held):
                self._need_more()
                continue
            byte = held[at]
            if byte in _CLOSER:
                closers.append(_CLOSER[byte])
            elif byte != QUOTE and closers.pop() != byte:
                raise self.fault(f"{chr(byte)} closes what it did not open")
            self._at = at + 1
            if byte == QUOTE:
                self._skip_string()
            elif not closers:
                return

    def _skip_string(self) -> None:
        while True:
            self._at = _end(_IN_STRING, self._held, self._at)
            if self._held[self._at : self._at + 1] == b'"':
                self._at += 1
                return
            self._need_more()

    def _skip_scalar(self) -> None:
        start = self.place
        while True:
            self._at = _end(_SCALAR, self._held, self._at)
            if self._at < len(self._held) or not self._more():
                break
        if self.place == start:
            raise self.missing("a value")

    def _need_more(self) -> None:
        if not self._more():
            self._at = len(self._held)
            raise self.fault("the text is cut off here")

    def _more(self) -> bool:
        """Take in the next chunk, forgetting what is read and not kept; False at the end of the text."""
        if self._kept is not None:
            self._refuse_size(self._kept, self._offset + len(self._held))
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        done = self._at if self._kept is None else self._kept - self._offset
        del self._held[:done]
        self._offset += done
        self._at -= done
        self._held += chunk
        return True

    def _refuse_size(self, start: int, end: int) -> None:
        if end - start > self._limit:
            raise Malformed([Fault(f"byte {start}", f"what begins here is larger than {self._limit} bytes")])


def _end(pattern: re.Pattern[bytes], held: bytearray, at: int) -> int:
    found = pattern.match(held, at)
    assert found is not None, "every pattern here matches nothing too"
    return found.end()
