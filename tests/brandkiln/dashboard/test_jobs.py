"""Jobs as people see them."""

from collections.abc import Callable

from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import Cast, JobFactory


def test_a_queued_job_is_cancelled_from_its_page(cast: Cast, ben: Client) -> None:
    job = JobFactory(project=cast.project)
    assert b"Cancel" in ben.get(f"/w/acme/jobs/{job.pk}/").content
    ben.post(f"/w/acme/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_failed_job_says_why_and_is_tried_again(cast: Cast, ben: Client) -> None:
    job = JobFactory(
        project=cast.project,
        generator="text-lm",
        params={"product": "A coat"},
        state="failed",
        error_message="The network is not there.",
    )
    page = ben.get(f"/w/acme/jobs/{job.pk}/").content.decode()
    assert "The network is not there." in page
    answer = ben.post(f"/w/acme/jobs/{job.pk}/retry/")
    again = Job.objects.get(retry_of=job)
    assert answer["Location"] == f"/w/acme/jobs/{again.pk}/"


def test_only_an_admin_sees_the_traceback(cast: Cast, browser_of: Callable[[User], Client]) -> None:
    job = JobFactory(project=cast.project, state="failed", error_detail="Traceback: line 7")
    address = f"/w/acme/jobs/{job.pk}/"
    assert "Traceback: line 7" in browser_of(cast.ada).get(address).content.decode()
    assert "Traceback: line 7" not in browser_of(cast.rita).get(address).content.decode()


def test_a_list_with_open_jobs_asks_again_and_one_without_does_not(cast: Cast, ben: Client) -> None:
    job = JobFactory(project=cast.project)
    assert b"every 3s" in ben.get("/w/acme/jobs/").content
    Job.objects.filter(pk=job.pk).update(state="succeeded")
    assert b"every 3s" not in ben.get("/w/acme/jobs/").content


def test_the_list_answers_a_script_with_its_rows_alone(cast: Cast, ben: Client) -> None:
    JobFactory(project=cast.project)
    rows = ben.get("/w/acme/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert "job-rows" in rows
    assert "<html" not in rows


def test_a_list_of_many_jobs_asks_as_little_as_one_of_one_and_joins_few_tables(
    cast: Cast, ben: Client
) -> None:
    JobFactory(project=cast.project)
    ben.get("/w/acme/jobs/")
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            ben.get("/w/acme/jobs/")
        asked.append(len(queries))
        JobFactory.create_batch(5, project=cast.project, requested_by=cast.ben)
    assert asked[0] == asked[1]
    lists = [one["sql"] for one in queries.captured_queries if '"jobs_job"."params"' in one["sql"]]
    assert max(sql.count(" JOIN ") for sql in lists) <= 3  # the plan of ten tables takes longer than the page


def test_a_users_text_is_never_markup(cast: Cast, ben: Client) -> None:
    job = JobFactory(project=cast.project, message="<script>alert(1)</script>", state="running")
    page = ben.get(f"/w/acme/jobs/{job.pk}/").content.decode()
    assert "<script>alert" not in page
