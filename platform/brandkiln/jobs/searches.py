"""Searches for good settings: a job that submits trainings, and what it writes about them."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from pydantic import ValidationError

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.core.problems import by_place
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.models import Checkpoint, Job, Trial
from brandkiln.jobs.moves import State
from brandkiln.jobs.requests import check_request, find_spec
from brandkiln.jobs.search_params import SearchParams
from brandkiln.jobs.services import cancel_job, submit_job
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Workspace
from generators import registry

MEASURES = 4
"""Of each training, at the least: moments at which it can be given up, and the end."""


def submit_search(
    *,
    workspace: Workspace,
    project: Project,
    requested_by: User | None,
    generator: str,
    params: dict[str, Any],
    dataset_version: DatasetVersion | None,
    priority: int = 0,
    override_reason: str = "",
    idempotency_key: str | None = None,
) -> Job:
    """Return a new search; its trainings get its workspace and its priority.

    Args:
        params: As SearchParams.

    Raises:
        Unprocessable: If the params do not fit, or a value to try is none that the generator takes.
        DataNotCleared: If something has to be known of the data first.
    """
    asked = read_search(params)
    spec = find_spec(generator, Job.Kind.TRAIN)
    if not spec.searchable:
        message = _("%(name)s names no params to search. Train it with settings of your own.") % {
            "name": spec.name
        }
        raise Unprocessable(message, fields={"generator": message})
    base = asked.params | {"kimg": asked.kimg, "seed": asked.seed}
    for one in asked.space:
        for value in one.ends():
            check_request(
                project=project, kind=Job.Kind.TRAIN, generator=generator, params=base | {one.name: value},
                checkpoint=None, dataset_version=dataset_version, requested_by=requested_by,
                override_reason=override_reason,
            )  # fmt: skip
    return submit_job(
        workspace=workspace, project=project, requested_by=requested_by, kind=Job.Kind.SEARCH, generator=generator,
        params=asked.model_dump(mode="json"), dataset_version=dataset_version, priority=priority,
        override_reason=override_reason, idempotency_key=idempotency_key,
    )  # fmt: skip


def read_search(params: dict[str, Any]) -> SearchParams:
    """Return the params of a search.

    Raises:
        Unprocessable: If they do not fit; ``fields`` names them.
    """
    try:
        return SearchParams.model_validate(params)
    except ValidationError as error:
        problems = by_place(error, at="params")
        raise Unprocessable(
            _("This search does not fit. %(what)s") % {"what": " ".join(problems.values())}, fields=problems
        ) from error


@transaction.atomic
def submit_trial(*, search: Job, number: int, repeat: int, settings: dict[str, Any]) -> Job | None:
    """Return a new training of a search that runs, or None where the search was given to another worker or stopped."""
    now = Job.objects.select_for_update().get(pk=search.pk)
    if now.state != State.RUNNING or now.attempt != search.attempt or now.cancel_requested_at:
        return None
    asked = read_search(search.params)
    job = submit_job(
        workspace=search.workspace, project=search.project, requested_by=search.requested_by,
        kind=Job.Kind.TRAIN, generator=search.generator, dataset_version=search.dataset_version,
        params=_measured(search.generator, asked) | settings | {"kimg": asked.kimg, "seed": asked.seed + repeat},
        priority=search.priority, override_reason=now.override_reason,
        idempotency_key=f"search:{search.pk}:{number}:{repeat}",
    )  # fmt: skip
    Trial.objects.create(search=search, job=job, number=number, repeat=repeat, settings=settings)
    return job


def _measured(generator: str, asked: SearchParams) -> dict[str, Any]:
    """Return the params of all trials; however short they are, they have to be measured."""
    names = registry.get(generator).params_for("train").model_fields
    return ({"measures": MEASURES} if "measures" in names else {}) | asked.params


def prune_trials(rows: list[Trial]) -> None:
    """Give up the trainings of one setting: those that run end as any that is cancelled, and keep nothing."""
    for row in rows:
        if not row.job.is_final and row.pruned_at is None:
            Trial.objects.filter(pk=row.pk).update(pruned_at=Now())
            cancel_job(job=row.job, actor=None)


def mark_best(search: Job, best: Job) -> None:
    """Say on the best checkpoint what it is the best of, unless somebody has written a note there."""
    said = _("The best of %(count)s trainings of a search.") % {"count": search.trials.count()}
    Checkpoint.objects.filter(job=best, note="").update(note=said)
