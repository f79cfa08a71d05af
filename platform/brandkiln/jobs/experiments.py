"""Trainings beside each other: which params differ, how long they took, and how close they came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from brandkiln.core.models import User
from brandkiln.core.tables import csv_line
from brandkiln.jobs.models import Checkpoint, Job, JobEvent
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from brandkiln.workspaces.services import record_audit

MOST_ROWS = 300
"""Trainings of a table: the newest; searches make many."""
MOST_COMPARED = 6
FRECHET = ("fid", "frechet_distance")
"""Under which names a distance by means and covariances is kept: with Inception weights, and with others."""
SORTS = ("created", "kid", "frechet", "seconds", "name", "state")


@dataclass
class Experiment:
    """One training among others of its project and generator.

    Attributes:
        varied: Its params that are not the same in all rows of the table.
        kid: The smallest KID on validation pictures, None where it was not measured.
        kid_at: After how many units of progress that was, pictures shown say.
    """

    job: Job
    varied: dict[str, Any] = field(default_factory=dict)
    kid: float | None = None
    kid_at: int | None = None
    frechet: float | None = None
    seconds: float | None = None
    checkpoint: Checkpoint | None = None

    @property
    def name(self) -> str:
        """What people call it; else when it was submitted, to be told from others."""
        return (
            self.job.name
            or f"{timezone.localtime(self.job.created_at):%Y-%m-%d %H:%M} · {self.job.pk.hex[:4]}"
        )


def trainings(
    *, workspace: Workspace, project: Project | None = None, generator: str | None = None
) -> QuerySet[Job]:
    """Return the trainings of a workspace, of one project and generator or of all, the newest first."""
    rows = Job.objects.filter(workspace=workspace, kind=Job.Kind.TRAIN)
    if project is not None:
        rows = rows.filter(project=project)
    if generator is not None:
        rows = rows.filter(generator=generator)
    return rows.select_related("trained_checkpoint", "dataset_version__dataset", "trial", "workspace")


def experiments(jobs: Iterable[Job]) -> list[Experiment]:
    """Return what came of some trainings, in their order, with the params in which they differ."""
    jobs = list(jobs)
    differing = differing_params(jobs)
    best = best_kids(jobs)
    return [
        Experiment(
            job=job,
            varied={name: job.params.get(name) for name in differing},
            kid=best[job.pk][0] if job.pk in best else None,
            kid_at=best[job.pk][1] if job.pk in best else None,
            frechet=_frechet(getattr(job, "trained_checkpoint", None)),
            seconds=_seconds(job),
            checkpoint=getattr(job, "trained_checkpoint", None),
        )
        for job in jobs
    ]


def differing_params(jobs: Sequence[Job]) -> list[str]:
    """Return the names of the params that are not the same in all of the jobs, in the order of the form."""
    names = dict.fromkeys(name for job in jobs for name in job.params)
    return [name for name in names if any(job.params.get(name) != jobs[0].params.get(name) for job in jobs)]


def best_kids(jobs: Iterable[Job]) -> dict[Any, tuple[float, int]]:
    """Return the smallest validation KID of each job that has one, and how far the job was then."""
    rows = JobEvent.objects.filter(job__in=list(jobs), type="measure").values_list("job_id", "data")
    best: dict[Any, tuple[float, int]] = {}
    for job, data in rows.iterator():
        kid = data.get("metrics", {}).get("validation_kid")
        if kid is not None and (job not in best or kid < best[job][0]):
            best[job] = kid, int(data["done"])
    return best


def ordered(rows: list[Experiment], sort: str) -> list[Experiment]:
    """Return the rows by a column, upwards or with "-" before its name downwards; what lacks a value comes last."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        return rows
    keys = {row.job.pk: _key(row, name) for row in rows}
    known = [row for row in rows if keys[row.job.pk] is not None]
    known.sort(key=lambda row: keys[row.job.pk], reverse=down)
    return known + [row for row in rows if keys[row.job.pk] is None]


def experiments_csv(rows: Sequence[Experiment]) -> str:
    """Return the table of some trainings, a column for each param that differs."""
    varied = list(rows[0].varied) if rows else []
    lines = [csv_line(
        ["job", "name", "state", "created_at", "seconds", "validation_kid", "validation_kid_at", "frechet_distance",
         "checkpoint", *varied, "note"]
    )]  # fmt: skip
    for row in rows:
        job = row.job
        cells = [
            job.pk, job.name, job.state, job.created_at.isoformat(), row.seconds, row.kid, row.kid_at, row.frechet,
            row.checkpoint.number if row.checkpoint else None, *row.varied.values(), job.note,
        ]  # fmt: skip
        lines.append(csv_line("" if cell is None else cell for cell in cells))
    return "".join(lines)


@transaction.atomic
def describe_training(*, job: Job, name: str, note: str, actor: User | None) -> Job:
    """Give a training the name and the note by which people know it."""
    Job.objects.filter(pk=job.pk).update(name=name, note=note)
    record_audit(
        workspace=job.workspace, actor=actor, action="training.described", subject=job, data={"name": name}
    )
    job.name, job.note = name, note
    return job


def _key(row: Experiment, name: str) -> Any:
    match name:
        case "kid":
            return row.kid
        case "frechet":
            return row.frechet
        case "seconds":
            return row.seconds
        case "name":
            return row.name.casefold()
        case "state":
            return row.job.state
        case _:
            return row.job.created_at


def _frechet(checkpoint: Checkpoint | None) -> float | None:
    metrics = checkpoint.metrics if checkpoint else {}
    return next((metrics[name] for name in FRECHET if name in metrics), None)


def _seconds(job: Job) -> float | None:
    if job.started_at is None:
        return None
    ran: timedelta = (job.finished_at or timezone.now()) - job.started_at
    return ran.total_seconds()
