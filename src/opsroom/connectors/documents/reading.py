"""Which kind of document some bytes are, and the document read from them.

1. A file that begins as a PDF is one, whatever its name; in a file named `.pdf` the header may stand
   anywhere in the first 1024 bytes, as PDF readers allow.
2. Containers, images and programs are refused by their first bytes.
3. Everything else is text: HTML or Markdown by name, HTML by its beginning, else plain text.
"""

import re
from pathlib import PurePosixPath

from opsroom.connectors.documents import html, markdown, pdf
from opsroom.connectors.documents.decoding import decode
from opsroom.connectors.documents.document import Document, compose
from opsroom.connectors.documents.wording import clean
from opsroom.errors import Malformed

_LARGEST = 50_000_000
_PDF = b"%PDF-"
_HEADER_WITHIN = 1024
_HTML_NAMES = frozenset((".html", ".htm", ".xhtml"))
_MARKDOWN_NAMES = frozenset((".md", ".markdown"))
_HTML_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNING = 4096
_OTHERS = (
    (b"PK\x03\x04", "a ZIP container, such as a Word or OpenDocument file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)


def read_document(data: bytes, *, name: str) -> Document:
    """The document that the file `name` with the content `data` holds.

    Malformed says why it cannot be read: empty, larger than 50,000,000 bytes, encrypted, binary, broken,
    in an unknown encoding, or without text.
    """
    if not data.strip():
        raise Malformed("the file is empty")
    if len(data) > _LARGEST:
        raise Malformed(f"the file has {len(data):,} bytes and {_LARGEST:,} are the limit: split it")
    ending = PurePosixPath(name.lower()).suffix
    if data.lstrip().startswith(_PDF) or (ending == ".pdf" and _PDF in data[:_HEADER_WITHIN]):
        return pdf.read(data)
    if ending == ".pdf":
        raise Malformed("the file is named .pdf and is no PDF: name it after what it is")
    for beginning, kind in _OTHERS:
        if data.startswith(beginning):
            raise Malformed(f"the file is {kind}: save it as PDF, HTML, Markdown or plain text")
    start = data[:_BEGINNING].decode("latin-1")
    page = ending in _HTML_NAMES or _HTML_BEGINNING.match(start) is not None
    return _read_text(clean(decode(data, page=page)), ending)


def _read_text(text: str, ending: str) -> Document:
    if ending in _MARKDOWN_NAMES:
        return markdown.read(text)
    if ending in _HTML_NAMES or _HTML_BEGINNING.match(text):
        return html.read(text)
    return compose(text, media_type="text/plain")
