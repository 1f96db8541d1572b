"""Reports of four formats, and files that are none."""

import logging
from io import StringIO
from pathlib import Path

import pytest

from opsroom.connectors.documents import Document, read_document
from opsroom.errors import Malformed
from tests.connectors.pdf_files import HELLO, encrypted, form, pdf

SEED = Path(__file__).parents[3] / "shared" / "seed" / "article.txt"


def text(source: str, name: str = "report.txt") -> Document:
    return read_document(source.encode(), name=name)


def page(body: str, head: str = "") -> Document:
    return text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "page.html")


def reason(data: bytes, name: str = "report.txt") -> str:
    with pytest.raises(Malformed) as refused:
        read_document(data, name=name)
    return str(refused.value)


# Plain text


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


# HTML


def test_a_page_gives_its_text_without_what_the_site_puts_around_it() -> None:
    found = page(
        "<nav>Home <b>World</b></nav><header><h1>Bridge closed</h1></header><article><p>First <i>part</i>,\n"
        "second.<p>Third<br>line &amp; more<script>alert('x')</script><style>p{}</style><!-- unseen --></article>"
        "<aside>Most read</aside><figure><img alt=x><figcaption>A general</figcaption></figure>"
        "<div id=comments><p>I think</p></div><p hidden>trap</p><footer>© Outlet</footer>"
    )
    assert found.text == "Bridge closed\n\nFirst part, second.\n\nThird\nline & more"
    assert found.left_out == ("Home World", "Most read", "A general", "I think", "trap", "© Outlet")
    assert (found.title, found.media_type) == ("Bridge closed", "text/html")


def test_lists_tables_quotations_and_code_keep_their_lines() -> None:
    found = page(
        "<ul><li>one<li>two</ul><p>x</p><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<blockquote>Said.<footer>A minister</footer></blockquote><pre>  if x:\n    y</pre>"
    )
    assert found.text == "one\ntwo\n\nx\n\na\tb\n1\t2\n\nSaid.\n\nA minister\n\n  if x:\n    y"


def test_furniture_that_is_never_closed_ends_with_what_holds_it() -> None:
    assert page("<div><nav>Home</div><p>Text</p>").text == "Text"


def test_title_is_the_open_graph_one_then_the_title_element_then_the_heading() -> None:
    head, graph = "<title>T | Site</title>", "<meta property=og:title content='T'>"
    assert page("<h1>H</h1>", head + graph).title == "T"
    assert page("<svg><title>icon</title></svg><h1>H</h1>", head).title == "T | Site"
    assert page("<nav><h1>Site</h1></nav><p>x</p><h1>H</h1>").title == "H"


PUBLISHED = {
    "<meta property='article:published_time' content='2017-07-24T10:30:00+03:00'>": "2017-07-24T07:30:00.000Z",
    '<script type=\'application/ld+json\'>{"datePublished": "2017-07-24T10:30:00.1234567Z"}</script>': (
        "2017-07-24T10:30:00.1234567Z"
    ),
    '<script type="application/ld+json">[{"@graph": [7, {"datePublished": "2017-07-24T10:30:00+0000"}]}]</script>': (
        "2017-07-24T10:30:00.000Z"
    ),
    "<p>By X, <time itemprop=datePublished datetime='2017-07-24 10:30:00Z'>today</time>": "2017-07-24T10:30:00.000Z",
    "<p><time datetime=2017-07-24>Monday</time></p>": "2017-07-24T00:00:00.000Z",
    "<div><time datetime=2017-07-24T10:30:00>Monday</time></div>": "2017-07-24T00:00:00.000Z",
    "<div><time datetime=2017-07-24T10:30Z>Monday</time></div>": "2017-07-24T10:30:00.000Z",
}


@pytest.mark.parametrize(("stated", "published"), PUBLISHED.items())
def test_a_page_may_state_its_date(stated: str, published: str) -> None:
    assert page(f"{stated}<p>Text</p>").published == published


def test_how_exact_a_date_is_stays_known() -> None:
    found = [
        page(f"<p><time datetime={date}>then</time><p>x") for date in ("2017-07-24", "2017-07-24T10:30Z")
    ]
    assert [one.precision for one in found] == ["day", "minute"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>On <time datetime=2015-09-27>Sunday</time> they signed.</p>",
        "<p><time datetime=2015-09-27>Sunday</time> they signed.</p>",
        "<p><time datetime=2017-07>July</time></p>",
        "<p><time datetime=2017-02-30>then</time></p>",
        "<p><time datetime='July 24, 2017'>then</time></p>",
        "<div class=related-posts><time datetime=2016-01-01>then</time></div>",
        "<p><time datetime=2017-07-24>a</time><p><time datetime=2017-07-25>b</time>",
        "<meta name=article:modified_time content=2017-07-25>",
        '<script type="application/ld+json">{"comment": {"datePublished": "2017-07-24"}}</script>',
        '<script type="application/ld+json">{"datePublished": </script>',
    ],
)
def test_no_date_is_taken_from_what_does_not_state_the_documents_own(markup: str) -> None:
    assert page(f"{markup}<p>Text</p>").published is None


def test_an_encoding_that_a_page_declares_is_taken() -> None:
    russian = "<html><meta http-equiv=x content='text/html; charset=windows-1251'><p>Москва"
    assert read_document(russian.encode("cp1251"), name="a.html").text == "Москва"
    assert (
        read_document("<html><meta charset=ISO-8859-1><p>“x”".encode("cp1252"), name="a.html").text == "“x”"
    )


def test_html_is_known_by_its_beginning_too() -> None:
    assert text("\n<!-- x --><!DOCTYPE html><p>Text", "download").media_type == "text/html"
    assert text("A < B\n<html>", "download").media_type == "text/plain"


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<p>",
        "<nav>",
        "<a ",
        "<!--",
        "<a b='",
        "</p>",
        "<time>",
        "<title>",
        "&#",
        "<![CDATA[",
        "<pre>",
    ],
)
def test_a_hundred_thousand_of_anything_is_read_or_refused(unit: str) -> None:
    try:
        found = text("<p>Before" + unit * 100_000 + "x", "a.html")
    except Malformed:
        return
    assert found.text.startswith("Before")


def test_closing_what_is_nested_deep_costs_nothing_either() -> None:
    assert text("<i>" * 100_000 + "x" + "</b>" * 100_000 + "</i>" * 100_000, "a.html").text == "x"
    assert "more than" not in reason(b"<p>" * 1_000_001, "a.html")


def test_escapes_put_no_forbidden_character_into_the_text() -> None:
    found = page("<p>a&#0;b&#x1b;c&#xD800;d&#13;e</p>", "<title>t&#7;t</title>")
    assert (found.text, found.title) == ("a\ufffdbc\ufffdd\ne", "tt")


# Markdown


def test_markdown_reads_as_it_renders() -> None:
    found = text(
        "Intro\n\n# Bridge *closed* #\n\nA [link](http://x.test) and `code`.\n\n- one\n- two\n", "r.md"
    )
    assert found.text == "Intro\n\nBridge closed\n\nA link and code.\n\none\n\ntwo".replace(
        "one\n\ntwo", "one\ntwo"
    )
    assert (found.title, found.published, found.media_type) == ("Bridge closed", None, "text/markdown")


def test_front_matter_states_title_and_date_and_is_left_out_visibly() -> None:
    found = text(
        "---\r\ntitle: A title\ndate: 2017-07-24\ntags: [a]\n---\n# Heading\n\nText\n<!-- note -->\n", "r.md"
    )
    assert (found.title, found.published, found.precision) == ("A title", "2017-07-24T00:00:00.000Z", "day")
    assert found.text == "Heading\n\nText"
    assert found.left_out == ("title: A title\ndate: 2017-07-24\ntags: [a]",)


@pytest.mark.parametrize(
    "source", ["---\nA rule\n---\nText", "---\n- [a\n---\nText", "---\n" + "[" * 9000 + "\n---\nText"]
)
def test_a_rule_above_a_paragraph_is_no_front_matter(source: str) -> None:
    found = text(source, "r.md")
    assert (found.left_out, found.text.endswith("Text")) == ((), True)


@pytest.mark.parametrize("unit", ["[", "*a ", "> ", "- ", "![", "`", "<", "[[a]:\n", "\n- a\n  "])
def test_markdown_made_to_be_slow_is_read(unit: str) -> None:
    text("Text\n\n" + unit * 5_000 + "x", "r.md")


# PDF


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


# Every format


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
        try:
            found = read_document(data[:end], name=name)
        except Malformed as refused:
            assert str(refused)
        else:
            assert found.text
