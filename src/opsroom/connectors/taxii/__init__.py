"""A client of TAXII 2.1: it finds a collection, reads it page by page, and posts to it.

What servers get wrong is borne where it can be and named where it cannot: nothing here goes on for ever, and
nothing is taken for complete that the server did not say was.
"""

from opsroom.connectors.taxii.fetching import fetch
from opsroom.connectors.taxii.finding import Place, collection_at
from opsroom.connectors.taxii.posting import Sent, post
from opsroom.connectors.taxii.reading import LIMIT, Page, Query, pages, records
from opsroom.connectors.taxii.resources import TAXII

__all__ = [
    "LIMIT",
    "TAXII",
    "Page",
    "Place",
    "Query",
    "Sent",
    "collection_at",
    "fetch",
    "pages",
    "post",
    "records",
]
