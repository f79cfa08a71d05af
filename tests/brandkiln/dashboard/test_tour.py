"""The tour: four answers make a job, and a strip leads from there to the piece."""

import pytest
from brandkiln.dashboard.views.first_piece import FORMATS
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from django.test import Client

from generators import registry
from tests.factories import Cast

ANSWERS = {
    "brand": "Clay & Co",
    "product": "A teapot that holds 0.9 litres.",
    "format": FORMATS[1][0],
    "voice": "1",
}


def test_every_format_that_the_tour_offers_is_one_of_the_writers() -> None:
    known = {one.name for one in registry.get("text-lm").formats}
    assert {name for name, _title in FORMATS} <= known


def test_four_answers_make_a_project_with_a_voice_and_a_job(cast: Cast, ben: Client) -> None:
    answer = ben.post("/w/acme/start/", ANSWERS)
    job = Job.objects.get(generator="text-lm")
    assert answer["Location"] == f"/w/acme/jobs/{job.pk}/"
    assert job.project.name == "Clay & Co"
    assert (
        job.project.brand_kit.voice
        == job.params["brand_voice"]
        == "Confident and short. Facts before praise."
    )
    assert job.params["format"] == "ad_headline"


def test_a_brand_that_is_there_keeps_its_project(cast: Cast, ben: Client) -> None:
    ben.post("/w/acme/start/", ANSWERS | {"brand": "SPRING"})
    assert Job.objects.get(generator="text-lm").project == cast.project
    assert Project.objects.filter(workspace=cast.acme).count() == 1


def test_the_strip_follows_until_the_tour_is_ended(cast: Cast, ben: Client) -> None:
    assert 'class="tour"' not in ben.get("/w/acme/library/").content.decode()
    job = ben.post("/w/acme/start/", ANSWERS)["Location"]
    assert "It is being written here" in ben.get(job).content.decode()
    assert f'href="{job}"' in ben.get("/w/acme/library/").content.decode()
    ben.post("/w/acme/start/end/")
    assert 'class="tour"' not in ben.get("/w/acme/library/").content.decode()


@pytest.mark.parametrize("missing", sorted(ANSWERS))
def test_an_answer_that_is_missing_is_asked_for_again(cast: Cast, ben: Client, missing: str) -> None:
    answer = ben.post("/w/acme/start/", ANSWERS | {missing: ""})
    assert answer.status_code == 422
    assert not Job.objects.filter(generator="text-lm").exists()
