"""Markdown of strangers on a page: laid out, and nothing in it alive."""

from html.parser import HTMLParser

import pytest
from brandkiln.dashboard.markdown import LONGEST, as_html
from hypothesis import given
from hypothesis import strategies as st

HARMLESS = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "em", "strong", "a", "table", "thead", "tbody",
    "tr", "th", "td", "div", "blockquote", "hr", "br",
}  # fmt: skip
ATTRIBUTES = {"href", "rel", "scope", "class", "style", "start", "role", "tabindex", "aria-label", "title"}


class Seen(HTMLParser):
    """The tags, attributes and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def test_a_card_is_laid_out_below_the_titles_of_its_page() -> None:
    page = as_html("# Cups\n\nOf *clay*.\n\n## Data\n\n- 60,000 pictures\n\n      python -m train\n")
    assert "<h3>Cups</h3>" in page
    assert "<h4>Data</h4>" in page
    assert "<em>clay</em>" in page
    assert "<pre><code>python -m train\n</code></pre>" in page


def test_figures_stand_in_a_table_that_the_keyboard_can_scroll() -> None:
    page = as_html("| figure | value |\n| --- | --- |\n| KID | 0.06 |\n")
    assert 'tabindex="0"' in page
    assert '<th scope="col">figure</th>' in page
    assert "<td>0.06</td>" in page


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick='x'>b</b>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a][1]\n\n[1]: vbscript:x",
        "<javascript:alert(1)>",
        "![a](https://tracker.example/x.png)",
        "[a](/w/acme/admin/)",
        "```x onload=alert(1)\ny\n```",
        '[a](https://a.example "x" onclick=y)',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_that_somebody_wrote_is_alive(hostile: str) -> None:
    seen = Seen(as_html(hostile))
    assert seen.tags <= HARMLESS
    assert seen.attributes <= ATTRIBUTES
    assert all(address.startswith("https://") for address in seen.addresses)


@given(st.text(alphabet="[]()<>!*_`#|-: \n\"'&;/\\ajhtpsonerc=x1", max_size=200))
def test_no_text_becomes_a_tag_of_its_own(text: str) -> None:
    seen = Seen(as_html(text))
    assert seen.tags <= HARMLESS
    assert seen.attributes <= ATTRIBUTES


def test_links_to_the_web_are_links_and_tell_no_one_where_they_stood() -> None:
    page = as_html("<https://arxiv.org/abs/1406.2661> and [a page](https://example.com) and [here](../x.md)")
    assert Seen(page).addresses == ["https://arxiv.org/abs/1406.2661", "https://example.com"]
    assert page.count('rel="noreferrer nofollow"') == 2
    assert "here" in page


def test_a_picture_is_its_description() -> None:
    assert as_html("![a grid of cups](grid.png)") == "<p>a grid of cups</p>\n"


def test_what_programs_read_above_a_card_is_left_out() -> None:
    assert as_html("---\nlicense: mit\ntags: [a]\n---\n# Cups\n") == "<h3>Cups</h3>\n"


def test_a_text_beyond_measure_is_shown_as_it_was_written() -> None:
    page = as_html("<b>" + "x" * LONGEST)
    assert page.startswith("<pre")
    assert "&lt;b&gt;" in page
