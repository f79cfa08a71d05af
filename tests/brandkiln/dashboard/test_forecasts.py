"""The time of each way to train, on the form that starts it."""

from brandkiln.jobs.models import Job
from django.test import Client

from generators import registry
from tests.factories import Cast, DatasetVersionFactory


def test_the_form_measures_each_preset_and_shows_the_time(cast: Cast, ben: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    page = ben.get("/w/acme/generators/image-gan/train/").content.decode()
    assert page.count('name="preset"') == 1 + len(registry.get("image-gan").presets)
    on = {"on-project": cast.project.pk, "on-dataset_version": version.pk}
    where = "/w/acme/generators/image-gan/train/forecast/quick/"
    assert "waiting for a worker" in ben.post(where, on).content.decode()
    job = Job.objects.get(kind="pace")
    timed = {"seconds_per_unit": 0.03, "total": 1000 * job.params["train"]["kimg"], "begin_seconds": 0.0}
    Job.objects.update(state="succeeded", result=timed)
    said = ben.get(f"/w/acme/jobs/{job.pk}/forecast/quick/").content.decode()
    assert "about" in said
    assert "measured on this machine" in said
    assert "Choose a data set." in ben.post(where, {"on-project": cast.project.pk}).content.decode()
    assert ben.post("/w/acme/generators/image-gan/train/forecast/none/", on).status_code == 404
