"""Every kind of file ends as records of a version."""

import gzip
import io
from typing import Any

import docx
import polars
import pytest
import xlsxwriter

from tests.brandkiln.datasets.files import Ingest, grey, zip_bytes
from tests.brandkiln.datasets.readers.pages import pdf
from tests.brandkiln.datasets.readers.scans import dicom, nifti
from tests.brandkiln.datasets.readers.sound_samples import encoded, wav


def workbook(rows: list[list[Any]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return target.getvalue()


def parquet(columns: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    polars.DataFrame(columns).write_parquet(target)
    return target.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


ROWS = [{"name": "Shoe", "price": 9.5}, {"name": "Bag", "price": 20.0}]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (workbook([["name", "price"], ["Shoe", 9.5], ["Bag", 20]]), "a.xlsx"),
        (parquet({"name": ["Shoe", "Bag"], "price": [9.5, 20.0]}), "a.parquet"),
        (b"name\tprice\nShoe\t9.5\nBag\t20\n", "a.tsv"),
        (zip_bytes({"1.csv": b"name,price\nShoe,9.5\n", "2.csv": b"name,price\nBag,20\n"}), "a.zip"),
    ],
)
def test_tables_of_every_format_give_the_same_rows(data: bytes, filename: str, ingest: Ingest) -> None:
    version = ingest(data, filename, "table")
    assert [record.fields for record in version.records.all()] == ROWS
    assert version.columns == [{"name": "name", "type": "text"}, {"name": "price", "type": "decimal"}]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (word("One", "Two"), "a.docx"),
        (b"<p>One<p>Two<nav>Menu</nav>", "a.html"),
        (b"One\n\nTwo\n", "a.md"),
        (workbook([["text"], ["One"], ["Two"]]), "a.xlsx"),
    ],
)
def test_texts_of_every_format_give_the_same_records(data: bytes, filename: str, ingest: Ingest) -> None:
    version = ingest(data, filename, "text")
    assert [(record.text, record.facts["words"]) for record in version.records.all()] == [
        ("One", 1),
        ("Two", 1),
    ]


def test_lines_of_a_pdf_become_its_paragraphs_again(ingest: Ingest) -> None:
    version = ingest(
        pdf("Felt keeps feet warm in win-", "ter, and dry in spring.", "Wool.", "Page 3"), "a.pdf", "text"
    )
    assert [(record.name, record.text) for record in version.records.all()] == [
        ("page 1", "Felt keeps feet warm in winter, and dry in spring."),
        ("page 1", "Wool."),
    ]


def test_sounds_are_kept_as_files_with_their_facts(ingest: Ingest) -> None:
    version = ingest(zip_bytes({"a/1.wav": wav(0.1), "b/2.flac": encoded("FLAC")}), "a.zip", "audio")
    records = list(version.records.select_related("artifact"))
    assert [record.label for record in records] == ["a", "b"]
    assert [record.artifact.media_type for record in records if record.artifact] == [
        "audio/wav",
        "audio/flac",
    ]
    assert records[0].facts["seconds"] == 0.1


def test_scans_become_images_with_their_volume(ingest: Ingest) -> None:
    volume = gzip.compress(nifti([0, 1, 2, 3, 5, 6, 7, 8], (2, 2, 2)))
    version = ingest(zip_bytes({"a.dcm": dicom([1, 2, 3, 4], (2, 2)), "h.nii.gz": volume}), "a.zip")
    assert [record.fields["volume"] for record in version.records.all()] == ["a.dcm", "h.nii.gz", "h.nii.gz"]
    assert all(record.artifact_id for record in version.records.all())


def test_a_listing_gives_images_their_captions_and_attributes(ingest: Ingest) -> None:
    listing = b"file,caption,label,price\na.png,A shoe,shoes,9.5\nb.png,A bag,bags,20\n"
    version = ingest(zip_bytes({"a.png": grey(1), "b.png": grey(2), "list.csv": listing}), "a.zip")
    assert [(one.text, one.label, one.fields) for one in version.records.all()] == [
        ("A shoe", "shoes", {"price": 9.5}),
        ("A bag", "bags", {"price": 20.0}),
    ]
