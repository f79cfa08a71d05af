"""The Quality tab: what was found with its pictures, what mends it, how far a check is, and honest empty states."""

import csv
import io
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.dashboard.quality_page import marked_difference
from brandkiln.datasets.checks.quality import check_version, keep_check
from brandkiln.datasets.models import DatasetVersion, Finding, QualityReport
from brandkiln.jobs.models import Job
from django.test import Client
from PIL import Image

from tests.brandkiln.datasets.checks.versions import (
    image_line,
    picture,
    row_line,
    text,
    text_line,
    version_of,
)
from tests.factories import Cast


def check(version: DatasetVersion) -> None:
    keep_check(version, check_version(version, lambda done, total, message: None))


def address(version: DatasetVersion) -> str:
    return f"/w/acme/data/{version.dataset_id}/versions/{version.number}/quality/"


def shown(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def doubled(cast: Cast, **more: Any) -> DatasetVersion:
    artifact = store.put_bytes(b"png", workspace=cast.acme, media_type="image/png")
    lines = [image_line(picture(seed), artifact=artifact.pk, **more) for seed in (*range(20), 3)]
    return version_of("image", lines, workspace=cast.acme, counts={"split": {"train": 21}})


def test_what_was_found_is_counted_explained_and_leads_to_what_mends_it(cast: Cast, ben: Client) -> None:
    version = doubled(cast)
    check(version)
    page = shown(ben, address(version))
    assert "2 of 21 are worth a look" in page
    assert "90.5 %" in page
    assert f"{address(version)}exact_duplicate/" in page
    assert "?step=drop_duplicates" in page
    assert "image-gan wants 1,000 or more training records" in page
    assert "Also looked for and not found: Near duplicates · Leaks between splits" in page
    assert "style=" not in page


def test_clean_data_says_what_was_looked_for(cast: Cast, ben: Client) -> None:
    version = version_of("image", [image_line(picture(seed)) for seed in range(5)], workspace=cast.acme)
    check(version)
    page = shown(ben, address(version))
    assert "Nothing was found that needs mending." in page
    assert "Looked for and not found: Exact duplicates · Near duplicates" in page
    assert "Outliers were not looked for yet" in page


def test_a_version_that_was_not_checked_offers_it_and_shows_the_progress(cast: Cast, ben: Client) -> None:
    version = doubled(cast)
    assert "has not been checked" in shown(ben, address(version))
    answer = ben.post(f"{address(version)}check/")
    assert answer["Location"] == address(version)
    job = Job.objects.get(kind="check")
    assert (job.dataset_version_id, job.requested_by) == (version.pk, cast.ben)
    Job.objects.update(state="running", done=3, total=21, message="Looking at each record")
    page = shown(ben, address(version))
    assert 'hx-trigger="every 2s"' in page
    assert "Looking at each record" in page
    fragment = ben.get(address(version), headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="quality"')
    Job.objects.update(state="failed", error_message="The disk is full.")
    assert "The disk is full." in shown(ben, address(version))


def test_comparing_is_asked_for_once(cast: Cast, ben: Client) -> None:
    version = doubled(cast)
    for _ in range(2):
        ben.post(f"{address(version)}check/", {"what": "compare"})
    assert Job.objects.filter(kind="features", dataset_version=version).count() == 1


def test_doubles_of_pictures_stand_side_by_side(cast: Cast, ben: Client) -> None:
    version = doubled(cast, label="cup")
    check(version)
    page = shown(ben, f"{address(version)}exact_duplicate/")
    assert page.count("<figure>") == 2
    assert "Group 1" in page
    assert "cup · Training" in page


def test_doubles_of_texts_have_their_differences_marked(cast: Cast, ben: Client) -> None:
    said = text(1)
    lines = [text_line(said), text_line(said + " <and> a new end")]
    version = version_of("text", lines, workspace=cast.acme)
    check(version)
    page = shown(ben, f"{address(version)}near_duplicate/")
    assert "<mark>&lt;and&gt; a new end</mark>" in page
    assert "% alike" in page


def test_a_list_goes_on_behind_its_last_row(cast: Cast, ben: Client) -> None:
    lines = [image_line(Image.new("L", (64, 64), number)) for number in range(60)]
    version = version_of("image", lines, workspace=cast.acme)
    check(version)
    first = shown(ben, f"{address(version)}blank/")
    assert first.count("<figure>") == 48
    after = first.split("?after=")[1].split('"')[0]
    assert shown(ben, f"{address(version)}blank/?after={after}").count("<figure>") == 12
    groups = [image_line(picture(seed)) for seed in range(14) for _ in range(2)]
    version = version_of("image", groups, workspace=cast.acme)
    check(version)
    assert shown(ben, f"{address(version)}exact_duplicate/").count("<section") == 12
    assert shown(ben, f"{address(version)}exact_duplicate/?after=12").count("<section") == 2


def test_findings_download_without_formulas(cast: Cast, ben: Client) -> None:
    lines = [row_line(price=1) | {"name": "=HYPERLINK(1)"}, row_line(price=1) | {"name": "plain"}]
    version = version_of("table", lines, workspace=cast.acme)
    check(version)
    answer = ben.get(f"{address(version)}exact_duplicate/findings.csv")
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "plain"]
    assert [(row["code"], row["group"], row["position"]) for row in rows] == [
        ("exact_duplicate", "1", "0"), ("exact_duplicate", "1", "1"),
    ]  # fmt: skip


def test_columns_say_what_is_missing_constant_or_not_read(cast: Cast, ben: Client) -> None:
    columns = [
        {"name": "price", "type": "decimal", "missing": 1, "min": 1, "max": 9, "constant": False, "hint": ""},
        {"name": "town", "type": "text", "missing": 0, "min": 5, "max": 5, "constant": True, "hint": "It is text …"},
    ]  # fmt: skip
    lines = [row_line(price=number, town="Delft") for number in range(4)]
    version = version_of("table", lines, workspace=cast.acme, report={"columns": columns, "refused": 3})
    check(version)
    page = shown(ben, address(version))
    for words in ("25.0 %", "always the same", "It is text …", "3 records of the files were refused"):
        assert words in page
    assert "Outliers were not looked for yet" not in page


def test_languages_lead_to_their_records(cast: Cast, ben: Client) -> None:
    said = "The potter opens the kiln in the morning and looks at her bowls, number by number. "
    lines = [text_line(said + str(number) * 9) for number in range(9)]
    lines.append(text_line("Die Töpferin brennt ihre Schalen im Ofen, bevor sie am Morgen zum Markt fährt."))
    version = version_of("text", lines, workspace=cast.acme)
    check(version)
    page = shown(ben, address(version))
    assert f"{address(version)}language:de/" in page
    assert f"{address(version)}language:en/" not in page
    page = shown(ben, f"{address(version)}language:de/")
    assert "In another language: German" in page
    assert "Die Töpferin" in page
    assert "?step=filter_language" in page


def test_what_no_check_of_this_data_finds_is_not_there(cast: Cast, ben: Client) -> None:
    version = version_of("table", [row_line(price=1)], workspace=cast.acme)
    for code in ("blurred", "astrology", "language:de"):
        assert ben.get(f"{address(version)}{code}/").status_code == 404


def test_a_record_that_was_erased_leaves_its_finding_without_a_picture(cast: Cast, ben: Client) -> None:
    version = doubled(cast)
    QualityReport.objects.create(version=version, workspace=cast.acme, summary={})
    Finding.objects.create(version=version, code="blurred", position=99, score=1.0)
    assert "Blurred pictures" in shown(ben, f"{address(version)}blurred/")


@pytest.mark.parametrize(
    ("first", "other", "pieces"),
    [
        ("a b c", "a b c", [("a b c", False)]),
        ("a b c", "a x c", [("a", False), ("x", True), ("c", False)]),
        ("a b c", "a c", [("a", False), ("…", True), ("c", False)]),
    ],
)
def test_differences_are_told_word_by_word(first: str, other: str, pieces: list[tuple[str, bool]]) -> None:
    assert marked_difference(first, other) == pieces
