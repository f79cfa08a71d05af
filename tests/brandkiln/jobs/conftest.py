"""What the tests of the job engine share."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from brandkiln.jobs.models import Job
from django.db.models import F
from django.utils import timezone

from generators import registry


@pytest.fixture(autouse=True)
def dummy_generator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offer the dummy beside the generators that everybody has."""
    monkeypatch.setenv(registry.EXTRA_VARIABLE, "tests.dummy_generator.spec:SPEC")
    registry.refresh()
    yield
    monkeypatch.undo()
    registry.refresh()


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Collect the rings instead of sending them."""
    sent: list[tuple[str, str]] = []
    for module in ("queue", "sweep"):
        monkeypatch.setattr(
            f"brandkiln.jobs.{module}.ring", lambda queue, job_id: sent.append((queue, str(job_id)))
        )
    return sent


def lose_lease(job: Job) -> None:
    """Let the job's lease have run out a minute ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(minutes=1))


def wait(job: Job, *, seconds: float) -> None:
    """Let the job have waited so much longer in its line."""
    Job.objects.filter(pk=job.pk).update(due_at=F("due_at") - timedelta(seconds=seconds))
