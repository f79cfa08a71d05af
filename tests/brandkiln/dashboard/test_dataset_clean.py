"""The Clean tab: fixes, a recipe that is edited and foretold, its making, and versions side by side."""

from pathlib import Path
from typing import Any

import pytest
from brandkiln.datasets.models import DatasetVersion, Finding, QualityReport
from brandkiln.jobs.models import Job
from django.test import Client
from PIL import Image

from tests.brandkiln.datasets.recipes.versions import derive, make_version
from tests.factories import Cast, DatasetFactory


@pytest.fixture(autouse=True)
def scratch(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH, settings.CACHE = tmp_path / "scratch", tmp_path / "cache"


@pytest.fixture
def texts(cast: Cast) -> DatasetVersion:
    dataset = DatasetFactory(project=cast.project, kind="text")
    rows = [
        {"text": text, "label": label}
        for text, label in ((" a ", "x"), ("sch\u00c3\u00b6n", "y"), ("b", "x"))
    ]
    return make_version("text", [*rows, {"text": "b", "label": "x"}], dataset=dataset, labels=["x", "y"])


@pytest.fixture
def pictures(cast: Cast) -> DatasetVersion:
    dataset = DatasetFactory(project=cast.project, kind="image")
    rows = [{"image": Image.new("RGB", (20, side), "red")} for side in (10, 20)]
    return make_version("image", rows, dataset=dataset)


@pytest.fixture
def table(cast: Cast) -> DatasetVersion:
    dataset = DatasetFactory(project=cast.project, kind="table")
    rows = [
        {"fields": {"name": "a", "day": "2024-01-01", "price": None}},
        {"fields": {"name": "b", "day": "2024-01-02", "price": 2.0}},
    ]
    columns = [
        {"name": "price", "type": "decimal", "missing": 1},
        {"name": "name", "type": "text", "constant": True},
    ]
    return make_version(
        "table",
        rows,
        columns="name:text day:date price:decimal",
        dataset=dataset,
        report={"columns": columns},
    )


def address(version: DatasetVersion, part: str = "clean") -> str:
    return f"/w/acme/data/{version.dataset_id}/versions/{version.number}/{part}/"


def post(client: Client, version: DatasetVersion, do: str, *steps: dict[str, Any], **more: Any) -> Any:
    sent: dict[str, Any] = {"do": do, "steps": len(steps), **more}
    for number, step in enumerate(steps):
        sent |= {f"s{number}-{name}": value for name, value in step.items()}
    return client.post(address(version), sent, headers={"HX-Request": "true"})


def chosen(response: Any) -> list[str]:
    return [card.step.name for card in response.context["editor"].cards]


def test_the_page_offers_fixes_and_only_the_steps_for_the_kind_of_data(
    ada: Client, texts: DatasetVersion
) -> None:
    QualityReport.objects.create(workspace=texts.workspace, version=texts)
    Finding.objects.bulk_create(
        Finding(version=texts, code="near_duplicate", position=position, group=1) for position in (2, 3)
    )
    response = ada.get(address(texts))
    assert response.status_code == 200
    offered = {one.step["step"]: one.count for _place, one, _is_in in response.context["proposals"]}
    assert offered == {"drop_findings": 1, "fix_encoding": None, "normalise_text": None}
    names = {step.name for step in response.context["steps"]}
    assert "normalise_text" in names
    assert "resize" not in names


def test_a_fix_is_added_with_one_press_and_shows_what_it_would_do(ada: Client, texts: DatasetVersion) -> None:
    response = post(ada, texts, "fix:0")
    assert chosen(response) == ["fix_encoding"]
    html = response.content.decode()
    assert "<html" not in html
    assert "<del>sch\u00c3\u00b6n</del><ins>sch\u00f6n</ins>" in html
    assert "In the recipe" in html


def test_a_table_is_offered_fixes_for_its_columns(ada: Client, table: DatasetVersion) -> None:
    steps = [one.step for _place, one, _is_in in ada.get(address(table)).context["proposals"]]
    assert steps == [
        {"step": "drop_columns", "columns": ["name"]},
        {"step": "fill_missing", "column": "price", "by": "median"},
    ]


def test_steps_are_added_moved_and_removed(ada: Client, texts: DatasetVersion) -> None:
    first, second = {"step": "drop_duplicates", "keep": "last"}, {"step": "normalise_text", "blanks": "trim"}
    assert chosen(post(ada, texts, "add:filter_length", first)) == ["drop_duplicates", "filter_length"]
    moved = post(ada, texts, "up:1", first, second)
    assert chosen(moved) == ["normalise_text", "drop_duplicates"]
    assert moved.context["editor"].cards[1].chosen.keep == "last"
    assert 'id="up-0" data-move="up" disabled autofocus' in moved.content.decode()
    assert chosen(post(ada, texts, "down:1", first, second)) == ["drop_duplicates", "normalise_text"]
    assert chosen(post(ada, texts, "remove:0", first, second)) == ["normalise_text"]


@pytest.mark.parametrize("do", ["add:melt", "add:resize", "up:9", "remove:x", "up:", "fix:99", "what"])
def test_an_edit_that_makes_no_sense_changes_nothing(ada: Client, texts: DatasetVersion, do: str) -> None:
    response = post(ada, texts, do, {"step": "drop_duplicates", "keep": "last"})
    assert response.status_code == 200
    assert chosen(response) == ["drop_duplicates"]


def test_the_preview_counts_what_each_step_would_do(ada: Client, texts: DatasetVersion) -> None:
    preview = (
        post(
            ada,
            texts,
            "look",
            {"step": "normalise_text", "blanks": "trim"},
            {"step": "drop_duplicates", "keep": "first"},
        )
        .context["editor"]
        .preview
    )
    assert [(one.changed, one.dropped, one.is_exact) for one in preview.steps] == [(1, 0, True), (0, 1, True)]
    assert (preview.left, preview.total) == (3, 4)


def test_params_that_do_not_fit_are_marked_and_nothing_is_started(ada: Client, texts: DatasetVersion) -> None:
    response = post(ada, texts, "apply", {"step": "filter_length", "at_least": "-1", "unit": "words"})
    assert "Nothing was started" in response.content.decode()
    assert response.context["editor"].cards[0].form.errors
    assert not Job.objects.exists()


def test_an_empty_recipe_that_keeps_the_split_is_not_run(ada: Client, texts: DatasetVersion) -> None:
    assert "Nothing was started" in post(ada, texts, "apply").content.decode()
    assert not Job.objects.exists()


def test_a_recipe_is_run_as_a_job(ada: Client, texts: DatasetVersion) -> None:
    response = post(
        ada, texts, "apply", {"step": "merge_labels", "labels": ["x", "y"], "into": "z"},
        **{"split-by": "random", "split-train": 50, "split-validation": 0, "split-test": 50,
           "split-together": "content", "split_seed": 7},
    )  # fmt: skip
    job = Job.objects.get()
    assert response.headers["HX-Redirect"].endswith(f"/jobs/{job.pk}/")
    assert job.params["recipe"] == [{"step": "merge_labels", "labels": ["x", "y"], "into": "z"}]
    assert (job.params["split_rule"]["train"], job.params["split_rule"]["stratify"]) == (50, False)
    assert job.params["split_seed"] == 7


def test_without_a_script_the_whole_page_answers(ada: Client, texts: DatasetVersion) -> None:
    response = ada.post(address(texts), {"do": "add:drop_duplicates", "steps": "0"})
    assert "<html" in response.content.decode()
    assert chosen(response) == ["drop_duplicates"]


def test_shares_that_do_not_add_up_are_said(ada: Client, texts: DatasetVersion) -> None:
    split = {"split-by": "random", "split-train": 90, "split-validation": 20, "split-test": 10}
    html = post(ada, texts, "look", **split, **{"split-together": "content"}).content.decode()
    assert "The three shares add up to 120; make them 100." in html


def test_a_table_may_be_split_by_its_dates(ada: Client, table: DatasetVersion) -> None:
    split = {"split-by": "time", "split-time_column": "day", "split-together": "content"}
    shares = {"split-train": 50, "split-validation": 0, "split-test": 50}
    post(ada, table, "apply", **split, **shares)
    assert Job.objects.get().params["split_rule"]["time_column"] == "day"


def test_an_address_prefills_a_step(ada: Client, texts: DatasetVersion) -> None:
    response = ada.get(address(texts), {"step": "drop_findings", "code": "near_duplicate"})
    card = response.context["editor"].cards[0]
    assert (card.chosen.code, card.chosen.keep) == ("near_duplicate", "first")
    assert "has not been checked yet; check it first" in card.problem
    assert ada.get(address(texts), {"step": "resize"}).context["editor"].cards == []


def test_the_recipe_of_a_version_is_used_on_another(ada: Client, texts: DatasetVersion) -> None:
    cleaned = derive(texts, {"step": "drop_duplicates", "keep": "last"})
    response = ada.get(address(texts), {"recipe_of": cleaned.number})
    assert response.context["editor"].cards[0].chosen.keep == "last"


def test_a_derived_version_says_what_each_step_did(ada: Client, texts: DatasetVersion) -> None:
    version = derive(texts, "normalise_text", "drop_duplicates")
    html = ada.get(address(version)).content.decode()
    assert "Version 2, made of version 1" in html
    assert "1. Trim and normalise text" in html
    assert "No content stands in more than one split." in html


def test_an_old_version_is_made_the_newest_again(ada: Client, texts: DatasetVersion) -> None:
    derive(texts, "drop_duplicates")
    assert "Make it the newest again" in ada.get(address(texts)).content.decode()
    response = ada.post(address(texts), {"do": "back"})
    job = Job.objects.get()
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    assert (job.params["recipe"], job.params["split_rule"]["by"], job.dataset_version) == ([], "keep", texts)


def test_pictures_are_shown_before_and_after(ada: Client, pictures: DatasetVersion) -> None:
    step = {"step": "resize", "width": 8, "height": 8, "fit": "cover", "ground": "#ffffff"}
    response = post(ada, pictures, "look", step)
    html = response.content.decode()
    assert html.count("data:image/png;base64,") == 2
    assert "20 × 10 → 8 × 8" in html
    assert [one.step["step"] for _place, one, _is_in in response.context["proposals"]] == ["resize"]


def test_a_large_version_is_estimated_from_a_sample(ada: Client, cast: Cast) -> None:
    dataset = DatasetFactory(project=cast.project, kind="text")
    rows = [{"text": f"{'a ' * (number % 2)}{number}"} for number in range(3_000)]
    version = make_version("text", rows, dataset=dataset)
    response = post(ada, version, "look", {"step": "filter_length", "at_least": "2", "unit": "words"})
    found = response.context["editor"].preview.steps[0]
    assert not found.is_exact
    assert found.dropped == pytest.approx(1500, abs=200)
    assert "Estimated from 400 records" in response.content.decode()


def test_versions_stand_side_by_side(ada: Client, texts: DatasetVersion) -> None:
    version = derive(texts, "normalise_text", "drop_duplicates")
    page = ada.get(address(version, "compare"))
    assert (page.context["other"], page.context["same"], page.context["show"]) == (texts, 2, "removed")
    html = ada.get(address(version, "compare"), {"show": "changed", "with": 1}).content.decode()
    assert "<del>␣</del>a<del>␣</del>" in html
    assert ada.get(address(version, "compare"), {"with": 9}).status_code == 404


def test_pictures_and_tables_are_compared_too(
    ada: Client, pictures: DatasetVersion, table: DatasetVersion
) -> None:
    resized = derive(pictures, {"step": "resize", "width": 8, "height": 8})
    assert b"20 \xc3\x97 10 \xe2\x86\x92 8 \xc3\x97 8" in ada.get(address(resized, "compare")).content
    filled = derive(table, {"step": "fill_missing", "column": "price", "by": "mean"})
    assert b"<ins>2.0</ins>" in ada.get(address(filled, "compare")).content


def test_a_single_version_has_nothing_to_be_compared_with(ada: Client, texts: DatasetVersion) -> None:
    assert b"There is one version only" in ada.get(address(texts, "compare")).content
