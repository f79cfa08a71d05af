"""Looking into a checkpoint's latent space."""

from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.exploring import explore, explored_checkpoint
from brandkiln.jobs.models import Checkpoint, Job
from django.test import Client

from tests.factories import ArtifactFactory, Cast


def make(cast: Cast, **fields: Any) -> Checkpoint:
    return Checkpoint.objects.create(
        **{"workspace": cast.acme, "project": cast.project, "generator": "image-gan", "generator_version": "1",
           "number": 1, "weights": ArtifactFactory(workspace=cast.acme), "card": {"labels": ["bag", "boot"]}}
        | fields
    )  # fmt: skip


def test_the_same_wish_is_the_same_job(cast: Cast) -> None:
    row = make(cast)
    job = explore(checkpoint=row, params={"brightness": 1.0}, actor=cast.ben)
    assert (job.kind, job.queue, explored_checkpoint(job)) == ("preview", "sample", row)
    assert explore(checkpoint=row, params={"brightness": 1.0}, actor=cast.ada) == job
    assert explore(checkpoint=row, params={"brightness": 2.0}, actor=cast.ada) != job
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert explore(checkpoint=row, params={"brightness": 1.0}, actor=cast.ben) != job


def test_what_cannot_be_explored_is_refused(cast: Cast) -> None:
    with pytest.raises(Unprocessable, match="does not know the label hat"):
        explore(checkpoint=make(cast), params={"label": "hat"}, actor=cast.ben)
    with pytest.raises(Unprocessable, match="no latent space"):
        explore(checkpoint=make(cast, generator="image-diffusion"), params={}, actor=cast.ben)


def test_a_job_cannot_look_into_anothers_checkpoint(cast: Cast) -> None:
    job = explore(checkpoint=make(cast), params={}, actor=cast.ben)
    job.workspace = cast.other
    assert explored_checkpoint(job) is None


def test_the_page_asks_and_shows(cast: Cast) -> None:
    client, row = Client(), make(cast)
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/w/acme/checkpoints/{row.pk}/explore/"
    assert "Move a slider" in client.get(address).content.decode()
    wish = {"mode": "sliders", "seed": 3, "to_seed": 1, "frames": 9, "brightness": 1, "contrast": 0,
            "object_area": 0, "colourfulness": 0}  # fmt: skip
    assert "Waiting for a worker" in client.post(f"{address}begin/", wish).content.decode()
    job = Job.objects.get()
    picture = ArtifactFactory(workspace=cast.acme)
    job.result = {
        "pictures": {"moved": str(picture.pk)},
        "works": ["contrast"],
        "changes": {"contrast": 0.12345},
    }
    job.state = "succeeded"
    job.save()
    shown = client.get(f"/w/acme/jobs/{job.pk}/explored/").content.decode()
    assert f"/w/acme/files/{picture.pk}/" in shown
    assert "0.123" in shown
