"""Markdown reports (CommonMark): read as the page that they render to, after the YAML front matter.

Title: `title` of the front matter, else the first heading. Date: `date` of the front matter. The front matter
is no part of the text; it is kept among what was left out.
"""

import re

import yaml
from markdown_it import MarkdownIt

from opsroom.connectors.documents.dates import agreed
from opsroom.connectors.documents.document import Document, compose
from opsroom.connectors.documents.html import read_page
from opsroom.errors import Malformed

_LONGEST = 1_000_000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,16000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read(source: str) -> Document:
    """The document that a Markdown text holds. Malformed beyond 1,000,000 characters, or without text."""
    if len(source) > _LONGEST:
        raise Malformed(
            f"the Markdown is {len(source):,} characters long and {_LONGEST:,} are the limit: split it"
        )
    stated, front_matter, body = _front_matter(source)
    page = read_page(MarkdownIt("commonmark").render(body))
    return compose(
        page.text,
        media_type="text/markdown",
        title=stated.get("title", "") or next((said for _, said in page.headings), ""),
        date=agreed([[stated.get("date", "")]]),
        left_out=(front_matter, *page.left_out),
    )


def _front_matter(source: str) -> tuple[dict[str, str], str, str]:
    """What the front matter states by name, its source, and the rest; a rule above a paragraph opens none."""
    found = _FRONT_MATTER.match(source)
    try:
        said = yaml.load(found[1], Loader=yaml.BaseLoader) if found else None
    except (yaml.YAMLError, RecursionError):
        said = None
    if found is None or not isinstance(said, dict):
        return {}, "", source
    stated = {key: value for key, value in said.items() if isinstance(key, str) and isinstance(value, str)}
    return stated, found[1], source[found.end() :]
