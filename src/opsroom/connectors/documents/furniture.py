"""What a site puts around a report: recognised by few, narrow rules, left out, and kept to be shown.

In a doubtful case the text stays. Lines (of every format):
1. A line that is an agency's photo credit and nothing else.
2. The lines right above such a credit, up to the next empty line, are its caption; the first line of the
   document is none, and more than 300 characters are a paragraph.
3. A line that is one of the set phrases about comments, advertising, newsletters, sharing and navigation.

Elements (of HTML):
4. Navigation, footers (but a quotation's footer names its source), asides, captions and controls, by tag or
   role.
5. What the page does not show (`hidden`, `display:none`), and reader comments and prompts by the usual class
   or id.
"""

import re
from collections.abc import Mapping

from opsroom.connectors.documents.wording import words

_AGENCY = (
    r"(?:AP|AFP|EPA|UPI|DPA|ANSA|TASS|Sputnik|Xinhua|Anadolu|Reuters|Getty(?:\ Images)?|Shutterstock|iStock)"
)
_NAME = r"[\w.,’' -]{2,60}"
_CREDIT = re.compile(
    rf"""\(?(?:
        {_AGENCY}\ (?:Photos?|Images?|Pool)(?:\s?[/:]\s?{_NAME})?   # AP Photo/Jane Roe
      | (?:REUTERS|Reuters|AFP|EPA|AP|TASS)\s?/\s?{_NAME}           # REUTERS/Jane Roe
      | {_NAME}\s?/\s?{_AGENCY}(?:\ via\ {_AGENCY})?                # Jane Roe/AFP via Getty Images
      | (?i:photo|image)\ (?i:credit|by|courtesy\ of)\s?:?\ {_NAME} # Photo by Jane Roe
    )\)?\.?""",
    re.VERBOSE,
)
_PHRASE = re.compile(
    r"""(?:
        please\ let\ us\ know\ if\ you[’']re\ having\ (?:issues|problems|trouble)\ with\ commenting
      | (?:leave|post|add)\ a\ (?:comment|reply) | (?:view|show|read)\ (?:all\ )?(?:\d+\ )?comments
      | comments\ are\ closed
      | advertisement | (?:story|article)\ continues\ below(?:\ advertisement)? | sponsored\ content
      | (?:sign\ up\ for|subscribe\ to)\ our\ (?:free\ )?(?:daily\ |weekly\ )?newsletter
      | share\ this(?:\ (?:article|story|page|post))? | follow\ us\ on\ (?:facebook|twitter|x|telegram)
      | skip\ to\ (?:main\ )?content | back\ to\ top
    )[.!:]?""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_CAPTION = 300

_TAGS = words("nav aside figcaption button select textarea noscript dialog")
_ROLES = words("navigation banner contentinfo complementary search dialog")
_NAMES = words(
    "comments comment-list disqus_thread breadcrumb breadcrumbs cookie-banner cookie-notice "
    "newsletter-signup related-posts share-buttons social-share skip-link"
)
_WHOLE_PAGE = words("html body main article")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def without_lines(text: str) -> tuple[str, tuple[str, ...]]:
    """A cleaned text without its furniture lines (rules 1 to 3), and those lines as they stood."""
    blocks: list[str] = []
    left_out: list[str] = []
    for block in text.split("\n\n"):
        kept, out = _divided(block.split("\n"), opens_document=not blocks)
        left_out += out
        if kept:
            blocks.append("\n".join(kept))
    return "\n\n".join(blocks), tuple(left_out)


def _divided(lines: list[str], *, opens_document: bool) -> tuple[list[str], list[str]]:
    """The lines of one block that stay and those that go; those `above` may yet prove to be a caption."""
    kept: list[str] = []
    out: list[str] = []
    above: list[str] = []
    for line in lines:
        if _CREDIT.fullmatch(line.strip()):
            (out if sum(map(len, above)) <= _LONGEST_CAPTION else kept).extend(above)
            above = []
            out.append(line)
        elif _PHRASE.fullmatch(line.strip()):
            out.append(line)
        elif opens_document and not kept:
            kept.append(line)
        else:
            above.append(line)
    return kept + above, out


def is_furniture(tag: str, attributes: Mapping[str, str], *, quoting: bool) -> bool:
    """Whether an HTML element is furniture (rules 4 and 5); `quoting`: it stands in a block quotation."""
    if tag in _WHOLE_PAGE:
        return False
    if tag in _TAGS or (tag == "footer" and not quoting):
        return True
    if "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")):
        return True
    names = {*attributes.get("class", "").lower().split(), attributes.get("id", "").lower()}
    return attributes.get("role", "").lower() in _ROLES or not _NAMES.isdisjoint(names)
