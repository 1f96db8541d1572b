"""PDF reports: the text layer, page by page, and the title of the document information.

A PDF states no date of the report: `/CreationDate` is the file's. A hostile file meets these limits, each a
Malformed: pages; bytes of one stream once decompressed; depth (of objects, page tree, forms); and the work of the
whole file, counted in bytes of content, of forms each time they are drawn, and of character maps.
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
_MOST_WORK = 64_000_000
_DRAWING = 1_000
"""The work of reading one form, font or page, however small."""

_PLACEHOLDER = re.compile(
    r"untitled.*|microsoft \w+ - .*|\S+\.(?:docx?|odt|rtf|indd|pdf|tmp|qxd|dvi)", re.IGNORECASE
)

_LIBRARY = logging.getLogger("pypdf")
"""Its warnings quote what a file holds, and a broken file causes thousands: none goes into a log."""
_LIBRARY.addHandler(logging.NullHandler())
_LIBRARY.propagate = False
