"""Looking into a checkpoint's latent space."""

from typing import Any

import pytest
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.exploring import explore, explored_checkpoint, has_components, name_direction
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


def test_a_component_keeps_the_name_that_a_person_gives_it(cast: Cast) -> None:
    client, row = Client(), make(cast)
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/w/acme/checkpoints/{row.pk}/explore/"
    named = client.post(f"{address}name/", {"direction": "component_2", "name": " Sleeve  length "})
    assert named["Location"] == address
    row.refresh_from_db()
    assert row.direction_names == {"component_2": "Sleeve length"}
    page = client.get(address).content.decode()
    assert "Sleeve length" in page
    assert 'data-modes="morph"' in page
    name_direction(checkpoint=row, direction="component_2", name="", actor=cast.ben)
    row.refresh_from_db()
    assert row.direction_names == {}
    with pytest.raises(Unprocessable, match="at most 40"):
        name_direction(checkpoint=row, direction="component_2", name="x" * 41, actor=cast.ben)
    assert not has_components(make(cast, number=2, card={"config": {"recipe": "dcgan"}}))


def test_components_are_shown_with_what_they_change(cast: Cast) -> None:
    client, row = Client(), make(cast, direction_names={"component_1": "Sleeves"})
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    job = explore(checkpoint=row, params={"mode": "components"}, actor=cast.ben)
    changes = {"brightness": 0.12, "contrast": -0.01}
    one = {"name": "component_1", "share": 0.34, "changes": changes, "errors": dict.fromkeys(changes, 0.01)}
    picture = ArtifactFactory(workspace=cast.acme)
    job.result = {
        "components": [one | {"labels": [["bag", -0.2, 0.02]]}],
        "pictures": {"component_1": str(picture.pk)},
        "classifier": "own classifier of 2 labels",
    }
    job.state = "succeeded"
    job.save()
    shown = client.get(f"/w/acme/jobs/{job.pk}/explored/").content.decode()
    assert 'value="Sleeves"' in shown
    assert "34 % of the differences" in shown
    assert "bag -0.200" in shown
