"""Pages of records, label counts and the list of faults."""

import csv
from typing import Any

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


def test_pages_lead_back_the_way_they_led_on(ingest: Ingest) -> None:
    version = ingest(labelled_zip(25), "a.zip")
    pages = [records_page(version, limit=10)]
    while (after := pages[-1].next) is not None:
        pages.append(records_page(version, after=after, limit=10))
    assert [(page.first, page.last) for page in pages] == [(1, 10), (11, 20), (21, 25)]
    assert pages[0].previous is None
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = records_page(version, before=back.previous, limit=10)
        assert [one.position for one in back.records] == [one.position for one in page.records]
        assert back.next == page.next
    assert back.previous is None


def test_a_page_may_start_at_any_record(ingest: Ingest) -> None:
    version = ingest(labelled_zip(25), "a.zip")
    page = records_page(version, after=14, limit=5, label="shoes")
    assert [one.position for one in page.records] == [15, 16, 17, 18, 19]
    assert (page.next, page.previous) == (19, 15)
    before = records_page(version, before=15, limit=5, label="shoes")
    assert [one.position for one in before.records] == [13, 14]
    assert (before.next, before.previous) == (14, None)
    beyond = records_page(version, after=1_000_000, limit=5)
    assert (beyond.records, beyond.next, beyond.first, beyond.last) == ([], None, 0, 0)
    assert beyond.previous is not None
    assert records_page(version, before=beyond.previous, limit=5).last == 25


def test_a_page_takes_no_more_than_two_queries_and_counts_nothing(
    ingest: Ingest, django_assert_max_num_queries: Any
) -> None:
    version = ingest(labelled_zip(25), "a.zip")
    for options in ({"after": 3}, {"before": 20}, {"after": 3, "split": "train", "label": "bags"}):
        with django_assert_max_num_queries(2) as asked:
            records_page(version, limit=5, **options)
        assert not [one["sql"] for one in asked if "COUNT(" in one["sql"] or "OFFSET" in one["sql"]]


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
