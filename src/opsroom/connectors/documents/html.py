"""HTML reports: what a page shows, without its furniture, and the title and date that it states.

Title: `og:title`, else the `title` element, else the first `h1`. Date: the `meta` elements for a date of
publication, else JSON-LD `datePublished`, else `time` elements (`Page` says which). Nothing is fetched.
"""

from collections.abc import Iterable, Iterator

import msgspec

from opsroom.connectors.documents.dates import Stated, agreed
from opsroom.connectors.documents.document import Document, compose
from opsroom.connectors.documents.page import Page
from opsroom.errors import Malformed

_PUBLISHED = frozenset(("article:published_time", "datepublished", "dcterms.issued", "dc.date.issued"))
_ENDS_ALL = "<!---->"
"""An empty comment after the last byte: it ends a tag or comment that the page leaves open. Without it the
parser would look for that end once for every `<` that follows, which a hostile page can make take hours."""
_MOST_TAGS = 1_000_000


def read(markup: str) -> Document:
    """The document that a page holds. Malformed where the markup is broken or shows no text."""
    page = read_page(markup)
    first = next((said for tag, said in page.headings if tag == "h1"), "")
    return compose(
        page.text,
        media_type="text/html",
        title=_named(page, "og:title") or page.title or first,
        date=_published(page),
        left_out=page.left_out,
    )


def read_page(markup: str) -> Page:
    """The page, read to its end. Malformed with more than 1,000,000 tags, and where it is broken."""
    if (tags := markup.count("<")) > _MOST_TAGS:
        raise Malformed(f"the HTML has {tags:,} tags and {_MOST_TAGS:,} are the limit: save it as plain text")
    page = Page()
    try:
        page.feed(markup + _ENDS_ALL)
        page.close()
    except AssertionError as broken:
        raise Malformed(f"the HTML is broken ({broken}): save the page anew, or as plain text") from None
    return page


def _published(page: Page) -> Stated | None:
    return agreed(
        (
            [content for name, content in page.meta if name in _PUBLISHED],
            list(_linked_dates(page.linked)),
            page.marked_times,
            page.lone_times,
        )
    )


def _named(page: Page, wanted: str) -> str:
    return next((content for name, content in page.meta if name == wanted), "")


def _linked_dates(texts: Iterable[str]) -> Iterator[str]:
    """`datePublished` of the things that JSON-LD describes at its top, not of what is said about these."""
    for text in texts:
        try:
            described = msgspec.json.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            continue
        for thing in _things(described):
            date = thing.get("datePublished")
            if isinstance(date, str):
                yield date


def _things(described: object) -> Iterator[dict[str, object]]:
    for one in described if isinstance(described, list) else [described]:
        if isinstance(one, dict):
            yield one
            graph = one.get("@graph")
            yield from (
                (thing for thing in graph if isinstance(thing, dict)) if isinstance(graph, list) else ()
            )
