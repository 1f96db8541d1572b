"""Text as a STIX string can hold it: whole characters, one kind of line end, no control characters."""

import re

_LINE_END = re.compile("[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_GAP = re.compile(r"\n(?:[ \t]*\n)+")


def clean(text: str) -> str:
    r"""`text` with `\n` for line ends, one empty line between paragraphs, and nothing that cannot be shown.

    Halves of surrogate pairs are joined where they meet and become U+FFFD where they stand alone.

    >>> clean("a\x00\r\n\r\n\r\nb\ud800")
    'a\n\nb�'
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _CONTROL.sub("", _LINE_END.sub("\n", text.replace("\r\n", "\n")))
    return _GAP.sub("\n\n", text).strip("\n")


def on_one_line(text: str) -> str:
    r"""`text`, cleaned, with single spaces for all white space.

    >>> on_one_line(" Sergei\n  Rudskoi ")
    'Sergei Rudskoi'
    """
    return " ".join(clean(text).split())


def shortened(text: str, longest: int) -> str:
    """`text`, or its first `longest` characters with an ellipsis for the rest."""
    return text if len(text) <= longest else text[:longest].rstrip() + "…"


def control_characters(text: str) -> int:
    """How many control characters `text` holds, line ends and tabs not counted."""
    return len(_CONTROL.findall(text))


def words(text: str) -> frozenset[str]:
    """The set of the words that `text` lists."""
    return frozenset(text.split())
