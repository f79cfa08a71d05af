"""What jobs hold of quotas when they are submitted, and what they have used when they end."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from brandkiln.jobs.crew import queue_runs_on_gpu, runs_on_gpu
from brandkiln.jobs.estimates import past_jobs, predict, size_of
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import QUEUES
from brandkiln.notifications.services import announce
from brandkiln.workspaces.models import Quota, Unit, Workspace
from brandkiln.workspaces.quotas import NEAR, REACHED, Work, convert, hold, name_of
from brandkiln.workspaces.usage import cost_of, prices_of

UNKNOWN_SECONDS = 60.0
"""What is held for a job of which the past says nothing."""
COUNTED = ("count", "variants")
"""Params that say how many pieces a job makes."""


def hold_for(job: Job) -> None:
    """Hold what the job may use, where a quota counts it; call it in the transaction that writes the job.

    Raises:
        QuotaSpent: If a quota does not suffice.
    """
    if not Quota.objects.filter(workspace=job.workspace_id).exclude(unit=Unit.STORED_BYTES).exists():
        return
    seconds = predict(past_jobs(kind=job.kind, generator=job.generator), size_of(job.params))
    amounts = _foreseen(job.kind, job.queue, job.params, UNKNOWN_SECONDS if seconds is None else seconds)
    tell_of_quotas(job, hold(_work(job), amounts))


def expected_cost(
    *, workspace: Workspace, kind: str, params: Mapping[str, Any], seconds: float | None
) -> tuple[Decimal, str] | None:
    """Return what a job of these params would cost and in which currency.

    Args:
        seconds: How long it is expected to run.

    Returns:
        None where nothing that it uses has a price, or where its time has one and is not known.
    """
    prices = prices_of(workspace)
    if not prices:
        return None
    amounts = _foreseen(kind, QUEUES[Job.Kind(kind)], params, seconds or 0.0)
    priced = {unit: prices[unit] for unit in amounts if unit in prices}
    if not priced or (seconds is None and priced.keys() - {Unit.PIECES}):
        return None
    cost = sum((cost_of(amounts[unit], price) for unit, price in priced.items()), Decimal(0))
    return cost, next(iter(priced.values())).currency


def _foreseen(kind: str, queue: str, params: Mapping[str, Any], seconds: float) -> dict[str, float]:
    """Return what a job is expected to use, by unit."""
    unit = Unit.GPU_SECONDS if queue_runs_on_gpu(queue) else Unit.CPU_SECONDS
    amounts: dict[str, float] = {unit: max(1.0, seconds)}
    if kind == Job.Kind.SAMPLE:
        amounts[Unit.PIECES] = float(pieces_of(params))
    return amounts


def settle(job: Job, *, pieces: int) -> None:
    """Count what a job has used that ended; call it in the transaction that ends the job.

    Args:
        pieces: How many it has put into the library.
    """
    used: dict[str, float] = {}
    if job.started_at and job.finished_at:
        unit = Unit.GPU_SECONDS if runs_on_gpu(job.worker) else Unit.CPU_SECONDS
        used[unit] = max(0.0, (job.finished_at - job.started_at).total_seconds())
    if pieces:
        used[Unit.PIECES] = float(pieces)
    tell_of_quotas(job, convert(_work(job), used))


def pieces_of(params: Mapping[str, Any]) -> int:
    """Return how many pieces a job of these params is asked to make."""
    number = 1
    for name in COUNTED:
        value = params.get(name)
        number *= value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 1
    return number


def tell_of_quotas(job: Job, quotas: Sequence[Quota]) -> None:
    """Tell the admins of quotas that are nearly or wholly used up."""
    for quota in quotas:
        announce(
            workspace=job.workspace,
            kind="quota.reached" if quota.told >= REACHED else "quota.near",
            subject=quota,
            name=name_of(quota),
            data={
                "unit": quota.unit,
                "used": round(quota.spent, 1),
                "most": quota.most,
                "percent": min(999, round(100 * quota.spent / quota.most)) if quota.most else NEAR,
            },
            path=reverse("dashboard:usage_list", args=[job.workspace.slug]),
        )


def _work(job: Job) -> Work:
    project = job.project
    return Work(job.workspace, job.pk, job.kind, job.generator, job.requested_by, project.pk, project.name)
