"""Data sets: creating one, sending files, looking at versions."""

import re
from pathlib import Path

from brandkiln.dashboard.reading_notes import NOTES
from brandkiln.datasets.models import Dataset, Record
from brandkiln.datasets.readers import decode
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory


def test_a_new_data_set_leads_to_its_files(cast: Cast, ben: Client) -> None:
    words = {"project": "spring", "kind": "table", "name": "Sales"}
    answer = ben.post("/w/acme/data/new/", words)
    dataset = Dataset.objects.get(name="Sales")
    assert answer["Location"] == f"/w/acme/data/{dataset.pk}/"
    assert b"Drop files here" in ben.get(answer["Location"]).content


def test_a_name_that_is_taken_is_said_beside_its_field(cast: Cast, ben: Client) -> None:
    DatasetFactory(project=cast.project, name="Sales")
    answer = ben.post("/w/acme/data/new/", {"project": "spring", "kind": "table", "name": "Sales"})
    assert answer.status_code == 422
    assert "already has a data set called" in answer.content.decode()


def test_an_empty_file_is_refused_in_words(cast: Cast, ben: Client) -> None:
    dataset = DatasetFactory(project=cast.project, kind="table")
    answer = ben.post(f"/w/acme/data/{dataset.pk}/upload/", {"file": SimpleUploadedFile("sales.csv", b"")})
    assert answer.status_code == 422
    assert "is empty" in answer.content.decode()


def test_records_are_shown_by_split_and_label(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="text", number=1, labels=["coat", "boot"]
    )
    for position, (split, label) in enumerate([("train", "coat"), ("test", "boot")]):
        Record.objects.create(
            version=version,
            position=position,
            split=split,
            label=label,
            text=f"A {label} text.",
            sha256="a" * 64,
        )
    address = f"/w/acme/data/{version.dataset_id}/versions/1/"
    page = ben.get(f"{address}?label=boot").content.decode()
    assert "A boot text." in page
    assert "A coat text." not in page
    assert "No record fits" in ben.get(f"{address}?split=validation").content.decode()


def test_records_are_paged_by_position(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__kind="text", number=1, record_count=50
    )
    texts = [
        Record(
            version=version, position=position, split="train", text=f"Text {position + 1}.", sha256="a" * 64
        )
        for position in range(50)
    ]
    Record.objects.bulk_create(texts)
    address = f"/w/acme/data/{version.dataset_id}/versions/1/"

    def shown(query: str) -> tuple[list[int], str]:
        page = ben.get(f"{address}?{query}").content.decode()
        return [number for number in range(1, 51) if f"Text {number}." in page], page

    numbers, page = shown("")
    assert numbers == list(range(1, 21))
    assert "?after=19" in page
    assert 'rel="prev"' not in page
    numbers, page = shown("after=19")
    assert numbers == list(range(21, 41))
    assert "?before=20" in page
    assert shown("before=20")[0] == list(range(1, 21))
    assert shown("at=45")[0] == list(range(45, 51))
    assert shown("at=99999999999999999999")[0] == list(range(1, 21))
    assert shown("at=123456789012")[0] == []
    for odd in ("after=-1", "after=x", "before=", "at=²"):
        assert shown(odd)[0] == list(range(1, 21))


def test_what_was_removed_from_pictures_is_counted_in_words(cast: Cast, ben: Client) -> None:
    report = {"accepted": 9, "notes": {"gps_dropped": 3, "metadata_dropped": 7}}
    version = DatasetVersionFactory(dataset__project=cast.project, number=1, report=report)
    page = ben.get(f"/w/acme/data/{version.dataset_id}/versions/1/?show=report").content.decode()
    assert 'Place of the picture (GPS) removed</td><td class="num">3<' in page
    assert page.index("GPS") < page.index("Metadata of any kind removed")


def test_every_note_of_the_readers_has_its_words() -> None:
    readers = Path(decode.__file__).parent
    code = "\n".join(path.read_text() for path in readers.glob("*.py"))
    found = set(re.findall(r'notes\["(\w+)"\]|notes\.append\("(\w+)"\)|"(\w+_dropped)"', code))
    codes = {code for one in found for code in one if code}
    assert len(codes) >= 15
    assert codes <= NOTES.keys()


def test_no_line_of_a_report_is_a_formula_in_a_spreadsheet(cast: Cast, ben: Client) -> None:
    fault = {"where": '=HYPERLINK("http://example.com")', "code": "bad", "message": "It is broken."}
    version = DatasetVersionFactory(dataset__project=cast.project, number=1, report={"faults": [fault]})
    answer = ben.get(f"/w/acme/data/{version.dataset_id}/versions/1/report.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode().splitlines()[1].startswith("\"'=HYPERLINK")
