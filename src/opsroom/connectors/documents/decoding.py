"""The characters of a text file, by a byte order mark, by what an HTML page declares, else as UTF-8.

No encoding is guessed. The declared ones that are taken are those of the WHATWG Encoding Standard that keep
no state between characters; ISO-8859-1 means windows-1252 there.
"""

import codecs
import re

from opsroom.connectors.documents.wording import control_characters
from opsroom.errors import Malformed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_WITHIN = 1024
"""A page declares its encoding in its first 1024 bytes (HTML, section 4.2.5.4)."""
_TAKEN = re.compile(
    r"windows-(?:874|125[0-8])|iso-8859-(?:[2-9]|1[013-6])|koi8-[ru]"
    r"|gbk|gb2312|gb18030|big5|shift_jis|euc-jp|euc-kr"
)
_CONTROLS_IN_TEXT = 0.25


def decode(data: bytes, *, page: bool) -> str:
    """The text that `data` is; `page`: it is HTML. Malformed for other encodings, and for what is no text."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = marked or (_declared(data) if page else "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        name = encoding.removesuffix("-sig").upper()
        raise Malformed(
            f"byte {fault.start} is no {name}: save the file as UTF-8, or as PDF where it is no text"
        ) from None
    if control_characters(text) > len(text) * _CONTROLS_IN_TEXT:
        raise Malformed("the file is binary, or text in an encoding that it does not state: save it as UTF-8")
    return text


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:_WITHIN])
    name = found[1].decode("ascii", "replace").lower() if found else ""
    if name in ("iso-8859-1", "latin1"):
        return "windows-1252"
    return name if _TAKEN.fullmatch(name) else "utf-8"
