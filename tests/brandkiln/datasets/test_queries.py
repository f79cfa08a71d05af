"""Pages of records, label counts and the list of faults."""

import csv

from brandkiln.datasets.queries import faults_csv, label_counts, records_page

from tests.brandkiln.datasets.files import Ingest, labelled_zip


def test_records_come_page_by_page_in_order(ingest: Ingest) -> None:
    version = ingest(labelled_zip(25), "a.zip")
    positions: list[int] = []
    page = records_page(version, limit=10)
    while True:
        positions += [record.position for record in page.records]
        if page.next is None:
            break
        page = records_page(version, after=page.next, limit=10)
    assert positions == list(range(25))


def test_records_are_filtered_by_split_and_label(ingest: Ingest) -> None:
    version = ingest(labelled_zip(40), "a.zip")
    page = records_page(version, split="test", label="bags")
    assert {(record.split, record.label) for record in page.records} == {("test", "bags")}
    assert (len(page.records), page.next) == (2, None)


def test_labels_are_listed_the_commonest_first(ingest: Ingest) -> None:
    version = ingest(labelled_zip(5), "a.zip")
    assert label_counts(version) == [("bags", 3), ("shoes", 2)]


def test_faults_are_downloaded_without_formulas() -> None:
    lines = list(faults_csv([{"where": "=cmd()", "code": "bad", "message": 'A "quoted", text'}]))
    assert list(csv.reader(lines)) == [["where", "code", "message"], ["'=cmd()", "bad", 'A "quoted", text']]
