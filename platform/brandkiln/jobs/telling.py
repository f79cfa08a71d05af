"""Telling people and servers how jobs ended, in the transaction that ends them."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.notifications.services import announce
from generators import registry

LONG_SECONDS = 30
"""A job that took less was waited for; people are told of longer ones."""
UNTOLD = frozenset(
    {
        Job.Kind.CHAT, Job.Kind.EMBED, Job.Kind.ASK, Job.Kind.PREVIEW, Job.Kind.PACE, Job.Kind.COMPARE,
        Job.Kind.FEATURES,
    }
)  # fmt: skip
"""Jobs whose end nobody is told of, for a page or a program waits for them."""
TOLD_ABOVE = frozenset({Job.Kind.REPORT, Job.Kind.PACK})
"""Jobs that failed and no others are told of here: what they made, an app above tells of."""
IS_PART: list[Callable[[Job], bool]] = [lambda job: hasattr(job, "trial")]
"""Whether a job is part of something larger, of which people are told once: apps above add their own."""


def tell_end(job: Job) -> None:
    """Announce that a job ended, and the data set version that it made ready. The caller's transaction ended it."""
    has_failed = job.state == Job.State.FAILED
    if job.kind in UNTOLD or not (
        has_failed or (job.state == Job.State.SUCCEEDED and job.kind not in TOLD_ABOVE)
    ):
        return
    seconds = _seconds(job)
    facts: dict[str, Any] = {
        "job": str(job.pk), "kind": job.kind, "generator": job.generator, "project": job.project.slug,
        "seconds": round(seconds, 1),
    }  # fmt: skip
    told: dict[str, Any] = {
        "workspace": job.workspace,
        "subject": job,
        "name": name_of(job),
        "path": reverse("dashboard:job_page", args=[job.workspace.slug, job.pk]),
        "people": [] if is_part(job) else [job.requested_by],
    }
    if has_failed:
        told["data"] = facts | {"code": job.error_code, "message": job.error_message[:200]}
        announce(kind="job.failed", **told)
        return
    checkpoint = Checkpoint.objects.filter(job=job).first() if job.kind == Job.Kind.TRAIN else None
    if checkpoint is not None:
        told |= {
            "subject": checkpoint,
            "name": str(checkpoint),
            "path": reverse("dashboard:checkpoint_page", args=[job.workspace.slug, checkpoint.pk]),
        }
        told["data"] = facts | {"checkpoint": str(checkpoint.pk), "metrics": checkpoint.metrics}
        announce(kind="training.finished", **told)
        return
    if made := job.result.get("dataset_version"):
        _tell_of_version(job, made, told)
        return
    if seconds < LONG_SECONDS:
        told["people"] = []
    announce(kind="job.succeeded", **told, data=facts)


def is_part(job: Job) -> bool:
    """Return whether a job is part of something larger, of which people are told instead."""
    return any(says_so(job) for says_so in IS_PART)


def name_of(job: Job) -> str:
    """Return what people call a job: its own name, or what it does and by what."""
    if job.name:
        return job.name
    spec = registry.specs().get(job.generator)
    by = str(spec.title) if spec else job.generator
    return f"{job.get_kind_display()}: {by}" if by else str(job.get_kind_display())


def _tell_of_version(job: Job, made: str, told: dict[str, Any]) -> None:
    version = DatasetVersion.objects.select_related("dataset").filter(pk=made).first()
    if version is None:
        return
    facts = {
        "dataset": str(version.dataset_id), "number": version.number, "records": version.record_count,
        "refused": version.report.get("refused", 0),
    }  # fmt: skip
    told |= {
        "subject": version,
        "name": str(version),
        "path": reverse(
            "dashboard:dataset_version", args=[job.workspace.slug, version.dataset_id, version.number]
        ),
    }
    announce(kind="dataset.ready", **told, data=facts)


def _seconds(job: Job) -> float:
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return float((job.finished_at - job.started_at).total_seconds())
