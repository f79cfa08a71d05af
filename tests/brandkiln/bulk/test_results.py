"""Results: one line for each row of the table, as CSV, as a workbook and with all files; and what a page asks for."""

import csv
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from brandkiln.bulk.files import results_csv, results_xlsx, results_zip
from brandkiln.bulk.models import Bulk, Template
from brandkiln.bulk.services import start
from brandkiln.bulk.stream import look
from brandkiln.bulk.templates import Content, create_template
from brandkiln.core.errors import Unprocessable
from brandkiln.library.filters import Filters, apply
from brandkiln.projects.services import update_brand_kit
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.brandkiln.bulk.conftest import work
from tests.factories import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Bulk]


@pytest.fixture
def made(bulk_of: Make, cast: Cast, template: Template) -> Bulk:
    update_brand_kit(project=cast.project, actor=cast.ada, banned_terms=["Vase 1"])
    ad = Content("dummy", {"output": "text", "prompt": "Buy {name}"}, ({"name": "name"},))
    other = create_template(workspace=cast.acme, actor=cast.ben, name="Ad", content=ad)
    cells = [{"Name": name, "Color": "=1+1", "Price": 12.5} for name in ("Vase 0", "Vase 1", "")]
    bulk = start(bulk=bulk_of(cells, templates=[template, other]), actor=cast.ben)
    work(fails=lambda job: job.params["prompt"] == "Buy Vase 0")
    return bulk


def test_the_table_has_what_came_in_and_what_every_template_made(made: Bulk) -> None:
    text = "".join(results_csv(made))
    assert text.startswith("\ufeffName,Color,Price,")
    lines = list(csv.DictReader(io.StringIO(text[1:])))
    assert lines[0]["Color"] == "'=1+1"  # no spreadsheet runs it
    assert lines[0]["Vase: Text"].startswith("Made of: A vase called Vase 0")
    assert (lines[0]["Ad: State"], lines[0]["Ad: Problem"]) == ("Failed", "The dummy does not like this.")
    assert (lines[0]["Vase: Brand score"], lines[1]["Vase: Brand score"]) == ("100", "0")
    assert (lines[2]["Vase: State"], lines[2]["Vase: Problem"]) == ("Does not fit", "Name is empty.")
    assert len(lines) == 3


def test_the_workbook_and_the_archive_hold_the_same(made: Bulk) -> None:
    book, size = results_xlsx(made)
    with book:
        data = book.read()
    assert len(data) == size
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    pieces = list(results_zip(made))
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert "00002-vase-1-ad.txt" in names
        assert json.loads(archive.read("00002-vase-1-ad.receipt.json"))["params"]["prompt"] == "Buy Vase 1"
        assert archive.read("results.csv").decode().count("\n") >= 4
    assert len(names) == 3 * 2 + 1


def test_the_library_knows_which_bulk_made_a_piece(made: Bulk, cast: Cast) -> None:
    assert apply(Filters.of({"bulk": str(made.pk)}), workspace=cast.acme).count() == 3
    assert apply(Filters.of({"bulk": "nonsense"}), workspace=cast.acme).count() == 3


def test_a_look_brings_counts_and_the_rows_that_changed(made: Bulk) -> None:
    found = look(made.pk)
    assert (found["state"], found["counts"]["done"], found["counts"]["failed"]) == ("finished", 3, 1)
    assert {row["title"] for row in found["rows"]} >= {"Vase 0", "Vase 1"}


def test_a_newcomer_goes_from_a_file_to_the_results(cast: Cast, template: Template) -> None:
    client = Client()
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    home = "/w/acme/bulk/"
    file = SimpleUploadedFile(
        "vases.csv", b"Name;Color;Price\nVase 0;blue;12,50\nVase 1;;9\nVase 2;red;x\nVase 3;;7\n"
    )
    sent = {"template": template.pk, "project": cast.project.pk, "file": file}
    answer = client.post(f"{home}new/", sent)
    setup = answer["Location"]
    page = client.get(setup).content.decode()
    assert "Vase 0" in page
    mapped = {
        "m-name": "c:Name",
        "m-colour": "c:Color",
        "m-price": "c:Price",
        "m-count": "=",
        "value-count": "2",
    }
    page = client.post(setup, mapped | {"do": "look"}, headers={"HX-Request": "true"}).content.decode()
    assert "which is no number" in page
    page = client.post(setup, mapped | {"m-name": "", "do": "trial"})
    assert page.status_code == 422
    address = client.post(setup, mapped | {"do": "trial", "choosing": "first"})["Location"]
    assert "Under way" in client.get(address).content.decode()
    work()
    assert "Make the other" not in client.get(address).content.decode()  # all that fit were tried
    client.post(f"{address}do/", {"do": "start"})
    rows = client.get(f"{address}rows/?state=faulty").json()
    assert (rows["total"], rows["rows"][0]["title"]) == (1, "Vase 2")
    detail = client.get(f"{address}rows/{rows['rows'][0]['id']}/").content.decode()
    assert "no number" in detail
    assert client.get(f"{address}events/").status_code == 204
    assert b"".join(client.get(f"{address}results/csv/").streaming_content).count(b"Done") == 3  # type: ignore[attr-defined]
    assert "vases" in client.get(home).content.decode()


def test_the_editor_makes_a_variable_of_every_new_name(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"generator": "dummy", "prompt": "A {colour} vase", "output": "text", "count": "1", "size": "16",
            "habit": "none", "step_seconds": "0", "name": "Vase", "do": "save"}  # fmt: skip
    answer = client.post("/w/acme/bulk/templates/new/", sent)
    template = Template.objects.get(name="Vase")
    assert answer["Location"].endswith(f"/bulk/templates/{template.pk}/")
    [variable] = template.versions.get().variables
    assert (variable["name"], variable["kind"], variable["required"]) == ("colour", "text", True)
    edit = f"{answer['Location']}edit/"
    number = {
        "v-0-name": "colour",
        "v-0-kind": "text",
        "v-1-name": "many",
        "v-1-kind": "number",
        "from-count": "many",
    }
    client.post(edit, sent | number)
    assert template.versions.order_by("-number")[0].params["count"] == "{many}"
    assert client.get(edit).status_code == client.get(answer["Location"]).status_code == 200
    assert client.post(edit, sent | {"size": "4096"}).status_code == 422
    with pytest.raises(Unprocessable):
        create_template(workspace=cast.acme, actor=None, name="", content=Content("dummy", {}))
