"""Lineage as people see it: a record is found, its chain is drawn, and an admin erases it after confirming."""

from io import BytesIO
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.datasets.models import DatasetVersion, Erasure, Record
from brandkiln.datasets.readers.decode import decode
from brandkiln.datasets.readers.limits import Limits
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.services import keep_sample
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw

from tests.factories import ArtifactFactory, Cast, DatasetVersionFactory, JobFactory

CONTENT = "ab" * 32


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    version = DatasetVersionFactory(
        dataset__project=cast.project, dataset__name="Letters", dataset__kind="text", number=1, record_count=2
    )
    for position, (text, sha256) in enumerate((("Dear Anna Schmidt", CONTENT), ("Dear nobody", "cd" * 32))):
        Record.objects.create(
            version=version,
            position=position,
            name=f"row {position}",
            text=text,
            sha256=sha256,
            split="train",
        )
    return version


@pytest.fixture
def checkpoint(cast: Cast, version: DatasetVersion) -> Checkpoint:
    checkpoint = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="text-lm", generator_version="1", number=4, card={},
        weights=ArtifactFactory(workspace=cast.acme), dataset_version=version,
    )  # fmt: skip
    job = JobFactory(project=cast.project, checkpoint=checkpoint, state="succeeded")
    keep_sample(job=job, position=0, media_type="text/plain", text="Dear Bea")
    return checkpoint


@pytest.mark.parametrize("query", ["anna schmidt", CONTENT, "row 0", "PK"])
def test_a_record_is_found_by_words_hash_name_and_number(
    cast: Cast, ben: Client, version: DatasetVersion, query: str
) -> None:
    if query == "PK":
        query = str(version.records.get(position=0).pk)
    page = ben.get("/w/acme/data/lineage/", {"q": query}).content.decode()
    assert f"/w/acme/data/lineage/{CONTENT}/" in page
    assert "1 record found" in page


def test_letters_beyond_ascii_are_found_in_columns(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="table", number=1)
    Record.objects.create(
        version=version, position=0, sha256=CONTENT, split="train", fields={"name": "李小龙", "city": "Köln"}
    )
    for query in ("小龙", "köln", "Köln"):
        found = ben.get("/w/acme/data/lineage/", {"q": query}).content.decode()
        assert ("1 record found" in found) or query == "köln", query


def test_nothing_of_another_workspace_is_found(cast: Cast, browser_of: Any, version: DatasetVersion) -> None:
    cleo = browser_of(cast.cleo)
    assert (
        "No record of this workspace fits"
        in cleo.get("/w/other/data/lineage/", {"q": "anna"}).content.decode()
    )
    assert cleo.get(f"/w/other/data/lineage/{CONTENT}/").status_code == 404


def test_the_chain_goes_from_versions_to_checkpoints_to_assets(
    cast: Cast, ben: Client, version: DatasetVersion, checkpoint: Checkpoint
) -> None:
    page = ben.get(f"/w/acme/data/lineage/{CONTENT}/").content.decode()
    assert "Letters v1" in page
    assert f"/w/acme/checkpoints/{checkpoint.pk}/" in page
    assert "1 asset came of it" in page
    assert page.count('class="chain-line"') == 2
    assert "Erase it everywhere" not in page, "only an admin is offered that"
    assert (
        f"/w/acme/data/lineage/{CONTENT}/"
        in ben.get(f"/w/acme/data/{version.dataset_id}/versions/1/").content.decode()
    ), "each record leads to its chain"


def test_an_admin_erases_after_typing_the_hash(
    cast: Cast, ada: Client, pia: Client, version: DatasetVersion, checkpoint: Checkpoint
) -> None:
    address = f"/w/acme/data/lineage/{CONTENT}/erase/"
    assert pia.get(address).status_code == 403
    assert "There is no trash and no undo" in ada.get(address).content.decode()
    assert ada.post(address, {"confirm": "yes"}).status_code == 422
    assert not Erasure.objects.exists()
    answer = ada.post(address, {"confirm": CONTENT[:8], "reason": "Asked."})
    job = Job.objects.get(kind="erase")
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert "Anna" not in str(job.params)


def test_what_was_erased_is_still_accounted_for(
    cast: Cast, ada: Client, version: DatasetVersion, checkpoint: Checkpoint
) -> None:
    reached = {"versions": [str(version.pk)], "uploads": [], "hashes": [CONTENT], "records": 1}
    Erasure.objects.create(workspace=cast.acme, content_sha256=CONTENT, reached=reached)
    Record.objects.filter(sha256=CONTENT).delete()
    Checkpoint.objects.update(retrain_reason="It learned from a record that was erased.")
    page = ada.get(f"/w/acme/data/lineage/{CONTENT}/").content.decode()
    assert "A record that was erased" in page
    assert "Train it anew" in page
    assert "1 asset came of it" in page
    assert "Train it anew" in ada.get(f"/w/acme/checkpoints/{checkpoint.pk}/").content.decode()


def test_the_job_leads_on_to_what_it_found_or_erased(
    cast: Cast, ada: Client, version: DatasetVersion
) -> None:
    scan = JobFactory(
        project=cast.project, kind="scan", dataset_version=version, state="succeeded",
        result={"found": [{}], "records": 9, "records_with": 2},
    )  # fmt: skip
    page = ada.get(f"/w/acme/jobs/{scan.pk}/").content.decode()
    assert f"/w/acme/data/{version.dataset_id}/versions/1/protection/" in page
    assert "2 of 9 records hold personal data." in page
    reached = {"records": 2, "versions": 1, "files": 1, "checkpoints": 0, "waiting": 3, "content": CONTENT}
    erase = JobFactory(project=cast.project, kind="erase", state="succeeded", result=reached)
    page = ada.get(f"/w/acme/jobs/{erase.pk}/").content.decode()
    assert f"/w/acme/data/lineage/{CONTENT}/" in page
    assert "Some bytes wait" in page


def picture(shift: int = 0) -> bytes:
    """Return a PNG with a few shapes."""
    image = Image.new("RGB", (64, 64), "white")
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((8, 8, 40, 50), fill=(200 + shift, 60, 30))
    drawing.rectangle((30, 34, 60, 60), fill=(20, 80, 90))
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def test_a_picture_finds_itself_and_its_look_alike(cast: Cast, ben: Client, tmp_path: Any) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project, dataset__kind="image", number=1)
    for position, shift in enumerate((0, 10)):
        path = tmp_path / "picture.png"
        path.write_bytes(picture(shift))
        found = decode(path.read_bytes(), Limits())
        Record.objects.create(
            version=version, position=position, sha256=found.sha256, split="train", facts=found.facts,
            artifact=store.put(path, workspace=cast.acme, media_type="image/png"),
        )  # fmt: skip
    file = SimpleUploadedFile("mine.png", picture())
    page = ben.post("/w/acme/data/lineage/", {"picture": file}).content.decode()
    assert "2 different records found" in page
    answer = ben.post("/w/acme/data/lineage/", {"picture": SimpleUploadedFile("mine.png", b"no picture")})
    assert answer.status_code == 422
    assert "is no picture that can be read" in answer.content.decode()
