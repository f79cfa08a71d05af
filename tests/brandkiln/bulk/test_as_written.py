"""What stands in a table is shown, written into texts and given back as it stood there."""

import csv
import io
from typing import Any

import pytest
from brandkiln.bulk.checking import preview
from brandkiln.bulk.files import results_csv, results_xlsx
from brandkiln.bulk.models import Bulk, Row
from brandkiln.bulk.services import create_bulk, start
from brandkiln.bulk.sources import read_file, read_version
from brandkiln.bulk.templates import Content, create_template
from brandkiln.bulk.variables import Variable
from brandkiln.datasets.models import DatasetVersion, Record
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.brandkiln.bulk.conftest import work
from tests.brandkiln.datasets.readers.reading import read
from tests.factories import Cast, DatasetFactory, DatasetVersionFactory

pytestmark = pytest.mark.django_db
POINT = (
    "Name,Article,EAN,Price,List price,Rebate,Weight\n"
    'Boot,00123,4006381333931,14.50,"1,299.00",15%,1.5\n'
    'Coat,00007,4006381333948,9.00,"12,345.50",7%,2.25\n'
)
COMMA = (
    "Name;Article;EAN;Price;List price;Rebate;Weight\n"
    "Boot;00123;4006381333931;14,50;1.299,00;15%;1,50\n"
    "Coat;00007;4006381333948;9,00;12.345,50;7%;2,25\n"
)
NAMES = ("article", "ean", "price", "list_price", "rebate", "weight")
MAPPING = {name: {"columns": [name.replace("_", " ").capitalize()]} for name in NAMES} | {
    "ean": {"columns": ["EAN"]}
}


def bulk_of(cast: Cast, table: Any) -> Bulk:
    content = Content(
        generator="dummy",
        params={"output": "text", "prompt": " | ".join(f"{{{name}}}" for name in NAMES), "count": "1"},
        variables=tuple(
            {"name": name, "kind": "number" if name in ("price", "list_price") else "text"} for name in NAMES
        ),
    )
    template = create_template(workspace=cast.acme, actor=cast.ben, name="Tag", content=content)
    bulk = create_bulk(
        workspace=cast.acme, project=cast.project, actor=cast.ben, templates=[template], table=table
    )
    bulk.mapping = MAPPING
    bulk.save()
    return bulk


@pytest.mark.parametrize(("text", "delimiter"), [(POINT, ","), (COMMA, ";")])
def test_a_row_of_a_file_goes_through_the_whole_chain_as_it_was_written(
    cast: Cast, client: Client, text: str, delimiter: str
) -> None:
    bulk = bulk_of(cast, read_file(SimpleUploadedFile("prices.csv", text.encode())))
    wanted = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    first = preview(bulk, bulk.mapping)[0]["made"][0]
    assert first["problem"] == ""
    assert first["texts"]["prompt"] == " | ".join(list(wanted[0].values())[1:])
    start(bulk=bulk, actor=cast.ben)
    work()
    row = Row.objects.filter(bulk=bulk).select_related("job").latest("position")
    assert row.job
    assert row.job.params["prompt"] == " | ".join(list(wanted[1].values())[1:])
    assert row.cells["Price"] == 9.0  # programs get numbers
    client.force_login(cast.ben)
    page = client.get(f"/w/acme/bulk/{bulk.pk}/rows/{row.pk}/").content.decode()
    assert all(f"<dd>{cell}</dd>" in page for cell in wanted[1].values())
    back = list(csv.DictReader(io.StringIO("".join(results_csv(bulk))[1:])))
    assert [{name: line[name] for name in wanted[0]} for line in back] == wanted


def test_numbers_of_a_workbook_stay_numbers_with_their_decimals(cast: Cast) -> None:
    bulk = bulk_of(cast, read_file(SimpleUploadedFile("prices.csv", POINT.encode())))
    book, _size = results_xlsx(bulk)
    with book:
        again = read(book.read(), "results.xlsx", "table")
    assert again.rows[0]["Price"] == 14.5
    assert (again.rows[0]["List price"], again.rows[0]["Article"]) == (1299, "00123")


def test_a_data_set_knows_how_its_numbers_were_written(cast: Cast) -> None:
    reading = read(POINT.encode(), "prices.csv", "table")
    columns = [{"name": one["name"], "type": one["type"]} for one in reading.seen["columns"]]
    version: DatasetVersion = DatasetVersionFactory(
        dataset=DatasetFactory(project=cast.project, kind="table"), columns=columns, record_count=2,
        report={"columns": reading.seen["columns"]},
    )  # fmt: skip
    Record.objects.bulk_create(
        Record(version=version, position=place, sha256=f"{place:064x}", split="train", fields=fields)
        for place, fields in enumerate(reading.rows)
    )
    bulk = bulk_of(cast, read_version(version))
    assert preview(bulk, bulk.mapping)[0]["made"][0]["texts"]["prompt"] == (
        "00123 | 4006381333931 | 14.50 | 1,299.00 | 15% | 1.5"
    )


@pytest.mark.parametrize("cell", ["14.50", "€14.50", "14.50 EUR"])
def test_a_number_that_stands_in_a_text_keeps_its_digits(cell: str) -> None:
    number = Variable(name="price", kind="number").read(cell)
    assert (number, number.text) == (14.5, "14.50")
