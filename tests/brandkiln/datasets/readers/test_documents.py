"""Documents that people wrote: Word, web pages, Markdown."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from brandkiln.datasets.checks.facts import text_facts
from brandkiln.datasets.readers.limits import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brandkiln.datasets.readers.reading import Reading, read


def word(fill: Callable[[docx.document.Document], object]) -> bytes:
    document = docx.Document()
    fill(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return the document with other bytes in its body."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            content = source.read(name)
            copy.writestr(name, content.replace(old, new) if name == "word/document.xml" else content)
    return target.getvalue()


def passages(data: bytes, name: str = "a.docx", **limits: int) -> list[tuple[str, str]]:
    return [(line["name"], line["text"]) for line in read(data, name, "text", **limits).lines]


def page(body: str, head: str = "") -> Reading:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html", "text")


def texts(body: str) -> list[str]:
    return [line["text"] for line in page(body).lines]


def test_paragraphs_and_rows_of_tables_are_passages() -> None:
    def fill(document: docx.document.Document) -> None:
        document.add_heading("Boots", 1)
        document.add_paragraph("Warm and ").add_run("dry").bold = True
        document.add_paragraph("")
        table = document.add_table(2, 2)
        for row, cells in enumerate((("size", "price"), ("42", "99\nwith laces"))):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        document.add_paragraph("The\tend")
        document.sections[0].header.paragraphs[0].text = "Confidential"

    assert passages(word(fill)) == [
        ("paragraph 1", "Boots"),
        ("paragraph 2", "Warm and dry"),
        ("table 1, row 1", "size | price"),
        ("table 1, row 2", "42 | 99 with laces"),
        ("paragraph 4", "The\tend"),
    ]


def test_deleted_text_and_field_codes_are_no_text() -> None:
    data = word(lambda document: document.add_paragraph("Kept MARK"))
    runs = b"</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>"
    assert passages(changed(data, b"MARK", runs)) == [("paragraph 1", "Kept")]


def test_a_table_in_a_cell_is_part_of_the_cell() -> None:
    def fill(document: docx.document.Document) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "outer"
        cell.add_table(1, 1).cell(0, 0).text = "inner"

    assert passages(word(fill)) == [("table 1, row 1", "outer inner")]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><w:document', "entities"),
        (b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document', "entities"),
        (b"<w:p>" * 300 + b"<w:document", "too_deep"),
        (b"<broken", "damaged_document"),
    ],
)
def test_a_document_that_attacks_is_refused(new: bytes, code: str) -> None:
    data = changed(word(lambda document: document.add_paragraph("x")), b"<w:document", new)
    with pytest.raises(Refused) as refusal:
        passages(data)
    assert refusal.value.code == code


def test_a_document_that_is_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = changed(word(lambda document: document.add_paragraph("MARK")), b"MARK", b"x" * 5_000_000)
    with pytest.raises(Refused, match="times its size"):
        passages(data, ratio_free_bytes=1_000_000)


def test_a_paragraph_over_the_cap_is_a_fault() -> None:
    def fill(document: docx.document.Document) -> None:
        document.add_paragraph("x" * 500)
        document.add_paragraph("short")

    reading = read(word(fill), "a.docx", "text", text_characters=100)
    assert ([line["text"] for line in reading.lines], reading.codes) == (["short"], ["text_too_long"])


@pytest.mark.parametrize(
    "data", [b"", b"plain", b"PK\x03\x04 no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)]
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        passages(data)
    assert refusal.value.code in ("wrong_format", "damaged_archive", "encrypted_document")


def test_a_page_gives_the_text_that_people_see() -> None:
    assert texts(
        "<nav><a>Home</a></nav><main><h1>Boots</h1><p>Warm <b>and</b> dry.<br>Always.</p>"
        "<script>alert(1)</script><style>p{}</style><ul><li>One<li>Two</ul><p hidden>no</p>"
        "<table><tr><th>size<th>price<tr><td>42<td>99</table><!-- no --></main><footer>Imprint</footer>"
    ) == ["Boots", "Warm and dry.\nAlways.", "One", "Two", "size | price", "42 | 99"]


def test_entities_and_nested_inline_tags_are_read_as_a_browser_does() -> None:
    assert texts("<p>Fish &amp; chips &lt;3 caf&eacute;<p>a<i>b<u>c") == ["Fish & chips <3 café", "abc"]


def test_a_page_without_body_has_no_records() -> None:
    assert page("<script>x</script>").lines == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "gb18030"])
def test_a_page_names_its_encoding(encoding: str) -> None:
    word_ = "运动鞋" if encoding == "gb18030" else "café"
    data = f'<html><head><meta charset="{encoding}"></head><p>{word_}'.encode(encoding)
    reading = read(data, "a.htm", "text")
    assert ([line["text"] for line in reading.lines], reading.seen["encoding"]) == ([word_], encoding)


def test_a_page_nested_too_deep_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Refused, match="nested deeper than 512 tags"):
        texts("<div>" * 100_000)
    assert texts("<p>x" * 600 + "<li>y" * 600)[:1] == ["x"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<table>",
                "<td>",
                "<b>",
                "</b>",
                "<nav>",
                "<main>",
                "<br>",
                "<",
                "&",
                "é",
                "x ",
                "\u2029",
                "<!--",
                "<svg>",
                "<body hidden>",
            ]
        ),
        max_size=40,
    )
)
def test_any_arrangement_of_tags(parts: list[str]) -> None:
    for text in texts("".join(parts)):
        assert text.strip()
        assert not {"\u2029", "\u2028", "\u241f"} & set(text)


def test_markdown_is_kept_as_written_without_the_settings_above_it() -> None:
    data = b"---\ntitle: x\n\ntags: [y]\n---\n# Boots\n\n*Warm*\n\n---\n\nEnd\n"
    assert [text for _, text in passages(data, "a.md")] == ["# Boots", "*Warm*", "---", "End"]
    assert passages(b"Plain\n\nText\n", "a.md") == [("line 1", "Plain"), ("line 3", "Text")]


@pytest.mark.parametrize(
    ("text", "words"), [("one two  three", 3), ("运动鞋很好", 5), ("Nike 运动鞋 99", 5), ("café crème", 2)]
)
def test_words_are_counted_also_where_they_are_written_without_blanks(text: str, words: int) -> None:
    assert text_facts(text) == {"characters": len(text), "words": words}


def test_texts_carry_their_facts() -> None:
    assert read(b"One two\n", "a.txt", "text").lines[0]["facts"] == {"characters": 7, "words": 2}
