"""Results in Chinese, Arabic, Hebrew and with emoji: whole in every file, and sheets that run as they are read."""

import csv
import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from brandkiln.bulk.files import results_csv, results_xlsx, results_zip
from brandkiln.bulk.models import Bulk
from brandkiln.bulk.services import start

from tests.brandkiln.bulk.conftest import work
from tests.factories import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Bulk]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMES = [
    "手工橡木餐椅，可叠放", "كرسي من خشب البلوط، 49 دولارا", "כיסא מעץ אלון",
    "Chair 🪑👩‍🚀🇩🇪 e\u0301 \u202eabc\u202c",
]  # fmt: skip


def made(bulk_of: Make, cast: Cast, names: list[str]) -> Bulk:
    cells = [{"Name": name, "Color": "", "Price": 12.5} for name in names]
    bulk = start(bulk=bulk_of(cells), actor=cast.ben)
    work()
    return bulk


def parts_of(bulk: Bulk) -> tuple[list[str], ElementTree.Element]:
    """Return the texts of a workbook's cells and how its sheet is shown."""
    book, _ = results_xlsx(bulk)
    with book, zipfile.ZipFile(book) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(cell.itertext()) for cell in sheet.iter(f"{MAIN}is")]
    view = next(sheet.iter(f"{MAIN}sheetView"))
    return texts, view


def test_every_script_comes_out_as_it_went_in(bulk_of: Make, cast: Cast) -> None:
    bulk = made(bulk_of, cast, NAMES)
    data = "".join(results_csv(bulk)).encode()
    assert data.startswith(b"\xef\xbb\xbfName")  # by which spreadsheets know UTF-8
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [line["Name"] for line in lines] == NAMES
    assert all(name in line["Text"] for name, line in zip(NAMES, lines, strict=True))
    texts, _ = parts_of(bulk)
    assert set(NAMES) <= set(texts)
    with zipfile.ZipFile(io.BytesIO(b"".join(results_zip(bulk)))) as archive:
        written = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")]
    assert all(any(name in text for text in written) for name in NAMES)


@pytest.mark.parametrize(
    ("names", "direction"), [([name * 4 for name in NAMES[1:3]], "1"), (NAMES[:1], None), (["Chair"], None)]
)
def test_a_sheet_runs_as_most_of_its_texts_are_read(
    names: list[str], direction: str | None, bulk_of: Make, cast: Cast
) -> None:
    assert parts_of(made(bulk_of, cast, names))[1].get("rightToLeft") == direction
