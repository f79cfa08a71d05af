"""How jobs, checkpoints and reports tell what they made."""

from datetime import timedelta

import pytest
from brandkiln.jobs.claims import JobFailure, finish_job
from brandkiln.jobs.models import Job
from brandkiln.jobs.moves import State
from brandkiln.notifications.models import Announcement, Endpoint, Notification
from brandkiln.reports.comments import add_comment
from django.utils import timezone

from tests.brandkiln.reports.made import ready_issue
from tests.factories import Cast, JobFactory

pytestmark = pytest.mark.django_db


def ended(cast: Cast, state: State, *, seconds: float = 1, **columns: object) -> Job:
    job = JobFactory(
        project=cast.project, requested_by=cast.ben, state="running", attempt=1, started_at=timezone.now()
        - timedelta(seconds=seconds), **columns,
    )  # fmt: skip
    failure = JobFailure("broken", "The kiln is cold. Light it.") if state == State.FAILED else None
    return finish_job(job_id=job.pk, attempt=1, state=state, failure=failure)


def test_whoever_asked_hears_of_a_failure_and_of_long_work(cast: Cast) -> None:
    ended(cast, State.SUCCEEDED)
    assert not Announcement.objects.exists()
    ended(cast, State.SUCCEEDED, seconds=40)
    ended(cast, State.FAILED, name="Boots")
    told = Notification.objects.order_by("created_at").select_related("announcement")
    assert [(row.person, row.announcement.kind) for row in told] == [
        (cast.ben, "job.succeeded"),
        (cast.ben, "job.failed"),
    ]
    assert told[1].announcement.title == "Boots failed: The kiln is cold. Light it."
    assert told[1].announcement.path == f"/w/acme/jobs/{told[1].announcement.subject_id}/"


def test_a_server_hears_of_every_job_but_of_those_that_a_page_waits_for(cast: Cast) -> None:
    Endpoint.objects.create(workspace=cast.acme, name="all", url="https://example.com")
    ended(cast, State.SUCCEEDED)
    ended(cast, State.FAILED, kind="chat")
    ended(cast, State.CANCELLED)
    assert [said.kind for said in Announcement.objects.all()] == ["job.succeeded"]


def test_a_comment_tells_those_whom_it_names_and_who_made_the_report(cast: Cast) -> None:
    issue = ready_issue(cast.project, cast.ada)
    add_comment(issue=issue, author=cast.rita, text="Why, @ben@example.com?")
    told = Notification.objects.values_list("person__email", "announcement__kind")
    assert set(told) == {("ben@example.com", "comment.mentioned"), ("ada@example.com", "comment.added")}
