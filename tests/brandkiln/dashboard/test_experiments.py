"""Trainings as a table and over each other, and the pages of a search."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from brandkiln.jobs.events import add_events
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State, move_job
from brandkiln.jobs.searches import submit_trial
from django.test import Client

from tests.factories import Cast, DatasetVersionFactory, JobFactory, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada)
    return client


def measured(cast: Cast, **params: Any) -> Job:
    job = JobFactory(project=cast.project, generator="image-gan", kind="train", queue="train", params=params)
    points: list[Any] = [
        ("measure", {"done": done, "metrics": {"validation_kid": params["width"] / done}})
        for done in (100, 200)
    ]
    add_events(job.pk, points)
    return job


def test_trainings_stand_in_a_table_that_can_be_filtered_and_taken_along(cast: Cast, ada: Client) -> None:
    wide, narrow = measured(cast, width=64, kimg=5), measured(cast, width=32, kimg=5)
    address = "/w/acme/projects/spring/experiments/image-gan/"
    ada.post(f"/w/acme/jobs/{wide.pk}/describe/", {"name": "Wide one", "note": "More channels."})
    page = ada.get(address, {"sort": "kid"}).content.decode()
    assert "Wide one" in page
    assert "More channels." in page
    assert page.index(str(narrow.pk)) < page.index(str(wide.pk))
    assert str(narrow.pk) not in ada.get(address, {"q": "channels"}).content.decode()
    table = ada.get(address, {"form": "csv", "sort": "kid"}).content.decode().splitlines()
    assert [line.split(",")[0] for line in table[1:]] == [str(narrow.pk), str(wide.pk)]


def test_curves_of_several_trainings_are_laid_over_each_other(cast: Cast, ada: Client) -> None:
    jobs = [measured(cast, width=64), measured(cast, width=32)]
    query = {"j": [str(job.pk) for job in jobs] + ["nonsense"]}
    answer = ada.get("/w/acme/projects/spring/experiments/image-gan/compare/", query)
    assert [len(values) for _, values in answer.context["lines"]] == [1] * 4
    assert answer.context["differences"] == [("width", [64, 32])]


def test_a_search_is_started_from_the_form_and_leads_to_a_longer_training(cast: Cast, ada: Client) -> None:
    version = DatasetVersionFactory(dataset__project=cast.project)
    form = {
        "search": "1", "base": '{"width": 32}', "on-project": str(cast.project.pk),
        "on-dataset_version": str(version.pk),
        "try.learning_rate": "on", "low.learning_rate": "0.0001", "high.learning_rate": "0.001", "trials": "5",
        "try.recipe": "on", "choices.recipe": ["spectral", "r3gan"],
        "kimg": "1.5", "repeats": "1", "at_once": "2", "pruning": "median",
    }  # fmt: skip
    address = "/w/acme/generators/image-gan/search/"
    assert ada.get(address).status_code == 200
    refused = ada.post(address, form | {"high.learning_rate": "7"})
    assert (refused.status_code, "learning_rate" in refused.context["problem"]) == (422, True)
    ada.post(address, form)
    search = Job.objects.get(kind="search")
    assert search.params["params"] == {"width": 32}
    search = move_job(job_id=search.pk, attempt=0, source=State.QUEUED, target=State.RUNNING)
    child = submit_trial(
        search=search, number=0, repeat=0, settings={"learning_rate": 5e-4, "recipe": "r3gan"}
    )
    assert child is not None
    add_events(child.pk, [("measure", {"done": 1500, "metrics": {"validation_kid": 0.125}})])
    Job.objects.filter(pk=child.pk).update(state="succeeded")
    page = ada.get(f"/w/acme/jobs/{search.pk}/", follow=True).content.decode()
    assert page.count("<circle") == 2  # one dot in the chart of each param
    longer = re.search(r'href="([^"]*/train/\?[^"]*)"', page)
    assert longer is not None
    query = parse_qs(urlsplit(longer[1].replace("&amp;", "&")).query)
    assert {name: query[name] for name in ("kimg", "width", "learning_rate", "recipe")} == {
        "kimg": ["12.0"], "width": ["32"], "learning_rate": ["0.0005"], "recipe": ["r3gan"],
    }  # fmt: skip
