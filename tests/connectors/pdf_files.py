"""Small PDF files, written byte by byte, so that a test can break them where it likes."""

import zlib
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
RESOURCES = b"/Resources<</Font<</F1 4 0 R>>/XObject<</X 5 0 R>>>>"
HELLO = b"BT /F1 12 Tf 72 720 Td (The bridge is closed) Tj ET "


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<<%s/Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (entries, len(packed), packed)


def form(content: bytes) -> bytes:
    return stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + RESOURCES)


def pdf(content: bytes = HELLO, *, pages: int = 1, drawn: bytes = b"null", about: bytes = b"<<>>") -> bytes:
    """Pages of one content each; `drawn` is the form that `/X Do` draws, `about` the document information."""
    kids = b"7 0 R " * pages
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]%s/Contents 3 0 R>>" % RESOURCES
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    return _file([b"<</Type/Catalog/Pages 2 0 R>>", tree, stream(content), FONT, drawn, about, page])


def encrypted(data: bytes, *, password: str) -> bytes:
    """`data`, to be opened by `password`; by anyone where that is empty, printing restricted."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, owner_password="the owner's", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    table = b""
    for number, one in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    trailer = b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF"
    start = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return bytes(out) + start + table + trailer % (len(objects) + 1, len(out))
