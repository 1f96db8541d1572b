"""A report as read: its text, what it says of itself, and what was left out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsroom.connectors.documents.dates import Precision, Stated
from opsroom.connectors.documents.furniture import without_lines
from opsroom.connectors.documents.wording import clean, on_one_line, shortened
from opsroom.errors import Malformed

_LONGEST_TITLE = 200
_LONGEST_PIECE = 500


@dataclass(frozen=True, slots=True)
class Document:
    """A report as read.

    `published` is a STIX timestamp where the document states its own date to the day or better, else None;
    `precision` is how exactly it does. `left_out` holds the site furniture that was taken out, word for word
    (a piece of more than 500 characters is cut, with an ellipsis).
    """

    title: str | None
    published: str | None
    text: str
    media_type: str
    left_out: tuple[str, ...]
    precision: Precision = "second"


def compose(
    text: str, *, media_type: str, title: str = "", date: Stated | None = None, left_out: Sequence[str] = ()
) -> Document:
    """The document that a reader's findings make. Malformed where no text remains.

    The furniture lines go. The first line of what remains is the title of a document that states none, where
    it is no longer than a title.
    """
    remaining, lines = without_lines(clean(text))
    pieces = [piece for piece in map(clean, (*left_out, *lines)) if piece]
    shown = remaining.strip()
    if not shown:
        raise Malformed(_nothing_to_read(pieces))
    first = on_one_line(shown.partition("\n")[0])
    return Document(
        title=shortened(on_one_line(title), _LONGEST_TITLE)
        or (first if len(first) <= _LONGEST_TITLE else None),
        published=date.timestamp if date else None,
        text=shown,
        media_type=media_type,
        left_out=tuple(shortened(piece, _LONGEST_PIECE) for piece in pieces),
        precision=date.precision if date else "second",
    )


def _nothing_to_read(left_out: Sequence[str]) -> str:
    if left_out:
        return (
            "the document holds site furniture and no text of its own: save the article alone, as plain text"
        )
    return "the document holds no text: where it is a scan, run text recognition (OCR) over it first"
