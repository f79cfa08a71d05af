"""The registry's pages: order, side by side, model card, files."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.jobs.checkpoints import record_checkpoint
from brandkiln.jobs.comparisons import keep_compared
from brandkiln.jobs.models import Checkpoint, CheckpointFile, Job
from django.test import Client

from generators import checkpoint as folders
from generators.weights import RawTensor
from tests.factories import Cast, JobFactory


def train(cast: Cast, folder: Path, **metrics: float) -> Checkpoint:
    """Record an image checkpoint whose weights are a single byte."""
    folders.write(
        folder,
        generator="image-gan",
        generator_version="1.0.0",
        params={"kimg": 1, "recipe": "spectral"},
        config={},
        labels=("Bag", "Shoe"),
        tensors={"w": RawTensor("U8", (1,), bytes([len(list(folder.parent.iterdir()))]))},
        metrics=metrics,
        data_sha256="d" * 64,
        seed=3,
    )
    job = JobFactory(project=cast.project, kind="train", generator="image-gan", requested_by=cast.ben)
    return record_checkpoint(job=job, folder=folder)


@pytest.fixture
def two(cast: Cast, tmp_path: Path) -> list[Checkpoint]:
    worse = {"kid": 0.2, "frechet_distance": 30.0}
    better = {"kid": 0.1, "kid_low": 0.08, "kid_high": 0.12, "frechet_distance": 40.0}
    (tmp_path / "made").mkdir()
    return [train(cast, tmp_path / "made" / str(n), **m) for n, m in enumerate((worse, better))]


@pytest.mark.parametrize(
    ("sort", "first"), [("date", 2), ("kid", 2), ("frechet_distance", 1), ("state", 1), ("no such", 2)]
)
def test_checkpoints_are_listed_in_the_order_asked_for(
    sort: str, first: int, ben: Client, two: list[Checkpoint]
) -> None:
    found = ben.get("/w/acme/checkpoints/", {"sort": sort}).context["page"].object_list
    assert found[0].number == first


def test_only_what_invents_pictures_is_said_to_have_no_guard_against_copies(
    ben: Client, two: list[Checkpoint]
) -> None:
    page = f"/w/acme/checkpoints/{two[0].pk}/"
    assert b"Not guarded against copies" in ben.get(page).content
    Checkpoint.objects.filter(pk=two[0].pk).update(generator="image-restore")
    assert b"Not guarded against copies" not in ben.get(page).content


def test_going_back_is_one_click_from_the_page(pia: Client, two: list[Checkpoint]) -> None:
    pia.post(f"/w/acme/checkpoints/{two[1].pk}/promote/")
    assert b"Go back to #1" in pia.get(f"/w/acme/checkpoints/{two[1].pk}/").content
    pia.post(f"/w/acme/checkpoints/{two[1].pk}/rollback/")
    two[0].refresh_from_db()
    assert two[0].is_production


def test_whoever_trained_it_may_move_it_to_the_trash_and_back(ben: Client, two: list[Checkpoint]) -> None:
    link = f'/checkpoints/{two[1].pk}/"'
    ben.post(f"/w/acme/checkpoints/{two[1].pk}/trash/")
    assert link not in ben.get("/w/acme/checkpoints/").content.decode()
    assert b"image-gan #2" in ben.get("/w/acme/data/trash/").content
    ben.post(f"/w/acme/checkpoints/{two[1].pk}/restore/")
    assert link in ben.get("/w/acme/checkpoints/").content.decode()


def test_the_model_card_names_papers_figures_and_limits(ben: Client, two: list[Checkpoint]) -> None:
    page = ben.get(f"/w/acme/checkpoints/{two[1].pk}/card/").content.decode()
    text = ben.get(f"/w/acme/checkpoints/{two[1].pk}/card/?download").content.decode()
    for said in (page, text):
        assert "https://arxiv.org/abs/1802.05957" in said
        assert "Apache-2.0" in said
        assert "0.08" in said
        assert "Not for photographs of scenes" in said
    assert text.startswith('---\nlicense: "apache-2.0"\n')
    assert "| Kid | 0.1 | 0.08 to 0.12 |" in text


def test_the_card_of_a_writer_says_nothing_of_pictures(ben: Client, two: list[Checkpoint]) -> None:
    Checkpoint.objects.filter(pk=two[0].pk).update(generator="text-lm", metrics={"perplexity": 12.5, "n": 40})
    address = f"/w/acme/checkpoints/{two[0].pk}/card/?download"
    text = ben.get(address).content.decode()
    assert 'pipeline_tag: "text-generation"' in text
    assert "On records that it did not learn from.\nNumbers of texts: n: 40." in text
    assert "icture" not in text


def test_the_zip_file_is_a_checkpoint_that_can_be_read(
    ben: Client, two: list[Checkpoint], tmp_path: Path
) -> None:
    response: Any = ben.get(f"/w/acme/checkpoints/{two[0].pk}/download/")
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / "image-gan-1"
    assert folders.read(folder).sha256 == two[0].weights.sha256
    assert "image-gan" in (folder / "load.py").read_text()
    assert (folder / "README.md").read_text().startswith("---")


def test_checkpoints_draw_the_same_seeds_once_and_stand_side_by_side(
    ben: Client, two: list[Checkpoint], cast: Cast
) -> None:
    asked = {"c": [str(row.pk) for row in two], "seed": "7", "label": "Bag"}
    address = ben.post("/w/acme/checkpoints/compare/", asked)["Location"]
    ben.post("/w/acme/checkpoints/compare/", asked)
    jobs = list(Job.objects.filter(kind="compare").order_by("checkpoint__number"))
    assert [(job.params["seed"], job.params["label"]) for job in jobs] == [(7, "Bag")] * 2
    assert b"They are drawing" in ben.get(address).content
    drawn = store.put_bytes(b"picture", workspace=cast.acme, media_type="image/png")
    for job in jobs:
        keep_compared(job, [(drawn, {"seed": 7, "label": "Bag"})])
    Job.objects.filter(kind="compare").update(state="succeeded")
    page = ben.get(address).content.decode()
    assert page.count(f"/files/{drawn.pk}/") == 2
    assert "0.08 – 0.12" in page
    assert CheckpointFile.objects.count() == 2


@pytest.mark.parametrize("label", ["", "Boat"])
def test_one_checkpoint_alone_is_no_comparison(ben: Client, two: list[Checkpoint], label: str) -> None:
    asked = {"c": str(two[0].pk), "label": label}
    assert (
        b"Choose 2 to 4 checkpoints" in ben.post("/w/acme/checkpoints/compare/", asked, follow=True).content
    )
    assert not Job.objects.filter(kind="compare").exists()


def test_distances_of_different_numbers_of_pictures_are_said_not_to_compare(
    ben: Client, two: list[Checkpoint]
) -> None:
    """The distance of the demo's own network, of 2,000 pictures, stood beside one of 300 that was twice as large."""
    address = "/w/acme/checkpoints/compare/?" + "&".join(f"c={row.pk}" for row in two)
    for counts, is_said in (((300, 300), False), ((300, 2000), True), ((300, 0), False)):
        for row, count in zip(two, counts, strict=True):
            row.metrics = {"frechet_distance": 30.0, **({"n": float(count)} if count else {})}
            row.save()
        page = ben.get(address).content.decode()
        assert ("they do not compare here" in page) is is_said
        assert "Pictures measured" in page
