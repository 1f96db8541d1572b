"""Reports as people write them (text, Markdown, HTML, PDF), read and turned into STIX 2.1.

Nothing is fetched and nothing is run: a document is read from its bytes alone, and the same bytes give the
same result. What is left out of a text as site furniture stays visible (`Document.left_out`).
"""

from opsroom.connectors.documents.document import Document
from opsroom.connectors.documents.reading import read_document
from opsroom.connectors.documents.stix import as_stix

__all__ = ["Document", "as_stix", "read_document"]
