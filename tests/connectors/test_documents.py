"""Plain text, and what holds for every format."""

from contextlib import suppress
from pathlib import Path

import pytest

from opsroom.connectors.documents import Document, read_document
from opsroom.errors import Malformed
from tests.connectors.pdf_files import HELLO, form, pdf
from tests.connectors.reading import reason, text

SEED = Path(__file__).parents[3] / "shared" / "seed" / "article.txt"


def test_title_is_the_first_line_and_text_stays_word_for_word() -> None:
    found = text("\n  Bridge  closed\r\n\r\n“Closed,” said a  “foreign political entity”.\r\n")
    assert found.title == "Bridge closed"
    assert found.text == "Bridge  closed\n\n“Closed,” said a  “foreign political entity”."
    assert found.media_type == "text/plain"
    assert found.left_out == ()


def test_a_paragraph_is_no_title() -> None:
    assert text("word " * 100).title is None


def test_plain_text_states_no_date() -> None:
    assert text("Report of 2017-07-24\n\n2017-07-24").published is None


def test_site_furniture_is_left_out_and_kept_to_be_shown() -> None:
    found = text(
        "Title\n\nA General\nin Moscow\nAP Photo/Jane Roe\n\nThe story.\n\nAdvertisement\n\nThe end.\n\n\n"
        "Please let us know if you're having issues with commenting."
    )
    assert found.text == "Title\n\nThe story.\n\nThe end."
    assert found.left_out == (
        "A General",
        "in Moscow",
        "AP Photo/Jane Roe",
        "Advertisement",
        "Please let us know if you're having issues with commenting.",
    )


@pytest.mark.parametrize(
    "line",
    [
        "The AP Photo/Jane Roe is disputed, and much else about the crossing with it.",
        "He said: please let us know if you're having issues with commenting.",
        "AP Photo/Jane Roe: the bridge in May",
        "Comments",
        "Photo: the radar station in May",
        "reports Reuters.",
    ],
)
def test_a_doubtful_line_stays(line: str) -> None:
    assert text(f"Title\n\n{line}\n\nEnd") == Document(
        "Title", None, f"Title\n\n{line}\n\nEnd", "text/plain", ()
    )


def test_a_paragraph_right_above_a_credit_is_no_caption() -> None:
    long = "The convoy left. " * 20
    found = text(f"Title\n\n{long}\nREUTERS/Jane Roe\n\nEnd")
    assert long.strip() in found.text
    assert found.left_out == ("REUTERS/Jane Roe",)


def test_the_title_is_no_caption() -> None:
    found = text("Title\nJane Roe/AFP via Getty Images\n\nEnd")
    assert (found.title, found.left_out) == ("Title", ("Jane Roe/AFP via Getty Images",))


def test_seed_row_32_caption_credit_and_comment_prompt_are_left_out_visibly() -> None:
    if not SEED.exists():
        pytest.skip("the seed is not beside this repository")
    found = read_document(SEED.read_bytes(), name=SEED.name)
    assert found.left_out == (
        "Sergei Rudskoi",
        "AP Photo/Pavel Golovkin",
        "Please let us know if you're having issues with commenting.",
    )
    assert found.title == "Iraq Cozies Up Further to Iran-Russia Alliance as Islamic State Weakens"
    assert found.published is None, "row 30: the report is undated"
    assert "the Islamic Rebublic." in found.text, "row 29: quotes stay as they are"
    lines = [line for line in SEED.read_text("utf-8").split("\n") if line]
    assert [line for line in lines if line not in found.left_out] == [x for x in found.text.split("\n") if x]


def test_control_characters_go_and_every_line_end_is_one() -> None:
    found = text("Tit\0le\x1b\r\nA\rB\x85C\u2028D\tE\x7f")
    assert (found.title, found.text) == ("Title", "Title\nA\nB\nC\nD\tE")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert read_document("Багдад – بغداد".encode(encoding), name="a.txt").text == "Багдад – بغداد"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.txt", "empty"),
        (b" \n", "a.pdf", "empty"),
        (b"\xef\xbb\xbf", "a.txt", "no text"),
        (b"x" * 50_000_001, "a.txt", "50,000,000 are the limit"),
        (b"\xff\xfeA", "a.txt", "byte 2 is no UTF-16"),
        ("Москва".encode("cp1251"), "a.txt", "no UTF-8: save the file as UTF-8"),
        ("<meta charset=windows-1251>Москва".encode("cp1251"), "a.txt", "no UTF-8"),
        (b"<html><meta charset=utf-7><p>+2AA-\xff", "a.html", "no UTF-8"),
        ("Москва".encode("utf-16-le"), "a.txt", "encoding that it does not state"),
        (bytes(range(40)) * 9, "a.txt", "binary"),
        (b"PK\x03\x04rest", "a.docx", "ZIP"),
        (b"\x89PNG\r\n", "a.txt", "image"),
        (b"{\\rtf1 text}", "a.rtf", "RTF"),
        (b"Text", "a.pdf", "is no PDF"),
        (b"# " + b"x" * 1_000_000, "a.md", "1,000,000 are the limit"),
        (b"<p>" * 1_000_001, "a.html", "1,000,000 are the limit"),
        (b"<p>x<![ifa", "a.html", "HTML is broken"),
        (b"<nav>Home</nav>", "a.html", "site furniture"),
        (b"Advertisement\n", "a.txt", "site furniture"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, name: str, said: str) -> None:
    assert said in reason(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf(about=b"<</Title(T)>>", drawn=form(HELLO)), "a.pdf"),
        (
            b"<html><head><title>T</title><nav>\xd0\x9c<p>&amp;<!-- x --><![CDATA[x]]></nav><pre>x</pre>",
            "a.html",
        ),
        (b"---\ntitle: 'T'\n---\n# H [a](b)\n\n<i>x</i>\n", "a.md"),
    ],
    ids=["pdf", "html", "markdown"],
)
def test_a_file_cut_anywhere_is_read_or_refused(data: bytes, name: str) -> None:
    for end in range(len(data)):
        with suppress(Malformed):
            assert read_document(data[:end], name=name).text
