"""What learned from medical pictures says so wherever it goes."""

import zipfile

from brandkiln.dashboard.bundles import bundle
from brandkiln.datasets.medical_mark import mark_of
from brandkiln.datasets.terms import set_terms
from brandkiln.jobs.marks import mark_of_checkpoint
from brandkiln.jobs.model_card import as_markdown, model_card
from brandkiln.jobs.models import Checkpoint
from brandkiln.library.files import file_response
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.services import keep_sample
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import RequestFactory

from tests.factories import ArtifactFactory, Cast, DatasetVersionFactory, JobFactory


def test_the_mark_goes_from_the_files_to_each_picture(cast: Cast) -> None:
    scans = DatasetVersionFactory(
        dataset__project=cast.project, report={"notes": {"medical_not_for_diagnosis": 3}}
    )
    cleaned = DatasetVersionFactory(dataset=scans.dataset, parent=scans)
    assert mark_of(cleaned) == "not for diagnosis"
    assert mark_of(DatasetVersionFactory(dataset__project=cast.project)) is None
    checkpoint = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="image-vae", generator_version="1", number=1,
        weights=ArtifactFactory(workspace=cast.acme), card={}, dataset_version=cleaned,
    )  # fmt: skip
    job = JobFactory(project=cast.project, checkpoint=checkpoint, generator="image-vae")
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="a slice")
    assert asset.receipt["mark"] == "not for diagnosis"
    plain = keep_sample(
        job=JobFactory(project=cast.project), position=0, media_type="text/plain", text="a mug"
    )
    assert plain.receipt["mark"] is None
    packed, _size = bundle([asset, plain])
    with packed, zipfile.ZipFile(packed) as archive:
        assert sum(name.startswith("NOT-FOR-DIAGNOSIS-") for name in archive.namelist()) == 2
    response = file_response(RequestFactory().get("/"), asset)
    assert "NOT-FOR-DIAGNOSIS" in response["Content-Disposition"]
    assert b"".join(response).startswith(b"a slice\n\n")  # type: ignore[arg-type]  # its receipt's line follows
    request_finished.disconnect(close_old_connections)  # the test needs its connection still
    response.close()
    request_finished.connect(close_old_connections)


def test_a_data_set_that_people_call_medical_marks_what_was_made_of_it_before(cast: Cast) -> None:
    scans = DatasetVersionFactory(dataset__project=cast.project)
    checkpoint = Checkpoint.objects.create(
        workspace=cast.acme, project=cast.project, generator="image-vae", generator_version="1", number=1,
        weights=ArtifactFactory(workspace=cast.acme), card={}, dataset_version=scans,
    )  # fmt: skip
    job = JobFactory(project=cast.project, checkpoint=checkpoint, generator="image-vae")
    slice_ = keep_sample(job=job, position=0, media_type="text/plain", text="a slice")
    assert mark_of_asset(slice_) is None
    set_terms(dataset=scans.dataset, actor=cast.ada, is_medical=True)
    slice_.refresh_from_db()
    checkpoint.refresh_from_db()
    assert mark_of_asset(slice_) == mark_of_checkpoint(checkpoint) == "not for diagnosis"
    assert "**Not for diagnosis**" in as_markdown(model_card(checkpoint))
    params = {"pictures": [str(slice_.artifact_id)], "channels": ["square"]}
    edited = JobFactory(project=cast.project, generator="picture-edit", params=params)
    assert keep_sample(job=edited, position=0, media_type="text/plain", text="x").receipt["mark"] is None
    type(slice_).objects.filter(pk=slice_.pk).update(receipt={"mark": "not for diagnosis"})
    again = JobFactory(project=cast.project, generator="picture-edit", params=params)
    marked = keep_sample(job=again, position=0, media_type="text/plain", text="x")
    assert marked.receipt["mark"] == "not for diagnosis"
    checkpoint.dataset_version, checkpoint.card = None, {"data": {"mark": "not for diagnosis"}}
    assert mark_of_checkpoint(checkpoint) == "not for diagnosis"
