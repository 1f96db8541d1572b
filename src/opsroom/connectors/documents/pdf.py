"""PDF reports: the text layer, page by page, and the title of the document information.

A PDF states no date of the report: `/CreationDate` is the file's. A hostile file meets these limits, each a
Malformed: pages; bytes of one stream once decompressed; depth (of objects, page tree, forms); and the work of
the whole file, counted in bytes of content, of forms each time they are drawn, and of character maps.
"""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import DictionaryObject, StreamObject

from opsroom.connectors.documents.document import Document, compose
from opsroom.errors import Malformed

_MOST_PAGES = 2_000
_LONGEST_STREAM = 16_000_000
_MOST_WORK = 32_000_000
_DRAWING = 1_000
"""The work of reading one form, font or page, however small."""

_PLACEHOLDER = re.compile(
    r"untitled.*|microsoft \w+ - .*|\S+\.(?:docx?|odt|rtf|indd|pdf|tmp|qxd|dvi)", re.IGNORECASE
)

_LIBRARY = logging.getLogger("pypdf")
"""Its warnings quote what a file holds, and a broken file causes thousands: none goes into a log."""
_LIBRARY.addHandler(logging.NullHandler())
_LIBRARY.propagate = False


def read(data: bytes) -> Document:
    """The document that a PDF file holds.

    Malformed where it wants a password, is broken, beyond a limit, or has no text layer.
    """
    try:
        with apply_configuration(
            zlib_maximum_output_length=_LONGEST_STREAM,
            lzw_maximum_output_length=_LONGEST_STREAM,
            run_length_maximum_output_length=_LONGEST_STREAM,
            brotli_maximum_output_length=_LONGEST_STREAM,
            array_based_stream_maximum_output_length=_LONGEST_STREAM,
            xform_maximum_invocations_per_extraction=_MOST_WORK // _DRAWING,
        ):
            reader = _opened(data)
            text = "\n\n".join(_page_texts(reader))
            title = _stated_title(reader)
    except Malformed:
        raise
    except LimitReachedError as limit:
        raise Malformed(
            f"the PDF is too large or too involved to read ({limit}): split it or save it as text"
        ) from None
    except RecursionError:
        raise Malformed("the PDF is nested too deep to read: print it to a new PDF") from None
    except Exception as fault:  # the library raises whatever its code meets in a broken file
        raise Malformed(f"the PDF is broken ({type(fault).__name__}): print it to a new PDF") from None
    return compose(text, media_type="application/pdf", title=title)


def _opened(data: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Malformed("the PDF is encrypted: save it without a password")
    if len(reader.pages) > _MOST_PAGES:
        raise Malformed(
            f"the PDF has {len(reader.pages):,} pages and {_MOST_PAGES:,} are the limit: split it"
        )
    return reader


def _page_texts(reader: PdfReader) -> Iterator[str]:
    work = _Work()
    for page in reader.pages:
        contents = page.get_contents()
        work.spend(0 if contents is None else len(contents.get_data()))
        work.spend(_fonts(page))
        text = _MeteredPage(page, work).whole_text()
        work.spend(len(text))
        yield text


def _stated_title(reader: PdfReader) -> str:
    title = (reader.metadata and reader.metadata.title) or ""
    return "" if _PLACEHOLDER.fullmatch(title.strip()) else title


class _Work:
    """How much work the file may still cause."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def spend(self, amount: int) -> None:
        """Count `amount` bytes; LimitReachedError where nothing is left, then and ever after."""
        self._left -= amount + _DRAWING
        if self._left < 0:
            raise LimitReachedError(f"more than {_MOST_WORK:,} bytes of content")


class _MeteredPage(PageObject):
    """A page on which each drawing of a form counts as work, and no form is passed over in silence."""

    def __init__(self, page: PageObject, work: _Work) -> None:
        super().__init__(page.pdf, page.indirect_reference)
        self.update(page)
        self._work = work
        self._fault: Exception | None = None

    def whole_text(self) -> str:
        """The text of the page; what goes wrong in a form, the library would only log."""
        text = self.extract_text()
        if self._fault:
            raise self._fault
        return text

    def extract_xform_text(self, xform: Any, *args: Any, **kwargs: Any) -> str:
        """The text of one form as it is drawn once."""
        try:
            self._work.spend(len(xform.get_data()))
            self._work.spend(_fonts(xform))
            return super().extract_xform_text(xform, *args, **kwargs)
        except Exception as fault:
            self._fault = self._fault or fault
            raise


def _fonts(holder: DictionaryObject) -> int:
    """The work that the fonts of a page or form are: each is read anew for each drawing."""
    work = 0
    for name in (fonts := _dictionary(_dictionary(holder, "/Resources"), "/Font")):
        characters = _dictionary(_dictionary(fonts, name), "/ToUnicode")
        work += _DRAWING + (len(characters.get_data()) if isinstance(characters, StreamObject) else 0)
    return work


def _dictionary(holder: DictionaryObject, key: str) -> DictionaryObject:
    value = holder.get(key)
    value = None if value is None else value.get_object()
    return value if isinstance(value, DictionaryObject) else DictionaryObject()
