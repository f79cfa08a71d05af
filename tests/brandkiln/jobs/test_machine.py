"""The job machine against a model of it: whatever happens in whatever order, the drawing in Job's docstring holds."""

from typing import Any

import pytest
from brandkiln.core.models import User
from brandkiln.jobs import queue, sweep
from brandkiln.jobs.claims import JobFailure, LeaseLost, claim_next, finish_job, give_back, heartbeat
from brandkiln.jobs.models import Job, JobEvent
from brandkiln.jobs.moves import InvalidMove
from brandkiln.jobs.services import cancel_job
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.brandkiln.jobs.conftest import lose_lease
from tests.factories import JobFactory, ProjectFactory

MAX_ATTEMPTS = 3
FINAL = {"succeeded", "failed", "cancelled"}


class JobMachine(RuleBasedStateMachine):
    """Several workers, of which each believes in the attempt that it claimed, and a sweeper."""

    claims = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        JobEvent.objects.all().delete()
        Job.objects.all().delete()
        User.objects.all().delete()
        self.project = ProjectFactory()
        self.ended: dict[Any, str] = {}
        self.effects: list[Any] = []
        self.attempts: dict[Any, int] = {}

    @rule()
    def submit(self) -> None:
        job = JobFactory(project=self.project, max_attempts=MAX_ATTEMPTS)
        self.attempts[job.pk] = 0

    @rule(target=claims, worker=st.sampled_from(["w1", "w2"]))
    def claim(self, worker: str) -> Any:
        queued = Job.objects.filter(state="queued").count()
        job = claim_next(queues=["sample"], worker=worker)
        assert (job is None) == (queued == 0)
        if job is not None:
            self.attempts[job.pk] += 1
            assert job.attempt == self.attempts[job.pk] <= MAX_ATTEMPTS
        return job

    @rule(job=claims)
    def beat(self, job: Job | None) -> None:
        if job is not None:
            alive = self.is_current(job)
            try:
                heartbeat(job_id=job.pk, attempt=job.attempt)
                assert alive
            except LeaseLost:
                assert not alive

    @rule(job=claims, state=st.sampled_from(["succeeded", "failed", "cancelled"]))
    def finish(self, job: Job | None, state: str) -> None:
        if job is not None:
            current = self.is_current(job)
            try:
                finish_job(
                    job_id=job.pk, attempt=job.attempt, state=Job.State(state),
                    effect=lambda moved: self.effects.append(moved.pk),
                )  # fmt: skip
                assert current
                self.ended[job.pk] = state
            except InvalidMove:
                assert not current

    @rule(job=claims)
    def crash(self, job: Job | None) -> None:
        if job is not None:
            current = self.is_current(job)
            try:
                moved = give_back(job=job, failure=JobFailure("killed", "It was killed."))
                assert current
                if moved.is_final:
                    assert job.attempt == MAX_ATTEMPTS or job.cancel_requested_at
                    self.ended[job.pk] = moved.state
            except InvalidMove:
                assert not current

    @rule(job=claims)
    def stall(self, job: Job | None) -> None:
        if job is not None and self.is_current(job):
            lose_lease(job)

    @rule()
    def sweep_all(self) -> None:
        sweep.sweep()
        for job in Job.objects.filter(state__in=FINAL):
            self.ended.setdefault(job.pk, job.state)
        assert not [job for job in Job.objects.filter(state="running") if self.is_overdue(job)]

    @rule(job=claims)
    def cancel(self, job: Job | None) -> None:
        if job is not None:
            moved = cancel_job(job=job, actor=None)
            if moved.state == "cancelled":
                self.ended.setdefault(job.pk, "cancelled")

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        for pk, state in self.ended.items():
            assert Job.objects.get(pk=pk).state == state

    @invariant()
    def every_end_is_told_once_and_every_effect_happens_once(self) -> None:
        ends = JobEvent.objects.filter(type="end").values_list("job_id", flat=True)
        assert sorted(ends) == sorted(self.ended)
        assert len(set(self.effects)) == len(self.effects)

    @invariant()
    def only_running_jobs_have_a_lease(self) -> None:
        assert not Job.objects.filter(lease_until__isnull=False).exclude(state="running").exists()
        assert not Job.objects.filter(lease_until__isnull=True, state="running").exists()

    def is_current(self, job: Job) -> bool:
        return Job.objects.filter(pk=job.pk, state="running", attempt=job.attempt).exists()

    def is_overdue(self, job: Job) -> bool:
        return job.lease_until is not None and job.started_at is not None and job.lease_until < job.started_at


@pytest.mark.django_db
def test_the_job_machine_keeps_its_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    monkeypatch.setattr(sweep, "ring", lambda *_: None)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        JobMachine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
