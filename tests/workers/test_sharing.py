"""Several jobs in one process: each has its own messages, its own cancel and its own end."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from brandkiln.jobs.claims import Joining, claim_next
from brandkiln.jobs.models import Job
from django.utils import timezone

from tests.factories import JobFactory, ProjectFactory
from workers.host import Host, Outcome, Request
from workers.sharing import Floor, may_share

SHARED = {"BRANDKILN_EXTRA_GENERATORS": "tests.dummy_generator.spec:SHARED"}
LONG = {"output": "text", "count": 40, "step_seconds": 0.05}


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    host = Host(memory_mb=None, idle_seconds=60, grace_seconds=1.5, environment=SHARED)
    yield host
    host.close()


class Running(threading.Thread):
    """A job in a thread of its own, as a worker does those that share a process."""

    def __init__(self, host: Host, folder: Path, job: str, **params: Any) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self.outcome: Outcome | None = None
        self.stop = threading.Event()
        self.begun = threading.Event()
        self._host = host
        self._request = Request(
            job=job,
            kind="sample",
            generator="dummy-shared",
            params=params,
            scratch=folder / job,
            shares=True,
        )
        self.start()

    def run(self) -> None:
        self.outcome = self._host.run(
            self._request,
            on_message=self._take,
            cancelled=self.stop.is_set,
            tick_seconds=0.02,
            silence_seconds=20,
        )

    def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["type"] == "stream" or message.get("message") == "not listening":
            self.begun.set()

    def ended(self) -> Outcome:
        self.join(20)
        assert self.outcome is not None
        return self.outcome


def test_a_short_job_is_done_while_a_long_one_runs_in_the_same_process(host: Host, tmp_path: Path) -> None:
    long = Running(host, tmp_path, "long", **LONG, prompt="long")
    assert long.begun.wait(20)
    pid = host.pid
    short = Running(host, tmp_path, "short", output="text", count=2, prompt="short")
    assert short.ended() == Outcome("succeeded", result={"samples": 2})
    assert long.is_alive()
    texts = [message["text"] for message in short.messages if message["type"] == "stream"]
    assert "short " in texts
    assert "long " not in texts
    long.stop.set()
    assert long.ended().status == "cancelled"
    assert host.pid == pid, "one that was cancelled leaves the process warm"


def test_an_exception_ends_its_own_job_and_the_process_goes_on_until_the_others_are_done(
    host: Host, tmp_path: Path
) -> None:
    other = Running(host, tmp_path, "other", output="text", count=8, step_seconds=0.05)
    assert other.begun.wait(20)
    pid = host.pid
    failed = Running(host, tmp_path, "failed", habit="raise").ended()
    assert (failed.status, failed.code) == ("crashed", "crashed")
    assert not host.takes_more
    assert other.ended() == Outcome("succeeded", result={"samples": 8})
    assert host.pid != pid


@pytest.mark.parametrize(
    ("habit", "own", "others"),
    [("kill-itself", "killed", "killed"), ("ignore-cancel", "cancelled", "neighbour")],
)
def test_what_ends_the_process_sends_the_other_jobs_back(
    host: Host, tmp_path: Path, habit: str, own: str, others: str
) -> None:
    other = Running(host, tmp_path, "other", **LONG)
    assert other.begun.wait(20)
    bad = Running(host, tmp_path, "bad", habit=habit)
    if own == "cancelled":
        assert bad.begun.wait(20)
        bad.stop.set()
    assert bad.ended().code == own
    assert other.ended().code == others
    assert Running(host, tmp_path, "next").ended().status == "succeeded"


def test_a_busy_worker_claims_only_what_may_join() -> None:
    floor = Floor()
    asked: list[Joining | None] = []

    def claim(joining: Joining | None) -> Job:
        asked.append(joining)
        return Job(pk=uuid4(), kind=Job.Kind.SAMPLE, generator="text-lm", attempt=1)

    first = floor.claim(claim, takes_more=True)
    second = floor.claim(claim, takes_more=True)
    assert asked == [None, Joining("text-lm", "", ("sample", "chat"))]
    assert floor.claim(claim, takes_more=False) is None
    assert first is not None
    assert second is not None
    floor.leave(first)
    floor.leave(second)
    floor.claim(claim, takes_more=False)
    assert asked[-1] is None


def test_a_second_attempt_runs_alone() -> None:
    job = Job(kind=Job.Kind.SAMPLE, generator="text-lm", attempt=1)
    assert may_share(job)
    job.attempt = 2
    assert not may_share(job)
    job.attempt, job.generator = 1, "image-gan"
    assert not may_share(job)


@pytest.mark.django_db
def test_only_a_first_attempt_of_the_same_kind_of_work_joins_and_nobody_waits_for_ever() -> None:
    project = ProjectFactory()
    joining = Joining("text-lm", "", ("sample", "chat"))

    def claimed() -> Job | None:
        return claim_next(queues=["sample"], worker="w1", joining=joining)

    JobFactory(project=project, generator="text-lm", kind="evaluate")
    JobFactory(project=project, generator="text-lm", attempt=1)
    other = JobFactory(project=project, generator="image-gan")
    assert claimed() is None
    fitting = [JobFactory(project=project, generator="text-lm") for _ in range(2)]
    first = claimed()
    assert first is not None
    assert first.pk in {job.pk for job in fitting}
    Job.objects.filter(pk=other.pk).update(due_at=timezone.now() - timedelta(minutes=2))
    assert claimed() is None
