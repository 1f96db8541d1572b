"""Reading small documents in a test."""

import pytest

from opsroom.connectors.documents import Document, read_document
from opsroom.errors import Malformed


def text(source: str, name: str = "report.txt") -> Document:
    return read_document(source.encode(), name=name)


def page(body: str, head: str = "") -> Document:
    return text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "page.html")


def reason(data: bytes, name: str = "report.txt") -> str:
    with pytest.raises(Malformed) as refused:
        read_document(data, name=name)
    return str(refused.value)
