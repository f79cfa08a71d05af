"""How long a job will wait and run, learned from past jobs; None wherever the past says nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import QUEUES
from brandkiln.workspaces.models import Workspace

State = Job.State
PAST_JOBS = 20
WORKER_MEMORY = timedelta(hours=1)
"""A worker that started a job within this time counts as one that serves the queue."""
LINE = ("due_at", "created_at", "id")
"""The order in which the jobs of one workspace start; see claims."""
SIZES = ("count", "variants", "kimg", "ktokens", "epochs", "steps")
"""Params that make a job longer in proportion."""
LARGEST_SIZE = 1e9
"""What is larger is no size: an estimate is asked for before anybody has checked the params."""


@dataclass(frozen=True)
class Estimate:
    """What to expect of a job that is submitted now."""

    wait_seconds: float | None
    run_seconds: float | None
    basis: int
    """How many past jobs the run time rests on; with 0 nothing is promised."""


@dataclass(frozen=True)
class Past:
    """One job that succeeded: how large it was and how long it ran."""

    size: float
    seconds: float


class Work(NamedTuple):
    """A job that keeps a worker busy before ours starts."""

    kind: str
    generator: str
    params: dict[str, Any]
    started_at: datetime | None = None


def estimate(
    *, workspace: Workspace, kind: str, generator: str, params: dict[str, Any], queue: str
) -> Estimate:
    """Return the estimate for a job of the workspace that would be submitted now."""
    past = past_jobs(kind=kind, generator=generator)
    ahead = list(_ahead(workspace_id=workspace.pk, queue=queue, place=_length_of_line(workspace.pk, queue)))
    return Estimate(_wait_seconds(queue, ahead), predict(past, size_of(params)), len(past))


def estimate_params(*, workspace: Workspace, kind: str, generator: str, params: dict[str, Any]) -> Estimate:
    """Return the estimate before Generate is pressed; the queue follows from the kind."""
    queue = QUEUES[Job.Kind(kind)]
    return estimate(workspace=workspace, kind=kind, generator=generator, params=params, queue=queue)


def estimate_wait(job: Job) -> float | None:
    """Return in how many seconds a queued job will start, or None when that can't be told."""
    if job.state != State.QUEUED:
        return None
    ahead = list(_ahead(workspace_id=job.workspace_id, queue=job.queue, place=_place_in_line(job)))
    return _wait_seconds(job.queue, ahead)


def queue_position(job: Job) -> int | None:
    """Return when a queued job's turn comes, counted from 1, if nothing is added; None once it has started."""
    return queue_positions([job]).get(job.pk)


def queue_positions(jobs: Iterable[Job]) -> dict[UUID, int]:
    """Return the position of each job that is queued, with three queries for each line that they stand in."""
    positions: dict[UUID, int] = {}
    lines: dict[tuple[UUID, str], list[Job]] = {}
    for job in jobs:
        if job.state == State.QUEUED:
            lines.setdefault((job.workspace_id, job.queue), []).append(job)
    for (workspace_id, queue), waiting in lines.items():
        line = Job.objects.filter(state=State.QUEUED, queue=queue, workspace=workspace_id)
        places = {pk: place for place, pk in enumerate(line.order_by(*LINE).values_list("pk", flat=True))}
        others = _Lines(workspace_id, queue)
        for job in waiting:
            if job.pk in places:  # else it has been claimed since
                positions[job.pk] = 1 + sum(number for _, number in others.ahead(places[job.pk]))
    return positions


def size_of(params: dict[str, Any]) -> float:
    """Return how large a job is: the product of the params that make it longer in proportion."""
    size = 1.0
    for name in SIZES:
        value = params.get(name)
        if isinstance(value, int | float) and value > 0:
            size *= min(value, LARGEST_SIZE)
    return size


def predict(past: Sequence[Past], size: float) -> float | None:
    """Return the seconds that a job of a size takes: a line through past jobs, robust to outliers.

    Its slope is the median of the slopes between all pairs of past jobs (Theil and Sen), never negative. Where all
    were of one size, time grows in proportion to size.
    """
    if not past:
        return None
    slopes = [
        (b.seconds - a.seconds) / (b.size - a.size)
        for number, a in enumerate(past)
        for b in past[number + 1 :]
        if a.size != b.size
    ]
    if not slopes:
        return median(job.seconds for job in past) * size / past[0].size
    slope = max(0.0, median(slopes))
    start = max(0.0, median(job.seconds - slope * job.size for job in past))
    return start + slope * size


def past_jobs(*, kind: str, generator: str) -> list[Past]:
    """Return the last jobs of a generator and kind that succeeded."""
    rows = (
        Job.objects.filter(kind=kind, generator=generator, state=State.SUCCEEDED, started_at__isnull=False)
        .order_by("-finished_at")
        .values_list("params", "started_at", "finished_at")[:PAST_JOBS]
    )
    return [
        Past(size_of(params), (end - start).total_seconds()) for params, start, end in rows if start and end
    ]


def _place_in_line(job: Job) -> int:
    """Return how many jobs of its own workspace go before it."""
    # Compared inside the database: SQLite keeps moments as text, and its own have fewer digits than Python's.
    due_at = Subquery(Job.objects.filter(pk=job.pk).values("due_at"))
    same = Q(due_at=due_at)
    earlier = Q(due_at__lt=due_at) | same & Q(created_at__lt=job.created_at)
    earlier |= same & Q(created_at=job.created_at, pk__lt=job.pk)
    line = Job.objects.filter(earlier, state=State.QUEUED, queue=job.queue, workspace=job.workspace_id)
    return line.count()


def _length_of_line(workspace_id: Any, queue: str) -> int:
    return Job.objects.filter(state=State.QUEUED, queue=queue, workspace=workspace_id).count()


def _ahead(*, workspace_id: UUID, queue: str, place: int) -> Iterator[Work]:
    """Yield kind, generator and params of the jobs that start before the one at ``place`` of its workspace's line."""
    for workspace, number in _Lines(workspace_id, queue).ahead(place):
        line = Job.objects.filter(state=State.QUEUED, queue=queue, workspace=workspace).order_by(*LINE)
        for kind, generator, params in line.values_list("kind", "generator", "params")[:number]:
            yield Work(kind, generator, params)


class _Lines:
    """The lines of all workspaces before one queue, as one of the workspaces sees them."""

    def __init__(self, workspace_id: UUID, queue: str) -> None:
        self._own = workspace_id
        waiting = Job.objects.filter(state=State.QUEUED, queue=queue).order_by().values_list("workspace")
        self._lines = {row[0]: row[1:] for row in waiting.annotate(length=Count("pk"), head=Min("due_at"))}
        self._started = dict(
            Job.objects.filter(queue=queue, workspace__in=[*self._lines, workspace_id])
            .order_by()
            .values_list("workspace")
            .annotate(last=Max("started_at"))
        )

    def ahead(self, place: int) -> Iterator[tuple[UUID, int]]:
        """Yield how many jobs of each workspace start before the one at ``place`` of our own line.

        Workspaces take turns, the one that has waited longest since its last start first: so each other workspace
        starts ``place`` jobs before it, and one more where its turn comes earlier.
        """
        for other, (length, _) in self._lines.items():
            is_earlier = other != self._own and self._turn(other) < self._turn(self._own)
            yield other, min(place + is_earlier, length)

    def _turn(self, workspace: UUID) -> tuple[bool, Any, Any, UUID]:
        last, head = self._started.get(workspace), self._lines.get(workspace, (0, timezone.now()))[1]
        return last is not None, last or 0, head, workspace


def _wait_seconds(queue: str, ahead: Sequence[Work]) -> float | None:
    """Return the time until a worker is free for a job with these others ahead of it."""
    now = timezone.now()
    rows = Job.objects.filter(state=State.RUNNING, queue=queue)
    running = [Work(*row) for row in rows.values_list("kind", "generator", "params", "started_at")]
    recent = Job.objects.filter(queue=queue, started_at__gt=Now() - WORKER_MEMORY).exclude(worker="")
    workers = max(1, len(running), recent.order_by().values("worker").distinct().count())
    if len(running) + len(ahead) < workers:
        return 0.0
    known: dict[tuple[str, str], list[Past]] = {}
    total = 0.0
    for work in [*running, *ahead]:
        key = work.kind, work.generator
        if key not in known:
            known[key] = past_jobs(kind=work.kind, generator=work.generator)
        seconds = predict(known[key], size_of(work.params))
        if seconds is None:
            return None
        spent = (now - work.started_at).total_seconds() if work.started_at else 0.0
        total += max(0.0, seconds - spent)
    return total / workers
