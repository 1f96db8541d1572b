"""An HTML page read in one pass: the text that it shows, in reading order, and what it states about itself.

No tree is built, so that depth costs nothing: a page of a hundred thousand nested elements is read like any
other, in time and memory in proportion to its length.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from sys import intern
from typing import Literal, TypeAlias

from opsroom.connectors.documents.furniture import is_furniture
from opsroom.connectors.documents.wording import words

_ROWS = words("li tr dt dd option figcaption legend summary")
_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_BLOCKS = (
    _ROWS
    | _HEADINGS
    | words("address article aside blockquote body caption details dialog div dl fieldset figure footer form")
    | words("head header hr html main nav ol p pre section table tbody tfoot thead ul")
)
_VOID = words("area base br col embed hr img input link meta param source track wbr")
_UNSEEN = words("script style template svg math iframe object canvas audio video")

_Kind: TypeAlias = Literal["title", "linked", "unseen", "furniture"]


@dataclass(slots=True)
class _Apart:
    """An open element whose text is no part of the page's text, and that text so far."""

    kind: _Kind
    depth: int
    pieces: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What one page shows and states; read the attributes after `close()`.

    `meta` pairs the lower-case name of each meta element with its content; `linked` are the JSON-LD texts;
    `marked_times` are the `<time>`s marked as the date of publication, `lone_times` those that are all their
    block says: a time within a sentence is the time of what the sentence tells.
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.title = ""
        self.headings: list[tuple[str, str]] = []
        self.meta: list[tuple[str, str]] = []
        self.linked: list[str] = []
        self.marked_times: list[str] = []
        self.lone_times: list[str] = []
        self.left_out: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self._apart: list[_Apart] = []
        self._block: list[str] = []
        self._time = ("", 0)
        self._times: list[tuple[str, str]] = []
        self._shown: list[str] = []
        self._gap = ""

    def close(self) -> None:
        """The end of the page: what is open ends here."""
        super().close()
        self._end_block()
        while self._open:
            self._pop()
        self.text = "".join(self._shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            if self._open and self._open[-1] == "p":
                self.handle_endtag("p")
            self._break(tag)
        elif tag == "br":
            self._write("\n")
        elif tag in ("td", "th"):
            self._write("\t")
        elif tag in ("meta", "time") and not self._apart:
            self._note_statement(tag, attributes)
        if tag not in _VOID:
            kind = self._kind(tag, attributes)
            self._open.append(intern(tag))
            self._count[tag] += 1
            if kind:
                self._apart.append(_Apart(kind, len(self._open)))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and what is still open within it; an end without a beginning is passed over."""
        if not self._count[tag]:
            return
        if tag in _BLOCKS:
            said = self._break(tag)
            if said and tag in _HEADINGS:
                self.headings.append((tag, said))
        elif tag == "time" and not self._apart:
            date, start = self._time
            self._times.append((date, _tidy("".join(self._block[start:]))))
        while self._pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Characters, references resolved."""
        self._write(data if self._count["pre"] else data.replace("\n", " ").replace("\t", " "))

    def _write(self, text: str) -> None:
        (self._apart[-1].pieces if self._apart else self._block).append(text)

    def _break(self, tag: str) -> str:
        """End the line at the edge of a block; what the block said."""
        if self._apart:
            self._write("\n")
            return ""
        said = self._end_block()
        self._gap = max(self._gap, "\n" if tag in _ROWS else "\n\n")
        return said

    def _end_block(self) -> str:
        whole = "".join(self._block)
        said = whole.strip("\n") if self._count["pre"] else _tidy(whole)
        self.lone_times += [date for date, shown in self._times if said and shown == said]
        self._block, self._times = [], []
        if said.strip():
            self._shown += [self._gap, said] if self._shown else [said]
            self._gap = ""
        return said

    def _kind(self, tag: str, attributes: dict[str, str]) -> _Kind | None:
        """How an element that begins here stands apart from the text, if it does so anew."""
        within = self._apart[-1].kind if self._apart else None
        if within not in (None, "furniture"):
            return None
        if tag == "script" and attributes.get("type", "").lower() == "application/ld+json":
            return "linked"
        if tag in _UNSEEN:
            return "unseen"
        if within is None and tag == "title":
            return "title"
        if within is None and is_furniture(tag, attributes, quoting=self._count["blockquote"] > 0):
            return "furniture"
        return None

    def _note_statement(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop", "")
            self.meta.append((name.lower(), attributes.get("content", "")))
            return
        date = attributes.get("datetime", "")
        self._time = date, len(self._block)
        if attributes.get("itemprop", "").lower() == "datepublished" or "pubdate" in attributes:
            self.marked_times.append(date)

    def _pop(self) -> str:
        """Close the innermost open element."""
        if self._apart and self._apart[-1].depth == len(self._open):
            self._leave(self._apart.pop())
        tag = self._open.pop()
        self._count[tag] -= 1
        return tag

    def _leave(self, apart: _Apart) -> None:
        said = "".join(apart.pieces)
        if apart.kind == "linked":
            self.linked.append(said)
        elif apart.kind == "title":
            self.title = self.title or _tidy(said)
        elif apart.kind == "furniture" and said.strip():
            self.left_out.append(_tidy(said))


def _tidy(text: str) -> str:
    """`text` without spaces at the ends of its lines, doubled spaces and empty lines at its ends."""
    lines = (re.sub("  +", " ", line).strip(" \t") for line in text.split("\n"))
    return "\n".join(lines).strip("\n")
