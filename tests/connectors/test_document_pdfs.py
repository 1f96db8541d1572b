"""PDF, honest and hostile."""

import logging
from io import StringIO

import pytest

from opsroom.connectors.documents import read_document
from tests.connectors.pdf_files import HELLO, encrypted, form, pdf
from tests.connectors.reading import reason, text


def test_a_pdf_gives_the_text_of_its_pages() -> None:
    found = read_document(pdf(pages=2), name="r.pdf")
    assert found.text == "The bridge is closed\n\nThe bridge is closed"
    assert (found.title, found.media_type) == ("The bridge is closed", "application/pdf")


def test_the_date_of_the_file_is_not_the_date_of_the_report() -> None:
    found = read_document(pdf(about=b"<</Title(Bridges)/CreationDate(D:20170724103000Z)>>"), name="r.pdf")
    assert (found.title, found.published) == ("Bridges", None)


def test_what_a_word_processor_calls_the_file_is_no_title() -> None:
    found = read_document(pdf(about=b"<</Title(Microsoft Word - Document1.docx)>>"), name="r.pdf")
    assert found.title == "The bridge is closed"


def test_a_pdf_is_known_by_its_beginning() -> None:
    assert read_document(pdf(), name="download").media_type == "application/pdf"
    assert text("A note on %PDF-1.7 files").media_type == "text/plain"


def test_a_form_is_read_where_it_is_drawn() -> None:
    assert read_document(pdf(b"/X Do ", drawn=form(HELLO)), name="r.pdf").text == "The bridge is closed"


def test_a_pdf_that_opens_without_a_password_is_read_and_another_is_not() -> None:
    assert read_document(encrypted(pdf(), password=""), name="r.pdf").text == "The bridge is closed"
    assert "without a password" in reason(encrypted(pdf(), password="secret"), "r.pdf")


HOSTILE = {
    "2,000 are the limit": pdf(pages=2_001),
    "too large": pdf(b" " * 20_000_000 + HELLO),
    "of content": pdf(b" " * 15_000_000 + HELLO, pages=3),
    "nested too deep": pdf(b"[" * 100_000 + HELLO),
    "bytes of content": pdf(b"/X Do " * 500 + HELLO, drawn=form(b" " * 100_000 + HELLO)),
    "too large or too involved": pdf(b"/X Do " + HELLO, drawn=form(b" " * 20_000_000 + HELLO)),
    "no text": pdf(b" "),
    "broken": pdf()[:300],
}


@pytest.mark.parametrize(("said", "data"), HOSTILE.items(), ids=HOSTILE)
def test_a_hostile_pdf_meets_a_limit(said: str, data: bytes) -> None:
    assert said in reason(data, "r.pdf")


def test_a_form_that_draws_itself_ends() -> None:
    assert "closed" in read_document(pdf(b"/X Do ", drawn=form(b"/X Do " * 50 + HELLO)), name="r.pdf").text


def test_what_a_broken_pdf_holds_goes_into_no_log() -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        reason(b"%PDF-1.7\nsecret words\nstartxref\n99\n%%EOF", "r.pdf")
    finally:
        logging.getLogger().removeHandler(handler)
    assert written.getvalue() == ""
