"""HTML, and Markdown as the page that it renders to."""

import pytest

from opsroom.connectors.documents import read_document
from opsroom.errors import Malformed
from tests.connectors.reading import page, text


def test_a_page_gives_its_text_without_what_the_site_puts_around_it() -> None:
    found = page(
        "<nav>Home <b>World</b></nav><header><h1>Bridge closed</h1></header><article><p>First <i>part</i>,\n"
        "second.<p>Third<br>line &amp; more<script>alert('x')</script><style>p{}</style>"
        "<!-- unseen --></article>"
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
    assert page("<p hidden>Home<p>Text").text == "Text"


def test_title_is_the_open_graph_one_then_the_title_element_then_the_heading() -> None:
    head, graph = "<title>T | Site</title>", "<meta property=og:title content='T'>"
    assert page("<h1>H</h1>", head + graph).title == "T"
    assert page("<svg><title>icon</title></svg><h1>H</h1>", head).title == "T | Site"
    assert page("<nav><h1>Site</h1></nav><p>x</p><h1>H</h1>").title == "H"


LINKED = '<script type="application/ld+json">%s</script>'
PUBLISHED = {
    "<meta property=article:published_time content=2017-07-24T10:30:00+03:00>": "2017-07-24T07:30:00.000Z",
    LINKED % '{"datePublished": "2017-07-24T10:30:00.1234567Z"}': "2017-07-24T10:30:00.1234567Z",
    LINKED % '[{"@graph": [7, {"datePublished": "2017-07-24T10:30:00+0000"}]}]': "2017-07-24T10:30:00.000Z",
    "<p>By X, <time itemprop=datePublished datetime='2017-07-24 10:30:00Z'>": "2017-07-24T10:30:00.000Z",
    "<p><time datetime=2017-07-24>Monday</time></p>": "2017-07-24T00:00:00.000Z",
    "<div><time datetime=2017-07-24T10:30:00>Monday</time></div>": "2017-07-24T00:00:00.000Z",
    "<div><time datetime=2017-07-24T10:30Z>Monday</time></div>": "2017-07-24T10:30:00.000Z",
}


@pytest.mark.parametrize(("stated", "published"), PUBLISHED.items())
def test_a_page_may_state_its_date(stated: str, published: str) -> None:
    assert page(f"{stated}<p>Text</p>").published == published


def test_a_marked_date_goes_before_one_that_only_stands_alone() -> None:
    found = page("<p><time datetime=2016-01-01>x</time><p>By X, <time pubdate datetime=2017-07-24>y</time>")
    assert found.published == "2017-07-24T00:00:00.000Z"


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
        "<div class=comments><time itemprop=datePublished datetime=2016-01-01>then</time></div>",
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


@pytest.mark.parametrize("number", range(2, 17))
def test_an_encoding_that_does_not_exist_is_not_taken(number: int) -> None:
    found = read_document(b"<html><meta charset=iso-8859-%d><p>Text" % number, name="a.html")
    assert found.text == "Text"


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


def test_escapes_put_no_forbidden_character_into_the_text() -> None:
    found = page("<p>a&#0;b&#x1b;c&#xD800;d&#13;e</p>", "<title>t&#7;t</title>")
    assert (found.text, found.title) == ("a\ufffdbc\ufffdd\ne", "tt")


def test_markdown_reads_as_it_renders() -> None:
    found = text(
        "Intro\n\n# Bridge *closed* #\n\nA [link](http://x.test) and `code`.\n\n- one\n- two\n", "r.md"
    )
    assert found.text == "Intro\n\nBridge closed\n\nA link and code.\n\none\ntwo"
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
