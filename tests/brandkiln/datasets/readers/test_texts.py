"""Texts from several files, and the columns that they stand in."""

import io

import pypdf
import pytest
from brandkiln.datasets.readers.limits import Refused

from tests.brandkiln.datasets.files import zip_bytes
from tests.brandkiln.datasets.readers.reading import read, read_all
from tests.brandkiln.datasets.readers.test_documents import changed, word


def test_texts_of_several_kinds_of_files_come_together() -> None:
    reading = read_all(
        {"a.csv": b"text,label\nOne,x\n", "b.txt": b"Two\n\nThree\n", "c.jsonl": b'{"text": "Four"}\n'},
        "text",
    )
    assert [line["text"] for line in reading.lines] == ["One", "Two", "Three", "Four"]
    assert [line["name"] for line in reading.lines] == [
        "a.csv, row 2",
        "b.txt, line 1",
        "b.txt, line 3",
        "c.jsonl, row 1",
    ]


def test_the_folders_of_texts_are_their_labels() -> None:
    reading = read(zip_bytes({"pos/1.txt": b"Fine", "neg/2.txt": b"Dull"}), "a.zip", "text")
    assert [(line["label"], line["text"]) for line in reading.lines] == [("neg", "Dull"), ("pos", "Fine")]


def test_one_file_that_is_no_text_does_not_sink_the_others() -> None:
    reading = read_all(
        {"a.txt": b"Fine", "b.txt": bytes(range(256)) * 40 + bytes(4000), "c.odt": b"%PDF"}, "text"
    )
    assert [line["text"] for line in reading.lines] == ["Fine"]
    assert sorted((fault["where"], fault["code"]) for fault in reading.seen["faults"]) == [
        ("b.txt", "not_text"),
        ("c.odt", "wrong_format"),
    ]


def test_the_columns_of_text_and_label_may_be_chosen() -> None:
    data = b"title,story,kind\nA,B,C\n"
    with pytest.raises(Refused, match='No column is called "text" among "title", "story", "kind"'):
        read(data, "a.csv", "text")
    line = read(data, "a.csv", "text", options={"text_column": "Story", "label_column": "kind"}).lines[0]
    assert (line["text"], line["label"], line["fields"]) == ("B", "C", {"title": "A"})


def test_the_keys_of_text_and_label_may_be_chosen() -> None:
    data = b'{"story": "B", "kind": "C", "n": 1}\n'
    line = read(data, "a.jsonl", "text", options={"text_column": "story", "label_column": "kind"}).lines[0]
    assert (line["text"], line["label"], line["fields"]) == ("B", "C", {"n": 1})


def test_keys_of_known_names_hold_text_and_label_as_columns_do() -> None:
    data = b'{"n": 1}\nno json\n{"prompt": "P", "chosen": "C", "rejected": "R", "class": "x"}\n'
    reading = read(data, "a.jsonl", "text")
    (line,) = reading.lines
    assert (line["text"], line["label"], line["fields"]) == ("C", "x", {"prompt": "P", "rejected": "R"})
    assert [fault["code"] for fault in reading.seen["faults"]] == ["no_text", "bad_json"]
    with pytest.raises(Refused, match='No column is called "text" among "a", "b"'):
        read(b'{"a": "1", "b": "2"}\n', "a.jsonl", "text")


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Refused, match='No column is called "x" to hold the text; there are "a", "b"'):
        read(b"a,b\n1,2\n", "a.csv", "text", options={"text_column": "x"})


def damaged_word() -> bytes:
    """Return a document whose body breaks off behind its first paragraph, which only reading on shows."""
    data = word(lambda document: (document.add_paragraph("Whole"), document.add_paragraph("MARK")))
    return changed(data, b"MARK", b"</w:wrong>")


def test_a_document_that_breaks_off_is_named_and_the_others_go_on() -> None:
    reading = read_all({"a.txt": b"Fine", "b.docx": damaged_word(), "c.txt": b"Good"}, "text")
    assert [line["text"] for line in reading.lines if line["text"] != "Whole"] == ["Fine", "Good"]
    (fault,) = reading.seen["faults"]
    assert (fault["where"], fault["code"]) == ("b.docx", "damaged_document")
    kept = sum(line["text"] == "Whole" for line in reading.lines)
    assert ("What comes before that place was kept: 1 texts." in fault["message"]) == bool(kept)
    with pytest.raises(Refused):
        read(damaged_word(), "b.docx", "text")


def test_an_archive_that_is_damaged_is_named_and_the_others_go_on() -> None:
    reading = read_all({"a.txt": b"Fine", "b.zip": b"PK\x03\x04 no archive", "c.pdf": b"%PDF-1.7 no"}, "text")
    assert [line["text"] for line in reading.lines] == ["Fine"]
    assert sorted((fault["where"], fault["code"]) for fault in reading.seen["faults"]) == [
        ("b.zip", "damaged_archive"),
        ("c.pdf", "not_a_pdf"),
    ]
    with pytest.raises(Refused, match="can't be opened"):
        read(b"PK\x03\x04 no archive", "b.zip", "text")


def test_what_bytes_that_nobody_foresaw_raise_in_a_pdf_refuses_that_file_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a width of nothing")

    monkeypatch.setattr("pypdf.PdfReader.is_encrypted", property(fail))
    blank = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(blank)
    reading = read_all({"a.txt": b"Fine", "b.pdf": blank.getvalue()}, "text")
    assert [line["text"] for line in reading.lines] == ["Fine"]
    assert reading.codes == ["not_a_pdf"]


def test_files_that_hold_no_text_are_named() -> None:
    files = {
        "a.txt": b"Fine",
        "blank.txt": b" \n\n",
        "zero.txt": "\u200b\ufeff".encode(),
        "filler.txt": "\u3164".encode(),
    }
    reading = read_all(files, "text")
    assert [line["text"] for line in reading.lines] == ["Fine"]
    assert [(fault["where"], fault["code"]) for fault in reading.seen["faults"]] == [
        ("blank.txt", "empty_file"),
        ("zero.txt, line 1", "empty_text"),
        ("filler.txt, line 1", "empty_text"),
    ]


def test_more_texts_or_labels_than_are_accepted_still_refuse_the_whole() -> None:
    with pytest.raises(Refused) as refusal:
        read_all({"a.txt": b"One\n\nTwo", "b.txt": b"Three"}, "text", rows=2)
    assert refusal.value.code == "too_many_rows"
